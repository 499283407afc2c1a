"""What holds for every text: nothing unread outside leftovers, nothing lost, nothing raised, read twice the same."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.reading import Reading, normalise, read
from tts.reading.dates import date as date_rule
from tts.reading.line import Line

HERE = Path(__file__).parent
CASES = [row.split("\t") for row in (HERE / "spoken.tsv").read_text(encoding="utf-8").splitlines() if row]
PHRASES = [row.split("\t")[0] for row in (HERE / "field_phrases.tsv").read_text(encoding="utf-8").splitlines() if row]
UNREAD = re.compile(r"\d|[^\w\s,.?!]|_")
PIECES = [
    *(written for written, _ in CASES),
    *PHRASES,
    *("ngày", "số", "thứ", "quý", "lễ", "UBND", "TT", "kg", "/", "-", " - ", "...", ".", ",", "(", ")", "%", "“", "\n"),
    *(
        "24/7",
        "3.5",
        "1/2",
        "17/6/202",
        "VH-TT-TH",
        "ABC",
        "Ở",
        "Y tế",
        "xã",
        "Krông Pa",
        "email@x.vn",
        "http://x.vn/²",
        "\u0301",
        "²",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join) | st.lists(st.sampled_from(PIECES), max_size=8).map(
    "".join
)


def spoken_outside_leftovers(reading: Reading) -> str:
    return " ".join(
        span.spoken
        for paragraph in reading.paragraphs
        for sentence in paragraph
        for span in sentence.spans
        if span.kind != "left"
    )


def check_structure(text: str, reading: Reading) -> None:
    assert reading.source == normalise(text)
    for paragraph in reading.paragraphs:
        for sentence in paragraph:
            assert "".join(span.written for span in sentence.spans) == sentence.written
            assert "".join(span.spoken for span in sentence.spans) == sentence.spoken
            for span in sentence.spans:
                assert reading.source[span.start : span.end] == span.written
            left = [span for span in sentence.spans if span.kind == "left"]
            assert [(span.start, span.end, span.spoken) for span in left] == [
                (leftover.start, leftover.end, leftover.token) for leftover in sentence.leftovers
            ]
    for leftover in reading.leftovers:
        lines = reading.source.split("\n")
        assert lines[leftover.line - 1][leftover.column - 1 :].startswith(leftover.token)
    spoken = [" ".join(s.spoken for s in paragraph if s.spoken) for paragraph in reading.paragraphs]
    assert reading.text == "\n".join(row for row in spoken if row)


def check_all(text: str) -> None:
    reading = read(text)
    check_structure(text, reading)
    said = spoken_outside_leftovers(reading)
    assert not UNREAD.search(said), said
    assert not any(len(word) > 1 and word.isupper() for word in re.findall(r"\w+", said)), said
    if not reading.leftovers:
        assert read(reading.text).text == reading.text
        assert not read(reading.text).leftovers


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_mixed_texts_leave_nothing_unread_and_read_twice_the_same(text: str) -> None:
    check_all(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_characters_are_read_or_left(text: str) -> None:
    check_all(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789.,/-:%hđ xX nmkgABTQĐUNDP()\n'°²", max_size=24))
def test_any_row_of_digits_and_marks_is_read_or_left(text: str) -> None:
    check_all(text)


@given(st.text(alphabet=st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF), max_size=4))
def test_lone_surrogates_are_left(text: str) -> None:
    assert len(read(text).leftovers) == len(text)


SCRAPS = [
    *"0123456789.,/-–:;%‰°đkmhXVIABĐƯ()[]“”'’…&+=<>@#*_²½\t\n\u00a0\u00ad\u0301\u0323",
    *"ơọêâ😀漢пµ©·¹",
    *("ngày ", "tháng ", "năm ", "số ", "QĐ", "UBND", "kg", " - ", "...", "giờ ", "quý ", "tỷ ", "phạt ", "Km", "gọi "),
]


@pytest.mark.parametrize("seed", range(20))
def test_ten_thousand_fuzzed_texts_raise_nothing_and_leave_nothing_unread(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - the same texts at each run
    for _ in range(500):
        text = "".join(chance.choices(SCRAPS, k=chance.randint(1, 30)))
        reading = read(text)
        said = spoken_outside_leftovers(reading)
        assert not UNREAD.search(said), text


HOSTILE = (
    "1", ".", "…", "1/", "1-", "1:", "1.000.", "1 ", " ", "(", "[1", "*", "_", "a@", "http://a.", "a-", "0912 ",
    "1/QĐ-",
    "12/QĐ-A", "AB-", "X", "ạ", "1 - 2 ", "5 triệu - ", "5 kg/", "'", "5'", "a1", "1/1/2025-", "5 (", "7h - ",
    "7 giờ - ", "©n ", "\u0301", "1%-", "2x", "Km1+", "1°", "TP.", "Mường Ảng ", "UBND ", "thống kê[1", "24/24",
)  # fmt: skip


def calls(work: Callable[[], object]) -> int:
    """Count the calls, of functions written in Python or C, that some work takes."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("scrap", HOSTILE)
