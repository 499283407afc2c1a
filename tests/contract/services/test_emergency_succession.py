"""What follows once an emergency has begun: a newer revision, a withdrawal, its end; the record stays true."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from airing_world import ALLOWANCE, World
from emergency_world import MINUTE, Desk, order
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Approval
from scheduler.db.planning import Airing
from scheduler.db.units import Alarm, Station
from scheduler.protocol import Event
from scheduler.services import audit, intake, settlement
from scheduler.services.airlog import AirLogFilters, AirLogRow, all_rows
from scheduler.services.bulletins import writing
from scheduler.services.ledger_check import verify_records

SECOND = timedelta(seconds=1)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def report(world: World, desk: Desk, station: Station, airing: Airing, *events: Event) -> None:
    """Let a station tell that it began ``airing`` one second in, and what followed."""
    sequence = desk.told(station, airing.starts_at + SECOND)["sequence"]
    facts: dict[str, Any] = {"airing": airing.id, "rundown": sequence}
    tape = world.tape(station, chain=f"chain-{airing.ordinal}")
    at = airing.starts_at + SECOND
    tape.tell(Event.STARTED, at, **facts)
    tape.tell(Event.ITEM, at, item=0, detail={"edge": "start"}, **facts)
    if Event.FINISHED in events:
        tape.tell(Event.ITEM, at + MINUTE, item=0, detail={"edge": "end", "duration_ms": 60_000}, **facts)
        tape.tell(Event.FINISHED, at + MINUTE, **facts)
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=at + MINUTE)


def renew(world: World, desk: Desk, older: Approval, at: datetime) -> Approval:
    """Approve a newer revision of an emergency."""
    writing.edit(
        desk.session, world.editor, bulletin_id=older.bulletin_id, title="Lũ về", script="Lũ rút. Bà con về nhà.",
        bulletin_class="emergency", language="vi", valid_from=world.now.date(), valid_to=None, directive_id=None,
        obligation_id=None, emergency=order(times=1), now=at,
    )  # fmt: skip
    desk.submit(older.bulletin_id, now=at)
    desk.render(now=at)
    return desk.approve(older.bulletin_id, 1, now=at)


def log(session: Session, now: datetime) -> list[AirLogRow]:
    settlement.settle(session, now=now, reporting_allowance=ALLOWANCE)
    audit.verify(session)
    verify_records(session)
    return list(all_rows(session, filters=AirLogFilters(), reporting_allowance=ALLOWANCE, now=now))


@pytest.mark.parametrize("events", [(), (Event.FINISHED,)], ids=["sounding", "sounded"])
def test_a_newer_revision_reaches_the_station_where_the_older_began(
    world: World, desk: Desk, session: Session, events: tuple[Event, ...]
) -> None:
    station = world.station("Bản Lao")
    older = desk.released(1, emergency=order(times=3, every=10 * MINUTE))
    report(world, desk, station, desk.airings(older)[0], *events)
    at = world.now + 5 * MINUTE
    newer = renew(world, desk, older, at)
    (row,) = desk.airings(newer)
    told = {each["id"]: each for each in desk.told(station, at)["airings"]}
    assert told[row.id]["items"][0]["approval"] == f"sha256:{newer.digest}"
    assert session.scalars(select(Alarm)).all() == []


@pytest.mark.parametrize("settled_first", [True, False])
def test_what_sounded_whole_stays_aired_when_it_is_withdrawn_later(
    world: World, desk: Desk, session: Session, *, settled_first: bool
) -> None:
    station = world.station("Bản Lao")
    approval = desk.released(1)
    report(world, desk, station, desk.airings(approval)[0], Event.FINISHED)
    if settled_first:
        log(session, world.now + 2 * MINUTE)
    at = world.now + 3 * MINUTE
    desk.withdraw(approval.bulletin_id, now=at)
    desk.told(station, at)
    found = log(session, at + MINUTE)
    assert [(row.result, row.reason) for row in found] == [("aired", None)]
