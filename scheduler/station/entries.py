"""How a happening at the station is told in its as-run chain (pure); a drill says in each of its entries that it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from scheduler.canonical import format_instant
from scheduler.protocol import Event, RundownAiring
from scheduler.station.chain import Happening
from scheduler.station.timekeeping import Reading

__all__ = ["About", "happening", "item_forgone", "planned"]


class About(Protocol):
    """What an entry is about: an airing, and the sequence of the rundown that it comes from."""

    @property
    def airing(self) -> RundownAiring:
        """The airing."""

    @property
    def sequence(self) -> int:
        """The rundown's number."""


def happening(
    event: Event,
    reading: Reading,
    about: About,
    *,
    at: datetime | None = None,
    detail: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Happening:
    """Return what happened to an airing, now unless ``at`` says when; ``facts`` are further fields of the entry."""
    if about.airing.drill:
        detail = {**(detail or {}), "drill": True}
    told = Happening(
        event, at or reading.now, reading.state, rundown=about.sequence, airing=about.airing.id, detail=detail
    )
    return replace(told, **facts)


def planned(airing: RundownAiring, late: timedelta) -> dict[str, Any]:
    """Return what an entry tells of the plan: when it was to start, and how late it is."""
    return {"starts_at": format_instant(airing.starts_at), "late_ms": late // timedelta(milliseconds=1)}


def item_forgone(reading: Reading, about: About, item: int, reason: str) -> Happening:
    """Return that an item of an airing that had started will not sound."""
    return happening(Event.MISSED, reading, about, item=item, media=about.airing.items[item].media, reason=reason)
