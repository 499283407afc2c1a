"""The sessions that slots would have, before stations and clashes are looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from playlists.errors import InvalidPlan
from playlists.hours import Hours
from playlists.network import ONE_DAY, Network, UnitKey
from playlists.recurrence import starts, zone_named
from playlists.settling import Candidate
from playlists.slots import Anchor, Edge, Slot

# A unit that no longer stands outranks nobody.
_BELOW_ALL = 1_000_000


class CircularStart(InvalidPlan):
    """Khung giờ “{title}” bắt đầu theo một khung giờ mà chính khung giờ ấy lại bắt đầu theo nó; hãy đặt giờ cho một
    khung."""

    title: str


class Candidates:
    """The candidates of each slot over ``[since, until)``, made when first asked for."""

    def __init__(
        self,
        slots: Mapping[UUID, Slot],
        network: Network,
        *,
        holidays: Collection[date],
        hours: Hours,
        since: datetime,
        until: datetime,
    ) -> None:
        self._slots = slots
        self._network = network
        self._holidays = holidays
        self._hours = hours
        self.since, self.until = since, until
        self._known: dict[UUID, tuple[Candidate, ...]] = {}
        self._depths: dict[tuple[UnitKey, int], int] = {}

    def of(self, slot: Slot) -> tuple[Candidate, ...]:
        """Return the candidates of ``slot`` by date."""
        known = self._known.get(slot.id)
        if known is None:
            known = self._known[slot.id] = tuple(
                self._candidate(slot, day, at) for day, at in self._starts(slot, self.since, self.until)
            )
        return known

    def _starts(self, slot: Slot, since: datetime, until: datetime) -> list[tuple[date, datetime]]:
        if not isinstance(slot.start, Anchor):
            return list(starts(slot, since, until, self._holidays))
        anchor = self._slots.get(slot.start.slot_id)
        if anchor is None:
            return []
        shift = shift_of(slot.start, anchor)
        # The leader's sessions that put ours into the horizon: its start is ours less the shift.
        led = self._starts(anchor, since - shift, until - shift)
        return [(day, at + shift) for day, at in led if slot.calendar.holds(day, self._holidays)]

    def _candidate(self, slot: Slot, day: date, starts_at: datetime) -> Candidate:
        local: time = starts_at.astimezone(zone_named(slot.zone)).time()
        return Candidate(
            slot=slot,
            date=day,
            starts_at=starts_at,
            ends_at=starts_at + slot.max_duration,
            depth=self._depth(slot, day),
            gain_cb=self._hours.gain_cb(local, slot.gain_cb, slot.night_gain_cb),
            breaches=self._hours.breaches(local, slot.max_duration),
            follows_at=self._leader_start(slot, starts_at),
        )

    def _leader_start(self, slot: Slot, starts_at: datetime) -> datetime | None:
        if not isinstance(slot.start, Anchor):
            return None
        return starts_at - shift_of(slot.start, self._slots[slot.start.slot_id])

    def _depth(self, slot: Slot, day: date) -> int:
        if slot.owner is None:
            return 0
        key = slot.owner, self._network.stretch(day)
        known = self._depths.get(key)
        if known is None:
            tree = self._network.on(day)
            known = len(tree.chain(slot.owner[0])) if tree.holds(slot.owner) else _BELOW_ALL
            self._depths[key] = known
        return known


def shift_of(anchor: Anchor, leader: Slot) -> timedelta:
    """Return how long after the start of ``leader``'s session one begins that follows it by ``anchor``."""
    return anchor.offset + (leader.max_duration if anchor.edge is Edge.END else timedelta(0))


def refuse_circles(slots: Mapping[UUID, Slot], suspects: Iterable[Slot]) -> None:
    """Raise :class:`CircularStart` for one of ``suspects`` whose start follows, over others among ``slots``, itself."""
    for slot in suspects:
        seen, current = {slot.id}, slot
        while isinstance(current.start, Anchor) and current.start.slot_id in slots:
            current = slots[current.start.slot_id]
            if current.id in seen:
                raise CircularStart(title=slot.title)
            seen.add(current.id)


def around(since: datetime, until: datetime, days: int) -> tuple[datetime, datetime]:
    """Return the horizon with ``days`` days to either side, and before it one more for sessions that still run."""
    return since - (days + 1) * ONE_DAY, until + days * ONE_DAY
