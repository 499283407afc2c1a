"""Numbers, read and parsed back by a reader of number words that is written apart from the rules (conftest.py)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.reading import read
from tts.reading.numbers import LARGEST, cardinal, fraction_digits, ordinal, plain_integer


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (0, "không"),
        (10, "mười"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (100, "một trăm"),
        (105, "một trăm linh năm"),
        (111, "một trăm mười một"),
        (1_004, "một nghìn không trăm linh bốn"),
        (10_000, "mười nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (2_000_000_021, "hai tỷ không trăm hai mươi mốt"),
        (10**12, "một nghìn tỷ"),
        (LARGEST, "một triệu tỷ"),
        (-7, "âm bảy"),
    ],
)
def test_a_number_is_said_as_in_the_north(number: int, spoken: str) -> None:
    assert cardinal(number) == spoken


def test_every_integer_up_to_a_million_is_said_and_parsed_back(parsed: Callable[[str], int]) -> None:
    parsed_once = cache(parsed)  # the words of three digits come a thousand times each
    for number in range(10**6):
        thousands, _, rest = cardinal(number).rpartition(" nghìn")
        assert parsed_once(thousands) * 1000 + parsed_once(rest) == number
    assert parsed(cardinal(10**6)) == 10**6


@pytest.mark.parametrize("start", range(0, 1300, 100))
def test_integers_up_to_a_million_are_read_as_they_are_said(start: int) -> None:
    for number in range(start, 10**6 + 1, 1300):
        assert read(str(number)).text == cardinal(number)


def test_ten_thousand_integers_up_to_the_largest_are_read_and_parsed_back(parsed: Callable[[str], int]) -> None:
    chance = Random(10**15)  # noqa: S311 - the same numbers at each run
    for _ in range(10_000):
        number = chance.randrange(10 ** chance.randint(1, 15) + 1)
        assert parsed(read(str(number)).text) == number


@given(number=st.integers(min_value=0, max_value=LARGEST))
def test_any_integer_is_read_and_parsed_back(parsed: Callable[[str], int], number: int) -> None:
    assert parsed(read(str(number)).text) == number
    assert parsed(read(f"{number:,}".replace(",", ".")).text) == number


@given(whole=st.integers(min_value=1, max_value=LARGEST), part=st.integers(min_value=1, max_value=99))
def test_a_decimal_is_its_two_numbers_and_a_comma(parsed: Callable[[str], int], whole: int, part: int) -> None:
    said, _, after = read(f"{whole},{part} ha").text.removesuffix(" héc ta").partition(" phẩy ")
    assert (parsed(said), parsed(after)) == (whole, part)


def test_rows_of_digits_that_are_no_numbers_are_said_one_by_one() -> None:
    assert plain_integer("007") == "không không bảy"
    assert plain_integer("07") == "bảy"
    assert plain_integer("1" * 17) == " ".join(["một"] * 17)


def test_the_word_after_thu_and_the_digits_after_the_comma() -> None:
    assert [ordinal(number) for number in (1, 2, 4, 14)] == ["nhất", "hai", "tư", "mười bốn"]
    assert [fraction_digits(part) for part in ("05", "75", "0", "1234")] == [
        "không năm",
        "bảy mươi lăm",
        "không",
        "một hai ba bốn",
    ]
