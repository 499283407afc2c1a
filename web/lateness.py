"""Why a session did not start, and by how much it was too late, in the words of the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo

from jinja2 import Environment

from scheduler.services.lateness import Lateness
from web.filters import number
from web.reasons import told

WAITED = frozenset({"late", "not-ready", "clock-unset", "media-damaged", "player", "emergency"})
"""Reasons for which a session waits until its grace has passed."""

NOTICED = timedelta(seconds=10)
"""A station that gives a session up later than this after its grace was not running at the time."""


def missed_words(late: Lateness, zone: tzinfo) -> str:
    """Return why a session did not start: ``loa bận đến 17:02, quá 30 giây chờ cho phép``."""
    if late.reason not in WAITED:
        return told(late.reason)
    waited = f"quá {span(late.grace)} chờ cho phép" if late.grace else "khung giờ này không cho chờ"
    return f"{_cause(late, zone)}{waited}"


def _cause(late: Lateness, zone: tzinfo) -> str:
    end = f" đến {_clock(late.busy_until, zone)}" if late.busy_until is not None else ""
    if late.reason == "emergency":
        return f"{told(late.reason)}{end}, "
    if late.reason != "late":
        return f"{told(late.reason)}, "
    if late.busy_with is not None:
        return f"loa bận{end}, " if end else f"loa đang phát “{late.busy_with}”, "
    if late.late is not None and late.late > late.grace + NOTICED:
        woke = _clock(late.starts_at + late.late, zone)
        return f"đến {woke} máy ở cụm loa mới chạy, muộn {span(late.late)}, "
    return ""


def span(length: timedelta) -> str:
    """Return a length to the second: ``90 giây``, ``2 phút``, ``3 phút 20 giây``, ``1 giờ 5 phút``."""
    seconds = round(length.total_seconds())
    if seconds < 120 and seconds != 60:
        return f"{seconds} giây"
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    pieces = [f"{number(hours)} giờ" if hours else "", f"{minutes} phút" if minutes else ""]
    return " ".join(filter(None, [*pieces, f"{seconds} giây" if seconds and not hours else ""]))


def _clock(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def why(reason: str | None, airing_id: str, late_of: Mapping[str, Lateness], zone: tzinfo) -> str:
    """Return why an airing, or a row of it, did not sound: with its lateness where the station told it."""
    late = late_of.get(airing_id)
    return missed_words(late, zone) if late is not None and late.reason == reason else told(reason)


def install(environment: Environment, *, zone: Callable[[], tzinfo]) -> None:
    """Give a Jinja environment the filters ``why`` and ``span``: ``{{ row.reason|why(row.airing_id, late_of) }}``."""
    environment.filters["span"] = span
    environment.filters["why"] = lambda reason, airing_id, late_of: why(reason, airing_id, late_of, zone())
