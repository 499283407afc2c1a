"""What a station's decision looks at, and what it may ask for: values alone (pure).

``playing`` decides, ``turns`` says who goes before whom, the stage carries out.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.protocol import Rundown, RundownAiring

__all__ = [
    "CUT_AFTER",
    "FADE",
    "OVERHANG",
    "POSITION_EVERY",
    "PREPARE_AHEAD",
    "QUICK_FADE",
    "STALL",
    "Action",
    "Cut",
    "Drop",
    "Forgo",
    "Held",
    "Loaded",
    "Miss",
    "Onstage",
    "Plan",
    "Prepare",
    "Situation",
    "Skip",
    "Start",
    "Stop",
]

PREPARE_AHEAD = timedelta(seconds=10)
FADE = timedelta(seconds=1)
# What makes way fades shortly: an emergency is to sound within a second of being ready.
QUICK_FADE = timedelta(milliseconds=300)
# A deck that has not fallen silent this long after its fade is ended the hard way; nothing waits for a stuck player.
CUT_AFTER = timedelta(milliseconds=500)
# Players take some milliseconds between two items: an airing so little longer than its time is let end.
OVERHANG = timedelta(milliseconds=500)
POSITION_EVERY = timedelta(seconds=1)
# A player that has not ended this long after its sound should have is stuck.
STALL = timedelta(seconds=10)


def sounding_time(airing: RundownAiring, items: tuple[int, ...]) -> timedelta:
    """Return how long ``items`` (indices) of ``airing`` sound."""
    return timedelta(milliseconds=sum(airing.items[index].duration_ms for index in items))


@dataclass(frozen=True, slots=True)
class Loaded:
    """The airing that is loaded and paused, or being loaded; ``resumed`` holds the items with which it goes on."""

    airing: RundownAiring
    sequence: int
    ready: bool
    resumed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Onstage:
    """The airing that sounds: since when on this deck, and its item that does (None before the first and between two).

    ``order`` are the items that the deck was given (None: all), ``reached`` is the last that began, ``edge_at`` when an
    item began or ended last. ``silent_by`` is set once it was told to stop: by then it should have fallen silent.
    """

    airing: RundownAiring
    since: datetime
    item: int | None = None
    skipped: frozenset[int] = frozenset()
    order: tuple[int, ...] | None = None
    reached: int = -1
    edge_at: datetime | None = None
    silent_by: datetime | None = None

    @property
    def ahead(self) -> tuple[int, ...]:
        """The items that are still to begin."""
        begun = self.reached if self.item is None else self.item
        order = range(len(self.airing.items)) if self.order is None else self.order
        return tuple(index for index in order if index > begun and index not in self.skipped)

    @property
    def ends_at(self) -> datetime:
        """When it will have sounded to its end, as far as the measured lengths tell."""
        under_way = () if self.item is None else (self.item,)
        return (self.edge_at or self.since) + sounding_time(self.airing, under_way + self.ahead)


@dataclass(frozen=True, slots=True)
class Held:
    """An airing that an emergency cut, and the items with which it may go on."""

    airing: RundownAiring
    sequence: int
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision looks at.

    ``over`` holds the ids of airings that started or were given up; ``media`` and ``damaged`` the names (``sha256:…``)
    that are whole on disk and that were found damaged since they were fetched; ``retry_at`` the ids of airings whose
    loading failed a moment ago, with the instant of the next try. The clock became known to this process at
    ``watching_since`` and had been unset from ``unset_since``; ``told_at`` is when ``rundown`` was accepted, if by
    this process. Airings up to ``horizon`` are unknown: their outcomes were lost with the store.
    """

    now: datetime
    rundown: Rundown | None
    watching_since: datetime
    unset_since: datetime
    over: AbstractSet[str] = frozenset()
    media: AbstractSet[str] = frozenset()
    damaged: AbstractSet[str] = frozenset()
    retry_at: tuple[tuple[str, datetime], ...] = ()
    loaded: Loaded | None = None
    onstage: Onstage | None = None
    held: tuple[Held, ...] = ()
    horizon: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepare:
    """Verify the media of ``airing`` and load them, paused; only those of ``resumed`` when it goes on."""

    airing: RundownAiring
    sequence: int
    resumed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Record the start of the loaded airing, then let it sound; it is ``late`` after its planned start."""

    airing: RundownAiring
    sequence: int
    late: timedelta
    resumed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Unload what is loaded: it was cancelled, changed or missed, or another goes before it."""

    airing: RundownAiring


@dataclass(frozen=True, slots=True)
class Miss:
    """Record that ``airing`` did not start, and why; it never will."""

    airing: RundownAiring
    sequence: int
    reason: str
    late: timedelta


@dataclass(frozen=True, slots=True)
class Stop:
    """End what sounds, in a fade of ``fade``; ``by`` is the id of the airing that it makes way for."""

    reason: str
    fade: timedelta
    detail: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """End at once a deck that was told to stop and did not."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Take an item that has not sounded yet out of the airing that does."""

    item: int


@dataclass(frozen=True, slots=True)
class Forgo:
    """Record that ``items`` of the held ``airing`` will not sound, and why."""

    airing: RundownAiring
    items: tuple[int, ...]
    reason: str


Action = Prepare | Start | Drop | Miss | Stop | Cut | Skip | Forgo


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now, in this order, and when to look again (None: when something happens)."""

    actions: tuple[Action, ...]
    look_at: datetime | None
