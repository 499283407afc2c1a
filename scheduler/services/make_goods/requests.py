"""What people have said of sessions that did not sound, as the audit tells it: asked to be made good, or not wanted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from scheduler.db.accounts import AuditEvent, Person
from scheduler.db.planning import Airing
from scheduler.services.make_goods.views import Statement

REQUESTED = "make-good-requested"
DISMISSED = "make-good-dismissed"
_AT_ONCE = 500


def newest_requests(session: Session, airing_ids: Sequence[str]) -> dict[str, Statement]:
    """Return the newest request for each airing that has one which nobody dismissed since."""
    return {airing_id: said for airing_id, (deed, said) in _newest(session, airing_ids).items() if deed == REQUESTED}


def standing_dismissals(session: Session, airing_ids: Sequence[str]) -> dict[str, Statement]:
    """Return for each airing that shall not be made good who said so; a request made since then lifts it."""
    return {airing_id: said for airing_id, (deed, said) in _newest(session, airing_ids).items() if deed == DISMISSED}


def is_dismissed() -> ColumnElement[bool]:
    """Tell of a row of :class:`~scheduler.db.planning.Airing` whether the last word about it is a dismissal."""
    said, last = aliased(AuditEvent), aliased(AuditEvent)
    newest = (
        select(func.max(last.ledger_seq))
        .where(last.subject_kind == "airing", last.subject_id == Airing.id, last.deed.in_((REQUESTED, DISMISSED)))
        .correlate(Airing)
    )
    return exists().where(said.ledger_seq == newest.scalar_subquery(), said.deed == DISMISSED)


def _newest(session: Session, airing_ids: Sequence[str]) -> dict[str, tuple[str, Statement]]:
    found: dict[str, tuple[str, Statement]] = {}
    wanted = sorted(set(airing_ids))
    for first in range(0, len(wanted), _AT_ONCE):
        query = (
            select(AuditEvent, Person.display_name)
            .join(Person, Person.id == AuditEvent.person_id)
            .where(
                AuditEvent.subject_kind == "airing",
                AuditEvent.subject_id.in_(wanted[first : first + _AT_ONCE]),
                AuditEvent.deed.in_((REQUESTED, DISMISSED)),
            )
            .order_by(AuditEvent.ledger_seq)
        )
        for event, name in session.execute(query):
            found[event.subject_id] = event.deed, Statement(name, event.at, event.facts.get("text", ""))
    return found
