"""The timetable of a whole network: which sessions every station has, settled and explained, without looking at
content.

Stations that the same slots reach share their days: these are settled once and then written out for each station. A
changed timetable (:meth:`Timetable.with_slot`, :meth:`Timetable.without`) keeps what it knows of everything else, so
that planning anew costs what changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from playlists.candidates import Candidates, around, refuse_circles
from playlists.hours import Hours
from playlists.network import ONE_DAY, Network
from playlists.recurrence import require_horizon
from playlists.scopes import Reach
from playlists.settling import Candidate, Dropped, SessionKey, Taken, bearing, settle
from playlists.slots import Anchor, Occurrence, Slot

_LOOKS_DAYS = (1, 3, 8, 20)
_FEW = 50  # to change so many slots one by one costs less than to look anew whom all of them reach
_DATED_APART_DAYS = 20  # a session that follows others over days keeps the date of the first
# A timetable in which something bears on a session over more days is settled as far as this; no real one comes near.


@dataclass(frozen=True, slots=True)
class Local:
    """What holds at one station alone: time that is given away, sessions (slot, date) that were called off, and those
    that have begun (what they still need is among ``taken``)."""

    taken: tuple[Taken, ...] = ()
    cancelled: frozenset[SessionKey] = frozenset()
    begun: frozenset[SessionKey] = frozenset()


NOTHING_LOCAL = Local()


@dataclass(frozen=True, slots=True)
class Pattern:
    """What stations that the same slots reach share: the sessions that take place and those that don't, by start, and
    those among the former that break a rule that only warns."""

    kept: tuple[Candidate, ...]
    dropped: tuple[Dropped, ...]
    warned: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class StationDays:
    """The days of one station."""

    station_id: UUID
    pattern: Pattern

    @property
    def sessions(self) -> tuple[Occurrence, ...]:
        """The sessions by start, made each time that they are asked for: a network has more of them than one keeps."""
        return tuple(
            [
                Occurrence(each.slot, self.station_id, each.date, 0, each.starts_at, each.gain_cb)
                for each in self.pattern.kept
            ]
        )

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """The sessions that don't take place, and why."""
        return self.pattern.dropped

    @property
    def warned(self) -> tuple[Candidate, ...]:
        """The sessions that break a rule that only warns."""
        return self.pattern.warned


Reaching = dict[UUID, tuple[UUID, ...]]
"""The slots that reach each station, by id."""


