"""Append to the centre's ledger, tell who did what, and check the whole chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import parse_instant
from scheduler.db.accounts import AuditEvent, LedgerEntry, LedgerHead
from scheduler.ledger import Head, LedgerBroken, Line, make_line, verify_chain
from scheduler.services.ledger_batch import append_all

_BATCH = 1000


def append(session: Session, *, kind: str, body: Mapping[str, object], at: datetime) -> int:
    """Append one line to the ledger and return its number; the head row stays locked until the transaction ends."""
    (seq,) = append_all(session, kind=kind, bodies=[body], at=at)
    return seq


def record(
    session: Session,
    *,
    person: str | None,
    deed: str,
    subject_kind: str,
    subject_id: str,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Record that ``person`` (null: the centre itself) did ``deed`` on a subject; return the ledger number."""
    told = dict(facts or {})
    body = {"person": person, "deed": deed, "subject_kind": subject_kind, "subject_id": subject_id, "facts": told}
    seq = append(session, kind="audit", body=body, at=at)
    session.add(
        AuditEvent(
            ledger_seq=seq,
            at=at,
            person_id=person,
            deed=deed,
            subject_kind=subject_kind,
            subject_id=subject_id,
            facts=told,
        )
    )
    session.flush()
    return seq


def history(session: Session, subject_kind: str, subject_id: str) -> list[AuditEvent]:
    """Return what was done on a subject, oldest first."""
    return list(
        session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject_kind == subject_kind, AuditEvent.subject_id == subject_id)
            .order_by(AuditEvent.ledger_seq)
        )
    )


def head(session: Session) -> Head:
    """Return the ledger's recorded head."""
    row = session.get(LedgerHead, 1)
    return Head(row.seq, row.hash) if row else Head()


def verify(session: Session) -> Head:
    """Check the whole ledger, and each audit row against its line; return the head.

    Raises :class:`~scheduler.ledger.LedgerBroken` naming the first bad line.
    """
    recorded = head(session)
    query = select(LedgerEntry).order_by(LedgerEntry.seq).execution_options(yield_per=_BATCH, populate_existing=True)
    found = verify_chain((_line(row) for row in session.scalars(query)), recorded)
    _verify_audit(session)
    return found


def _line(row: LedgerEntry) -> Line:
    return Line(seq=row.seq, prev=row.prev, hash=row.hash, at=row.at, kind=row.kind, text=row.line)


def _verify_audit(session: Session) -> None:
    query = (
        select(AuditEvent, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.seq == AuditEvent.ledger_seq)
        .order_by(AuditEvent.ledger_seq)
        .execution_options(yield_per=_BATCH)
    )
    for event, entry in session.execute(query):
        expected = {
            "person": event.person_id,
            "deed": event.deed,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            "facts": event.facts,
        }
        retold = make_line(Head(entry.seq - 1, entry.prev), at=parse_instant(entry.at), kind="audit", body=expected)
        if retold.text != entry.line or parse_instant(entry.at) != _whole_ms(event.at):
            raise LedgerBroken(seq=entry.seq, reason="dòng nhật ký thao tác khác nội dung trong sổ")
    told = select(AuditEvent.ledger_seq)
    gone = select(LedgerEntry.seq).where(LedgerEntry.kind == "audit", LedgerEntry.seq.not_in(told))
    first = session.scalars(gone.order_by(LedgerEntry.seq).limit(1)).first()
    if first is not None:
        raise LedgerBroken(seq=first, reason="thiếu dòng nhật ký thao tác của mục này")


def _whole_ms(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
