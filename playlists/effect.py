"""What a change of the timetable does, told before anybody makes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from playlists.settling import Candidate, Dropped, DropReason, SessionKey
from playlists.slots import Occurrence
from playlists.timetable import StationDays


@dataclass(frozen=True, slots=True)
class Effect:
    """The sessions that a change adds, moves to another time, changes in place (length, volume, programme) and removes.

    A move or a change is (before, after). ``pushed_out`` are sessions that lose their time to another one because of
    the change, by station; ``forbidden`` and ``warned`` those that by it come to break the network's hours, which
    refuse them or warn. Nothing that has started is among them.
    """

    added: tuple[Occurrence, ...] = ()
    moved: tuple[tuple[Occurrence, Occurrence], ...] = ()
    changed: tuple[tuple[Occurrence, Occurrence], ...] = ()
    removed: tuple[Occurrence, ...] = ()
    pushed_out: tuple[tuple[UUID, Dropped], ...] = ()
    forbidden: tuple[tuple[UUID, Dropped], ...] = ()
    warned: tuple[tuple[UUID, Candidate], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything that is heard, or was meant to be, is different."""
        return bool(self.added or self.moved or self.changed or self.removed or self.pushed_out or self.forbidden)

    @property
    def station_ids(self) -> frozenset[UUID]:
        """The stations at which anything is different."""
        single = {each.station_id for each in (*self.added, *self.removed)}
        double = {after.station_id for _, after in (*self.moved, *self.changed)}
        return frozenset(single | double | {station_id for station_id, _ in (*self.pushed_out, *self.forbidden)})


def effect(before: Mapping[UUID, StationDays], after: Mapping[UUID, StationDays], *, now: datetime) -> Effect:
    """Return what is different between two plans of the same days, as far as it lies after ``now``.

    A station that one of them doesn't hold has no sessions in it.
    """
    added: list[Occurrence] = []
    removed: list[Occurrence] = []
    moved: list[tuple[Occurrence, Occurrence]] = []
    changed: list[tuple[Occurrence, Occurrence]] = []
    for station_id in sorted(before.keys() | after.keys()):
        was, will = _sessions(before.get(station_id), now), _sessions(after.get(station_id), now)
        removed += [_session(station_id, was[key]) for key in was.keys() - will.keys()]
        for key, new in will.items():
            old = was.get(key)
            if old is None:
                added.append(_session(station_id, new))
            elif old.starts_at != new.starts_at:
                moved.append((_session(station_id, old), _session(station_id, new)))
            elif _differs(old, new):
                changed.append((_session(station_id, old), _session(station_id, new)))
    lost = {_loss(*each) for each in _dropped(before, DropReason.CLASH, now)}
    refused = {(station_id, each.slot.id, each.date) for station_id, each in _dropped(before, DropReason.HOURS, now)}
    frowned_on = {(station_id, each.key, each.breaches) for station_id, each in _warned(before, now)}
    return Effect(
        added=_ordered(added),
        moved=tuple(moved),
        changed=tuple(changed),
        removed=_ordered(removed),
        pushed_out=tuple(each for each in _dropped(after, DropReason.CLASH, now) if _loss(*each) not in lost),
        forbidden=tuple(
            (station_id, each)
            for station_id, each in _dropped(after, DropReason.HOURS, now)
            if (station_id, each.slot.id, each.date) not in refused
        ),
        warned=tuple(
            (station_id, each)
            for station_id, each in _warned(after, now)
            if (station_id, each.key, each.breaches) not in frowned_on
        ),
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """Stations at which a change does the same, by id, and what it does at the first of them."""

    station_ids: tuple[UUID, ...]
    effect: Effect


def effects_alike(
    before: Mapping[UUID, StationDays], after: Mapping[UUID, StationDays], *, now: datetime
) -> list[Alike]:
    """Return the effect on the stations of both plans, told once for those that share their days before and after.

    Stations at which nothing differs are left out.
    """
    together: dict[tuple[int, int], list[UUID]] = {}
    for station_id in sorted(before.keys() & after.keys()):
        key = id(before[station_id].pattern), id(after[station_id].pattern)
        together.setdefault(key, []).append(station_id)
    found = []
    for station_ids in together.values():
        first = station_ids[0]
        told = effect({first: before[first]}, {first: after[first]}, now=now)
        if told or told.warned:
            found.append(Alike(tuple(station_ids), told))
    return found


def _sessions(days: StationDays | None, now: datetime) -> dict[SessionKey, Candidate]:
    return {each.key: each for each in days.pattern.kept if each.starts_at > now} if days is not None else {}


def _session(station_id: UUID, each: Candidate) -> Occurrence:
    return Occurrence(each.slot, station_id, each.date, 0, each.starts_at, each.gain_cb)


def _differs(old: Candidate, new: Candidate) -> bool:
    one, two = old.slot, new.slot
    return old.gain_cb != new.gain_cb or (
        one is not two
        and any(
            getattr(one, name) != getattr(two, name)
            for name in ("title", "max_duration", "programme_id", "start_rule", "grace")
        )
    )


def _dropped(days: Mapping[UUID, StationDays], reason: DropReason, now: datetime) -> list[tuple[UUID, Dropped]]:
    return [
        (station_id, each)
        for station_id in sorted(days)
        for each in days[station_id].dropped
        if each.reason is reason and each.starts_at > now
    ]


def _loss(station_id: UUID, each: Dropped) -> tuple[UUID, UUID, date, UUID | None]:
    return station_id, each.slot.id, each.date, each.by.slot_id if each.by is not None else None


def _warned(days: Mapping[UUID, StationDays], now: datetime) -> list[tuple[UUID, Candidate]]:
    return [
        (station_id, each) for station_id in sorted(days) for each in days[station_id].warned if each.starts_at > now
    ]


def _ordered(found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    return tuple(sorted(found, key=lambda each: (each.starts_at, each.station_id, each.slot.id)))
