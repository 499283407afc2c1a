"""Which stations an emergency means on a day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.network import Network
from playlists.scopes import Reach, Scope
from scheduler.db.units import Station
from scheduler.services.timetable.standing import network


def stations_meant(session: Session, scope: Scope, day: date) -> list[Station]:
    """Return the active stations that ``scope`` means on ``day``, by name."""
    meant = Reach(network(session)).stations(scope, day)
    query = select(Station).where(Station.id.in_([str(each) for each in meant]), Station.active)
    return sorted(session.scalars(query), key=lambda station: (station.name, station.id))


def scope_words(scope: Scope, there: Network) -> str:
    """Return in words where: “toàn mạng”, or units and stations by name."""
    if scope.everyone:
        return "toàn mạng"
    units = [there.unit(key) for key in sorted(scope.units)]
    names = [unit.name for unit in units if unit is not None]
    names += [there.stations[each].name for each in sorted(scope.stations, key=UUID.__str__) if each in there.stations]
    return ", ".join(names)
