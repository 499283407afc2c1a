"""How the next line of a station's chain is made (pure): what happened, bound to the line before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduler.protocol import CHAIN_START, AsRunEntry, ClockState, Event, line_hash

__all__ = ["Happening", "Tail", "next_line"]


@dataclass(frozen=True, slots=True)
class Happening:
    """What an as-run entry tells, before it has its place in the chain; ``at`` is centre time."""

    event: Event
    at: datetime
    clock: ClockState
    rundown: int | None = None
    airing: str | None = None
    item: int | None = None
    media: str | None = None
    reason: str | None = None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a chain stands: the number and hash of its last line; 0 and zeros before the first."""

    n: int = 0
    hash: str = CHAIN_START


def next_line(tail: Tail, happening: Happening, *, chain: str, identity: str, boot: str) -> tuple[str, Tail]:
    """Return the line that follows ``tail`` and the tail after it; numbers count from 1; ``identity`` is its id."""
    entry = AsRunEntry(
        chain=chain,
        n=tail.n + 1,
        id=identity,
        prev=tail.hash,
        at=happening.at,
        clock=happening.clock,
        boot=boot,
        event=happening.event,
        rundown=happening.rundown,
        airing=happening.airing,
        item=happening.item,
        media=happening.media,
        reason=happening.reason,
        detail=happening.detail,
    )
    line = entry.to_line()
    return line, Tail(entry.n, line_hash(line))
