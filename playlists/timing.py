"""How long a list of items sounds, when each begins, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from playlists.model import NO_TIME, Item


def total_duration(items: Iterable[Item]) -> timedelta:
    """Return how long ``items`` sound one after another."""
    return sum((item.duration for item in items), NO_TIME)


def start_instants(items: Sequence[Item], starts_at: datetime) -> tuple[datetime, ...]:
    """Return the instant at which each item begins when the first begins at ``starts_at``."""
    instants = tuple(accumulate((item.duration for item in items), lambda at, length: at + length, initial=starts_at))
    return instants[: len(items)]


def back_timed(items: Sequence[Item], ends_at: datetime) -> tuple[datetime, ...]:
    """Return the instant at which each item must begin so that the last ends at ``ends_at``."""
    return start_instants(items, ends_at - total_duration(items))


def overrun(items: Iterable[Item], room: timedelta) -> timedelta:
    """Return by how much ``items`` sound longer than ``room``; negative is time left over."""
    return total_duration(items) - room
