"""What follows once an emergency has begun: a newer revision, a withdrawal, its end; the record stays true."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from airing_world import ALLOWANCE, ZONE, World
from emergency_world import MINUTE, Desk, order
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Approval
from scheduler.db.planning import Airing
from scheduler.db.units import Alarm, Station
from scheduler.protocol import Event
from scheduler.services import audit, intake, settlement
from scheduler.services.airlog import AirLogFilters, AirLogRow, all_rows
from scheduler.services.bulletins import approvals, writing
from scheduler.services.emergencies.preview import release_preview
from scheduler.services.emergencies.under_way import emergencies_since, shares
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


def renew(world: World, desk: Desk, older: Approval, at: datetime, *, sound: str | None = None) -> Approval:
    """Approve a newer revision of an emergency."""
    writing.edit(
        desk.session, world.editor, bulletin_id=older.bulletin_id, title="Lũ về", script="Lũ rút. Bà con về nhà.",
        bulletin_class="emergency", language="vi", valid_from=world.now.date(), valid_to=None, directive_id=None,
        obligation_id=None, emergency=order(times=1), now=at,
    )  # fmt: skip
    desk.submit(older.bulletin_id, now=at)
    desk.render(sound=sound, now=at)
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


def test_a_station_that_was_told_of_the_older_was_not_told_of_a_newer_with_its_sound(
    world: World, desk: Desk, session: Session
) -> None:
    station = world.station("Bản Lao")
    older = desk.released(1, emergency=order(times=3, every=10 * MINUTE))
    at = world.now + 30 * SECOND
    desk.holds(station, desk.told(station, world.now + SECOND)["sequence"])
    newer = renew(world, desk, older, at, sound="Lũ về/1")
    lines = {line.approval: line for line in emergencies_since(session, now=at)}

    def stages(approval: Approval) -> list[str]:
        return [share.stage for share in shares(session, lines[approval.digest])]

    assert stages(newer) == ["waiting"]
    desk.holds(station, desk.told(station, at + SECOND)["sequence"])
    assert stages(newer) == ["accepted"]
    # Nor does a withdrawal before anybody was told wait for what became of it there.
    third = renew(world, desk, newer, at + MINUTE, sound="Lũ về/1")
    desk.withdraw(third.bulletin_id, now=at + MINUTE + SECOND)
    assert [row.cancelled_at is not None for row in desk.airings(third)] == [True]


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


def test_what_a_station_may_have_begun_is_unknown_and_not_called_off(
    world: World, desk: Desk, session: Session
) -> None:
    told, away = world.station("Đã nhận lệnh"), world.station("Mất liên lạc")
    approval = desk.released(2, emergency=order(times=2, every=10 * MINUTE, valid_for=20 * MINUTE))
    desk.told(told, world.now + SECOND)
    desk.withdraw(approval.bulletin_id, now=world.now + MINUTE)
    found = {(row.station_id, row.ordinal): row.cancelled_at is not None for row in desk.airings(approval)}
    assert found == {(told.id, 0): False, (told.id, 1): True, (away.id, 0): True, (away.id, 1): True}
    # The station is still told of it, and that it must not sound: so it says what became of it.
    after = desk.told(told, world.now + 2 * MINUTE)
    assert [each["starts_at"] for each in after["airings"]] == ["2024-05-08T03:00:00.000Z"]
    assert after["withdrawn"] == [after["airings"][0]["items"][0]["approval"]]
    results = {
        row.station_name: row.result for row in log(session, world.now + 5 * MINUTE) if row.planned_start == world.now
    }
    assert results == {"Đã nhận lệnh": "on-air", "Mất liên lạc": "cancelled"}
    tape = world.tape(told)
    (first, *_) = [row for row in desk.airings(approval) if row.station_id == told.id]
    tape.tell(Event.MISSED, world.now + MINUTE, airing=first.id, rundown=after["sequence"], reason="withdrawn")
    late = world.now + timedelta(hours=1)
    results = {row.station_name: row.result for row in log(session, late) if row.planned_start == world.now}
    assert results == {"Đã nhận lệnh": "unknown", "Mất liên lạc": "cancelled"}
    intake.receive_batch(session, station=told, envelope=tape.sealed(), now=late)
    (line,) = emergencies_since(session, now=late)
    assert {share.stage for share in shares(session, line)} == {"called-off"}
    results = {
        row.station_name: (row.result, row.reason) for row in log(session, late) if row.planned_start == world.now
    }
    assert results["Đã nhận lệnh"] == ("missed", "withdrawn")


def test_the_end_of_its_last_day_calls_nothing_off(world: World, desk: Desk, session: Session) -> None:
    station = world.station("Bản Lao")
    world.now = world.now.replace(hour=16, minute=30)  # 23:30 at the station
    approval = desk.released(1, emergency=order(valid_for=60 * MINUTE), valid_to=world.now.date())
    desk.told(station, world.now + SECOND)
    midnight = world.now + 30 * MINUTE
    assert approvals.expire(session, today=midnight.date() + timedelta(days=1), now=midnight) == 1
    assert [row.cancelled_at for row in desk.airings(approval)] == [None]
    assert [row.result for row in log(session, midnight + timedelta(hours=1))] == ["unknown"]


def test_what_the_plan_held_when_the_station_was_last_told_is_named_too(
    world: World, desk: Desk, session: Session
) -> None:
    """It may sound there by that older rundown still."""
    station = world.station("Bản Lao")
    story, other = world.bulletin("Họp thôn"), world.bulletin("Tiêm phòng")
    starts_at = world.now + MINUTE
    (row,) = world.one_off([station], world.programme(("bulletin", story)), starts_at)
    approval = desk.told(station)["airings"][0]["items"][0]["approval"]
    row.items[0].bulletin_id = other
    session.flush()
    desk.told(station, starts_at - SECOND)
    moment = starts_at + 5 * SECOND
    desk.withdraw(story, now=moment)
    assert desk.told(station, moment)["withdrawn"] == [approval]


def test_near_the_end_of_its_last_day_the_approver_sees_what_is_left(
    world: World, desk: Desk, session: Session
) -> None:
    world.station("Bản Lao")
    world.now = world.now.replace(hour=16, minute=30)  # 23:30 at the station
    told = order(times=3, every=20 * MINUTE, valid_for=60 * MINUTE)
    bulletin_id = desk.ready(emergency=told, valid_to=world.now.date(), lasts=11 * MINUTE)

    def seen(minute: int) -> tuple[object, ...]:
        at = world.now.replace(minute=minute)
        found = release_preview(session, bulletin_id=bulletin_id, revision=1, zone=ZONE, now=at)
        assert found is not None
        return found.order.times, found.cut_short, found.hindered is not None

    assert seen(0) == (3, False, False)
    assert seen(29) == (2, True, False)
    assert seen(30) == (3, False, True)  # the second of two would be cut by midnight
    assert seen(49) == (1, True, False)
    assert seen(50) == (3, False, True)
