"""What editors and operators have asked to be made good, as the audit tells it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.accounts import AuditEvent, Person
from scheduler.services.make_goods.views import Request

REQUESTED = "make-good-requested"
_AT_ONCE = 500


def newest_requests(session: Session, airing_ids: Sequence[str]) -> dict[str, Request]:
    """Return the newest request for each airing that has one."""
    found: dict[str, Request] = {}
    wanted = sorted(set(airing_ids))
    for first in range(0, len(wanted), _AT_ONCE):
        query = (
            select(AuditEvent, Person.display_name)
            .join(Person, Person.id == AuditEvent.person_id)
            .where(
                AuditEvent.subject_kind == "airing",
                AuditEvent.subject_id.in_(wanted[first : first + _AT_ONCE]),
                AuditEvent.deed == REQUESTED,
            )
            .order_by(AuditEvent.ledger_seq)
        )
        for event, name in session.execute(query):
            found[event.subject_id] = Request(name, event.at, event.facts.get("text", ""))
    return found
