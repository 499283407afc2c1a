"""What a change of the timetable does, told before anybody makes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from playlists.settling import Dropped, DropReason
from playlists.slots import Occurrence
from playlists.timetable import StationDays


@dataclass(frozen=True, slots=True)
class Effect:
    """The sessions that a change adds, moves to another time, changes in place (length, volume, programme) and removes.

    A move or a change is (before, after). ``pushed_out`` are sessions that lose their time to another one because of
    the change, by station. Nothing that has started is among them.
    """

    added: tuple[Occurrence, ...] = ()
    moved: tuple[tuple[Occurrence, Occurrence], ...] = ()
    changed: tuple[tuple[Occurrence, Occurrence], ...] = ()
    removed: tuple[Occurrence, ...] = ()
    pushed_out: tuple[tuple[UUID, Dropped], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is different."""
        return bool(self.added or self.moved or self.changed or self.removed or self.pushed_out)

    @property
    def station_ids(self) -> frozenset[UUID]:
        """The stations at which anything is different."""
        single = {each.station_id for each in (*self.added, *self.removed)}
        double = {after.station_id for _, after in (*self.moved, *self.changed)}
        return frozenset(single | double | {station_id for station_id, _ in self.pushed_out})


_Key = tuple[UUID, UUID, str]


def effect(before: Mapping[UUID, StationDays], after: Mapping[UUID, StationDays], *, now: datetime) -> Effect:
    """Return what is different between two plans of the same days, as far as it lies after ``now``.

    A station that one of them doesn't hold has no sessions in it.
    """
    was, will = _sessions(before, now), _sessions(after, now)
    both = [(was[key], will[key]) for key in will if key in was]
    lost = {(station_id, each.slot.id, each.date) for station_id, each in _clashes(before)}
    return Effect(
        added=_ordered(will[key] for key in will.keys() - was.keys()),
        moved=tuple((old, new) for old, new in both if old.starts_at != new.starts_at),
        changed=tuple((old, new) for old, new in both if old.starts_at == new.starts_at and _differs(old, new)),
        removed=_ordered(was[key] for key in was.keys() - will.keys()),
        pushed_out=tuple(
            (station_id, each)
            for station_id, each in _clashes(after)
            if each.starts_at > now and (station_id, each.slot.id, each.date) not in lost
        ),
    )


def _sessions(days: Mapping[UUID, StationDays], now: datetime) -> dict[_Key, Occurrence]:
    return {
        (station_id, each.slot.id, f"{each.date}/{each.ordinal}"): each
        for station_id in sorted(days)
        for each in days[station_id].sessions
        if each.starts_at > now
    }


def _differs(old: Occurrence, new: Occurrence) -> bool:
    one, two = old.slot, new.slot
    return old.gain_cb != new.gain_cb or any(
        getattr(one, name) != getattr(two, name)
        for name in ("title", "max_duration", "programme_id", "start_rule", "grace")
    )


def _clashes(days: Mapping[UUID, StationDays]) -> list[tuple[UUID, Dropped]]:
    return [
        (station_id, each)
        for station_id in sorted(days)
        for each in days[station_id].dropped
        if each.reason is DropReason.CLASH
    ]


def _ordered(found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    return tuple(sorted(found, key=lambda each: (each.starts_at, each.station_id, each.slot.id)))
