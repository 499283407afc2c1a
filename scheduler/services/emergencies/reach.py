"""Which stations an emergency means on a day, and what its writer may choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.network import Network, Tree, UnitKey
from playlists.scopes import Reach, Scope
from scheduler.db.units import Station
from scheduler.services.places import Places
from scheduler.services.timetable.standing import network

_ONE_DAY = timedelta(days=1)
MOST_STATIONS = 300
"""So many stations a form lists; in a larger network people choose by unit."""


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit of the day: ``key`` is ``code@first day``, ``depth`` counts from the top, ``stations`` all below it."""

    key: str
    name: str
    depth: int
    stations: int


@dataclass(frozen=True, slots=True)
class StationChoice:
    """An active station and the unit in which it stands on the day."""

    id: str
    name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Units in the order of the tree and stations by name; ``too_many`` when the latter are left out."""

    units: tuple[UnitChoice, ...]
    stations: tuple[StationChoice, ...]
    too_many: bool


def stations_meant(session: Session, scope: Scope, day: date) -> list[Station]:
    """Return the active stations that ``scope`` means on ``day``, by name."""
    meant = Reach(network(session)).stations(scope, day)
    query = select(Station).where(Station.id.in_([str(each) for each in meant]), Station.active)
    return sorted(session.scalars(query), key=lambda station: (station.name, station.id))


def units_around(session: Session, station_id: str, day: date) -> frozenset[UnitKey]:
    """Return the units in which a station stood on ``day``, those above included; of one that moved that very day also
    where it stood the day before."""
    places = Places(session, station_id=station_id)
    return places.units_above(station_id, day) | places.units_above(station_id, day - _ONE_DAY)


def scope_words(session: Session, scope: Scope) -> str:
    """Return in words where: “toàn mạng”, or units and stations by name."""
    if scope.everyone:
        return "toàn mạng"
    there = network(session)
    units = [there.unit(key) for key in sorted(scope.units)]
    stations = [there.stations[each] for each in sorted(scope.stations) if each in there.stations]
    return ", ".join([*(unit.name for unit in units if unit is not None), *(each.name for each in stations)])


def place_choices(session: Session, day: date) -> Choices:
    """Return the units that stand on ``day`` and the active stations."""
    there = network(session)
    tree = there.on(day)
    too_many = len(there.stations) > MOST_STATIONS
    return Choices(_units(tree), () if too_many else _stations(there, tree), too_many)


def _units(tree: Tree) -> tuple[UnitChoice, ...]:
    def path(code: str) -> tuple[str, ...]:
        return tuple(f"{tree.units[each].name}/{each}" for each in reversed(tree.chain(code)))

    return tuple(
        UnitChoice(
            key=f"{code}@{tree.units[code].valid_from.isoformat()}",
            name=tree.units[code].name,
            depth=len(path(code)) - 1,
            stations=len(tree.below(code)),
        )
        for code in sorted(tree.units, key=path)
    )


def _stations(there: Network, tree: Tree) -> tuple[StationChoice, ...]:
    def unit_name(station_id: UUID) -> str:
        code = tree.unit_of.get(station_id)
        return tree.units[code].name if code is not None else ""

    listed = sorted(there.stations.values(), key=lambda station: (station.name, station.id))
    return tuple(StationChoice(str(each.id), each.name, unit_name(each.id)) for each in listed)
