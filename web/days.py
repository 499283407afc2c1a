"""Days as people type them into a form, and as a form shows them again: pure."""

from __future__ import annotations

import re
from datetime import date

from scheduler.errors import InvalidInput

_TYPED = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


class NotADay(InvalidInput):
    """{label}: hãy ghi ngày/tháng/năm, ví dụ 09/05/2024."""

    label: str


def typed_day(text: str, label: str) -> date:
    """Return the day that ``text`` writes (``9/5/2024``, ``09.05.2024`` or ISO 8601); raises :class:`NotADay`."""
    written = text.strip()
    try:
        if found := _TYPED.fullmatch(written):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO.fullmatch(written):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise NotADay(label=label) from error
    raise NotADay(label=label)


def typed_day_or_none(text: str, label: str) -> date | None:
    """Return the day that ``text`` writes, null when nothing is written; raises :class:`NotADay`."""
    return typed_day(text, label) if text.strip() else None


def near_day(text: str, label: str, today: date) -> date:
    """Return the day that ``text`` writes, ``today`` when nothing is written.

    Raises :class:`NotADay`, and :class:`~scheduler.errors.InvalidInput` for a day so far off that the days beside it
    can't be written in every zone.
    """
    day = typed_day_or_none(text, label) or today
    if not date(1971, 1, 4) <= day <= date(2198, 12, 1):
        raise InvalidInput(what=f"{label}: hãy chọn một ngày gần hơn")
    return day


def shown_day(day: date | None) -> str:
    """Return a day as a form's field holds it: ``09/05/2024``; nothing for null."""
    return "" if day is None else f"{day:%d/%m/%Y}"
