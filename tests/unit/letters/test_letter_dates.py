"""Dates and deadlines in the ways offices write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.letters.dates import find_deadlines
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


def test_a_deadline_without_year_needs_the_letters_year() -> None:
    assert list(find_deadlines("trước ngày 13/5", PartialDate(None, None, None))) == []


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_as_offices_write_it_is_found_again(day: date) -> None:
    (written,) = find_dates(f"văn bản ngày {as_written(day)}, của huyện")
    assert (written.value, written.fault) == (day, None)


@pytest.mark.parametrize("text", ["số 12/5/2024/QĐ-UBND", "12/5/2024a", "1/12/5/2024", "phiên bản 1.2.3"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == []
