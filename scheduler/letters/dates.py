"""Dates as offices write them, whole or damaged, and deadlines among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.letters.model import PartialDate

LAST_PLAUSIBLE_YEAR = 2100
_WINDOW = 60

_SLASHED = re.compile(r"(?<![\w/])(\d{1,2})/(\d{1,2})/(\d{1,6})(?![\w/])")
_DOTTED = re.compile(r"(?<![\w/.\-])(\d{1,2})([.\-])(\d{1,2})\2(\d{4})(?![\w/])")
_WORDED = re.compile(r"(?i:ngày)\s{1,9}(\d{1,2})\s{1,9}(?i:tháng)\s{1,9}(\d{1,2})\s{1,9}(?i:năm)\s{1,9}(\d{1,6})(?!\w)")
_YEARLESS = re.compile(r"(?i:ngày)\s{1,9}(\d{1,2})(?:/|\s{1,9}(?i:tháng)\s{1,9})(\d{1,2})(?![\w/])(?!\s{1,9}(?i:năm))")
_CUE = re.compile(
    r"\b(?:trước|chậm nhất|muộn nhất|hạn cuối|hạn chót|thời hạn|đến hết|hết)\b:?"
    r"(?:\s{1,9}(?:là|vào|trong|đến|hết|lúc|khoảng|thời|điểm))*"
    r"(?:\s{1,9}\d{1,2}\s?(?:h|g|giờ|:)\s?(?:\d{1,2})?(?:\s?phút)?,?)?"
    r"(?:\s{1,9}(?:sáng|chiều|hết|ngày|thứ\s(?:hai|ba|tư|năm|sáu|bảy),?|chủ nhật,?))*[\s:,(]{0,9}$",
    re.IGNORECASE,
)


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


def find_deadlines(text: str, letter_date: PartialDate) -> Iterator[date]:
    """The days by which ``text`` wants something done; a deadline without year takes the letter's year."""
    for written in find_dates(text):
        if written.value and _is_deadline(text, written.start):
            yield written.value
    for found in yearless_deadlines(text):
        if letter_date.year and (day := calendar_date(int(found[1]), int(found[2]), letter_date.year)):
            yield day


def yearless_deadlines(text: str) -> Iterator[re.Match[str]]:
    """Deadlines written without a year, as "trước ngày 13/5": matches with day and month."""
    return (found for found in _YEARLESS.finditer(text) if _is_deadline(text, found.start()))


def _is_deadline(text: str, start: int) -> bool:
    return _CUE.search(text[max(0, start - _WINDOW) : start]) is not None
