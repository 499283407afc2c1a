"""What became of airings, written once it can be told, never rewritten, and proved by the ledger."""

from datetime import datetime, timedelta

import pytest
from airing_world import ALLOWANCE, Tape, World, utc, without_guards
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing, RundownIssue
from scheduler.db.reports import LogRow, Settlement
from scheduler.db.units import Station
from scheduler.ledger import LedgerBroken
from scheduler.protocol import Event
from scheduler.services import audit, intake, planning
from scheduler.services.ledger_check import verify_records
from scheduler.services.settlement import settle

START = utc(2024, 5, 8, 10)
OVER = START + timedelta(minutes=5)
SILENT = START + timedelta(minutes=2, seconds=30) + ALLOWANCE


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def station(world: World) -> Station:
    return world.station("Búng Lao")


@pytest.fixture
def airing(world: World, station: Station) -> Airing:
    """Two items of a minute each, at 17:00."""
    programme = world.programme(("bulletin", world.bulletin("Một")), ("bulletin", world.bulletin("Hai")))
    return world.one_off([station], programme, START)[0]


@pytest.fixture
def issue(world: World, station: Station, airing: Airing) -> RundownIssue:
    return world.issue(station)


def _settle(world: World, now: datetime) -> int:
    return settle(world.session, now=now, reporting_allowance=ALLOWANCE)


def _report(world: World, station: Station, tape: Tape, at: datetime) -> None:
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=at)


def _results(session: Session) -> list[str]:
    return list(session.scalars(select(Settlement.result).order_by(Settlement.id)))


def _rows(session: Session) -> list[LogRow]:
    return list(session.scalars(select(LogRow).order_by(LogRow.settlement_id, LogRow.ordinal)))


def test_whole_airing_is_settled_with_all_its_names(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60, 60])
    _report(world, station, tape, OVER)
    assert _settle(world, OVER) == 1
    (settlement,) = session.scalars(select(Settlement))
    assert (settlement.result, settlement.rundown_sequence, settlement.ordinal) == ("aired", issue.sequence, 1)
    first, second = _rows(session)
    assert (first.title, first.revision, first.approver_name, first.result) == ("Một", 1, "Duyet", "aired")
    assert first.actual_start - first.planned_start == timedelta(milliseconds=20)
    assert second.planned_start == START + timedelta(minutes=1)
    assert first.approval_digest is not None
    assert first.media_sha256 is not None
    assert first.clock == {"offset_ms": 20, "uncertainty_ms": 30}
    assert airing.settled_at == OVER
    assert _settle(world, OVER + timedelta(hours=1)) == 0
    assert audit.verify(session).seq == audit.head(session).seq
    assert verify_records(session) > 0


def test_nothing_is_settled_before_it_can_be_told(world: World, airing: Airing, issue: RundownIssue) -> None:
    for moment in (
        world.now,
        START - timedelta(seconds=1),
        START,
        START + timedelta(minutes=3),
        SILENT - timedelta(seconds=1),
    ):
        assert _settle(world, moment) == 0
    assert airing.settled_at is None


def test_silence_is_unknown_and_a_later_report_adds_a_row(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    assert _settle(world, SILENT) == 1
    assert _results(session) == ["unknown"]
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60, 60])
    days_later = SILENT + timedelta(days=3)
    _report(world, station, tape, days_later)
    assert _settle(world, days_later) == 1
    assert _results(session) == ["unknown", "aired"]
    assert [row.result for row in _rows(session)] == ["unknown", "unknown", "aired", "aired"]
    assert [row.ordinal for row in session.scalars(select(Settlement).order_by(Settlement.id))] == [1, 2]
    _report(world, station, tape, days_later)  # the same words again
    assert _settle(world, days_later + timedelta(seconds=1)) == 0
    assert verify_records(session) > 0


def test_words_that_change_nothing_add_no_row(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60, 60])
    _report(world, station, tape, OVER)
    _settle(world, OVER)
    tape.tell(Event.COMMAND, OVER, airing=airing.id, rundown=issue.sequence, reason="hỏi thăm")
    _report(world, station, tape, OVER)
    assert airing.settled_at is None or airing.settled_at == OVER
    session.expire_all()
    assert session.get_one(Airing, airing.id).settled_at is None
    assert _settle(world, OVER + timedelta(seconds=1)) == 0
    assert session.get_one(Airing, airing.id).settled_at == OVER + timedelta(seconds=1)


def test_power_cut_and_missed_say_why(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60, 60], upto=1)
    _report(world, station, tape, OVER + timedelta(hours=1))
    _settle(world, OVER + timedelta(hours=1))
    assert _results(session) == ["interrupted"]
    whole, cut = _rows(session)
    assert (whole.result, cut.result, cut.reason) == ("aired", "interrupted", "power")
    assert cut.actual_end - cut.actual_start == timedelta(seconds=5)


