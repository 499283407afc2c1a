"""The register of units as values: read whole, changed as a whole, checked before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists import network
from playlists.network import ONE_DAY, Stay, Unit, UnitKey, covers
from scheduler.canonical import clean_text
from scheduler.db import units as tables
from scheduler.errors import InvalidInput
from scheduler.services.registers.cells import CODE

LONGEST_CODE, LONGEST_KIND, LONGEST_NAME, LONGEST_NOTE = 16, 16, 120, 1000


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as the register keeps it; (``code``, ``valid_from``) names it, ``formed_from`` are codes of the day
    before."""

    code: str
    kind: str
    name: str
    valid_from: date
    valid_to: date | None = None
    parent_code: str | None = None
    formed_from: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> UnitKey:
        """What names this unit and no other that had its code."""
        return self.code, self.valid_from

    def value(self) -> Unit:
        """Return the unit as the rules know it."""
        return Unit(self.code, self.name, self.valid_from, self.valid_to, self.parent_code, tuple(self.formed_from))

    def columns(self) -> dict[str, Any]:
        """Return the columns of its row in the database."""
        return {
            "code": self.code,
            "kind": self.kind,
            "name": self.name,
            "parent_code": self.parent_code,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "formed_from": list(self.formed_from),
            "note": self.note,
        }

    def told(self) -> dict[str, object]:
        """Return the row as canonical JSON holds it."""
        days = {"valid_from": self.valid_from.isoformat(), "valid_to": self.valid_to and self.valid_to.isoformat()}
        return self.columns() | days


@dataclass(frozen=True, slots=True)
class Placement:
    """From ``from_day`` on the station stands in the unit of that code, as long as it stood where it is moved from."""

    station_id: str
    unit_code: str
    from_day: date


@dataclass(frozen=True, slots=True)
class UnitChange:
    """Rows that are new, rows that take the place of those with their key, and stations that move with them."""

    added: tuple[UnitRow, ...] = ()
    changed: tuple[UnitRow, ...] = ()
    moves: tuple[Placement, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether it changes anything."""
        return bool(self.added or self.changed or self.moves)

    def told(self) -> dict[str, object]:
        """Return the change as canonical JSON holds it."""
        return {
            "added": [row.told() for row in self.added],
            "changed": [row.told() for row in self.changed],
            "moves": [[each.station_id, each.unit_code, each.from_day.isoformat()] for each in self.moves],
        }


@dataclass(frozen=True, slots=True)
class StationStays:
    """A station and where it stood, stopped ones too."""

    id: str
    name: str
    languages: tuple[str, ...]
    active: bool
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """All units by key and all stations by id at one moment of reading."""

    units: Mapping[UnitKey, UnitRow]
    stations: Mapping[str, StationStays]

    def network(self) -> network.Network:
        """Return the register as the rules know it, with the active stations."""
        return network.Network(
            [row.value() for row in self.units.values()],
            [
                network.Station(UUID(each.id), each.name, frozenset(each.languages), each.stays)
                for each in self.stations.values()
                if each.active
            ],
        )

    def after(self, change: UnitChange) -> Register:
        """Return the register as ``change`` leaves it."""
        units = dict(self.units)
        units.update((row.key, row) for row in (*change.changed, *change.added))
        stations = dict(self.stations)
        for move in change.moves:
            station = stations[move.station_id]
            stations[station.id] = replace(station, stays=moved(station.stays, move.unit_code, move.from_day))
        return Register(units, stations)

    def on(self, code: str, day: date) -> UnitRow | None:
        """Return the unit that has ``code`` on ``day``."""
        return next((row for row in self.units.values() if row.code == code and covers(row, day)), None)

    def by_code(self) -> dict[str, list[Unit]]:
        """Return the units as the rules know them, by the code that they have or had."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for row in self.units.values():
            found[row.code].append(row.value())
        return found


def moved(stays: Sequence[Stay], unit_code: str, from_day: date) -> tuple[Stay, ...]:
    """Return ``stays`` with that of ``from_day`` cut there: from then to its last day it is in ``unit_code``."""
    found: list[Stay] = []
    for stay in stays:
        if not covers(stay, from_day):
            found.append(stay)
            continue
        if stay.valid_from < from_day:
            found.append(Stay(stay.unit_code, stay.valid_from, from_day - ONE_DAY))
        found.append(Stay(unit_code, from_day, stay.valid_to))
    return tuple(found)


def read_register(session: Session) -> Register:
    """Return all units and stations."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    there = tables.StationUnit
    columns = select(there.station_id, there.unit_code, there.valid_from, there.valid_to)
    for station_id, code, first, last in session.execute(columns.order_by(there.valid_from, there.id)):
        stays[station_id].append(Stay(code, first, last))
    station = tables.Station
    asked = select(station.id, station.name, station.languages, station.active).order_by(station.name)
    return Register(
        {
            (row.code, row.valid_from): row_of(row)
            for row in session.scalars(select(tables.Unit).order_by(tables.Unit.code, tables.Unit.valid_from))
        },
        {
            identity: StationStays(identity, name, tuple(languages), active, tuple(stays[identity]))
            for identity, name, languages, active in session.execute(asked)
        },
    )


def row_of(row: tables.Unit) -> UnitRow:
    """Return a unit's row as a value."""
    return UnitRow(
        row.code,
        row.kind,
        row.name,
        row.valid_from,
        row.valid_to,
        row.parent_code,
        tuple(row.formed_from),
        row.note,
    )


def checked_word(label: str, value: str, most: int) -> str:
    """Return a short text in the form in which it is kept; raises :class:`~scheduler.errors.InvalidInput`."""
    text = clean_text(value).strip()
    if not 1 <= len(text) <= most or not text.isprintable():
        raise InvalidInput(what=f"{label} cần từ 1 đến {most} ký tự, trên một dòng")
    return text


def checked_code(label: str, value: str) -> str:
    """Return a unit's code, which may stand in an address; raises :class:`~scheduler.errors.InvalidInput`."""
    text = checked_word(label, value, LONGEST_CODE)
    if not CODE.fullmatch(text):
        raise InvalidInput(what=f"{label} chỉ gồm chữ, số, dấu chấm và dấu gạch, viết liền, không có khoảng trắng")
    return text
