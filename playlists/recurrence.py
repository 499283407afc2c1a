"""From local days and times to instants of the world.

Two rules for zones with daylight saving, where a local time may not exist or may come twice:

- *gap*: a session whose local start does not exist begins at the first valid instant after the gap;
- *overlap*: a session whose local start comes twice begins at the first of the two.

A local date that the zone skipped whole (a move of the date line) has no session. A session belongs to the local date
on which it is meant to start, also when it runs past midnight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from playlists.errors import UnknownZone
from playlists.model import require, require_instant
from playlists.network import ONE_DAY
from playlists.slots import Anchor, Slot

LONGEST_HORIZON = timedelta(days=3660)
FIRST_YEAR, LAST_YEAR = 1970, 2199
ONE_SECOND = timedelta(seconds=1)


def zone_named(name: str) -> ZoneInfo:
    """Return the zone with this IANA name; raises :class:`~playlists.errors.UnknownZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(zone=name) from error


@lru_cache(maxsize=65_536)
def local_start(day: date, start: time, zone: ZoneInfo) -> datetime | None:
    """Return the UTC instant of local ``start`` on ``day``, by the two rules above; None where the day was skipped."""
    wall = datetime.combine(day, start)
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    after_gap = _end_of_gap(wall, zone)
    return after_gap if after_gap.astimezone(zone).date() == day else None


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    # Read with the offset after the gap, the missing wall time lies before the change; with the one before, after it.
    # Offsets change at whole seconds, so halving the whole seconds between finds the first valid one.
    whole = wall.replace(microsecond=0, tzinfo=zone)
    before, after = whole.replace(fold=1).astimezone(UTC), whole.replace(fold=0).astimezone(UTC)
    new_offset = after.astimezone(zone).utcoffset()
    while after - before > ONE_SECOND:
        middle = before + (after - before) // ONE_SECOND // 2 * ONE_SECOND
        if middle.astimezone(zone).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after


def starts(
    slot: Slot, since: datetime, until: datetime, holidays: Collection[date] = ()
) -> Iterator[tuple[date, datetime]]:
    """Yield (local date, instant) of the sessions of ``slot`` that start in ``[since, until)``, by date.

    Where they happen is not looked at. A slot that follows another has no starts of its own. Raises
    :class:`~playlists.errors.UnknownZone`, and :class:`~playlists.errors.InvalidPlan` for a horizon that is longer than
    ten years or outside 1970-2199.
    """
    require_horizon(since, until)
    zone = zone_named(slot.zone)
    if isinstance(slot.start, Anchor):
        return
    moved = dict(slot.moved)
    # Clocks that are put back just after midnight return to the day before: a start of the next day may lie behind.
    last = until.astimezone(zone).date() + ONE_DAY
    for day in slot.calendar.days(since.astimezone(zone).date(), last, holidays):
        starts_at = local_start(day, moved.get(day, slot.start), zone)
        if starts_at is not None and since <= starts_at < until:
            yield day, starts_at


def require_horizon(since: datetime, until: datetime) -> None:
    """Refuse a horizon that is not UTC, longer than ten years or outside 1970-2199."""
    require_instant(since, "đầu khoảng lập lịch")
    require_instant(until, "cuối khoảng lập lịch")
    require(
        that=since.year >= FIRST_YEAR and until.year <= LAST_YEAR and until - since <= LONGEST_HORIZON,
        what=f"Khoảng lập lịch phải nằm trong các năm {FIRST_YEAR}–{LAST_YEAR} và không dài quá 10 năm",
    )
