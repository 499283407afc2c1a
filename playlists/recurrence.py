"""Weekly slots become sessions: which local days, and at which instant of the world.

Two rules for zones with daylight saving, where a local time may not exist or may come twice:

- *gap*: a session whose local start does not exist begins at the first valid instant after the gap;
- *overlap*: a session whose local start comes twice begins at the first of the two.

A local date that the zone skipped whole (a move of the date line) has no session. A session belongs to the local date
on which it is meant to start, also when it runs past midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from playlists.errors import UnknownZone
from playlists.model import Occurrence, Slot, require, require_instant

LONGEST_HORIZON = timedelta(days=3660)
FIRST_YEAR, LAST_YEAR = 1970, 2199
ONE_SECOND = timedelta(seconds=1)


def zone_named(name: str) -> ZoneInfo:
    """Return the zone with this IANA name; raises :class:`~playlists.errors.UnknownZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(zone=name) from error


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


def occurrence_id(slot_id: UUID, station_id: UUID, day: date, ordinal: int = 0) -> UUID:
    """Return the airing id of a slot's session: UUIDv5 of (slot, local date and ordinal, station)."""
    return uuid5(slot_id, f"{day.isoformat()}/{ordinal}/{station_id}")


def occurrences(slot: Slot, since: datetime, until: datetime) -> tuple[Occurrence, ...]:
    """Return the sessions of ``slot`` that start in ``[since, until)``, in order.

    Raises :class:`~playlists.errors.UnknownZone`, and :class:`~playlists.errors.InvalidPlan` for a horizon that is
    longer than ten years or outside 1970-2199.
    """
    _require_horizon(since, until)
    zone = zone_named(slot.zone)
    found = []
    for day in _days(slot, since, until, zone):
        starts_at = local_start(day, slot.start, zone)
        if starts_at is not None and since <= starts_at < until:
            found.append(
                Occurrence(occurrence_id(slot.id, slot.station_id, day), slot, day, ordinal=0, starts_at=starts_at)
            )
    return tuple(found)


def expand(slots: Iterable[Slot], since: datetime, until: datetime) -> tuple[Occurrence, ...]:
    """Return the sessions of all ``slots`` that start in ``[since, until)``, by start, then station and id."""
    found = [each for slot in slots for each in occurrences(slot, since, until)]
    return tuple(sorted(found, key=lambda each: (each.starts_at, each.slot.station_id, each.id)))


def _days(slot: Slot, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[date]:
    first = max(slot.valid_from, since.astimezone(zone).date())
    # Clocks that are put back just after midnight return to the day before: a start of the next day may lie behind.
    last = until.astimezone(zone).date() + timedelta(days=1)
    if slot.valid_to is not None:
        last = min(last, slot.valid_to)
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        if day.weekday() in slot.weekdays:
            yield day


def _require_horizon(since: datetime, until: datetime) -> None:
    require_instant(since, "đầu khoảng lập lịch")
    require_instant(until, "cuối khoảng lập lịch")
    require(
        that=since.year >= FIRST_YEAR and until.year <= LAST_YEAR and until - since <= LONGEST_HORIZON,
        what=f"Khoảng lập lịch phải nằm trong các năm {FIRST_YEAR}–{LAST_YEAR} và không dài quá 10 năm",
    )
