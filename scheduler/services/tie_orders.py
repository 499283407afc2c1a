"""Which of an airing's priority bulletins goes first: the commune's own user decides (Circular 39/2020/TT-BTTTT)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.model import BulletinClass, ItemKind
from scheduler.db.emergencies import TieOrder
from scheduler.db.planning import Airing
from scheduler.errors import Conflict, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Deed, require_station
from scheduler.services import audit, stations
from scheduler.services.bulletins.standing import standing_approvals
from scheduler.services.local_days import local_day

_AT_ONCE = 500
_TOLD = frozenset({ItemKind.BULLETIN.value, ItemKind.NOTICE.value})


@dataclass(frozen=True, slots=True)
class Tied:
    """A priority bulletin of an airing."""

    bulletin_id: str
    title: str


def tie_orders(session: Session, airing_ids: Sequence[str]) -> dict[str, tuple[UUID, ...]]:
    """Return, by airing, its priority bulletins in the order that was chosen last; nothing where nobody chose."""
    found: dict[str, tuple[UUID, ...]] = {}
    for first in range(0, len(airing_ids), _AT_ONCE):
        part = airing_ids[first : first + _AT_ONCE]
        for row in session.scalars(select(TieOrder).where(TieOrder.airing_id.in_(part)).order_by(TieOrder.id)):
            found[row.airing_id] = tuple(UUID(each) for each in row.bulletins)
    return found


def ties(
    session: Session, actor: Actor, *, station_id: str, airing_ids: Sequence[str], zone: str, now: datetime
) -> Mapping[str, tuple[Tied, ...]]:
    """Return, by airing of a station that has not started, its two or more priority bulletins as they will sound.

    Nothing for whoever may not order them there.
    """
    try:
        _require(session, actor, station_id, zone=zone, now=now)
    except NotAllowed:
        return {}
    query = select(Airing).where(
        Airing.id.in_(airing_ids),
        Airing.station_id == station_id,
        Airing.starts_at > now,
        Airing.cancelled_at.is_(None),
    )
    rows = list(session.scalars(query))
    chosen = tie_orders(session, [row.id for row in rows])
    titles = _priorities(session, rows, now)
    found = {row.id: _in_turn(row, titles, chosen.get(row.id, ())) for row in rows}
    return {airing_id: tied for airing_id, tied in found.items() if len(tied) > 1}


def order_priorities(
    session: Session, actor: Actor, *, airing_id: str, bulletins: Sequence[str], zone: str, now: datetime
) -> TieOrder:
    """Store the order in which an airing's priority bulletins are to sound; its station is told anew.

    ``bulletins`` are all of them. Raises :class:`~scheduler.errors.NotFound`, :class:`~scheduler.errors.NotAllowed`,
    and :class:`~scheduler.errors.Conflict` once it has started or when they are others by now.
    """
    query = select(Airing).where(Airing.id == airing_id).with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(what="buổi phát này")
    _require(session, actor, row.station_id, zone=zone, now=now)
    if row.starts_at <= now or row.cancelled_at is not None:
        raise Conflict(what="Buổi phát đã đến giờ hoặc đã bỏ khỏi lịch, không xếp lại được nữa")
    there = _in_turn(row, _priorities(session, [row], now), ())
    if sorted(bulletins) != sorted(each.bulletin_id for each in there):
        raise Conflict(what="Tin ưu tiên của buổi này vừa đổi. Hãy tải lại trang rồi xếp lại")
    chosen = TieOrder(airing_id=airing_id, bulletins=list(bulletins), person_id=actor.id, at=now)
    session.add(chosen)
    session.flush()
    audit.record(
        session,
        person=actor.id,
        deed="priorities-ordered",
        subject_kind="airing",
        subject_id=airing_id,
        at=now,
        facts={"station": row.station_id, "title": row.title, "bulletins": list(bulletins)},
    )
    return chosen


def _require(session: Session, actor: Actor, station_id: str, *, zone: str, now: datetime) -> None:
    above = stations.unit_codes_above(session, station_id, local_day(now, zone))
    require_station(actor, Deed.ORDER_PRIORITIES, station_id, above)


def _priorities(session: Session, rows: Sequence[Airing], now: datetime) -> dict[str, str]:
    """Return the titles of the priority bulletins that stand, of those that ``rows`` ask for."""
    asked = {item.bulletin_id for row in rows for item in row.items if item.kind in _TOLD}
    return {
        track.bulletin_id: track.title
        for track in standing_approvals(session, at=now, bulletin_ids=asked)
        if track.ended is None and track.bulletin_class == BulletinClass.PRIORITY.value
    }


def _in_turn(row: Airing, titles: Mapping[str, str], chosen: Sequence[UUID]) -> tuple[Tied, ...]:
    place = {str(bulletin_id): turn for turn, bulletin_id in enumerate(chosen)}
    asked = dict.fromkeys(item.bulletin_id for item in row.items if item.kind in _TOLD and item.bulletin_id in titles)
    ordered = sorted(asked, key=lambda bulletin_id: place.get(bulletin_id, len(place)))
    return tuple(Tied(bulletin_id, titles[bulletin_id]) for bulletin_id in ordered)
