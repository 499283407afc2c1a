"""What an approver would release now: told before the decision, in the very terms that it binds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.emergencies import EmergencyOrder
from scheduler.db.bulletins import Revision
from scheduler.errors import LoaError
from scheduler.services.bulletins.lookup import current_tracks
from scheduler.services.emergencies.reach import scope_words, stations_meant
from scheduler.services.emergencies.release import (
    Confirmed,
    check_order,
    check_release,
    emergency_of,
    is_emergency,
    order_left,
    stations_shown,
)
from scheduler.services.local_days import local_day


@dataclass(frozen=True, slots=True)
class ReleasePreview:
    """Where (in words, and the stations by name), how often, and until when, if it were approved now.

    ``order`` is what is left of it when the bulletin's last day ends it early (``cut_short``). ``shown`` is the digest
    of the stations, which the approve request carries back. ``hindered`` says why it cannot be released, null when
    nothing is in the way.
    """

    order: EmergencyOrder
    where: str
    stations: tuple[str, ...]
    shown: str
    until: datetime | None
    hindered: str | None
    cut_short: bool = False


def release_preview(
    session: Session, *, bulletin_id: str, revision: int, zone: str, now: datetime
) -> ReleasePreview | None:
    """Return what the approval of that revision would release; null when it is no emergency."""
    query = select(Revision).where(Revision.bulletin_id == bulletin_id, Revision.number == revision)
    row = session.scalars(query).one()
    if not is_emergency(row):
        return None
    order = check_order(row)
    if order.scope is None:
        return None
    stations = stations_meant(session, order.scope, local_day(now, zone))
    seen = ReleasePreview(
        order=order,
        where=scope_words(session, order.scope),
        stations=tuple(station.name for station in stations),
        shown=stations_shown(stations),
        until=None,
        hindered=None,
    )
    try:
        emergency = emergency_of(row, zone=zone, now=now)
        left = order_left(order, emergency)
        confirmed = Confirmed(len(stations), seen.shown)
        check_release(session, row, current_tracks(session, row.id), confirmed=confirmed, zone=zone, now=now)
    except LoaError as error:
        return replace(seen, hindered=str(error))
    return replace(seen, order=left, until=emergency.expires_at, cut_short=left.valid_for < order.valid_for)
