"""The port to whatever sounds: a player loads one airing on a deck, paused; the deck sounds it and tells what it did.

A deck never blocks: ``start``, ``skip`` and ``stop`` ask, cues tell what came of it. Cues carry CLOCK_BOOTTIME, in
microseconds, of the moment itself, however late they are taken. Their order is: LOADED; for each item that sounds
ITEM_STARTED and, when it sounded to its end, ITEM_ENDED; then one of FINISHED, STOPPED (after ``stop``) and FAILED,
the last cue of a deck. FAILED may come at any moment.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Protocol

__all__ = ["Cue", "CueKind", "CueSheet", "Deck", "Player", "PlayerProcess", "Spot", "Track"]


class CueKind(Enum):
    """What a cue tells."""

    LOADED = "loaded"
    ITEM_STARTED = "item-started"
    ITEM_ENDED = "item-ended"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that a deck did; ``position_ms`` is how far into ``item`` it sounded, ``why`` tells of a failure."""

    kind: CueKind
    boottime_us: int
    item: int | None = None
    position_ms: int = 0
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One medium to sound: its file and how long it sounds."""

    path: Path
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a deck is: the item that sounds and how far into it, in milliseconds."""

    item: int
    position_ms: int


@dataclass(frozen=True, slots=True)
class PlayerProcess:
    """A player's process: its id means the same process only with the same start (clock ticks since boot) and boot."""

    pid: int
    started_ticks: int
    boot: str


class Deck(Protocol):
    """One airing, loaded."""

    @property
    def pid(self) -> int | None:
        """The process that sounds, None for a deck without one."""

    def start(self) -> None:
        """Let it sound."""

    def skip(self, item: int) -> None:
        """Leave out an item that has not sounded yet."""

    def stop(self, fade: timedelta) -> None:
        """Fade out within ``fade`` and end; no further item begins."""

    def position(self) -> Spot | None:
        """Return where it is, None while no item sounds."""

    def cues(self) -> list[Cue]:
        """Return the cues that came since the last call, oldest first."""

    def close(self) -> None:
        """End the deck and its process at once, and free what it holds; may be called again."""


class Player(Protocol):
    """Loads airings."""

    @property
    def name(self) -> str:
        """The name by which settings choose it."""

    def prepare(self, airing: str, tracks: Sequence[Track], *, gain_cb: int, wake: Callable[[], None]) -> Deck:
        """Begin to load ``tracks``, paused; ``wake`` is called, from any thread, after each cue.

        ``gain_cb`` is the gain in hundredths of a decibel. Raises
        :class:`~scheduler.station.errors.PlayerUnavailable` when no deck can be had.
        """


class CueSheet:
    """The cues of a deck on their way from its thread to the station's; nothing is added after the last."""

    _LAST = frozenset({CueKind.FINISHED, CueKind.STOPPED, CueKind.FAILED})

    def __init__(self, wake: Callable[[], None]) -> None:
        self._cues: deque[Cue] = deque()
        self._lock = threading.Lock()
        self._wake = wake
        self._complete = False

    @property
    def complete(self) -> bool:
        """Whether the deck's last cue was added."""
        return self._complete

    def add(self, cue: Cue) -> None:
        """Add ``cue`` and wake the station."""
        with self._lock:
            if self._complete:
                return
            self._complete = cue.kind in self._LAST
            self._cues.append(cue)
        self._wake()

    def take(self) -> list[Cue]:
        """Return what was added since the last call."""
        with self._lock:
            taken = list(self._cues)
            self._cues.clear()
        return taken