def test_a_station_that_says_missed_is_believed_at_once(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    tape = world.tape(station)
    tape.tell(Event.MISSED, START + timedelta(seconds=31), airing=airing.id, rundown=issue.sequence, reason="not-ready")
    _report(world, station, tape, START + timedelta(seconds=32))
    assert _settle(world, START + timedelta(seconds=32)) == 1
    assert {(row.result, row.reason) for row in _rows(session)} == {("missed", "not-ready")}


def test_another_stations_words_do_not_count(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    liar = world.station("Xuân Lao", "03302")
    tape = world.tape(liar)
    tape.play(airing, issue.sequence, [60, 60])
    _report(world, liar, tape, OVER)
    assert _settle(world, OVER) == 0
    _settle(world, SILENT)
    assert _results(session) == ["unknown"]


def test_cancelled_is_settled_when_its_time_comes(
    world: World, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    planning.cancel_airing(session, world.approver, airing_id=airing.id, reason="Nghỉ lễ", now=world.now)
    assert _settle(world, world.now) == 0
    assert _settle(world, START) == 1
    assert _results(session) == ["cancelled"]
    assert [row.result for row in _rows(session)] == ["cancelled"] * 2


def test_cancelled_before_it_was_ever_dispatched_has_its_rows(world: World, airing: Airing, session: Session) -> None:
    planning.cancel_airing(session, world.approver, airing_id=airing.id, reason="Nghỉ lễ", now=world.now)
    _settle(world, START)
    assert [(row.title, row.result) for row in _rows(session)] == [("Một", "cancelled"), ("Hai", "cancelled")]


def test_left_out_items_are_told_beside_those_that_aired(world: World, station: Station, session: Session) -> None:
    programme = world.programme(
        ("bulletin", world.bulletin("Một")), ("bulletin", world.bulletin("Chờ", approved=False))
    )
    (airing,) = world.one_off([station], programme, START)
    issue = world.issue(station)
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60])
    _report(world, station, tape, OVER)
    _settle(world, OVER)
    assert _results(session) == ["partly"]
    assert [(row.result, row.reason) for row in _rows(session)] == [("aired", None), ("left-out", "not-approved")]


def test_all_left_out_is_settled_at_the_start(world: World, station: Station, session: Session) -> None:
    world.one_off([station], world.programme(("bulletin", world.bulletin("Chờ", approved=False))), START)
    world.issue(station)
    assert _settle(world, START - timedelta(seconds=1)) == 0
    assert _settle(world, START) == 1
    assert _results(session) == ["left-out"]
    assert [row.planned_start for row in _rows(session)] == [START]


def test_never_dispatched_is_unknown_not_aired(world: World, airing: Airing, session: Session) -> None:
    assert _settle(world, SILENT) == 1
    assert {(row.title, row.result) for row in _rows(session)} == {("Một", "unknown"), ("Hai", "unknown")}


def test_played_from_an_older_rundown_is_noted(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    story = airing.items[0].bulletin_id
    later = world.now + timedelta(hours=1)
    (old,) = session.scalars(text("SELECT digest FROM approval WHERE bulletin_id = :id").bindparams(id=story))
    world.end(old, "superseded", later)
    world.approve(story, "Một", number=2, approved_at=later)
    world.issue(station, later)
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60, 60])
    _report(world, station, tape, OVER)
    _settle(world, OVER)
    (settlement,) = session.scalars(select(Settlement))
    assert settlement.rundown_sequence == issue.sequence
    assert _rows(session)[0].revision == 1
    assert "old-plan" in (_rows(session)[0].note or "")


def test_a_test_tone_has_a_row_of_its_own(world: World, station: Station, session: Session) -> None:
    (airing,) = world.one_off([station], world.programme(("test", world.bulletin("Phát thử", kind="test"))), START)
    tape = world.tape(station)
    tape.play(airing, world.issue(station).sequence, [60])
    _report(world, station, tape, OVER)
    _settle(world, OVER)
    assert [(row.kind, row.result) for row in _rows(session)] == [("test", "aired")]


def test_hostile_details_do_not_stop_the_settling(
    world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session
) -> None:
    tape = world.tape(station)
    told = {"airing": airing.id, "rundown": issue.sequence}
    tape.tell(Event.STARTED, START, **told)
    for item, detail in enumerate(
        (
            {"edge": 7},
            {"position_ms": "x"},
            {"position_ms": 2**52},
            {"position_ms": True},
            {"edge": "end", "position_ms": -1},
        )
    ):
        tape.tell(Event.ITEM, START, item=item * 1_000_000, detail=detail, **told)
    tape.tell(Event.FINISHED, START + timedelta(minutes=2), **told)
    _report(world, station, tape, OVER)
    assert _settle(world, SILENT + timedelta(days=1)) == 1


