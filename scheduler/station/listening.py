"""Writes down what decks tell: the edges of items, and how an airing ended or was cut.

What a deck did is on disk before anything is made of it: an emergency begins after the entry of what it cut.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from scheduler.protocol import Event
from scheduler.station.act import Act
from scheduler.station.entries import happening, item_forgone
from scheduler.station.players.player import Cue, CueKind
from scheduler.station.situation import Held, Stop
from scheduler.station.store import Position, Store
from scheduler.station.timekeeping import Reading
from scheduler.station.turns import after_cut

__all__ = ["Listener"]


class Listener:
    """Hears the deck that sounds; :meth:`hear` and :meth:`cut` tell what is left when its airing is over for now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def hear(self, act: Act, cue: Cue, reading: Reading) -> bool:
        """Write down what ``cue`` tells; return whether the deck has ended. Then ``act.held`` is what may go on."""
        at = reading.at(cue.boottime_us)
        item = act.named(cue.item)
        match cue.kind:
            case CueKind.ITEM_STARTED if item is not None:
                act.began(item, at)
                act.positioned_us = cue.boottime_us
                self._edge(act, reading, item, at, {"edge": "start"})
                self._store.keep_position(act.airing.id, Position(item, 0, at))
            case CueKind.ITEM_ENDED if item is not None:
                act.ended(at)
                self._edge(act, reading, item, at, {"edge": "end", "duration_ms": cue.position_ms})
                self._store.keep_position(act.airing.id, Position(None, 0, at))
            case CueKind.FINISHED:
                self._finished(act, reading, at)
                return True
            case CueKind.STOPPED:
                self.cut(act, reading, at, item=item, position_ms=cue.position_ms)
                return True
            case CueKind.FAILED:
                act.stop = act.stop or Stop("fault", timedelta(0), cue.why)
                item = act.item if item is None else item
                self.cut(act, reading, at, item=item, position_ms=cue.position_ms)
                return True
            case _:
                pass  # it was loaded before the start
        return False

    def _edge(self, act: Act, reading: Reading, item: int, at: datetime, detail: dict[str, Any]) -> None:
        media = act.airing.items[item].media
        self._store.append(happening(Event.ITEM, reading, act, at=at, item=item, media=media, detail=detail))

    def _finished(self, act: Act, reading: Reading, at: datetime) -> None:
        act.held = None
        self._store.end(act.airing.id, happening(Event.FINISHED, reading, act, at=at))

    def cut(self, act: Act, reading: Reading, at: datetime, *, item: int | None, position_ms: int) -> None:
        """Write down that the airing was cut, where and by what, and what becomes of the items after it."""
        stop = act.stop or Stop("fault", timedelta(0))
        act.item = item
        held, gone = after_cut(act.onstage(at), act.sequence, stop.reason)
        cut = happening(
            Event.INTERRUPTED,
            reading,
            act,
            at=at,
            item=item,
            media=None if item is None else act.airing.items[item].media,
            reason=stop.reason,
            detail=_where(stop, held, position_ms),
        )
        with self._store.transaction():
            if held is None:
                self._store.end(act.airing.id, cut)
            else:
                self._store.hold(act.airing.id, cut, [(each, act.airing.items[each].media) for each in held.items])
            for each in gone:
                self._store.append(item_forgone(reading, act, each, stop.reason))
        act.held = held


def _where(stop: Stop, held: Held | None, position_ms: int) -> dict[str, Any]:
    detail: dict[str, Any] = {"position_ms": position_ms}
    if stop.detail is not None:
        detail["why"] = stop.detail[:500]
    if stop.by is not None:
        detail["by"] = stop.by
    if stop.reason == "emergency":
        detail["then"] = "drop" if held is None else "resume"
    return detail
