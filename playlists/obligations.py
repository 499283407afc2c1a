"""How far what a directive orders has sounded: station by station, before its deadline or not. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of airings, or what is to: whole, still to come, failed in some way, or nobody knows."""

    AIRED = "aired"
    PLANNED = "planned"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What a station makes of an obligation.

    ``covered``: each bulletin sounded whole in time. ``coming``: what is missing is planned in time. ``short``:
    something is neither, and there is time. ``late``: the time is up and something is missing. ``nothing``: there is
    no bulletin.
    """

    COVERED = "covered"
    COMING = "coming"
    SHORT = "short"
    LATE = "late"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Tally:
    """``count`` airings of a bulletin at a station with one fate, ``in_time`` when they start before the deadline."""

    station_id: str
    bulletin_id: str
    fate: Fate
    in_time: bool
    count: int


@dataclass(frozen=True, slots=True)
class Cover:
    """One station's account: bulletins by what became of them in time, and airings by number.

    ``late`` counts airings that sounded after the deadline, ``later`` those planned after it.
    """

    station_id: str
    verdict: Verdict
    aired: frozenset[str]
    coming: frozenset[str]
    missing: frozenset[str]
    airings_aired: int
    airings_planned: int
    late: int
    later: int
    failed: int
    unknown: int


def cover(
    station_ids: Iterable[str], bulletin_ids: Collection[str], tallies: Iterable[Tally], *, over: bool
) -> tuple[Cover, ...]:
    """Return each station's account of ``bulletin_ids``, in the order of ``station_ids``.

    ``over`` says that the deadline has passed: what is planned can't be in time any more.
    """
    asked = frozenset(bulletin_ids)
    by_station: dict[str, list[Tally]] = defaultdict(list)
    for tally in tallies:
        if tally.bulletin_id in asked:
            by_station[tally.station_id].append(tally)
    return tuple(_one(station, asked, by_station.get(station, []), over=over) for station in station_ids)


def _one(station_id: str, asked: frozenset[str], tallies: list[Tally], *, over: bool) -> Cover:
    aired = frozenset(each.bulletin_id for each in tallies if each.fate is Fate.AIRED and each.in_time)
    planned = frozenset(each.bulletin_id for each in tallies if each.fate is Fate.PLANNED and each.in_time and not over)
    coming = planned - aired
    missing = asked - aired - coming
    return Cover(
        station_id=station_id,
        verdict=_verdict(asked, missing, coming, over=over),
        aired=aired,
        coming=coming,
        missing=missing,
        airings_aired=_count(tallies, Fate.AIRED, in_time=True),
        airings_planned=_count(tallies, Fate.PLANNED, in_time=True),
        late=_count(tallies, Fate.AIRED, in_time=False),
        later=_count(tallies, Fate.PLANNED, in_time=False),
        failed=_count(tallies, Fate.FAILED),
        unknown=_count(tallies, Fate.UNKNOWN),
    )


def _verdict(asked: frozenset[str], missing: frozenset[str], coming: frozenset[str], *, over: bool) -> Verdict:
    if not asked:
        return Verdict.NOTHING
    if missing:
        return Verdict.LATE if over else Verdict.SHORT
    return Verdict.COMING if coming else Verdict.COVERED


def _count(tallies: Iterable[Tally], fate: Fate, *, in_time: bool | None = None) -> int:
    return sum(each.count for each in tallies if each.fate is fate and in_time in (None, each.in_time))


def together(verdicts: Collection[Verdict]) -> Verdict:
    """Return the verdict of many stations: the worst of theirs; nothing for none."""
    return max(verdicts, key=_WORSE.index, default=Verdict.NOTHING)


_WORSE = (Verdict.COVERED, Verdict.COMING, Verdict.SHORT, Verdict.LATE, Verdict.NOTHING)
