"""An airing on a deck, from its preparation to its last cue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.protocol import RundownAiring
from scheduler.station.players.player import Deck, Spot
from scheduler.station.situation import CUT_AFTER, Held, Loaded, Onstage, Stop

__all__ = ["Act"]


@dataclass(slots=True)
class Act:
    """What is known of a deck and of the airing on it; ``order`` are the airing's items that the deck was given.

    Items are named by their index in the airing; a deck names them by their place in ``order``. ``resumed`` are those
    of an airing that goes on, ``held`` what it goes on from.
    """

    airing: RundownAiring
    sequence: int
    deck: Deck
    order: tuple[int, ...]
    held: Held | None = None
    ready: bool = False
    since: datetime | None = None
    item: int | None = None
    reached: int = -1
    edge_at: datetime | None = None
    skipped: frozenset[int] = frozenset()
    stop: Stop | None = None
    silent_by: datetime | None = None
    positioned_us: int = 0

    @property
    def resumed(self) -> tuple[int, ...] | None:
        """The items with which the airing goes on; None for one that begins."""
        return None if self.held is None else self.order

    def named(self, place: int | None) -> int | None:
        """Return the item that the deck names by its place."""
        return None if place is None else self.order[place]

    def place(self, item: int) -> int:
        """Return the name of an item on the deck."""
        return self.order.index(item)

    def began(self, item: int, at: datetime) -> None:
        """Take in that an item began."""
        self.item = self.reached = item
        self.edge_at = at

    def ended(self, at: datetime) -> None:
        """Take in that the item ended."""
        self.item = None
        self.edge_at = at

    def ask_to_stop(self, stop: Stop, now: datetime) -> None:
        """Fade out, once; what was asked first counts."""
        if self.stop is None:
            self.stop, self.silent_by = stop, now + stop.fade + CUT_AFTER
            self.deck.stop(stop.fade)

    def spot(self) -> Spot | None:
        """Return where the deck is, the item named by its index."""
        spot = self.deck.position()
        return None if spot is None else Spot(self.order[spot.item], spot.position_ms)

    def loaded(self) -> Loaded:
        """Return what a decision sees of it before its start."""
        return Loaded(self.airing, self.sequence, self.ready, self.resumed)

    def onstage(self, now: datetime) -> Onstage:
        """Return what a decision sees of it after its start."""
        return Onstage(
            airing=self.airing,
            since=self.since or now,
            item=self.item,
            skipped=self.skipped,
            order=self.order,
            reached=self.reached,
            edge_at=self.edge_at,
            silent_by=self.silent_by,
        )
