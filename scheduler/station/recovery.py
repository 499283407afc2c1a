"""What a station does first: ends the players that an earlier process left, and reports what that did not see end."""

from __future__ import annotations

import logging
from typing import Any

from scheduler.canonical import format_instant
from scheduler.protocol import Event
from scheduler.station.chain import Happening
from scheduler.station.players.process import end_process
from scheduler.station.store import Interrupted, LeftHeld, Store
from scheduler.station.timekeeper import Timekeeper

__all__ = ["recover"]

_diagnostics = logging.getLogger("loa.station")


def recover(store: Store, timekeeper: Timekeeper, *, boot: str) -> None:
    """End the players left behind, then report airings without an end; none of them plays again.

    An airing that waited to go on after an emergency is one of them: what it would have gone on with is missed.
    """
    for process in store.recorded_players():
        if end_process(process, boot=boot):
            _diagnostics.warning("Đã dừng trình phát còn sót lại (pid %d)", process.pid)
        store.forget_player(process.pid)
    for unended in store.unended():
        _report_unended(store, timekeeper, unended, boot)
    for held in store.left_held():
        _report_held(store, timekeeper, held, boot)


def _report_unended(store: Store, timekeeper: Timekeeper, left: Interrupted, boot: str) -> None:
    reading = timekeeper.read()
    where = left.position
    detail: dict[str, Any] = {"recorded_at": format_instant(reading.now)}
    if where is not None:
        detail["position_ms"] = where.position_ms
    if left.drill:
        detail["drill"] = True
    happening = Happening(
        Event.INTERRUPTED,
        reading.now if where is None else where.at,
        reading.state,
        rundown=left.sequence,
        airing=left.airing,
        item=None if where is None else where.item,
        reason=_why(left.boot, boot),
        detail=detail,
    )
    store.end(left.airing, happening)


def _report_held(store: Store, timekeeper: Timekeeper, left: LeftHeld, boot: str) -> None:
    reading = timekeeper.read()
    for item, media in left.rest:
        happening = Happening(
            Event.MISSED,
            reading.now,
            reading.state,
            rundown=left.sequence,
            airing=left.airing,
            item=item,
            media=media,
            reason=_why(left.boot, boot),
            detail={"drill": True} if left.drill else None,
        )
        store.forgo(left.airing, item, happening)


def _why(left_in: str, boot: str) -> str:
    return "crash" if left_in == boot else "power"
