"""Reports as stations send them and as nobody should: each entry once, contradictions aside, chains unbroken."""

import json
from datetime import datetime, timedelta

import pytest
from airing_world import Tape, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.base import sessions
from scheduler.db.reports import AsRunChain, AsRunEvidence, AsRunRow
from scheduler.db.units import Alarm, Station, StationReport
from scheduler.protocol import ClockState, DocumentRefused, Event, Heartbeat
from scheduler.services import audit, intake
from scheduler.services.ledger_check import verify_records
from scheduler.signing import AS_RUN, RUNDOWN, SignatureRefused, generate_key, sign


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def station(world: World) -> Station:
    return world.station("Búng Lao")


def _tape(world: World, station: Station, count: int, chain: str = "mot") -> Tape:
    tape = world.tape(station, chain)
    for index in range(count):
        tape.tell(Event.FAULT, world.now + timedelta(seconds=index), reason=f"thử {index}")
    return tape


def _send(world: World, station: Station, envelope: bytes) -> tuple[str, int]:
    return intake.receive_batch(world.session, station=station, envelope=envelope, now=world.now)


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _alarms(session: Session) -> list[str]:
    return list(session.scalars(select(Alarm.kind).order_by(Alarm.id)))


def test_entries_are_kept_as_they_were_hashed(world: World, station: Station, session: Session) -> None:
    tape = _tape(world, station, 3)
    assert _send(world, station, tape.sealed()) == ("mot", 3)
    rows = session.scalars(select(AsRunRow).order_by(AsRunRow.n)).all()
    assert [row.line for row in rows] == tape.lines
    assert [row.ledger_seq for row in rows] == [1, 2, 3]
    assert [row.reason for row in rows] == ["thử 0", "thử 1", "thử 2"]
    assert audit.verify(session).seq == 3
    assert _alarms(session) == []


def test_repeats_change_nothing(world: World, station: Station, session: Session) -> None:
    tape = _tape(world, station, 5)
    _send(world, station, tape.sealed(tape.lines[:3]))
    assert _send(world, station, tape.sealed(tape.lines[:3])) == ("mot", 3)
    assert _send(world, station, tape.sealed(tape.lines[1:])) == ("mot", 5)
    assert _send(world, station, tape.sealed([])) == ("mot", 5)
    assert _send(world, station, tape.sealed([tape.lines[0], tape.lines[0]])) == ("mot", 5)
    assert _count(session, AsRunRow) == 5
    assert _count(session, AsRunEvidence) == 0


def test_a_gap_is_answered_with_what_is_held(world: World, station: Station, session: Session) -> None:
    tape = _tape(world, station, 6)
    assert _send(world, station, tape.sealed(tape.lines[2:])) == ("mot", 0)
    assert _send(world, station, tape.sealed(tape.lines[:2])) == ("mot", 2)
    assert _send(world, station, tape.sealed(tape.lines[3:])) == ("mot", 2)
    assert _send(world, station, tape.sealed(tape.lines[:2] + tape.lines[4:])) == ("mot", 2)
    assert _count(session, AsRunRow) == 2
    assert _alarms(session) == []


def test_a_fork_is_kept_aside_once(world: World, station: Station, session: Session) -> None:
    _send(world, station, _tape(world, station, 3).sealed())
    fork = world.tape(station)
    for index in range(5):
        fork.tell(Event.FAULT, world.now, reason=f"khác {index}")
    for _ in range(2):
        assert _send(world, station, fork.sealed()) == ("mot", 3)
    assert _count(session, AsRunRow) == 3
    assert (
        session.scalars(select(AsRunEvidence.why).order_by(AsRunEvidence.id)).all()
        == ["chain-forked"] * 3 + ["chain-conflict"] * 2
    )
    assert _alarms(session) == ["chain-forked"]
    assert session.scalars(select(AsRunEvidence.line).order_by(AsRunEvidence.id)).all() == fork.lines


def test_a_broken_link_stops_the_chain(world: World, station: Station, session: Session) -> None:
    tape = _tape(world, station, 2)
    tape.prev = "f" * 64
    tape.tell(Event.FAULT, world.now)
    tape.tell(Event.FAULT, world.now)
    assert _send(world, station, tape.sealed()) == ("mot", 2)
    assert _alarms(session) == ["chain-conflict"]
    assert _count(session, AsRunEvidence) == 2