class Timetable:
    """Slots over a network, with its public holidays and hours, and what holds at single stations. Never changed.

    A session that would start at ``passed`` or before takes place only where it has ``begun``: elsewhere its time has
    gone by unused. Raises :class:`~playlists.candidates.CircularStart`.
    """

    def __init__(
        self,
        network: Network,
        slots: Iterable[Slot],
        *,
        holidays: Collection[date] = (),
        hours: Hours | None = None,
        local: Mapping[UUID, Local] | None = None,
        passed: datetime | None = None,
    ) -> None:
        self.network = network
        self.slots = {slot.id: slot for slot in slots}
        self.holidays = frozenset(holidays)
        self.hours = hours or Hours()
        self.local = dict(local or {})
        self.passed = passed
        refuse_circles(self.slots, self.slots.values())
        self._reach = Reach(network)
        self._reaching: dict[int, tuple[date, Reaching]] = {}

    def with_slot(self, slot: Slot) -> Timetable:
        """Return the timetable with ``slot`` added, or in place of the one that has its id."""
        return self._changed(self.slots.get(slot.id), slot)

    def without(self, slot_id: UUID) -> Timetable:
        """Return the timetable without this slot."""
        return self._changed(self.slots.get(slot_id), None)

    def as_of(self, passed: datetime, local: Mapping[UUID, Local]) -> Timetable:
        """Return the timetable of the same slots at a later instant, with what holds at single stations by then."""
        other = copy(self)
        other.passed, other.local = passed, dict(local)
        return other

    def touched(self, other: Timetable, since: datetime, until: datetime) -> frozenset[UUID]:
        """Return the stations whose days may differ between this timetable and ``other``, which has the same network.

        They are those that a differing slot reaches, or one that follows it, in either.
        """
        found: list[frozenset[UUID]] = []
        for one, two in ((self, other), (other, self)):
            differing = [
                slot
                for identity, slot in one.slots.items()
                if (twin := two.slots.get(identity)) is not slot and twin != slot
            ]
            found.append(one.reached([*differing, *one.followers(each.id for each in differing)], since, until))
        return frozenset().union(*found)

    def reached(self, slots: Iterable[Slot], since: datetime, until: datetime) -> frozenset[UUID]:
        """Return the stations that any of ``slots`` means on a day that bears on ``[since, until)``."""
        days = [day for _, day in self._stretches(since, until)]
        return frozenset().union(*(self._reach.stations(slot.scope, day) for slot in slots for day in days))

    def with_slots(self, slots: Mapping[UUID, Slot]) -> Timetable:
        """Return the timetable of exactly these slots; what it knows of those that stay is kept."""
        gone = [identity for identity in self.slots if identity not in slots]
        new = [
            slot for identity, slot in slots.items() if (twin := self.slots.get(identity)) is not slot and twin != slot
        ]
        if len(gone) + len(new) > _FEW or any(isinstance(slot.start, Anchor) for slot in new):
            # Slots that follow each other may only fit together once all of them are there.
            anew = Timetable(self.network, slots.values(), holidays=self.holidays, hours=self.hours, passed=self.passed)
            anew.local = self.local
            return anew
        changed = self
        for identity in gone:
            changed = changed.without(identity)
        for slot in new:
            changed = changed.with_slot(slot)
        return changed

    def followers(self, slot_ids: Iterable[UUID]) -> list[Slot]:
        """Return the slots whose start follows one of these, at once or over others."""
        led, found = set(slot_ids), []
        waiting = [slot for slot in self.slots.values() if isinstance(slot.start, Anchor)]
        while more := [slot for slot in waiting if isinstance(slot.start, Anchor) and slot.start.slot_id in led]:
            found += more
            led = {slot.id for slot in more}
            waiting = [slot for slot in waiting if slot not in more]
        return found

    def slots_at(self, station_ids: Iterable[UUID], since: datetime, until: datetime) -> dict[UUID, frozenset[UUID]]:
        """Return the slots that mean each of these stations on any day that bears on ``[since, until)``."""
        indexes = [self._slots_reaching(day) for _, day in self._stretches(since, until)]
        return {each: frozenset().union(*(index.get(each, ()) for index in indexes)) for each in station_ids}

    def plan(
        self,
        since: datetime,
        until: datetime,
        station_ids: Iterable[UUID] | None = None,
        *,
        minded: Mapping[UUID, Collection[UUID]] | None = None,
    ) -> dict[UUID, StationDays]:
        """Return the days of each station (of ``station_ids``, else of all): sessions that start in ``[since, until)``.

        ``minded`` names by station the slots to look at, as if it had no others. Any horizon gives the same sessions
        for the time that it shares with another one. Raises :class:`~playlists.errors.InvalidPlan` for a horizon that
        is too long.
        """
        require_horizon(since, until)
        wanted = (
            self.network.stations if station_ids is None else sorted(set(station_ids) & self.network.stations.keys())
        )
        lookers = [
            Candidates(self.slots, self.network, holidays=self.holidays, hours=self.hours, since=first, until=last)
            for first, last in (around(since, until, days) for days in _LOOKS_DAYS)
        ]
        indexes = {stretch: self._slots_reaching(day) for stretch, day in self._stretches(since, until)}
        patterns: dict[object, Pattern] = {}
        planned = {}
        for station_id in wanted:
            reached = tuple((stretch, index.get(station_id, ())) for stretch, index in indexes.items())
            if minded is not None:
                there = minded[station_id]
                reached = tuple((stretch, tuple(each for each in found if each in there)) for stretch, found in reached)
            local = self.local.get(station_id, NOTHING_LOCAL)
            key = reached, local
            pattern = patterns.get(key)
            if pattern is None:
                pattern = patterns[key] = self._pattern(dict(reached), local, lookers, since, until)
            planned[station_id] = StationDays(station_id, pattern)
        return planned

    def _pattern(
        self,
        reached: Mapping[int, tuple[UUID, ...]],
        local: Local,
        lookers: Sequence[Candidates],
        since: datetime,
        until: datetime,
    ) -> Pattern:
        candidates: list[Candidate] = []
        for looker in lookers:
            candidates = self._reached_candidates(reached, looker)
            first, last = bearing(candidates, since, until)
            # A session may last a day: of what overlaps those between, all begin within a day of them.
            if looker.since + ONE_DAY <= first and last + ONE_DAY <= looker.until:
                break
        if self.passed is not None:
            candidates = [each for each in candidates if each.starts_at > self.passed or each.key in local.begun]
        kept, dropped = settle(candidates, local.taken, local.cancelled, local.begun)
        inside = [each for each in kept if since <= each.starts_at < until]
        return Pattern(
            kept=tuple(inside),
            dropped=tuple(
                sorted(
                    (each for each in dropped if since <= each.starts_at < until),
                    key=lambda each: (each.starts_at, each.slot.id),
                )
            ),
            warned=tuple(each for each in inside if each.breaches),
        )

    def _reached_candidates(self, reached: Mapping[int, tuple[UUID, ...]], looker: Candidates) -> list[Candidate]:
        slots = sorted({identity for found in reached.values() for identity in found})
        everywhere = len(set(reached.values())) <= 1
        return [
            each
            for identity in slots
            for each in looker.of(self.slots[identity])
            if everywhere or identity in reached.get(self.network.stretch(each.date), ())
        ]

    def _slots_reaching(self, day: date) -> Reaching:
        stretch = self.network.stretch(day)
        known = self._reaching.get(stretch)
        if known is None:
            found: dict[UUID, list[UUID]] = defaultdict(list)
            for identity, slot in self.slots.items():
                for station_id in self._reach.stations(slot.scope, day):
                    found[station_id].append(identity)
            known = self._reaching[stretch] = day, {each: tuple(sorted(slots)) for each, slots in found.items()}
        return known[1]

    def _stretches(self, since: datetime, until: datetime) -> list[tuple[int, date]]:
        """Each stretch of days on which a session may be dated that bears on the horizon, with one day of it."""
        first, last = around(since, until, _LOOKS_DAYS[-1] + _DATED_APART_DAYS)
        days = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
        return list({self.network.stretch(day): day for day in days}.items())

    def _changed(self, before: Slot | None, after: Slot | None) -> Timetable:
        other = copy(self)
        other.slots = dict(self.slots)
        if before is not None:
            del other.slots[before.id]
        if after is not None:
            other.slots[after.id] = after
            refuse_circles(other.slots, [after])
        moved = {
            stretch: (day, self._moved(found, day, before, after)) for stretch, (day, found) in self._reaching.items()
        }
        other._reaching = moved  # noqa: SLF001 - a copy of ourselves
        return other

    def _moved(self, index: Reaching, day: date, before: Slot | None, after: Slot | None) -> Reaching:
        changed = dict(index)
        if before is not None:
            for station_id in self._reach.stations(before.scope, day):
                changed[station_id] = tuple(each for each in changed[station_id] if each != before.id)
        if after is not None:
            for station_id in self._reach.stations(after.scope, day):
                changed[station_id] = tuple(sorted((*changed.get(station_id, ()), after.id)))
        return changed
