"""Local days as instants: midnights and spans, in the zone in which people read times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playlists.recurrence import zone_named

ONE_DAY = timedelta(days=1)


def midnight(day: date, zone: str | ZoneInfo) -> datetime:
    """Return the UTC instant at which the local ``day`` begins."""
    tz = zone_named(zone) if isinstance(zone, str) else zone
    return datetime.combine(day, time(0), tzinfo=tz).astimezone(UTC)


def local_day(instant: datetime, zone: str | ZoneInfo) -> date:
    """Return the local day to which ``instant`` belongs."""
    tz = zone_named(zone) if isinstance(zone, str) else zone
    return instant.astimezone(tz).date()


def end_of(day: date, zone: str | ZoneInfo) -> datetime | None:
    """Return the instant at which the local ``day`` is over; null for the last day that can be written."""
    return None if day == date.max else midnight(day + ONE_DAY, zone)
