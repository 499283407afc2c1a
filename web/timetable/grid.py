"""The week as a grid: what several stations air alike is one card; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from scheduler.services.timetable.effect_views import Kind
from scheduler.services.timetable.weeks import Placed, Week, WeekSession

BANDS: tuple[tuple[str, str, time], ...] = (
    ("Sáng sớm", "trước 07:00", time(7)),
    ("Trong ngày", "07:00–16:00", time(16)),
    ("Chiều, tối", "từ 16:00", time.max),
)
MOST_IN_CELL = 12
_MARKS = {Kind.ADDED: "add", Kind.MOVED: "move", Kind.CHANGED: "move", Kind.REMOVED: "drop"}


@dataclass(frozen=True, slots=True)
class Card:
    """One session as it stands at one or more stations, alike in time, title and state.

    ``own`` tells that the slot is one of the place that is looked at, not inherited from a unit above.
    """

    session: WeekSession
    places: tuple[Placed, ...]
    own: bool

    @property
    def left_out(self) -> int:
        """The most items that any of its stations leaves out."""
        return max(place.left_out for place in self.places)

    @property
    def items(self) -> int:
        """The most items at any of its stations."""
        return max(place.items for place in self.places)

    @property
    def kind(self) -> str:
        """The style of its card: what matters most of what may be true of it."""
        told = self.session
        if told.state == "cancelled":
            return "drop"
        if told.clash or (told.mark is not None and told.mark.reason):
            return "clash"
        if told.mark is not None:
            return _MARKS[told.mark.kind]
        if told.state == "dropped":
            return "drop"
        if told.drill:
            return "drill"
        if told.bulletin_class == "emergency":
            return "emergency"
        return "own" if self.own or told.slot_id is None else ""

    @property
    def warns(self) -> bool:
        """Whether it takes place, but should be looked at."""
        return self.session.state == "planned" and bool(self.left_out or self.session.warning)

    @property
    def calls(self) -> bool:
        """Whether it should not be overlooked among many: proposed, in a clash, an emergency, or to be looked at."""
        return bool(self.session.mark) or self.warns or self.kind in {"clash", "drop", "emergency", "drill"}

    @property
    def can_move(self) -> bool:
        """Whether a change can move it: a session of a slot that lies ahead and takes place."""
        told = self.session
        return told.slot_id is not None and told.state == "planned" and told.mark is None


@dataclass(frozen=True, slots=True)
class Day:
    """A day's cards in the three bands of hours; ``holiday`` is the name of a public holiday."""

    date: date
    holiday: str
    bands: tuple[tuple[Card, ...], ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards of the day, by start."""
        return tuple(card for band in self.bands for card in band)

    @property
    def sounding(self) -> int:
        """How many sessions take place."""
        return sum(card.session.sounds for card in self.cards)

    @property
    def length(self) -> timedelta:
        """How long they may sound together, one after the other, at most."""
        lengths = (card.session.ends_by - card.session.starts_at for card in self.cards if card.session.sounds)
        return sum(lengths, timedelta(0))


def foremost(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Return the cards of a cell that a week has room for, by start: those that need a look before all others."""
    if len(cards) <= MOST_IN_CELL:
        return tuple(cards)
    urgent = sorted(cards, key=lambda card: (not card.calls, card.session.starts_at))[:MOST_IN_CELL]
    return tuple(card for card in cards if card in urgent)


def grid(told: Week, zone: tzinfo, own_units: Collection[str]) -> list[Day]:
    """Return the days with their cards; ``own_units`` are the codes of the place looked at and of what lies below."""
    alike: dict[WeekSession, list[Placed]] = {}
    for each in told.placed:
        alike.setdefault(each.session, []).append(each)
    days: dict[date, list[list[Card]]] = {day: [[] for _ in BANDS] for day, _ in told.days}
    for session, places in sorted(alike.items(), key=lambda each: (each[0].starts_at, each[0].title)):
        if session.day in days:
            card = Card(session, tuple(places), own=session.owner_code in own_units)
            days[session.day][_band(session.starts_at, zone)].append(card)
    return [Day(day, holiday, tuple(tuple(band) for band in days[day])) for day, holiday in told.days]


def _band(starts_at: datetime, zone: tzinfo) -> int:
    local = starts_at.astimezone(zone).time()
    return next(index for index, (_, _, until) in enumerate(BANDS) if local < until or until == time.max)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
