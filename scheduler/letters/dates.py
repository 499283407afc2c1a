"""Deadlines among the dates of a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from scheduler.letters.model import PartialDate
from scheduler.rules.lint.written_dates import YEARLESS, calendar_date, find_dates

_WINDOW = 60

_CUE = re.compile(
    r"\b(?:trước|chậm nhất|muộn nhất|hạn cuối|hạn chót|thời hạn|đến hết|hết)\b:?"
    r"(?:\s{1,9}(?:là|vào|trong|đến|hết|lúc|khoảng|thời|điểm))*"
    r"(?:\s{1,9}\d{1,2}\s?(?:h|g|giờ|:)\s?(?:\d{1,2})?(?:\s?phút)?,?)?"
    r"(?:\s{1,9}(?:sáng|chiều|hết|ngày|thứ\s(?:hai|ba|tư|năm|sáu|bảy),?|chủ nhật,?))*[\s:,(]{0,9}$",
    re.IGNORECASE,
)


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
    return _CUE.search(text[max(0, start - _WINDOW) : start]) is not None
