"""Dates and deadlines in the ways offices write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.letters.dates import deadline_of, find_deadlines
from scheduler.letters.model import PartialDate
from scheduler.rules.lint.written_dates import as_written, find_dates

LETTER_DATE = PartialDate(None, 5, 2024)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trước ngày 13/5/2024", [date(2024, 5, 13)]),
        ("trước 17 giờ 00 ngày 13/5/2024", [date(2024, 5, 13)]),
        ("trước 17h00, ngày 13/5/2024", [date(2024, 5, 13)]),
        ("chậm nhất là ngày 13 tháng 5 năm 2024", [date(2024, 5, 13)]),
        ("chậm nhất đến hết ngày 13.5.2024", [date(2024, 5, 13)]),
        ("hoàn thành trước thứ Hai, ngày 13/5/2024", [date(2024, 5, 13)]),
        ("thời hạn: ngày 13-5-2024", [date(2024, 5, 13)]),
        ("trước ngày 13/5 và trước ngày 20 tháng 6", [date(2024, 5, 13), date(2024, 6, 20)]),
        ("Quyết định số 874/QĐ-BTTTT ngày 17/6/2021", []),
        ("từ ngày 01/5/2024 đến ngày 10/5/2024", []),
        ("trước ngày 25 hằng tháng", []),
        ("trước ngày 31/4/2024", []),
        ("Kỷ niệm trước đây; ngày 13/5/2024", []),
    ],
)
def test_deadlines(text: str, expected: list[date]) -> None:
    assert list(find_deadlines(text, LETTER_DATE)) == expected


@pytest.mark.parametrize(
    ("text", "end", "words"),
    [
        ("trước ngày 13/5/2024", "13T00:00", "trước 13/5/2024"),
        ("trước thứ Hai, ngày 13/5", "13T00:00", "trước 13/5/2024"),
        ("trước thời điểm ngày 13/5/2024", "13T00:00", "trước 13/5/2024"),
        ("chậm nhất là ngày 13 tháng 5 năm 2024", "14T00:00", "chậm nhất 13/5/2024"),
        ("muộn nhất vào ngày 13/5", "14T00:00", "chậm nhất 13/5/2024"),
        ("trước hết ngày 13/5/2024", "14T00:00", "chậm nhất 13/5/2024"),
        ("đến hết ngày 13.5.2024", "14T00:00", "chậm nhất 13/5/2024"),
        ("thời hạn: ngày 13-5-2024", "14T00:00", "chậm nhất 13/5/2024"),
        ("trước 17 giờ 00 ngày 13/5/2024", "13T17:00", "trước 17:00 ngày 13/5/2024"),
        ("trước 16 giờ 30 phút ngày 13/5/2024", "13T16:30", "trước 16:30 ngày 13/5/2024"),
        ("chậm nhất 16h30, ngày 13/5/2024", "13T16:30", "trước 16:30 ngày 13/5/2024"),
        ("chậm nhất ngày 13/5/2024, báo cáo trước ngày 13/5/2024", "13T00:00", "trước 13/5/2024"),
        ("ngày 13/5/2024", "13T00:00", "trước 13/5/2024"),
        ("", "13T00:00", "trước 13/5/2024"),
    ],
)
def test_from_when_it_is_too_late(text: str, end: str, words: str) -> None:
    found = deadline_of(date(2024, 5, 13), [text])
    assert (found.end, found.words) == (datetime.fromisoformat(f"2024-05-{end}"), words)
    assert found.last_day == date(2024, 5, 12 if end == "13T00:00" else 13)


def test_a_deadline_without_year_needs_the_letters_year() -> None:
    assert list(find_deadlines("trước ngày 13/5", PartialDate(None, None, None))) == []


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_as_offices_write_it_is_found_again(day: date) -> None:
    (written,) = find_dates(f"văn bản ngày {as_written(day)}, của huyện")
    assert (written.value, written.fault) == (day, None)


@pytest.mark.parametrize("text", ["số 12/5/2024/QĐ-UBND", "12/5/2024a", "1/12/5/2024", "phiên bản 1.2.3"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == []
