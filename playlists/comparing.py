"""Two timetables that differ in a few slots, planned side by side as far as the difference can reach.

Two slots can only ever bear on each other where one follows the other or their hours of the day can meet. What no such
chain joins to a differing slot takes place in both timetables alike, so it isn't looked at: stations whose other slots
are different then still share their days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from playlists.candidates import shift_of
from playlists.dawn import DAWN_ENDS, EVENING_BEGINS
from playlists.network import ONE_DAY
from playlists.recurrence import zone_named
from playlists.slots import Anchor, Slot
from playlists.timetable import StationDays, Timetable

Plan = dict[UUID, StationDays]
_AROUND = timedelta(days=45)  # sessions of a horizon may be dated some weeks from it


def plans_compared(
    before: Timetable,
    after: Timetable,
    since: datetime,
    until: datetime,
    *,
    filled_anew: Collection[UUID] = (),
    station_ids: Collection[UUID] | None = None,
) -> tuple[Plan, Plan]:
    """Return the days of the stations (of ``station_ids``, else of all) that the difference touches in both timetables,
    which have the same network.

    They hold each session that differs, each that one of those may push out or lose to, and those that repeat one of
    them at dawn or are repeated (``filled_anew`` are programmes that don't repeat). Raises as
    :meth:`~playlists.timetable.Timetable.plan` does.
    """
    touched = before.touched(after, since, until)
    if station_ids is not None:
        touched &= frozenset(station_ids)
    differing = _differing(before, after)
    knots = _Knots(before.slots, after.slots, since, until, filled_anew)
    reaching = [timetable.slots_at(touched, since, until) for timetable in (before, after)]
    known: dict[frozenset[UUID], frozenset[UUID]] = {}
    minded = {}
    for station_id in touched:
        there = reaching[0][station_id] | reaching[1][station_id]
        if there not in known:
            known[there] = knots.minded(there, differing)
        minded[station_id] = known[there]
    one, two = (timetable.plan(since, until, touched, minded=minded) for timetable in (before, after))
    return one, two


def _differing(before: Timetable, after: Timetable) -> frozenset[UUID]:
    """The slots that are different, and those that follow them in either timetable."""
    found = {
        identity
        for identity in before.slots.keys() | after.slots.keys()
        if before.slots.get(identity) != after.slots.get(identity)
    }
    return frozenset(found | {slot.id for one in (before, after) for slot in one.followers(found)})


class _Knots:
    """Which slots can bear on which, in either of two timetables."""

    def __init__(
        self,
        before: Mapping[UUID, Slot],
        after: Mapping[UUID, Slot],
        since: datetime,
        until: datetime,
        filled_anew: Collection[UUID],
    ) -> None:
        self._both = before, after
        self._filled_anew = frozenset(filled_anew)
        self._since, self._until = since - _AROUND, until + _AROUND
        self._offsets: dict[str, tuple[timedelta, timedelta]] = {}
        self._spans: dict[UUID, list[_Span]] = {}

    def minded(self, there: Collection[UUID], differing: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the slots at one station that must be looked at."""
        found = self._joined({each for each in there if each in differing}, there)
        return found | self._joined(self._repeating(found, there), there)

    def _joined(self, begin: Collection[UUID], there: Collection[UUID]) -> frozenset[UUID]:
        """The slots that a chain of slots which can bear on each other joins to one of ``begin``."""
        found, waiting = set(begin), list(begin)
        left = set(there) - found
        while waiting:
            each = waiting.pop()
            met = [other for other in left if self._meet(each, other)]
            found.update(met)
            left.difference_update(met)
            waiting += met
        return frozenset(found)

    def _meet(self, one: UUID, two: UUID) -> bool:
        if self._follows(one, two) or self._follows(two, one):
            return True
        return any(first.meets(second) for first in self._spans_of(one) for second in self._spans_of(two))

    def _follows(self, one: UUID, two: UUID) -> bool:
        return any(isinstance(slot.start, Anchor) and slot.start.slot_id == two for slot in self._forms(one))

    def _forms(self, identity: UUID) -> Iterator[Slot]:
        yield from (slots[identity] for slots in self._both if identity in slots)

    def _spans_of(self, identity: UUID) -> list[_Span]:
        known = self._spans.get(identity)
        if known is None:
            known = self._spans[identity] = [
                _Span(first, last - first + slots[identity].max_duration)
                for slots in self._both
                if identity in slots
                for first, last in self._starts(slots[identity], slots)
            ]
        return known

    def _starts(self, slot: Slot, slots: Mapping[UUID, Slot]) -> list[tuple[timedelta, timedelta]]:
        """Between which times of a day of the world the slot's sessions start."""
        if isinstance(slot.start, Anchor):
            leader = slots.get(slot.start.slot_id)
            if leader is None:
                return []
            shift = shift_of(slot.start, leader)
            return [(first + shift, last + shift) for first, last in self._starts(leader, slots)]
        # Where clocks change, a local time that doesn't exist gives a start between those of the two offsets.
        least, most = self._offsets_of(slot.zone)
        return [(_of_day(local) - most, _of_day(local) - least) for local in _local_starts(slot)]

    def _offsets_of(self, zone: str) -> tuple[timedelta, timedelta]:
        known = self._offsets.get(zone)
        if known is None:
            tz = zone_named(zone)
            days = range((self._until - self._since) // ONE_DAY + 1)
            offsets = {(self._since + number * ONE_DAY).astimezone(tz).utcoffset() or timedelta(0) for number in days}
            known = self._offsets[zone] = min(offsets), max(offsets)
        return known

    def _repeating(self, found: Iterable[UUID], there: Collection[UUID]) -> set[UUID]:
        """The slots whose sessions at dawn may repeat what one of ``found`` lets sound in the evening, or the other way
        round."""
        dawns, evenings = self._programmes(found, at_dawn=True), self._programmes(found, at_dawn=False)
        return {
            each
            for each in there
            if self._programmes([each], at_dawn=False) & dawns or self._programmes([each], at_dawn=True) & evenings
        }

    def _programmes(self, slot_ids: Iterable[UUID], *, at_dawn: bool) -> frozenset[UUID]:
        return frozenset(
            slot.programme_id
            for identity in slot_ids
            for slot in self._forms(identity)
            if slot.programme_id not in self._filled_anew and _sounds(slot, at_dawn=at_dawn)
        )


def _local_starts(slot: Slot) -> set[time]:
    own = set() if isinstance(slot.start, Anchor) else {slot.start}
    return own | {at for _, at in slot.moved}


def _sounds(slot: Slot, *, at_dawn: bool) -> bool:
    """Whether the slot may have sessions at dawn, or in the evening."""
    if isinstance(slot.start, Anchor):
        return True
    starts = _local_starts(slot)
    return any(at < DAWN_ENDS for at in starts) if at_dawn else any(at >= EVENING_BEGINS for at in starts)


def _of_day(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


@dataclass(frozen=True, slots=True)
class _Span:
    """Time of a day of the world that a slot can take, round the clock."""

    first: timedelta
    length: timedelta

    def meets(self, other: _Span) -> bool:
        """Tell whether the two can overlap on some day."""
        return (other.first - self.first) % ONE_DAY < self.length or (self.first - other.first) % ONE_DAY < other.length
