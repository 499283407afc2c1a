"""Sessions outside of any slot that are still to come, kept under the names that hold on their day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.services.places import Places
from scheduler.services.timetable.standing import batches


def bring_up_places(session: Session, station_ids: Sequence[str], *, now: datetime) -> list[str]:
    """Write anew what station and unit are called where a merger, a move or a new name came after the planning.

    Return the ids of the sessions concerned; one that has begun keeps the names under which it began.
    """
    found: list[tuple[str, dict[str, str]]] = []
    places: Places | None = None
    for part in batches(station_ids):
        query = (
            select(
                Airing.id, Airing.station_id, Airing.local_date, Airing.station_name, Airing.unit_code,
                Airing.unit_name, Station.name,
            )
            .join(Station, Station.id == Airing.station_id)
            .where(
                Airing.station_id.in_(part),
                Airing.slot_id.is_(None),
                Airing.cancelled_at.is_(None),
                Airing.starts_at > now,
            )
            .order_by(Airing.id)
        )  # fmt: skip
        for airing_id, station_id, day, *told, name in session.execute(query):
            places = places or Places(session)
            place = places.on(station_id, day)
            if told != [name, place.unit_code, place.unit_name]:
                names = {"station_name": name, "unit_code": place.unit_code, "unit_name": place.unit_name}
                found.append((airing_id, names))
    for airing_id, names in found:
        session.execute(update(Airing).where(Airing.id == airing_id, Airing.starts_at > now).values(names))
    return [airing_id for airing_id, _ in found]
