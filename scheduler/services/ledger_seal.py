"""The ledger's seal: the last check of the whole ledger, kept in the ledger itself, and a look at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.accounts import AuditEvent, LedgerEntry, Person
from scheduler.ledger import Head, LedgerBroken
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.ledger_check import verify_all

VERIFIED = "ledger-verified"
SUBJECT_KIND, SUBJECT_ID = "ledger", "centre"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of the whole ledger found: the head that it saw, and the first thing wrong (null: nothing)."""

    head: Head
    broken: str | None


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A finding that was kept, with who checked and when."""

    head: Head
    broken: str | None
    at: datetime
    person_name: str | None


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How the ledger stands: its head, the last check that was kept, and what is known to be wrong (null: nothing)."""

    head: Head
    last: KeptCheck | None
    broken: str | None


def check_ledger(session: Session, actor: Actor) -> Finding:
    """Check every line and every record that rests on one, and return what was found; nothing is written.

    To be called first in its transaction. Raises :class:`~scheduler.errors.NotAllowed`.
    """
    require(actor, Deed.READ_LEDGER)
    try:
        return Finding(verify_all(session).head, None)
    except LedgerBroken as refusal:
        return Finding(audit.head(session), str(refusal))


def keep_finding(session: Session, actor: Actor, *, finding: Finding, now: datetime) -> int | None:
    """Record a finding in the ledger and return its number.

    Null where the head does not fit the last line: such a ledger takes no further line, and :func:`ledger_state` says
    so without a kept check. Raises :class:`~scheduler.errors.NotAllowed`.
    """
    require(actor, Deed.READ_LEDGER)
    if _wrong_end(session) is not None:
        return None
    return audit.record(
        session,
        person=actor.id,
        deed=VERIFIED,
        subject_kind=SUBJECT_KIND,
        subject_id=SUBJECT_ID,
        at=now,
        facts={"seq": finding.head.seq, "hash": finding.head.hash, "broken": finding.broken},
    )


def ledger_state(session: Session) -> LedgerState:
    """Return how the ledger stands without reading it whole: what the last check found, and a look at the end."""
    last = _last_check(session)
    wrong = (last.broken if last is not None else None) or _wrong_end(session) or _wrong_since(session, last)
    return LedgerState(audit.head(session), last, wrong)


def _last_check(session: Session) -> KeptCheck | None:
    query = (
        select(AuditEvent, Person.display_name)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .where(AuditEvent.subject_kind == SUBJECT_KIND, AuditEvent.subject_id == SUBJECT_ID)
        .order_by(AuditEvent.ledger_seq.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    event, name = found
    facts = event.facts
    return KeptCheck(Head(facts["seq"], facts["hash"]), facts["broken"], event.at, name)


def _wrong_end(session: Session) -> str | None:
    """Return what is wrong when the last line is not the one that the head names."""
    recorded = audit.head(session)
    query = select(LedgerEntry.seq, LedgerEntry.hash).order_by(LedgerEntry.seq.desc()).limit(1)
    last = session.execute(query).first()
    found = Head(last.seq, last.hash) if last is not None else Head()
    if found == recorded:
        return None
    return str(LedgerBroken(seq=min(found.seq, recorded.seq) + 1, reason="mục cuối không phải mục mà sổ ghi là cuối"))


def _wrong_since(session: Session, last: KeptCheck | None) -> str | None:
    """Return what is wrong when the line at which the last check ended is gone or has become another."""
    if last is None or last.head.seq == 0:
        return None
    kept = session.scalars(select(LedgerEntry.hash).where(LedgerEntry.seq == last.head.seq)).first()
    if kept == last.head.hash:
        return None
    return str(LedgerBroken(seq=last.head.seq, reason="mục này khác với lần kiểm trước"))