def test_a_lost_store_begins_a_new_chain_with_an_alarm(world: World, station: Station, session: Session) -> None:
    _send(world, station, _tape(world, station, 3).sealed())
    assert _send(world, station, _tape(world, station, 2, "hai").sealed()) == ("hai", 2)
    assert _send(world, station, _tape(world, station, 3, "hai").sealed()) == ("hai", 3)
    assert _alarms(session) == ["store-lost"]
    assert _count(session, AsRunChain) == 2


def test_a_refused_rundown_raises_an_alarm(world: World, station: Station, session: Session) -> None:
    tape = world.tape(station)
    tape.tell(Event.REFUSED, world.now, reason="signature")
    _send(world, station, tape.sealed())
    assert _alarms(session) == ["rundown-refused"]


def test_only_the_stations_own_key_and_name_count(world: World, station: Station, session: Session) -> None:
    other = world.station("Xuân Lao", "03302")
    tape = _tape(world, station, 1)
    genuine = tape.sealed()
    with pytest.raises(SignatureRefused):
        _send(world, station, tape.sealed(key=generate_key()))
    with pytest.raises(SignatureRefused):
        _send(world, other, genuine)
    with pytest.raises(DocumentRefused, match="cụm loa khác"):
        _send(world, station, tape.sealed(station_id=other.id))
    with pytest.raises(SignatureRefused):
        _send(world, station, sign(tape.key, RUNDOWN, b"{}").encode())
    with pytest.raises(SignatureRefused):
        _send(world, station, genuine.replace(b'payload":"ey', b'payload":"fy'))
    station.public_key = None
    with pytest.raises(SignatureRefused, match="chưa ghi danh"):
        _send(world, station, genuine)
    assert _count(session, AsRunRow) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"type":"loa.as-run/2"}',
        b'{"type":"loa.as-run/1"}',
        b"[" * 100_000,
        b'{"a":1.5}',
    ],
)
def test_hostile_documents_are_refused_in_words(world: World, station: Station, content: bytes) -> None:
    with pytest.raises(DocumentRefused):
        _send(world, station, sign(world.keys[station.id], AS_RUN, content).encode())
    with pytest.raises(SignatureRefused):
        _send(world, station, content)


def _document(station: Station, chain: object, entries: list[object]) -> bytes:
    return json.dumps({"type": "loa.as-run/1", "station": station.id, "chain": chain, "entries": entries}).encode()


@pytest.mark.parametrize("chain", ["", "x" * 65, "a\nb", "a\0b", "é", 7, None])
def test_chain_names_are_checked(world: World, station: Station, chain: object) -> None:
    with pytest.raises(DocumentRefused):
        _send(world, station, sign(world.keys[station.id], AS_RUN, _document(station, chain, [])).encode())


def _changed(line: str, **changes: object) -> str:
    return json.dumps(json.loads(line) | changes)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda _: "{}",
        lambda line: line[:-1],
        lambda _: "\ud800",
        lambda _: "a\0b",
        lambda _: "[" * 5000,
        lambda _: "x" * 70_000,
        lambda line: _changed(line, n=0),
        lambda line: _changed(line, n=2**31),
        lambda line: _changed(line, n=True),
        lambda line: _changed(line, rundown=2**53),
        lambda line: _changed(line, event="danced"),
        lambda line: _changed(line, at="0001-01-01T00:00:00+14:00"),
        lambda line: _changed(line, at="0001-01-01T00:00:00Z"),
        lambda line: _changed(line, at="2024-05-08T10:00:00"),
        lambda line: _changed(line, reason="a\0b"),
        lambda line: line.replace("thử 1", "\\ud800"),
        lambda line: _changed(line, airing="x" * 40),
        lambda line: _changed(line, media="sha256:xyz"),
        lambda line: _changed(line, chain="hai"),
        lambda line: _changed(line, detail=[1]),
        lambda line: _changed(line, clock=None),
    ],
)
def test_an_unreadable_entry_stops_the_chain_and_is_kept(
    world: World, station: Station, session: Session, spoil
) -> None:
    tape = _tape(world, station, 3)
    tape.lines[1] = spoil(tape.lines[1])
    envelope = sign(tape.key, AS_RUN, _document(station, "mot", tape.lines)).encode()
    for _ in range(2):
        assert _send(world, station, envelope) == ("mot", 1)
    session.commit()
    assert _count(session, AsRunRow) == 1
    assert _alarms(session) == ["entry-malformed"]
    assert session.scalars(select(AsRunEvidence.n)).all() == [2]


