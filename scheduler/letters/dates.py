"""Deadlines among the dates of a letter, and the moment from which it is too late."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.letters.model import PartialDate
from scheduler.rules.lint.written_dates import YEARLESS, as_written, calendar_date, find_dates

_WINDOW = 60

_CUE = re.compile(
    r"\b(?:trước|chậm nhất|muộn nhất|hạn cuối|hạn chót|thời hạn|đến hết|hết)\b:?"
    r"(?:\s{1,9}(?:là|vào|trong|đến|hết|lúc|khoảng|thời|điểm))*"
    r"(?:\s{1,9}\d{1,2}\s?(?:h|g|giờ|:)\s?(?:\d{1,2})?(?:\s?phút)?,?)?"
    r"(?:\s{1,9}(?:sáng|chiều|hết|ngày|thứ\s(?:hai|ba|tư|năm|sáu|bảy),?|chủ nhật,?))*[\s:,(]{0,9}$",
    re.IGNORECASE,
)


_HOUR = re.compile(r"(\d{1,2})\s?(?:giờ|h|g|:)\s?(\d{1,2})?", re.IGNORECASE)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something shall be done: ``day`` as the letter writes it, ``end`` the local moment from which it is late.

    "Trước ngày 13/5" ends as that day begins, "chậm nhất ngày 13/5" as it is over, "trước 17 giờ ngày 13/5" then.
    """

    day: date
    end: datetime

    @property
    def last_day(self) -> date:
        """The last day on which there is still time."""
        return (self.end - timedelta(microseconds=1)).date()

    @property
    def words(self) -> str:
        """The deadline as it is told: ``trước 13/5/2024``, ``chậm nhất 13/5/2024``, ``trước 17:00 ngày 13/5/2024``."""
        written = as_written(self.day)
        if self.end.time() != time.min:
            return f"trước {self.end:%H:%M} ngày {written}"
        return f"trước {written}" if self.last_day < self.day else f"chậm nhất {written}"


def deadline_of(day: date, actions: Iterable[str]) -> Deadline:
    """Return the deadline that ``actions`` set with ``day``, one of :func:`find_deadlines` of them.

    Where they say it twice the earlier end counts; where they don't say it, the day itself is too late.
    """
    ends = [end for text in actions for end in _ends(day, text)]
    return Deadline(day, min(ends, default=datetime.combine(day, time.min)))


def _ends(day: date, text: str) -> Iterator[datetime]:
    starts = [written.start for written in find_dates(text) if written.value == day]
    starts += [
        found.start() for found in YEARLESS.finditer(text) if (int(found[1]), int(found[2])) == (day.day, day.month)
    ]
    for start in starts:
        cue = _cue(text, start)
        if cue is not None:
            yield _end(day, cue)


def _end(day: date, cue: str) -> datetime:
    midnight = datetime.combine(day, time.min)
    hour = _HOUR.search(cue)
    if hour is not None and int(hour[1]) < 24 and int(hour[2] or 0) < 60:
        return midnight + timedelta(hours=int(hour[1]), minutes=int(hour[2] or 0))
    before = hour is None and cue.casefold().startswith("trước") and "hết" not in cue.casefold()
    return midnight if before else midnight + _ONE_DAY


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
    return (found for found in YEARLESS.finditer(text) if _is_deadline(text, found.start()))


def _is_deadline(text: str, start: int) -> bool:
    return _cue(text, start) is not None


def _cue(text: str, start: int) -> str | None:
    """Return the words before a date that make a deadline of it."""
    found = _CUE.search(text[max(0, start - _WINDOW) : start])
    return found[0] if found is not None else None
