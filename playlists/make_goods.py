"""When a missed session can be made good: the first free time at its station that breaks no hours' rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playlists.hours import Hours
from playlists.model import NO_TIME, require, require_instant

STEP = timedelta(minutes=5)
"""People are told round times."""
LONGEST_SEARCH = timedelta(days=31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def free_start(
    taken: Iterable[tuple[datetime, datetime]],
    length: timedelta,
    since: datetime,
    until: datetime,
    *,
    hours: Hours,
    zone: ZoneInfo,
) -> datetime | None:
    """Return the first instant of a five-minute grid, from ``since`` on, from which ``length`` is free and ends by
    ``until``; None when there is none.

    ``taken`` are the ``[from, to)`` spans at the station, in any order; they may overlap. A time that breaks any of the
    network's hours, also one that only warns, is passed over.
    """
    require_instant(since, "đầu khoảng tìm giờ phát bù")
    require_instant(until, "cuối khoảng tìm giờ phát bù")
    require(that=NO_TIME < length <= timedelta(days=1), what="Buổi phát bù phải dài hơn 0 phút và không quá 24 giờ")
    require(that=until - since <= LONGEST_SEARCH, what="Chỉ tìm giờ phát bù trong vòng 31 ngày")
    spans = [span for span in taken if span[0] < span[1]]
    at = _on_grid(since)
    while at + length <= until:
        in_the_way = [end for start, end in spans if start < at + length and at < end]
        if in_the_way:
            at = _on_grid(max(in_the_way))
        elif hours.breaches(at.astimezone(zone).time(), length):
            at += STEP
        else:
            return at
    return None


def _on_grid(instant: datetime) -> datetime:
    return instant + (_EPOCH - instant) % STEP