def test_five_hundred_entries_in_one_batch_and_no_more(world: World, station: Station, session: Session) -> None:
    tape = _tape(world, station, 501)
    with pytest.raises(DocumentRefused, match="quá 500"):
        _send(world, station, tape.sealed())
    assert _send(world, station, tape.sealed(tape.lines[:500])) == ("mot", 500)
    assert _send(world, station, tape.sealed(tape.lines[1:])) == ("mot", 501)
    assert audit.verify(session).seq == 501
    assert verify_records(session) == 501


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_any_order_of_batches_ends_in_one_unbroken_chain(engine: Engine, pieces: list[tuple[int, int]]) -> None:
    now = datetime.fromisoformat("2024-05-08T03:00:00+00:00")
    maker = sessions(engine)
    with maker() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        tape = _tape(world, station, 9)
        through = 0
        for first, length in pieces:
            lines = tape.lines[first : first + length]
            expected = max(through, first + len(lines)) if first <= through else through
            assert _send(world, station, tape.sealed(lines)) == ("mot", expected)
            through = expected
        assert session.scalars(select(AsRunRow.line).order_by(AsRunRow.n)).all() == tape.lines[:through]
        assert _count(session, AsRunEvidence) == 0
        assert audit.verify(session).seq == through
        session.rollback()


def test_two_tries_at_once_keep_each_entry_once(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        tape = _tape(world, station, 2)
    with maker() as one:
        intake.receive_batch(one, station=station, envelope=tape.sealed(tape.lines[:1]), now=now)
        one.commit()
    with maker() as one, maker() as two:
        for each in (one, two):  # the second finds what the first committed
            intake.receive_batch(each, station=station, envelope=tape.sealed(), now=now)
            each.commit()
        assert _count(two, AsRunRow) == 2


def _heartbeat(**changes: object) -> bytes:
    told = Heartbeat(7, 1715158800, ("sha256:" + "a" * 64,), None, ClockState(3, 40, "centre"), 900, 2, {"loa": "1"})
    return json.dumps(told.to_json() | changes).encode()


def test_the_latest_heartbeat_counts(world: World, station: Station, session: Session) -> None:
    assert intake.receive_heartbeat(session, station=station, content=_heartbeat(), now=world.now).t1 == 7
    later = world.now + timedelta(seconds=15)
    intake.receive_heartbeat(session, station=station, content=_heartbeat(sequence=None, unsent=0), now=later)
    (report,) = session.scalars(select(StationReport))
    assert (report.at, report.sequence, report.unsent, report.clock_source) == (later, None, 0, "centre")


def test_a_machine_whose_clock_stands_at_1970_is_heard(world: World, station: Station, session: Session) -> None:
    since_1970 = {"offset_ms": 1_715_158_800_000, "uncertainty_ms": 3_000_000_000, "source": "centre"}
    intake.receive_heartbeat(session, station=station, content=_heartbeat(clock=since_1970), now=world.now)
    (report,) = session.scalars(select(StationReport))
    assert (report.clock_offset_ms, report.clock_uncertainty_ms) == (1_715_158_800_000, 3_000_000_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"disk_free_mb": 2**40},
        {"clock": {"offset_ms": -(2**53), "uncertainty_ms": 1, "source": "centre"}},
        {"unsent": -1},
        {"playing": "x" * 37},
        {"playing": "a\0b"},
        {"media_missing": ["tệp"]},
        {"versions": {"loa": "x" * 100}},
        {"versions": {str(n): "1" for n in range(30)}},
        {"clock": {"offset_ms": 1, "uncertainty_ms": 1, "source": "x" * 20}},
        {"clock": None},
        {"type": "loa.heartbeat/9"},
    ],
)
def test_hostile_heartbeats_are_refused(world: World, station: Station, session: Session, changes: dict) -> None:
    with pytest.raises(DocumentRefused):
        intake.receive_heartbeat(session, station=station, content=_heartbeat(**changes), now=world.now)
    assert _count(session, StationReport) == 0
