"""The ``mute`` driver: keeps time like a player and makes no sound; for drills without loudspeakers, and for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from scheduler.station.players.player import Cue, CueKind, CueSheet, Deck, Spot, Track
from scheduler.station.timekeeper import boottime_us

__all__ = ["MutePlayer"]


class MutePlayer:
    """Loads airings that will not be heard."""

    name = "mute"

    def prepare(self, airing: str, tracks: Sequence[Track], *, gain_cb: int, wake: Callable[[], None]) -> Deck:  # noqa: ARG002 - the port's
        """Return a deck for ``tracks``; a file that is absent fails as it does with a real player."""
        return _MuteDeck(tracks, wake)


class _MuteDeck:
    pid: int | None = None

    def __init__(self, tracks: Sequence[Track], wake: Callable[[], None]) -> None:
        self._tracks = tuple(tracks)
        self._sheet = CueSheet(wake)
        self._skipped: set[int] = set()
        self._stop_at: threading.Event = threading.Event()
        self._now: tuple[int, int] | None = None
        absent = [track.path.name for track in self._tracks if not track.path.is_file()]
        if absent:
            self._sheet.add(Cue(CueKind.FAILED, boottime_us(), why=f"no file {absent[0]}"))
        else:
            self._sheet.add(Cue(CueKind.LOADED, boottime_us()))

    def start(self) -> None:
        threading.Thread(target=self._sound, name="mute-deck", daemon=True).start()

    def _sound(self) -> None:
        begins = boottime_us()
        for index, track in enumerate(self._tracks):
            if index in self._skipped:
                continue
            self._now = (index, begins)
            self._sheet.add(Cue(CueKind.ITEM_STARTED, begins, index))
            ends = begins + track.duration_ms * 1000
            while (left := ends - boottime_us()) > 0:
                if self._stop_at.wait(left / 1_000_000):
                    return
            self._now = None
            self._sheet.add(Cue(CueKind.ITEM_ENDED, ends, index, track.duration_ms))
            begins = ends
        self._sheet.add(Cue(CueKind.FINISHED, begins))

    def skip(self, item: int) -> None:
        self._skipped.add(item)

    def stop(self, fade: timedelta) -> None:  # noqa: ARG002 - silence needs no fade
        spot = self.position()
        self._stop_at.set()
        item, position_ms = (None, 0) if spot is None else (spot.item, spot.position_ms)
        self._sheet.add(Cue(CueKind.STOPPED, boottime_us(), item, position_ms))

    def position(self) -> Spot | None:
        now = self._now
        if now is None:
            return None
        item, begins = now
        return Spot(item, min((boottime_us() - begins) // 1000, self._tracks[item].duration_ms))

    def cues(self) -> list[Cue]:
        return self._sheet.take()

    def close(self) -> None:
        self._stop_at.set()
