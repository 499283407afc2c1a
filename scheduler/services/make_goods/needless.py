"""Make-goods that a late report makes needless: what they would say again has sounded after all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from playlists.make_goods import left_to_air
from playlists.model import ItemKind
from scheduler.canonical import format_instant
from scheduler.db.planning import Airing
from scheduler.db.reports import Settlement
from scheduler.services import audit
from scheduler.services.make_goods.search import sounded_places
from scheduler.services.plan_values import airing_value

SOUNDED_AFTER_ALL = "sounded-after-all"
"""The ``cancel_reason`` of such a make-good."""


def call_off_needless(session: Session, *, now: datetime) -> int:
    """Take each make-good out of the plan that has not started and of which nothing is lacking; return how many.

    One that still says something that did not sound stays as it was planned. The row, its reason and the audit remain.
    """
    called_off = 0
    for made, first, settlement in _ahead(session, now):
        if _lacks_something(made, first, settlement) or not _taken_out(session, made, now):
            continue
        called_off += 1
        audit.record(
            session,
            person=None,
            deed="make-good-called-off",
            subject_kind="airing",
            subject_id=made.id,
            at=now,
            facts={
                "title": made.title,
                "station": made.station_id,
                "make_good_of": first.id,
                "starts_at": format_instant(made.starts_at),
                "result": settlement.result,
            },
        )
    return called_off


def _ahead(session: Session, now: datetime) -> list[tuple[Airing, Airing, Settlement]]:
    """Return the make-goods that are still to start, each with its first session and what the log says of that."""
    made, first = aliased(Airing), aliased(Airing)
    newest = select(func.max(Settlement.ordinal)).where(Settlement.airing_id == first.id).correlate(first)
    query = (
        select(made, first, Settlement)
        .join(first, first.id == made.make_good_of)
        .join(Settlement, Settlement.airing_id == first.id)
        .where(
            made.slot_id.is_(None),
            made.starts_at > now,
            made.cancelled_at.is_(None),
            Settlement.ordinal == newest.scalar_subquery(),
        )
        .order_by(made.starts_at, made.id)
    )
    return [(row, original, settlement) for row, original, settlement in session.execute(query)]


def _lacks_something(made: Airing, first: Airing, settlement: Settlement) -> bool:
    """Tell whether the make-good says anything that did not sound of its first session."""
    left = left_to_air(airing_value(first).programme, sounded_places(first.items, settlement))
    lacking = [first.items[place] for place in left]
    if not any(ItemKind(item.kind).is_content for item in first.items):
        return bool(lacking)
    content = {(item.kind, item.bulletin_id) for item in lacking if ItemKind(item.kind).is_content}
    return any((item.kind, item.bulletin_id) in content for item in made.items)


def _taken_out(session: Session, made: Airing, now: datetime) -> bool:
    # Conditional: a person may call it off at this moment, and then that reason stands.
    done = session.execute(
        update(Airing)
        .where(Airing.id == made.id, Airing.cancelled_at.is_(None), Airing.starts_at > now)
        .values(cancelled_at=now, cancel_reason=SOUNDED_AFTER_ALL)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined] # the result of an UPDATE is a CursorResult
