"""The week as a grid: what several stations air alike is one card; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from scheduler.services.timetable_views import SlotView, Timetable, TimetableEntry, TimetableStation

BANDS: tuple[tuple[str, str, time], ...] = (
    ("Sáng sớm", "trước 07:00", time(7)),
    ("Trong ngày", "07:00–16:00", time(16)),
    ("Chiều, tối", "từ 16:00", time.max),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card's session stands: its airing at one station."""

    station_id: str
    station_name: str
    unit_name: str
    entry: TimetableEntry


@dataclass(frozen=True, slots=True)
class Card:
    """One session as it stands at one or more stations, alike in time, title and state."""

    day: date
    places: tuple[Place, ...]

    @property
    def entry(self) -> TimetableEntry:
        """The session at the first of its stations."""
        return self.places[0].entry

    @property
    def left_out(self) -> int:
        """The most items that any of its stations leaves out."""
        return max(place.entry.left_out for place in self.places)

    @property
    def clashes_with(self) -> tuple[str, ...]:
        """The titles that it overlaps anywhere."""
        return tuple(dict.fromkeys(title for place in self.places for title in place.entry.clashes_with))

    @property
    def kind(self) -> str:
        """The style of its card: what matters most of what may be true of it."""
        entry = self.entry
        if entry.state == "cancelled":
            return "drop"
        if self.clashes_with:
            return "clash"
        if entry.bulletin_class == "emergency":
            return "emergency"
        if entry.state == "proposed":
            return "add"
        if self.left_out and entry.state == "planned":
            return "move"
        return "own" if entry.one_off else ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day's cards in the three bands of hours, and how long they may sound together at most."""

    date: date
    bands: tuple[tuple[Card, ...], ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards of the day, by start."""
        return tuple(card for band in self.bands for card in band)

    @property
    def sounding(self) -> int:
        """How many sessions are not cancelled."""
        return sum(card.entry.state != "cancelled" for card in self.cards)


@dataclass(frozen=True, slots=True)
class SlotGroup:
    """Slots of several stations that are alike but for the station."""

    slots: tuple[SlotView, ...]

    @property
    def first(self) -> SlotView:
        """One of them, to tell what all share."""
        return self.slots[0]


def grid(told: Timetable, zone: tzinfo) -> list[Day]:
    """Return the days of a timetable with their cards."""
    days = []
    for number, day in enumerate(told.days):
        cards = _cards(day, number, told.stations)
        bands: list[list[Card]] = [[] for _ in BANDS]
        for card in cards:
            bands[_band(card.entry.starts_at, zone)].append(card)
        days.append(Day(day, tuple(tuple(band) for band in bands)))
    return days


def _cards(day: date, number: int, stations: Sequence[TimetableStation]) -> list[Card]:
    alike: dict[tuple[object, ...], list[Place]] = {}
    for station in stations:
        for entry in station.days[number].entries:
            key = (entry.starts_at, entry.ends_by, entry.title, entry.state, entry.bulletin_class, entry.one_off)
            place = Place(station.station_id, station.station_name, station.unit_name, entry)
            alike.setdefault(key, []).append(place)
    cards = [Card(day, tuple(places)) for places in alike.values()]
    return sorted(cards, key=lambda card: (card.entry.starts_at, card.entry.title))


def _band(starts_at: datetime, zone: tzinfo) -> int:
    local = starts_at.astimezone(zone).time()
    return next(index for index, (_, _, until) in enumerate(BANDS) if local < until or until == time.max)


def slot_groups(slots: Sequence[SlotView]) -> list[SlotGroup]:
    """Return slots grouped by what they share, in the order in which they came."""
    alike: dict[tuple[object, ...], list[SlotView]] = {}
    for slot in slots:
        key = (
            slot.programme_id,
            slot.title,
            slot.weekdays,
            slot.starts,
            slot.max_duration_s,
            slot.start_rule,
            slot.grace_s,
            slot.gain_cb,
            slot.valid_from,
            slot.valid_to,
            slot.published_at is None,
        )
        alike.setdefault(key, []).append(slot)
    return [SlotGroup(tuple(group)) for group in alike.values()]


def dawn_repeats(slots: Sequence[SlotView]) -> list[tuple[str, str]]:
    """Return the titles of slots that air at dawn what aired the evening before, as (dawn, evening), each pair once.

    Listeners are known to complain of it.
    """
    same: dict[tuple[str, str], list[SlotView]] = {}
    for slot in slots:
        same.setdefault((slot.station_id, slot.programme_id), []).append(slot)
    pairs = {
        (dawn.title, evening.title): None
        for group in same.values()
        for dawn in group
        for evening in group
        if _local(dawn.starts) < BANDS[0][2]
        and _local(evening.starts) >= BANDS[1][2]
        and any(str((int(day) - 1) % 7) in evening.weekdays for day in dawn.weekdays)
    }
    return list(pairs)


def _local(starts: str) -> time:
    return time.fromisoformat(starts)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weekdays_words(digits: str) -> str:
    """Return a slot's weekdays in words: ``hằng ngày``, ``thứ Hai, thứ Tư``."""
    if set(digits) == set("0123456"):
        return "hằng ngày"
    words = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
    return ", ".join(words[int(digit)] for digit in sorted(digits))