def test_a_text_twice_as_long_takes_twice_the_work(scrap: str) -> None:
    once, twice = (calls(lambda size=size: read((scrap * size)[:size])) for size in (3_000, 6_000))
    assert twice <= 2.3 * once + 500


@pytest.mark.parametrize("scrap", HOSTILE[::4])
def test_a_hostile_text_of_a_hundred_kilobytes_is_read_to_its_end(scrap: str) -> None:
    reading = read((scrap * 100_000)[:100_000])
    assert len(reading.source) <= 100_000
    assert not UNREAD.search(spoken_outside_leftovers(reading))


MONTHS = {
    "một": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11, "mười hai": 12,
}  # fmt: skip
SPOKEN_DATE = re.compile(r"ngày (?:mùng )?(.+?) tháng (.+?) năm (.+)")


FORMS = (
    "{0.day}/{0.month}/{0.year}",
    "{0:%d/%m/%Y}",
    "{0:%d.%m.%Y}",
    "{0:%d-%m-%Y}",
    "{0.day:02}/{0.month}/{0.year}",
    "{0.day} - {0.month} - {0.year}",
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
)


def test_every_day_from_1900_to_2100_is_said_and_parsed_back_in_each_form(parsed: Callable[[str], int]) -> None:
    number = cache(parsed)
    for ordinal in range(date(1900, 1, 1).toordinal(), date(2100, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        forms = {form.format(day) for form in FORMS}
        found = [(written, date_rule(Line(written), 0)) for written in forms]
        (spoken,) = {(answer.spoken if answer and answer.end == len(written) else written) for written, answer in found}
        said = SPOKEN_DATE.fullmatch(spoken)
        assert said is not None, spoken
        assert (number(said[3]), MONTHS[said[2]], number(said[1])) == (day.year, day.month, day.day)


@pytest.mark.parametrize("year", range(1900, 2101, 25))
def test_a_day_in_words_is_read_and_parsed_back(year: int, parsed: Callable[[str], int]) -> None:
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        said = SPOKEN_DATE.fullmatch(read(f"ngày {day.day} tháng {day.month} năm {day.year}").text)
        assert said is not None
        assert (parsed(said[3]), MONTHS[said[2]], parsed(said[1])) == (day.year, day.month, day.day)


@pytest.mark.parametrize("decade", range(1900, 2100, 10))
def test_every_day_from_1900_to_2100_is_read_and_parsed_back(decade: int, parsed: Callable[[str], int]) -> None:
    day, end = date(decade, 1, 1), date(decade + 10, 12, 31 if decade == 2090 else 1)
    while day <= end:
        reading = read(FORMS[day.toordinal() % len(FORMS)].format(day))
        found = SPOKEN_DATE.fullmatch(reading.text)
        assert found is not None, reading.text
        assert (parsed(found[3]), MONTHS[found[2]], parsed(found[1])) == (day.year, day.month, day.day)
        assert ("mùng" in reading.text) == (day.day <= 10)
        day += timedelta(days=1)


@pytest.mark.parametrize("written", ["31/4/2024", "29/02/2023", "0/5/2024", "5/13/2024", "32/1/2024"])
def test_a_day_that_is_in_no_calendar_is_left(written: str) -> None:
    reading = read(f"Họp ngày {written}.")
    assert [leftover.token for leftover in reading.leftovers] == [written]
    assert written in reading.text


def test_a_very_long_line_is_read_in_one_pass() -> None:
    reading = read("xã, bản " * 50_000)
    assert reading.text.count("xã") == 50_000
