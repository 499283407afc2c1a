"""A slot whose units end: what came of them, to be put in their place by whoever answers for the slot. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from playlists.network import Network, Unit, UnitKey
from playlists.scopes import Scope, names, producer
from playlists.slots import Slot


@dataclass(frozen=True, slots=True)
class Handover:
    """``slot`` names the units ``ended``; ``after`` is the slot with the ``heirs`` that it does not reach yet.

    A unit that still stands stays beside its heirs until its last day; who owns the slot changes only after that day.
    """

    slot: Slot
    after: Slot
    ended: tuple[Unit, ...]
    heirs: tuple[Unit, ...]


def handover(slot: Slot, network: Network, day: date) -> Handover | None:
    """Return what there is to hand over of a slot as seen on ``day``; None where nothing is.

    Nothing is followed silently: an order for a unit that ended says nothing about what came after it, and a merger may
    bring in stations that the slot never reached. So this is a proposal, to be looked at with its effect.
    """
    last = max((slot.calendar.last, *slot.calendar.added)) if slot.calendar.last is not None else date.max
    if last < day:
        return None
    first = max(day, slot.calendar.first)
    heirs = {
        key: [unit for unit in _heirs(network, key) if _has_days(unit, first, last)] for key in sorted(slot.scope.units)
    }
    new = {unit.key: unit for found in heirs.values() for unit in found if not names(slot.scope, network, unit, first)}
    gone = {key for key, found in heirs.items() if found and _ended(network, key, day)}
    units = (slot.scope.units - gone) | new.keys() if new else slot.scope.units
    scope = replace(slot.scope, units=frozenset(units))
    after = replace(slot, scope=scope, owner=_owner(slot, scope, network, first))
    if after == slot:
        return None
    named = {key for key, found in heirs.items() if any(unit.key in new for unit in found)}
    if after.owner != slot.owner and slot.owner is not None:
        named.add(slot.owner)
    ended = tuple(unit for key in sorted(named) if (unit := network.unit(key)) is not None)
    return Handover(slot, after, ended, tuple(sorted(new.values(), key=lambda unit: (unit.name, unit.key))))


def _heirs(network: Network, key: UnitKey) -> Iterator[Unit]:
    """Yield what was formed of a unit, and what was formed of that."""
    for unit in network.successors(key):
        yield unit
        yield from _heirs(network, unit.key)


def _has_days(unit: Unit, first: date, last: date) -> bool:
    return unit.valid_from <= last and (unit.valid_to is None or first <= unit.valid_to)


def _ended(network: Network, key: UnitKey, day: date) -> bool:
    unit = network.unit(key)
    return unit is not None and unit.valid_to is not None and unit.valid_to < day


def _owner(slot: Slot, scope: Scope, network: Network, day: date) -> UnitKey | None:
    """Return whose slot it is from ``day`` on: an owner that is no more ranks below all."""
    if slot.owner is None or not _ended(network, slot.owner, day):
        return slot.owner
    heirs = [unit.key for unit in _heirs(network, slot.owner) if _has_days(unit, day, day)]
    if not heirs:
        return slot.owner
    return heirs[0] if len(heirs) == 1 else producer(scope, network, day)
