"""The places that the timetable can be looked at: the whole network, a unit of any level, one station."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from playlists.network import Network, Tree, Unit

UNIT, STATION = "u:", "s:"
_INDENT = "\u2003"


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit as the form's tree shows it: its stations, and the units right below it, by name."""

    unit: Unit
    stations: tuple[tuple[UUID, str], ...]
    below: tuple[Branch, ...]
    count: int
    """How many stations stand in it or below."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at: its stations, and the codes of the units in it."""

    value: str
    name: str
    station_ids: frozenset[UUID]
    unit_codes: frozenset[str]

    @property
    def station_id(self) -> str:
        """The station that it is alone, empty for more of them."""
        return self.value.removeprefix(STATION) if self.value.startswith(STATION) else ""


def tree_of(network: Network, day: date) -> tuple[Branch, ...]:
    """Return the units that stand on ``day`` as a tree, those without a unit above them first."""
    return _Growing(network, network.on(day)).branches("", frozenset())


class _Growing:
    """Finds what lies below each unit once, then grows the branches."""

    def __init__(self, network: Network, tree: Tree) -> None:
        self._below: dict[str, list[Unit]] = defaultdict(list)
        for unit in tree.units.values():
            self._below[unit.parent_code if unit.parent_code in tree.units else ""].append(unit)
        self._standing: dict[str, list[tuple[UUID, str]]] = defaultdict(list)
        for identity, code in tree.unit_of.items():
            self._standing[code].append((identity, network.stations[identity].name))

    def branches(self, code: str, seen: frozenset[str]) -> tuple[Branch, ...]:
        """The branches below a unit; those at the top below none."""
        found = []
        for unit in sorted(self._below[code], key=lambda unit: (unit.name, unit.code)):
            if unit.code not in seen:
                stations = sorted(self._standing[unit.code], key=lambda each: (each[1], each[0]))
                below = self.branches(unit.code, seen | {unit.code})
                found.append(Branch(unit, tuple(stations), below, len(stations) + sum(each.count for each in below)))
        return tuple(found)


def homeless(network: Network, day: date) -> list[tuple[UUID, str]]:
    """Return the stations that stand in no unit on ``day``, by name."""
    placed = network.on(day).unit_of
    found = [(each.id, each.name) for each in network.stations.values() if each.id not in placed]
    return sorted(found, key=lambda each: (each[1], each[0]))


def choices(network: Network, day: date) -> list[tuple[str, str]]:
    """Return what the choice of a place offers, units with what lies below them set in."""
    rows = [("", "Toàn mạng"), *_rows(tree_of(network, day), "")]
    return rows + [(STATION + str(identity), name) for identity, name in homeless(network, day)]


def _rows(branches: tuple[Branch, ...], indent: str) -> Iterator[tuple[str, str]]:
    for branch in branches:
        yield UNIT + branch.unit.code, f"{indent}{branch.unit.name}"
        yield from _rows(branch.below, indent + _INDENT)
        for identity, name in branch.stations:
            yield STATION + str(identity), f"{indent}{_INDENT}{name}"


def chosen(network: Network, day: date, value: str) -> Place:
    """Return the place that an address names; the whole network for one that isn't there on ``day``."""
    tree = network.on(day)
    if value.startswith(UNIT) and (unit := tree.units.get(value.removeprefix(UNIT))) is not None:
        below = tree.below(unit.code)
        codes = frozenset(code for code in tree.units if unit.code in tree.chain(code))
        return Place(value, unit.name, below, codes)
    station = next((each for each in network.stations.values() if STATION + str(each.id) == value), None)
    if station is not None:
        code = tree.unit_of.get(station.id)
        return Place(value, station.name, frozenset({station.id}), frozenset({code} if code else ()))
    return Place("", "", frozenset(network.stations), frozenset())
