"""How fast a network's week is planned, and how much of that a change of one slot costs.

`plan.expand`: 10,000 stations × 7 days × 6 slots, from units, stations and slots to every session of every station with
its scope resolved and its clashes settled, against `dateutil.rrule` expanding the same instants (only these) one
station at a time, with rules that begin a day before the week. The peer expands a tenth of the stations, and its time
is multiplied. `plan.replan_one`: one commune's slot is moved and the stations that it touches are planned anew, against
the full plan. `plan.expand.N` show the growth. `plan.memory`: a program that holds all 420,000 sessions at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, rrule
from family import peak_of
from figure import Figure
from network import SINCE, UNTIL, ZONE, Made, made
from pairs import timed

MOST_STATIONS = 10_000
SIZES = (10, 100, 1_000)
PEERS = MOST_STATIONS // 10
ROUNDS = 5
AIRINGS_A_STATION = 7 * 6
LEAST_FASTER, MOST_OF_FULL, MOST_MB = 3.0, 0.01, 500


def measure() -> Iterator[Figure]:
    """Give the figures of planning."""
    for size in SIZES:
        yield _expanding(made(size), f"plan.expand.{size}", peers=size)
    whole = made(MOST_STATIONS)
    yield _expanding(whole, "plan.expand", peers=PEERS, least=LEAST_FASTER)
    yield _replanning(whole)
    peak = peak_of("planner.py", [str(MOST_STATIONS)], path=Path(__file__).resolve().parents[1])
    yield Figure("plan.memory", peak.family_mb, "MB", most=MOST_MB)


def _expanding(network: Made, name: str, *, peers: int, least: float | None = None) -> Figure:
    stations = len(network.stations)

    def ours() -> object:
        planned = network.timetable().plan(SINCE, UNTIL)
        found = sum(len(days.sessions) for days in planned.values())
        return _checked(found, stations)

    def theirs() -> object:
        return _checked(sum(len(_peer(starts)) for starts in list(network.starts.values())[:peers]), peers)

    found = timed(ours, theirs, rounds=ROUNDS)
    return Figure(
        name,
        stations * AIRINGS_A_STATION / found.ours_s,
        "airings/s",
        stations / peers / found.ratio,
        f"dateutil.rrule {version('python-dateutil')}",
        least=least,
    )


def _peer(starts: tuple[time, ...]) -> list[datetime]:
    zone = ZoneInfo(ZONE)
    day_before = SINCE.astimezone(zone).date() - timedelta(days=1)
    return [
        each.astimezone(UTC)
        for start in starts
        for each in rrule(DAILY, dtstart=datetime.combine(day_before, start, tzinfo=zone)).between(
            SINCE, UNTIL - timedelta(microseconds=1), inc=True
        )
    ]


def _checked(found: int, stations: int) -> int:
    if found != stations * AIRINGS_A_STATION:
        message = f"{found} airings at {stations} stations"
        raise ValueError(message)
    return found


def _replanning(network: Made) -> Figure:
    before = network.timetable()
    before.plan(SINCE, UNTIL)
    moved = replace(network.slots[-1], start=time(20))

    def ours() -> object:
        after = before.with_slot(moved)
        planned = after.plan(SINCE, UNTIL, before.touched(after, SINCE, UNTIL))
        return sum(len(days.sessions) for days in planned.values())

    def theirs() -> object:
        return sum(len(days.sessions) for days in network.timetable().plan(SINCE, UNTIL).values())

    found = timed(ours, theirs, rounds=ROUNDS)
    return Figure("plan.replan_one", found.ours_s, "s", found.ratio, "the full plan", most=MOST_OF_FULL)
