"""Sessions that somebody planned outside of any slot, as far as rotation has to do with them.

One of a template is filled like a slot's; what one of a fixed programme tells counts towards the goals of its day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.filling import OneOff
from playlists.model import BulletinClass, ItemKind, ProgrammeItem
from playlists.templates import Place, PlaceKind, Template
from scheduler.db.planning import Airing


@dataclass(frozen=True, slots=True)
class ByHand:
    """A session outside of any slot; ``named`` is what it was planned with, null for one that a template fills."""

    session: OneOff
    named: Template | None


def one_offs(session: Session, days: tuple[date, date], now: datetime) -> Mapping[UUID, tuple[ByHand, ...]]:
    """Return, by station, those of the local ``days`` (first and last, both included) that start after ``now``.

    A make-good repeats what counted already; an emergency and a drill are no campaign's.
    """
    query = select(Airing).where(
        Airing.slot_id.is_(None),
        Airing.starts_at > now,
        Airing.local_date.between(*days),
        Airing.cancelled_at.is_(None),
        Airing.make_good_of.is_(None),
        Airing.bulletin_class == BulletinClass.NORMAL.value,
        Airing.drill.is_(False),
    )
    found: dict[UUID, list[ByHand]] = defaultdict(list)
    for row in session.scalars(query.order_by(Airing.starts_at, Airing.id)):
        found[UUID(row.station_id)].append(_by_hand(row))
    return {station_id: tuple(each) for station_id, each in found.items()}


def _by_hand(row: Airing) -> ByHand:
    identity = UUID(row.id)
    length = row.ends_by - row.starts_at
    if row.programme_id is not None:
        return ByHand(OneOff(identity, row.local_date, row.starts_at, UUID(row.programme_id), length), None)
    places = tuple(
        Place(PlaceKind.ITEM, ProgrammeItem(ItemKind(item.kind), UUID(item.bulletin_id), item.language))
        for item in row.items
    )
    return ByHand(
        OneOff(identity, row.local_date, row.starts_at, identity, length), Template(identity, row.title, places)
    )
