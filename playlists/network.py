"""Units and stations as dated data: which unit a station stood in, what was above it, which stations were below.

A unit is (code, first day): codes are reused after reforms, so a code alone names nothing. A unit lies below another on
a day when its ``parent_code`` is the code that the other has on that day. The tree may be of any depth.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from playlists.model import require

UnitKey = tuple[str, date]
"""A unit's code and its first day."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit from ``valid_from`` to ``valid_to`` (both included; None is no end), and the codes it was formed from."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None
    parent_code: str | None = None
    formed_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_span(self.name, self.valid_from, self.valid_to)

    @property
    def key(self) -> UnitKey:
        """What names this unit and no other that had its code."""
        return self.code, self.valid_from


@dataclass(frozen=True, slots=True)
class Stay:
    """A station in the unit that has ``unit_code``, from ``valid_from`` to ``valid_to`` (both included)."""

    unit_code: str
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        _require_span(self.unit_code, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Station:
    """A loudspeaker site, the languages it speaks (BCP 47) and where it stood.

    Of two ``stays`` that cover a day the one that began last counts.
    """

    id: UUID
    name: str
    languages: frozenset[str]
    stays: tuple[Stay, ...] = ()


class Network:
    """The units and stations of one network, found by day.

    Days between two changes of any unit or stay form a *stretch*: the tree is the same on each of them, so it is built
    once a stretch.
    """

    def __init__(self, units: Iterable[Unit], stations: Iterable[Station]) -> None:
        self.units = tuple(sorted(units, key=lambda unit: unit.key))
        self.stations = {station.id: station for station in sorted(stations, key=lambda station: station.id)}
        self._borders = sorted(
            {each for unit in self.units for each in _borders(unit.valid_from, unit.valid_to)}
            | {
                each
                for station in self.stations.values()
                for stay in station.stays
                for each in _borders(stay.valid_from, stay.valid_to)
            }
        )
        self._trees: dict[int, Tree] = {}

    def stretch(self, day: date) -> int:
        """Return a number that two days share when no unit and no stay changed between them."""
        return bisect_right(self._borders, day)

    def on(self, day: date) -> Tree:
        """Return the tree of units and stations as it stood on ``day``."""
        number = self.stretch(day)
        tree = self._trees.get(number)
        if tree is None:
            tree = self._trees[number] = Tree(self.units, self.stations, day)
        return tree

    def unit(self, key: UnitKey) -> Unit | None:
        """Return the unit of this key, None when there is none."""
        return next((unit for unit in self.units if unit.key == key), None)

    def successors(self, key: UnitKey) -> tuple[Unit, ...]:
        """Return the units that were formed from this one after its last day: what a merge made of it.

        They are told, never followed silently: an order for a unit that ended says nothing about what came after it.
        """
        ended = self.unit(key)
        if ended is None or ended.valid_to is None:
            return ()
        first = ended.valid_to + ONE_DAY
        return tuple(unit for unit in self.units if unit.valid_from == first and ended.code in unit.formed_from)


class Tree:
    """Units and stations on one day."""

    def __init__(self, units: Iterable[Unit], stations: Mapping[UUID, Station], day: date) -> None:
        self.units = {unit.code: unit for unit in units if covers(unit, day)}
        self.unit_of: dict[UUID, str] = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        self._standing: dict[str, list[UUID]] = defaultdict(list)
        for unit in self.units.values():
            if unit.parent_code is not None:
                self._children[unit.parent_code].append(unit.code)
        for station in stations.values():
            standing = [each for each in station.stays if covers(each, day)]
            stay = max(standing, key=lambda each: each.valid_from, default=None)
            if stay is not None and stay.unit_code in self.units:
                self.unit_of[station.id] = stay.unit_code
                self._standing[stay.unit_code].append(station.id)

    def holds(self, key: UnitKey) -> bool:
        """Tell whether the unit of this key stands on this day (not another one that has its code)."""
        unit = self.units.get(key[0])
        return unit is not None and unit.key == key

    def chain(self, code: str) -> tuple[str, ...]:
        """Return the code of a unit and those of all units above it, nearest first; empty when it does not stand."""
        found: list[str] = []
        current = self.units.get(code)
        while current is not None and current.code not in found:
            found.append(current.code)
            current = self.units.get(current.parent_code) if current.parent_code is not None else None
        return tuple(found)

    def below(self, code: str) -> frozenset[UUID]:
        """Return the stations that stand in the unit of ``code`` or in any unit below it."""
        found: list[UUID] = []
        seen: set[str] = set()
        waiting = [code] if code in self.units else []
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                found.extend(self._standing.get(current, ()))
                waiting.extend(self._children.get(current, ()))
        return frozenset(found)


class Dated(Protocol):
    """What holds from a first day to a last one, both included; None is no end."""

    @property
    def valid_from(self) -> date:
        """The first day."""

    @property
    def valid_to(self) -> date | None:
        """The last day."""


def covers(dated: Dated, day: date) -> bool:
    """Tell whether ``day`` lies between the first and the last day, both included."""
    return dated.valid_from <= day and (dated.valid_to is None or day <= dated.valid_to)


def _borders(first: date, last: date | None) -> tuple[date, ...]:
    return (first,) if last is None or last == date.max else (first, last + ONE_DAY)


def _require_span(name: str, first: date, last: date | None) -> None:
    require(that=last is None or last >= first, what=f"“{name}” có ngày cuối trước ngày đầu")
