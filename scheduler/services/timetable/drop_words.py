"""Why a session that its slot yields doesn't take place, or should be looked at, in words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from playlists.hours import Breach, HoursBreach
from playlists.settling import Dropped, DropReason


def drop_words(lost: Dropped, tz: ZoneInfo) -> str:
    """Return why a session doesn't take place: ``nhường giờ cho “Chương trình huyện” 17:00–17:13``."""
    if lost.reason is DropReason.HOURS:
        return ", ".join(breach_words(each) for each in lost.breaches)
    if lost.reason is DropReason.NOTHING_TO_FOLLOW:
        return "hôm đó không có buổi đi trước"
    if lost.by is None:
        return "đã bỏ"
    hours = f"{lost.by.starts_at.astimezone(tz):%H:%M}–{lost.by.ends_at.astimezone(tz):%H:%M}"
    return f"nhường giờ cho “{lost.by.title}” {hours}"


def breach_words(breach: Breach) -> str:
    """Return which hours a session breaks: ``nằm ngoài giờ được phát 05:00–21:00``."""
    if breach.kind is HoursBreach.OUTSIDE_ALLOWED:
        return f"nằm ngoài giờ được phát {breach.window}"
    return f"nằm trong giờ yên tĩnh {breach.window}"
