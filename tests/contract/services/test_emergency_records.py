"""What is on record of an emergency: how far stations are, the air log, its CSV, the story; drills marked."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from airing_world import ALLOWANCE, ZONE, World
from emergency_world import MINUTE, Desk, order
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.protocol import Event
from scheduler.services import audit, intake, settlement
from scheduler.services.airing_story import airing_story
from scheduler.services.airlog import AirLogFilters, AirLogRow, all_rows
from scheduler.services.airlog_csv import air_log_csv
from scheduler.services.emergencies.under_way import emergencies_since, shares, stations_of
from scheduler.services.ledger_check import verify_records

SECOND = timedelta(seconds=1)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def sounded(world: World, desk: Desk, station: Station, airing: Airing, *, cut: bool = False) -> None:
    """Let a station accept its rundown and tell that it played ``airing``, whole or cut by a withdrawal."""
    told = desk.told(station)
    facts = {"airing": airing.id, "rundown": told["sequence"]}
    tape = world.tape(station, chain=f"chain-{airing.ordinal}")
    at = airing.starts_at + SECOND
    tape.tell(Event.STARTED, at, detail={"drill": airing.drill}, **facts)
    tape.tell(Event.ITEM, at, item=0, detail={"edge": "start"}, **facts)
    if cut:
        position = {"position_ms": 20_000}
        tape.tell(Event.INTERRUPTED, at + 20 * SECOND, item=0, reason="withdrawal", detail=position, **facts)
    else:
        tape.tell(Event.ITEM, at + MINUTE, item=0, detail={"edge": "end", "duration_ms": 60_000}, **facts)
        tape.tell(Event.FINISHED, at + MINUTE, **facts)
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=world.now + 2 * MINUTE)


def rows(world: World, now: datetime) -> list[AirLogRow]:
    settlement.settle(world.session, now=now, reporting_allowance=ALLOWANCE)
    return list(all_rows(world.session, filters=AirLogFilters(), reporting_allowance=ALLOWANCE, now=now))


@pytest.mark.parametrize("drill", [True, False])
def test_the_air_log_tells_a_drill_from_an_emergency(
    world: World, desk: Desk, session: Session, *, drill: bool
) -> None:
    station = world.station("Bản Lao")
    (airing,) = desk.airings(desk.released(1, emergency=order(drill=drill)))
    sounded(world, desk, station, airing)
    (row,) = rows(world, world.now + 5 * MINUTE)
    assert (row.result, row.bulletin_class, row.drill, row.approver_name) == ("aired", "emergency", drill, "Duyet")
    table = list(csv.DictReader(io.StringIO(air_log_csv([row], ZONE).decode("utf-8-sig"))))
    assert table[0]["Loại buổi phát"] == ("diễn tập khẩn cấp" if drill else "khẩn cấp")
    story = airing_story(session, airing_id=airing.id, reporting_allowance=ALLOWANCE, now=world.now + 5 * MINUTE)
    assert (story.bulletin_class, story.drill, story.rundown is not None) == ("emergency", drill, True)
    audit.verify(session)
    verify_records(session)


def test_before_anybody_is_told_it_stands_in_the_list(world: World, desk: Desk) -> None:
    world.station("Bản Lao")
    world.now += timedelta(microseconds=123_456)
    desk.released(1)
    (row,) = rows(world, world.now + SECOND)
    assert (row.result, row.reason, row.title) == ("on-air", None, "Lũ về")


def test_the_ledger_proves_whether_it_was_a_drill(world: World, desk: Desk, session: Session) -> None:
    station = world.station("Bản Lao")
    (airing,) = desk.airings(desk.released(1, emergency=order(drill=True)))
    sounded(world, desk, station, airing)
    rows(world, world.now + 5 * MINUTE)
    verify_records(session)
    airing.drill = False
    session.flush()
    with pytest.raises(Exception, match="nhật ký phát sóng"):
        verify_records(session)


def test_an_ordinary_row_says_that_it_was_planned(world: World) -> None:
    station = world.station("Bản Lao")
    world.one_off([station], world.programme(("bulletin", world.bulletin("Họp"))), world.now + MINUTE)
    (row,) = rows(world, world.now + 2 * MINUTE)
    assert air_log_csv([row], ZONE).decode("utf-8-sig").splitlines()[1].split(",")[10] == "theo lịch"


def test_how_far_each_station_is(world: World, desk: Desk, session: Session) -> None:
    names = ("1 chờ", "2 nhận", "3 đang", "4 xong", "5 ngắt")
    waits, accepts, sounds, done, cut = (world.station(name) for name in names)
    approval = desk.released(5, emergency=order(times=2, every=10 * MINUTE))
    first = {row.station_id: row for row in desk.airings(approval) if row.ordinal == 0}
    desk.holds(accepts, desk.told(accepts)["sequence"])
    tape = world.tape(sounds)
    tape.tell(Event.STARTED, world.now + SECOND, airing=first[sounds.id].id, rundown=desk.told(sounds)["sequence"])
    intake.receive_batch(session, station=sounds, envelope=tape.sealed(), now=world.now + SECOND)
    sounded(world, desk, done, first[done.id])
    sounded(world, desk, cut, first[cut.id], cut=True)
    desk.told(waits)
    (line,) = emergencies_since(session, now=world.now + 2 * MINUTE)
    found = [(share.name, share.stage, share.aired, share.soundings) for share in shares(session, line)]
    assert found == [
        ("1 chờ", "waiting", 0, 2), ("2 nhận", "accepted", 0, 2), ("3 đang", "sounding", 0, 2),
        ("4 xong", "aired", 1, 2), ("5 ngắt", "interrupted", 0, 2),
    ]  # fmt: skip
    assert (line.planned, line.drill, stations_of(session, approval.digest)) == (5, False, 5)


def test_it_runs_until_it_expires_or_is_withdrawn(world: World, desk: Desk, session: Session) -> None:
    world.station("Bản Lao")
    short = desk.released(1, "Lũ về", emergency=order(valid_for=30 * MINUTE))
    desk.released(1, "Cháy rừng", emergency=order(drill=True), now=world.now + MINUTE)
    at = world.now + 5 * MINUTE
    assert [(line.title, line.drill, line.running(at)) for line in emergencies_since(session, now=at)] == [
        ("Cháy rừng", True, True), ("Lũ về", False, True),
    ]  # fmt: skip
    later = world.now + 30 * MINUTE
    assert [line.running(later) for line in emergencies_since(session, now=later)] == [True, False]
    desk.withdraw(short.bulletin_id, now=at)
    assert [(line.ended, line.running(at)) for line in emergencies_since(session, now=at)] == [
        (None, True), ("withdrawn", False),
    ]  # fmt: skip
    assert emergencies_since(session, now=world.now + timedelta(days=1, minutes=2)) == []


def test_a_withdrawn_one_is_called_off_where_it_had_not_begun(world: World, desk: Desk, session: Session) -> None:
    near, far = world.station("Gần"), world.station("Xa")
    approval = desk.released(2)
    first = {row.station_id: row for row in desk.airings(approval)}
    sounded(world, desk, near, first[near.id], cut=True)
    desk.withdraw(approval.bulletin_id, now=world.now + 20 * SECOND)
    (line,) = emergencies_since(session, now=world.now + MINUTE)
    assert [(share.name, share.stage) for share in shares(session, line)] == [
        ("Gần", "interrupted"), ("Xa", "called-off"),
    ]  # fmt: skip
    results = {row.station_name: (row.result, row.reason) for row in rows(world, world.now + 3 * MINUTE)}
    assert results[far.name] == ("cancelled", "Báo nhầm.")
    assert results[near.name][0] == "interrupted"
