"""A network for the bench: a province of communes with ten stations each, and six slots that reach every station."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from playlists.calendar import Calendar
from playlists.network import Network, Station, Stay, Unit, UnitKey
from playlists.scopes import Scope
from playlists.slots import Slot
from playlists.timetable import Timetable

ZONE = "Asia/Ho_Chi_Minh"
FIRST = date(2024, 1, 1)
SINCE = datetime(2024, 5, 5, 17, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=7)
PROVINCE: UnitKey = ("11", FIRST)
PROVINCE_HOURS, COMMUNE_HOURS = (5, 17), (6, 11, 18, 19)
STATIONS_A_COMMUNE = 10


@dataclass(frozen=True)
class Made:
    """Units, stations and slots; ``starts`` are the local starts at each station, in the order of its slots."""

    units: tuple[Unit, ...]
    stations: tuple[Station, ...]
    slots: tuple[Slot, ...]
    starts: dict[UUID, tuple[time, ...]]

    def timetable(self) -> Timetable:
        """Return a timetable that knows nothing yet of what it was asked before."""
        return Timetable(Network(self.units, self.stations), self.slots)


def made(stations: int) -> Made:
    """Make a network of so many stations: two slots of the province, four of each commune at hours of its own."""
    lots = random.Random(1)  # noqa: S311 - nothing is to be kept secret
    communes = [f"c{number}" for number in range(max(1, stations // STATIONS_A_COMMUNE))]
    units = (Unit("11", "Tỉnh", FIRST), *(Unit(code, code, FIRST, parent_code="11") for code in communes))
    minutes = {code: number % 50 for number, code in enumerate(communes)}
    slots = [_slot(lots, PROVINCE, time(hour), 45) for hour in PROVINCE_HOURS]
    for code in communes:
        slots += [_slot(lots, (code, FIRST), time(hour, minutes[code]), 10) for hour in COMMUNE_HOURS]
    placed = {_identity(lots): communes[number % len(communes)] for number in range(stations)}
    return Made(
        units,
        tuple(Station(each, str(each), frozenset({"vi"}), (Stay(code, FIRST),)) for each, code in placed.items()),
        tuple(slots),
        {
            each: (*(time(hour) for hour in PROVINCE_HOURS), *(time(hour, minutes[code]) for hour in COMMUNE_HOURS))
            for each, code in placed.items()
        },
    )


def _slot(lots: random.Random, owner: UnitKey, start: time, minutes: int) -> Slot:
    return Slot(
        id=_identity(lots),
        title=f"{owner[0]} {start:%H:%M}",
        scope=Scope(units=frozenset({owner})),
        calendar=Calendar(FIRST),
        start=start,
        max_duration=timedelta(minutes=minutes),
        zone=ZONE,
        programme_id=_identity(lots),
        owner=owner,
    )


def _identity(lots: random.Random) -> UUID:
    return UUID(int=lots.getrandbits(128), version=4)