def test_rows_refuse_to_change(world: World, airing: Airing, issue: RundownIssue, session: Session) -> None:
    _settle(world, SILENT)
    session.commit()
    for statement in ("UPDATE log_row SET result = 'aired'", "DELETE FROM settlement"):
        with pytest.raises(DBAPIError, match="only grow"):
            session.execute(text(statement))
        session.rollback()


def test_limit_leaves_the_rest_for_the_next_round(world: World, station: Station, session: Session) -> None:
    programme = world.programme(("bulletin", world.bulletin("Một")))
    for hour in range(5):
        world.one_off([station], programme, START + timedelta(hours=hour))
    late = START + timedelta(days=1)
    assert [settle(session, now=late, reporting_allowance=ALLOWANCE, limit=2) for _ in range(4)] == [2, 2, 1, 0]


@pytest.fixture
def settled(world: World, station: Station, airing: Airing, issue: RundownIssue, session: Session) -> dict[str, int]:
    """A network in which everything has happened once, and the ledger numbers by kind (the first of each)."""
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60, 60])
    _report(world, station, tape, OVER)
    _settle(world, OVER)
    audit.verify(session)
    verify_records(session)
    rows = session.execute(text("SELECT kind, min(seq) AS seq FROM ledger_entry GROUP BY kind"))
    return {row.kind: row.seq for row in rows}


# What somebody with the database in hands might change, and which line of which kind tells of it (0 is the first).
CHANGES = (
    ("UPDATE as_run_entry SET reason = 'power' WHERE n = 2", "as-run", 1),
    ("UPDATE as_run_entry SET line = replace(line, 'boot', 'beet') WHERE n = 3", "as-run", 2),
    ("UPDATE as_run_entry SET event = 'missed' WHERE n = 1", "as-run", 0),
    ("UPDATE as_run_entry SET airing_id = NULL WHERE n = 1", "as-run", 0),
    ("UPDATE as_run_entry SET station_id = (SELECT id FROM station WHERE name = 'Khác') WHERE n = 1", "as-run", 0),
    ("UPDATE as_run_entry SET at = received_at WHERE n = 2", "as-run", 1),
    ("DELETE FROM as_run_entry WHERE n = 4", "as-run", 3),
    ("UPDATE as_run_entry SET ledger_seq = 1 WHERE n = 1", "audit", None),
    ("UPDATE log_row SET result = 'missed' WHERE ordinal = 1", "result", 0),
    ("UPDATE log_row SET title = 'Khác' WHERE ordinal = 1", "result", 0),
    ("UPDATE log_row SET approver_name = 'Khác'", "result", 0),
    ("UPDATE log_row SET actual_start = planned_start", "result", 0),
    ("DELETE FROM log_row WHERE ordinal = 0", "result", 0),
    ("UPDATE settlement SET result = 'missed'", "result", 0),
    ("UPDATE settlement SET rundown_sequence = 1", "result", 0),
    ("UPDATE airing SET unit_name = 'Xã khác'", "result", 0),
    ("UPDATE airing SET station_name = 'Khác'", "result", 0),
    ("UPDATE approval SET heard_permille = 1, document = replace(document, 'normal', 'urgent')", "approval", 0),
    ("UPDATE approval SET approver_id = (SELECT min(id) FROM person WHERE username = 'bien')", "approval", 0),
    ("UPDATE revision SET script = 'Khác' WHERE title = 'Hai'", "approval", 1),
    ("UPDATE revision SET title = 'Khác' WHERE title = 'Một'", "approval", 0),
    ("UPDATE rundown_issue SET envelope = replace(envelope, 'payload', 'Payload')", "rundown", 0),
    ("UPDATE rundown_issue SET content_digest = envelope_sha256", "rundown", 0),
)


@pytest.mark.parametrize("change", CHANGES, ids=[change[0][:60] for change in CHANGES])
def test_a_changed_record_is_named_by_its_ledger_number(
    world: World, settled: dict[str, int], session: Session, change: tuple[str, str, int | None]
) -> None:
    statement, kind, offset = change
    world.station("Khác", "03302")
    approvals = session.scalars(text("SELECT seq FROM ledger_entry WHERE kind = 'approval' ORDER BY seq")).all()
    without_guards(session, statement)
    expected = 1 if offset is None else approvals[offset] if kind == "approval" else settled[kind] + offset
    with pytest.raises(LedgerBroken) as refusal:
        verify_records(session)
    assert refusal.value.seq == expected
