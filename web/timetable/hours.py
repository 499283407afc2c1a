"""Hours and numbers as people type them into the timetable's forms: pure."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal, InvalidOperation

from scheduler.errors import InvalidInput

_HOUR = re.compile(r"(\d{1,2})\s*(?:[:hg.]\s*(\d{1,2})?(?::(\d{2}))?)?", re.ASCII)


def typed_time(text: str) -> time:
    """Return a time of day from ``17:00``, ``17h30``, ``5`` or ``17:00:30``.

    Raises :class:`~scheduler.errors.InvalidInput`.
    """
    found = _HOUR.fullmatch(text.strip().lower())
    hour, minute, second = (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else (99, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        raise InvalidInput(what="Giờ bắt đầu: hãy ghi giờ:phút, ví dụ 17:00")
    return time(hour, minute, second)


def typed_number(text: str, label: str, *, least: Decimal, most: Decimal) -> Decimal:
    """Return a number with a decimal comma or point; raises :class:`~scheduler.errors.InvalidInput`."""
    try:
        number = Decimal(text.strip().replace("−", "-").replace(",", "."))
    except InvalidOperation as error:
        raise InvalidInput(what=f"{label}: hãy ghi một số") from error
    if not number.is_finite() or not least <= number <= most:
        raise InvalidInput(what=f"{label}: cần từ {least} đến {most}")
    return number


def typed_minutes(text: str, label: str) -> int:
    """Return seconds from a count of minutes, of at most a day."""
    return round(typed_number(text, label, least=Decimal(1), most=Decimal(1440)) * 60)


def typed_quieter_cb(text: str) -> int:
    """Return hundredths of a decibel, zero or less, from how many decibels quieter (``6`` and ``-6`` alike)."""
    number = typed_number(text or "0", "Giảm âm lượng", least=Decimal(-60), most=Decimal(60))
    return -abs(int(number * 100))
