"""Whom a slot is meant for: resolved against the network of the day, never kept as a list that grows old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from playlists.model import require
from playlists.network import Network, Unit, UnitKey


@dataclass(frozen=True, slots=True)
class Scope:
    """The stations below any of ``units``, those named in ``stations``, and with ``everyone`` all of them.

    ``languages`` (BCP 47), when given, keeps of these only the stations that speak at least one of them.
    """

    units: frozenset[UnitKey] = frozenset()
    stations: frozenset[UUID] = frozenset()
    languages: frozenset[str] = frozenset()
    everyone: bool = False

    def __post_init__(self) -> None:
        require(
            that=self.everyone or bool(self.units) or bool(self.stations),
            what="Hãy chọn nơi phát: toàn mạng, đơn vị hoặc cụm loa",
        )


class Reach:
    """Scopes resolved against one network, each once for every stretch of days on which the network stood still."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._found: dict[tuple[Scope, int], frozenset[UUID]] = {}

    def stations(self, scope: Scope, day: date) -> frozenset[UUID]:
        """Return the stations that ``scope`` means on ``day``.

        A unit that does not stand on that day means nobody, also when another unit has its code by then.
        """
        key = scope, self.network.stretch(day)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._resolve(scope, day)
        return found

    def _resolve(self, scope: Scope, day: date) -> frozenset[UUID]:
        known = self.network.stations
        tree = self.network.on(day)
        if scope.everyone:
            meant = frozenset(known)
        else:
            below = [tree.below(code) for code, first in scope.units if tree.holds((code, first))]
            meant = frozenset().union(scope.stations & known.keys(), *below)
        if scope.languages:
            meant = frozenset(each for each in meant if known[each].languages & scope.languages)
        return meant


@dataclass(frozen=True, slots=True)
class LostUnit:
    """A unit that a scope names and that stands no more on ``day``, and the units formed from it."""

    key: UnitKey
    day: date
    unit: Unit | None
    successors: tuple[Unit, ...]


def lost_units(scope: Scope, network: Network, day: date) -> Iterator[LostUnit]:
    """Yield the units of ``scope`` that stand no more on ``day``: a planner must choose what stands for them.

    One of which all that came of it is meant already is not among them, nor is one that is still to come.
    """
    tree = network.on(day)
    for key in sorted(scope.units):
        unit = network.unit(key)
        if tree.holds(key) or (unit is not None and unit.valid_from > day):
            continue
        after = network.successors(key)
        if not after or not all(names(scope, network, each, day) for each in after):
            yield LostUnit(key, day, unit, after)


def names(scope: Scope, network: Network, unit: Unit, day: date) -> bool:
    """Tell whether ``scope`` names ``unit``, or one above it on the first day from ``day`` on that it stands."""
    tree = network.on(max(day, unit.valid_from))
    above = [tree.units[code].key for code in tree.chain(unit.code)] if tree.holds(unit.key) else [unit.key]
    return scope.everyone or not scope.units.isdisjoint(above)


def producer(scope: Scope, network: Network, day: date) -> UnitKey | None:
    """Return the unit closest to the ground that holds every place of ``scope`` on ``day``, None for the network.

    It is whose slot one takes it to be when nobody says so.
    """
    tree = network.on(day)
    if scope.everyone:
        return None
    codes = [code for code, first in scope.units if tree.holds((code, first))]
    codes += [tree.unit_of.get(each, "") for each in scope.stations]
    chains = [tree.chain(code) for code in codes]
    shared = next((code for code in chains[0] if all(code in chain for chain in chains)), None) if chains else None
    return tree.units[shared].key if shared is not None else None
