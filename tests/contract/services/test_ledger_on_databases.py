"""The ledger in a database: appended in one chain, refused to change, and the first bad line named."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.ledger import LedgerBroken
from scheduler.services import audit


def _write(session: Session, now: datetime, count: int) -> None:
    for index in range(count):
        audit.record(
            session,
            person=None,
            deed="tried",
            subject_kind="test",
            subject_id=str(index),
            at=now + timedelta(seconds=index),
            facts={"n": index},
        )


def test_whole_ledger_verifies_and_heads_agree(session: Session, now: datetime) -> None:
    _write(session, now, 5)
    assert audit.verify(session).seq == 5
    assert audit.head(session).seq == 5


@pytest.mark.parametrize("table", ["ledger_entry", "audit_event"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_rows_refuse_to_change(maker: sessionmaker[Session], now: datetime, table: str, deed: str) -> None:
    with maker.begin() as session:
        _write(session, now, 1)
    with pytest.raises(DBAPIError, match="only grow"), maker.begin() as session:
        session.execute(text(deed.format(table)))


def _without_guards(session: Session, statement: str) -> None:
    """Do what somebody with the database file in hands could do."""
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite":
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("SET session_replication_role = replica"))
    for each in statement.split(";"):
        session.execute(text(each))


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        ("UPDATE ledger_entry SET line = replace(line, 'tried', 'tries') WHERE seq = 3", 3),
        ("UPDATE ledger_entry SET kind = 'approval' WHERE seq = 2", 2),
        ("DELETE FROM audit_event WHERE ledger_seq = 4; DELETE FROM ledger_entry WHERE seq = 4", 4),
        ("DELETE FROM audit_event WHERE ledger_seq = 5; DELETE FROM ledger_entry WHERE seq = 5", 5),
        ("UPDATE audit_event SET deed = 'other' WHERE ledger_seq = 4", 4),
        ("UPDATE ledger_head SET seq = 4", 5),
    ],
)
def test_first_bad_line_is_named(maker: sessionmaker[Session], now: datetime, statement: str, bad: int) -> None:
    with maker.begin() as session:
        _write(session, now, 5)
    with maker.begin() as session:
        _without_guards(session, statement)
    with maker() as session, pytest.raises(LedgerBroken) as refusal:
        audit.verify(session)
    assert refusal.value.seq == bad
