"""Slots, the places of a timetable, and the sessions that come of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid5

from playlists.calendar import Calendar
from playlists.model import NO_TIME, StartRule, require
from playlists.network import UnitKey
from playlists.scopes import Scope

LONGEST = timedelta(days=1)


class Edge(StrEnum):
    """Which end of another slot's session a relative start counts from."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A relative start: ``offset`` from an edge of the session of another slot, at the same station, of the same date.

    The end is that of the slot's greatest length, so that a plan doesn't move when an item grows longer.
    """

    slot_id: UUID
    edge: Edge = Edge.END
    offset: timedelta = NO_TIME

    def __post_init__(self) -> None:
        require(that=abs(self.offset) <= LONGEST, what="Giờ bắt đầu theo khung giờ khác chỉ lệch được tối đa 24 giờ")


@dataclass(frozen=True, slots=True)
class Slot:
    """A repeated place in the timetable of every station that ``scope`` means, at most ``max_duration`` long.

    ``start`` is local time in ``zone`` (an IANA name), or follows another slot. ``owner`` is the unit whose slot it is
    (None: the network's): the stations below inherit it, and where two slots meet, that of the unit higher up goes
    first. Gains are in hundredths of a decibel; ``night_gain_cb`` None leaves the night to the network's hours.
    ``moved`` gives single dates another local start.
    """

    id: UUID
    title: str
    scope: Scope
    calendar: Calendar
    start: time | Anchor
    max_duration: timedelta
    zone: str
    programme_id: UUID
    owner: UnitKey | None = None
    start_rule: StartRule = StartRule.HARD
    grace: timedelta = timedelta(seconds=30)
    gain_cb: int = 0
    night_gain_cb: int | None = None
    moved: frozenset[tuple[date, time]] = frozenset()

    def __post_init__(self) -> None:
        require(
            that=isinstance(self.start, Anchor) or self.start.tzinfo is None,
            what="Giờ bắt đầu là giờ địa phương, không kèm múi giờ",
        )
        require(
            that=NO_TIME < self.max_duration <= LONGEST,
            what=f"Khung giờ “{self.title}” phải dài hơn 0 phút và không quá 24 giờ",
        )
        require(that=self.grace >= NO_TIME, what="Thời gian chờ cho phép không được âm")
        require(
            that=len({day for day, _ in self.moved}) == len(self.moved),
            what=f"Khung giờ “{self.title}” có ngày được dời hai lần",
        )


class Occurrence(NamedTuple):
    """One session of a slot at one station: the local ``date`` it is meant for, its instant and its gain.

    A tuple whose id is told only when it is asked for, since a large network has hundreds of thousands of them.
    """

    slot: Slot
    station_id: UUID
    date: date
    ordinal: int
    starts_at: datetime
    gain_cb: int

    @property
    def id(self) -> UUID:
        """The airing id."""
        return occurrence_id(self.slot.id, self.station_id, self.date, self.ordinal)

    @property
    def programme_id(self) -> UUID:
        """The programme that sounds."""
        return self.slot.programme_id

    @property
    def length(self) -> timedelta:
        """How long it may last at most."""
        return self.slot.max_duration

    @property
    def ends_at(self) -> datetime:
        """The instant at which the slot's time is up (not included)."""
        return self.starts_at + self.slot.max_duration


def occurrence_id(slot_id: UUID, station_id: UUID, day: date, ordinal: int = 0) -> UUID:
    """Return the airing id of a slot's session: UUIDv5 of (slot, local date and ordinal, station)."""
    return uuid5(slot_id, f"{day.isoformat()}/{ordinal}/{station_id}")
