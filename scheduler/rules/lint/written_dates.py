"""Dates as offices write them, whole or damaged, and what is wrong with those that are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.rules.lint.flaw import Flaw

LAST_PLAUSIBLE_YEAR = 2100
_LEAP_YEAR = 2000
_WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy", "chủ nhật")
_WEEKDAY = re.compile(r"(?:thứ\s(hai|ba|tư|năm|sáu|bảy|[2-7])|(chủ nhật))[\s,(]{0,4}(?:ngày\s)?$", re.IGNORECASE)
_BEFORE = 24
_MESSAGES = {
    "cut-date": "Ngày “{text}” bị thiếu hoặc thừa chữ số ở năm.",
    "two-digit-year": "Ngày “{text}” viết năm có hai chữ số.",
    "impossible-date": "Ngày “{text}” không có trong lịch hoặc không hợp lý.",
}

_SLASHED = re.compile(r"(?<![\w/])(\d{1,2})/(\d{1,2})/(\d{1,6})(?![\w/])")
_DOTTED = re.compile(r"(?<![\w/.\-])(\d{1,2})([.\-])(\d{1,2})\2(\d{4})(?![\w/])")
_WORDED = re.compile(r"(?i:ngày)\s{1,9}(\d{1,2})\s{1,9}(?i:tháng)\s{1,9}(\d{1,2})\s{1,9}(?i:năm)\s{1,9}(\d{1,6})(?!\w)")
YEARLESS = re.compile(r"(?i:ngày)\s{1,9}(\d{1,2})(?:/|\s{1,9}(?i:tháng)\s{1,9})(\d{1,2})(?![\w/])(?!\s{1,9}(?i:năm))")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date found in a text: where, its parts, and its digits of the year as written."""

    start: int
    end: int
    text: str
    day: int
    month: int
    year_digits: str

    @property
    def value(self) -> date | None:
        """The date, or ``None`` when it is cut or can't exist."""
        return calendar_date(self.day, self.month, int(self.year_digits)) if len(self.year_digits) == 4 else None

    @property
    def fault(self) -> str | None:
        """The code of what is wrong with it, or ``None``."""
        if len(self.year_digits) == 2:
            return "two-digit-year"
        if len(self.year_digits) != 4:
            return "cut-date"
        implausible = self.value is None or self.value.year > LAST_PLAUSIBLE_YEAR
        return "impossible-date" if implausible else None


def calendar_date(day: int, month: int, year: int) -> date | None:
    """The date, or ``None`` when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def as_written(day: date) -> str:
    """``day`` as offices write it: 07/5/2024, 23/02/2024 (a day under 10 and the months 1 and 2 take a zero)."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"


def find_dates(text: str) -> list[WrittenDate]:
    """All dates with a year in ``text``, in order: 13/5/2024, 13.5.2024, 13-5-2024, "ngày 13 tháng 5 năm 2024"."""
    found = [WrittenDate(m.start(), m.end(), m[0], int(m[1]), int(m[2]), m[3]) for m in _SLASHED.finditer(text)]
    found += [WrittenDate(m.start(), m.end(), m[0], int(m[1]), int(m[3]), m[4]) for m in _DOTTED.finditer(text)]
    found += [WrittenDate(m.start(), m.end(), m[0], int(m[1]), int(m[2]), m[3]) for m in _WORDED.finditer(text)]
    return sorted(found, key=lambda each: each.start)


def date_flaws(text: str) -> Iterator[Flaw]:
    """Dates that are cut or can't be, with a year or without, and those beside a weekday that is not theirs."""
    for written in find_dates(text):
        if written.fault:
            message = _MESSAGES[written.fault].format(text=written.text)
            yield Flaw(written.fault, written.start, written.end, message)
        elif written.value and (found := _weekday_before(text, written)):
            right = _WEEKDAYS[written.value.weekday()]
            if right != (named := _weekday(found)):
                start = written.start - (len(found.string) - found.start())
                message = f"Ngày {written.text} không phải là {_day_name(named)} mà là {_day_name(right)}."
                whole = _day_name(right) + text[start + found.end(found.lastindex or 0) - found.start() : written.end]
                yield Flaw("wrong-weekday", start, written.end, message, (whole,))
    for found in YEARLESS.finditer(text):
        if calendar_date(int(found[1]), int(found[2]), _LEAP_YEAR) is None:
            message = _MESSAGES["impossible-date"].format(text=text[found.start(1) : found.end()])
            yield Flaw("impossible-date", found.start(1), found.end(), message)


def _weekday_before(text: str, written: WrittenDate) -> re.Match[str] | None:
    return _WEEKDAY.search(text[max(0, written.start - _BEFORE) : written.start])


def _weekday(found: re.Match[str]) -> str:
    name: str = (found[1] or found[2]).casefold()
    return _WEEKDAYS[int(name) - 2] if name.isdigit() else name


def _day_name(weekday: str) -> str:
    return weekday if weekday == _WEEKDAYS[-1] else f"thứ {weekday}"
