"""Which session of a programme comes next at each station: what it holds is the likeliest that a template will hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import NotAllowed
from scheduler.rules.permissions import Actor, Deed, require_station
from scheduler.services.local_days import local_day
from scheduler.services.timetable.standing import batches, network, standing_slots


@dataclass(frozen=True, slots=True)
class NextSession:
    """A planned session that has not started."""

    airing_id: str
    station_id: str
    station_name: str
    starts_at: datetime


def next_sessions(
    session: Session, actor: Actor, *, programme_id: str, zone: str, now: datetime
) -> tuple[NextSession, ...]:
    """Return the next planned session of a programme at each station whose playlist ``actor`` may read, by name.

    Sessions outside of slots count for templates alone: only these remember what they are filled from.
    """
    slots = [str(slot.id) for slot in standing_slots(session, now).values() if str(slot.programme_id) == programme_id]
    first: dict[str, NextSession] = {}
    for part in [[], *batches(slots)]:
        of_programme = or_(Airing.programme_id == programme_id, Airing.slot_id.in_(part))
        ahead = and_(of_programme, Airing.starts_at > now, Airing.cancelled_at.is_(None))
        starts = select(Airing.station_id, func.min(Airing.starts_at).label("at")).where(ahead)
        soonest = starts.group_by(Airing.station_id).subquery()
        query = (
            select(Airing.id, Airing.station_id, Station.name, Airing.starts_at)
            .join(soonest, and_(soonest.c.station_id == Airing.station_id, soonest.c.at == Airing.starts_at))
            .join(Station, Station.id == Airing.station_id)
            .where(ahead, Station.active)
        )
        for row in session.execute(query.order_by(Airing.id)):
            found = NextSession(*row)
            known = first.get(found.station_id)
            if known is None or found.starts_at < known.starts_at:
                first[found.station_id] = found
    may_read = _Readable(session, actor, zone, now)
    allowed = [each for each in first.values() if may_read.at(each.station_id)]
    return tuple(sorted(allowed, key=lambda each: (each.station_name, each.station_id)))


class _Readable:
    """The stations whose playlists somebody may read today."""

    def __init__(self, session: Session, actor: Actor, zone: str, now: datetime) -> None:
        self._actor = actor
        self._tree = network(session).on(local_day(now, zone))

    def at(self, station_id: str) -> bool:
        code = self._tree.unit_of.get(UUID(station_id))
        above = self._tree.chain(code) if code is not None else ()
        try:
            require_station(self._actor, Deed.READ_PLAYLIST, station_id, above)
        except NotAllowed:
            return False
        return True
