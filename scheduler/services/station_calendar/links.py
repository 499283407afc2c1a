"""Secret addresses of stations' calendars: made, renewed and ended by whoever is on duty there, or by an admin."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import sha256_hex
from scheduler.db.accounts import Person
from scheduler.db.calendar_links import CalendarLink
from scheduler.db.units import Station
from scheduler.errors import Conflict, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Deed, require_station
from scheduler.services import audit, stations
from scheduler.services.local_days import local_day

_SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link that has not ended: when it was made, and by whom. Its secret is shown once and kept nowhere."""

    made_at: datetime
    made_by: str


def may_share(session: Session, actor: Actor, *, station_id: str, zone: str, now: datetime) -> bool:
    """Tell whether somebody may make the link of a station: for pages that show or hide the way to it."""
    try:
        _require(session, actor, station_id, zone, now)
    except NotAllowed:
        return False
    return True


def link_state(session: Session, actor: Actor, *, station_id: str, zone: str, now: datetime) -> LinkState | None:
    """Return the station's link, null without one; raises as :func:`make_link` does."""
    _require(session, actor, station_id, zone, now)
    query = select(CalendarLink.made_at, Person.display_name).join(Person, Person.id == CalendarLink.made_by)
    found = session.execute(query.where(CalendarLink.station_id == station_id, CalendarLink.ended_at.is_(None)))
    row = found.one_or_none()
    return LinkState(row.made_at, row.display_name) if row is not None else None


def make_link(session: Session, actor: Actor, *, station_id: str, zone: str, now: datetime) -> str:
    """Return a new secret; an older one of the station ends at once. Only its SHA-256 is kept.

    Raises :class:`~scheduler.errors.NotFound`, :class:`~scheduler.errors.NotAllowed` and, for a station that has been
    stopped, :class:`~scheduler.errors.Conflict`.
    """
    station = _require(session, actor, station_id, zone, now)
    if not station.active:
        raise Conflict(what="Cụm loa đang ngừng. Hãy cho hoạt động lại trước khi tạo đường dẫn lịch")
    older = _living(session, station_id)
    if older is not None:
        _end(older, actor, now)
        session.flush()  # one living link a station: the older one ends first
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        CalendarLink(
            station_id=station_id, secret_hash=sha256_hex(secret.encode("ascii")), made_by=actor.id, made_at=now
        )
    )
    session.flush()
    _record(session, actor, "calendar-link-made" if older is None else "calendar-link-renewed", station, now)
    return secret


def end_link(session: Session, actor: Actor, *, station_id: str, zone: str, now: datetime) -> None:
    """End the station's link: its address is not found any more. Raises as :func:`make_link` does."""
    station = _require(session, actor, station_id, zone, now)
    link = _living(session, station_id)
    if link is None:
        raise Conflict(what="Cụm loa này không có đường dẫn lịch nào đang dùng. Hãy tải lại trang")
    _end(link, actor, now)
    session.flush()
    _record(session, actor, "calendar-link-ended", station, now)


def station_behind(session: Session, secret: str) -> Station | None:
    """Return the active station whose living link holds ``secret``; null for every other text alike."""
    digest = sha256_hex(secret.encode("utf-8", "replace"))
    query = (
        select(Station)
        .join(CalendarLink, CalendarLink.station_id == Station.id)
        .where(CalendarLink.secret_hash == digest, CalendarLink.ended_at.is_(None), Station.active)
    )
    return session.scalars(query).one_or_none()


def _require(session: Session, actor: Actor, station_id: str, zone: str, now: datetime) -> Station:
    station = stations.find(session, station_id)
    above = stations.unit_codes_above(session, station_id, local_day(now, zone))
    require_station(actor, Deed.SHARE_CALENDAR, station_id, above)
    return station


def _living(session: Session, station_id: str) -> CalendarLink | None:
    """Return the link that has not ended; the station's row is locked, so that two people take turns."""
    locked = select(Station.id).where(Station.id == station_id).with_for_update(key_share=True)
    if session.scalars(locked).one_or_none() is None:
        raise NotFound(what="cụm loa này")
    query = select(CalendarLink).where(CalendarLink.station_id == station_id, CalendarLink.ended_at.is_(None))
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _end(link: CalendarLink, actor: Actor, now: datetime) -> None:
    link.ended_by, link.ended_at = actor.id, now


def _record(session: Session, actor: Actor, deed: str, station: Station, now: datetime) -> None:
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind="station",
        subject_id=station.id,
        at=now,
        facts={"name": station.name},
    )
