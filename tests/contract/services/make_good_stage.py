"""Sessions that did not sound, as tests of their make-goods need them."""

from __future__ import annotations

from datetime import datetime, timedelta

from airing_world import ALLOWANCE, ZONE, Tape, World, utc

from playlists.hours import Hours
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.protocol import Event
from scheduler.services import intake
from scheduler.services.make_goods.cases import open_cases
from scheduler.services.make_goods.verbs import Chosen, plan_make_goods
from scheduler.services.make_goods.views import MakeGoodCase, MakeGoodRules
from scheduler.services.settlement import settle

START = utc(2024, 5, 8, 10)
"""17:00 in Vietnam, when sessions of these tests should have begun."""

LATER = START + timedelta(minutes=5)
SILENT = START + timedelta(minutes=20)
"""When nobody waits for a station's words any more."""

RULES = MakeGoodRules(
    zone=ZONE, hours=Hours(), within=timedelta(days=3), days_ahead=7, approval_cutoff=timedelta(minutes=5)
)


def missed(
    world: World,
    station: Station,
    *bulletins: str,
    starts_at: datetime = START,
    title: str = "Buổi chiều",
    reason: str = "late",
) -> Airing:
    """A settled session of which the station says that it did not start."""
    programme = world.programme(*(("bulletin", each) for each in bulletins or (world.bulletin(f"Tin của {title}"),)))
    airing = world.one_off([station], programme, starts_at, title=title)[0]
    issue = world.issue(station, airing.starts_at - timedelta(minutes=30))
    tape = world.tape(station, chain=airing.id)
    tape.tell(
        Event.MISSED, starts_at + timedelta(seconds=31), airing=airing.id, rundown=issue.sequence, reason=reason,
        detail={"late_ms": 31_000},
    )  # fmt: skip
    told(world, station, tape, starts_at + timedelta(minutes=1))
    return airing


def silent(world: World, station: Station, *bulletins: str) -> tuple[Airing, int]:
    """A session of which its station has not spoken in time; also the number of the rundown that told of it."""
    programme = world.programme(*(("bulletin", each) for each in bulletins))
    airing = world.one_off([station], programme, START, title="Buổi chiều")[0]
    issue = world.issue(station)
    settle(world.session, now=SILENT, reporting_allowance=ALLOWANCE)
    return airing, issue.sequence


def told(world: World, station: Station, tape: Tape, at: datetime) -> None:
    """Let a station's words come in and be settled."""
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=at)
    settle(world.session, now=at, reporting_allowance=ALLOWANCE)


def case_of(world: World, airing: Airing, now: datetime = LATER, rules: MakeGoodRules = RULES) -> MakeGoodCase:
    return open_cases(world.session, rules=rules, now=now, station_ids={airing.station_id})[airing.id]


def plan(world: World, *cases: MakeGoodCase, now: datetime = LATER, rules: MakeGoodRules = RULES) -> list[Airing]:
    chosen = [Chosen(case.airing_id, case.proposed_at) for case in cases if case.proposed_at is not None]
    return plan_make_goods(world.session, world.approver, chosen=chosen, rules=rules, now=now)
