"""What the verbs write beside the deed itself: whose hand it was, and the line in the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.db.bulletins import Contributor, Revision
from scheduler.services import audit

SUBJECT = "bulletin"


def note_hand(session: Session, person_id: str, bulletin_id: str, deed: str, now: datetime) -> None:
    """Record, once, that a person wrote, submitted, read or recorded some revision: he or she cannot approve it."""
    if session.get(Contributor, (bulletin_id, person_id, deed)) is None:
        session.add(Contributor(bulletin_id=bulletin_id, person_id=person_id, deed=deed, at=now))
        session.flush()


def record_deed(
    session: Session, person_id: str | None, deed: str, revision: Revision, now: datetime, **facts: object
) -> None:
    """Record a deed on a revision in the ledger, under its bulletin (null person: the centre itself)."""
    audit.record(
        session,
        person=person_id,
        deed=deed,
        subject_kind=SUBJECT,
        subject_id=revision.bulletin_id,
        at=now,
        facts={"revision": revision.number, **facts},
    )
