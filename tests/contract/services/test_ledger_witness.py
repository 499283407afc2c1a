"""What somebody with the database in hands may change beside the ledger, and is found out all the same."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from airing_world import World
from bulletin_stage import Newsroom
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from scheduler.canonical import parse_instant
from scheduler.db.accounts import LedgerEntry
from scheduler.ledger import GENESIS, Head, LedgerBroken, make_line
from scheduler.protocol import Event
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import accounts, audit, intake
from scheduler.services.ledger_check import verify_all

Maker = Callable[..., Actor]


def _without_guards(maker: sessionmaker[Session], *statements: str) -> None:
    with maker.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def _broken(maker: sessionmaker[Session]) -> LedgerBroken:
    with maker() as session, pytest.raises(LedgerBroken) as refusal:
        verify_all(session)
    return refusal.value


@pytest.fixture
def whole(maker: sessionmaker[Session], session: Session, person: Maker, now: datetime) -> None:
    """An approval that was withdrawn, one that stands, and a role given and taken back."""
    room = Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)
    room.in_state(State.WITHDRAWN)
    room.in_state(State.APPROVED)
    admin = person("quan", Role.ADMIN)
    for role in (Role.EDITOR, Role.AUDITOR):
        grant = accounts.grant_role(session, admin, person_id=room.editor.id, grant=Grant(role), now=now)
    accounts.revoke_role(session, admin, grant_id=grant.id, now=now)
    session.commit()
    with maker() as reader:
        verify_all(reader)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM approval_end",
        "UPDATE approval_end SET kind = 'superseded'",
        "UPDATE approval_end SET reason = 'khác'",
        "UPDATE approval SET heard_permille = 999",
        "DELETE FROM role_grant WHERE role = 'editor'",
        "UPDATE role_grant SET role = 'approver' WHERE role = 'editor'",
        "UPDATE role_grant SET revoked_at = NULL, revoked_by = NULL",
        "UPDATE role_grant SET granted_by = NULL",
        "INSERT INTO role_grant (person_id, role, granted_at) SELECT id, 'approver', created_at FROM person LIMIT 1",
        "DELETE FROM audit_event WHERE deed = 'revision-withdrawn'",
    ],
)
def test_what_was_changed_behind_the_ledger_is_found(maker: sessionmaker[Session], statement: str) -> None:
    _without_guards(maker, statement)
    assert _broken(maker).seq > 0


@pytest.fixture
def reported(session: Session, now: datetime) -> World:
    """A station that accepted its rundown and told five things."""
    world = World(session, now)
    station = world.station("Búng Lao")
    audit.record(session, person=None, deed="tried", subject_kind="test", subject_id="1", at=now)
    issue = world.issue(station)
    assert issue is not None
    head = audit.head(session)
    tape = world.tape(station)
    checkpoint = {"seq": head.seq, "hash": head.hash}
    tape.tell(Event.ACCEPTED, now, rundown=issue.sequence, detail={"payload": "sha256:0", "checkpoint": checkpoint})
    for index in range(4):
        tape.tell(Event.FAULT, now + timedelta(seconds=index), reason="thử")
    intake.receive_batch(session, station=station, envelope=tape.sealed(), now=now)
    session.commit()
    return world


@pytest.mark.usefixtures("reported")
def test_a_chain_that_witnesses_agrees(session: Session) -> None:
    assert verify_all(session).records > 0


@pytest.mark.usefixtures("reported")
def test_a_ledger_that_was_written_anew_is_found_by_what_rundowns_and_stations_hold(
    maker: sessionmaker[Session],
) -> None:
    _without_guards(maker, "UPDATE audit_event SET deed = 'tries' WHERE deed = 'tried'")
    with maker.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET session_replication_role = replica"))
        head = Head(0, GENESIS)
        for row in session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)).all():
            told = json.loads(row.line.replace("tried", "tries"))
            line = make_line(head, at=parse_instant(told["at"]), kind=told["kind"], body=told["body"])
            row.prev, row.hash, row.line = line.prev, line.hash, line.text
            head = Head(line.seq, line.hash)
        session.execute(text("UPDATE ledger_head SET hash = :hash"), {"hash": head.hash})
    with maker() as session:
        assert audit.verify(session) == head
    refusal = _broken(maker)
    assert (refusal.seq, "mốc" in refusal.reason) == (1, True)


@pytest.mark.usefixtures("reported")
def test_a_cut_tail_is_found_by_the_stations_chain(maker: sessionmaker[Session]) -> None:
    _without_guards(
        maker,
        "DELETE FROM as_run_entry WHERE n = 5",
        "DELETE FROM ledger_entry WHERE seq = (SELECT seq FROM ledger_head)",
        "UPDATE ledger_head SET seq = seq - 1, "
        "hash = (SELECT e.hash FROM ledger_entry e WHERE e.seq = ledger_head.seq - 1)",
    )
    assert "chuỗi" in _broken(maker).reason
