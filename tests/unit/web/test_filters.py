"""Times, numbers and hashes as Vietnamese offices write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from web import filters

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = datetime(2024, 5, 7, 17, 30, 5, tzinfo=UTC)  # 00:30:05 on 8 May in Hanoi


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (filters.full_date, "08/05/2024"),
        (filters.short_date, "08/05"),
        (filters.office_date, "08/5/2024"),
        (filters.clock_time, "00:30"),
        (filters.clock_time_s, "00:30:05"),
        (filters.date_time, "08/05/2024 00:30"),
        (filters.weekday, "thứ Tư"),
    ],
)
def test_an_instant_is_written_in_the_units_zone(write, expected):
    assert write(EVENING, HANOI) == expected


def test_a_plain_date_does_not_move_with_the_zone():
    assert filters.full_date(date(2024, 5, 8), ZoneInfo("America/New_York")) == "08/05/2024"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 5, 7), "07/5/2024"),
        (date(2024, 1, 17), "17/01/2024"),
        (date(2024, 2, 3), "03/02/2024"),
        (date(2024, 12, 31), "31/12/2024"),
    ],
)
def test_an_office_date_pads_days_under_ten_and_the_first_two_months(day, expected):
    assert filters.office_date(day, HANOI) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-2, "hôm kia"), (-1, "hôm qua"), (0, "hôm nay"), (1, "ngày mai"), (2, "ngày kia"), (3, "11/05/2024")],
)
def test_a_near_day_has_a_name(days, expected):
    now = datetime(2024, 5, 8, 9, 0, tzinfo=UTC)
    assert filters.relative_day(now + timedelta(days=days), HANOI, now) == expected


def test_the_day_changes_at_the_units_midnight_and_not_at_utcs():
    before, after = datetime(2024, 5, 8, 16, 59, tzinfo=UTC), datetime(2024, 5, 8, 17, 0, tzinfo=UTC)
    assert filters.clock_day(after, HANOI, before) == "00:00 ngày mai"


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=-30), "vừa xong"),
        (timedelta(seconds=59), "vừa xong"),
        (timedelta(seconds=60), "1 phút trước"),
        (timedelta(minutes=119), "1 giờ trước"),
        (timedelta(hours=24), "1 ngày trước"),
        (timedelta(days=1200), "1.200 ngày trước"),
    ],
)
def test_how_long_ago(passed, expected):
    assert filters.ago(EVENING - passed, EVENING) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0:00"),
        (72_000, "1:12"),
        (71_500, "1:12"),
        (71_499, "1:11"),
        (timedelta(minutes=10, seconds=20), "10:20"),
        (3_723_000, "1:02:03"),
        (-5_000, "−0:05"),
    ],
)
def test_a_duration(value, expected):
    assert filters.duration(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (18_000, "18 giây"),
        (timedelta(minutes=36), "36 phút"),
        (timedelta(hours=2), "2 giờ"),
        (timedelta(hours=2, minutes=5), "2 giờ 5 phút"),
        (timedelta(seconds=-9), "0 giây"),
    ],
)
def test_a_duration_in_words(value, expected):
    assert filters.duration_words(value) == expected


@pytest.mark.parametrize(
    ("value", "places", "signed", "expected"),
    [
        (1134, 0, False, "1.134"),
        (1_234_567, 0, False, "1.234.567"),
        (-16.2, 1, False, "−16,2"),
        (0.02, 2, True, "+0,02"),
        (-0.001, 2, True, "0,00"),
        (0, 0, True, "0"),
        (Decimal("2.5"), 0, False, "3"),
    ],
)
def test_a_number(value, places, signed, expected):
    assert filters.number(value, places, signed=signed) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1108, 1134, "97,7%"),
        (1, 1, "100%"),
        (0, 7, "0%"),
        (9_999, 10_000, "99,9%"),
        (99_999, 100_000, "99,9%"),
        (1, 100_000, "0,1%"),
        (1, 2, "50%"),
        (0, 0, "–"),
        (0.62, 1, "62%"),
    ],
)
def test_a_percentage(part, whole, expected):
    assert filters.percent(part, whole) == expected


@given(st.integers(1, 10**9), st.data())
def test_only_the_whole_is_a_hundred_percent_and_only_nothing_is_none(whole, data):
    part = data.draw(st.integers(0, whole))
    written = filters.percent(part, whole)
    assert (written == "100%") == (part == whole)
    assert (written == "0%") == (part == 0)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_a_number_can_be_read_back(value):
    written = filters.number(value, 3)
    assert Decimal(written.replace(".", "").replace(",", ".").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("size_bytes", "expected"), [(0, "0 kB"), (734_003, "734 kB"), (2_400_000, "2,4 MB"), (None, "–")]
)
def test_a_file_size(size_bytes, expected):
    assert filters.file_size(size_bytes) == expected


@pytest.mark.parametrize(
    ("value", "groups", "expected"),
    [
        ("sha256:a3f291c7" + "0" * 52 + "0b9c", 2, "a3f2 91c7 … 0b9c"),
        ("a3f291c7" + "ab" * 26 + "0b9c", 3, "a3f2 91c7 abab … 0b9c"),
        ("abcd", 2, "abcd"),
        ("", 2, "–"),
        (None, 2, "–"),
    ],
)
def test_a_short_hash(value, groups, expected):
    assert filters.short_hash(value, groups) == expected


def test_the_first_letter_of_a_sentence_keeps_the_others():
    assert filters.sentence_case("thứ Tư") == "Thứ Tư"
    assert filters.sentence_case("") == ""


@given(st.lists(st.integers(-5, 1200), max_size=40))
def test_a_waveform_has_one_bar_a_peak_inside_its_box(peaks):
    path = filters.wave_path(peaks, 600, 64)
    assert path.count("z") == len(peaks)
    heights = [float(piece.partition("v")[2].partition("h")[0]) for piece in path.split("z")[:-1]]
    assert all(0 < height <= 64 for height in heights)


ZONED = [
    filters.full_date,
    filters.short_date,
    filters.office_date,
    filters.clock_time,
    filters.clock_time_s,
    filters.date_time,
    filters.weekday,
]


@pytest.mark.parametrize("write", ZONED)
def test_what_is_missing_is_a_dash(write):
    assert write(None, HANOI) == "–"


def test_missing_numbers_and_lengths_are_a_dash():
    missing = [filters.number(None), filters.percent(None), filters.duration(None), filters.duration_words(None)]
    missing += [filters.ago(None, EVENING), filters.relative_day(None, HANOI, EVENING)]
    missing += [filters.clock_day(None, HANOI, EVENING)]
    assert set(missing) == {"–"}


def test_a_template_asks_for_the_zone_and_the_present_at_every_use():
    zones = iter([HANOI, UTC])
    environment = Environment(autoescape=True)
    filters.install(environment, zone=lambda: next(zones), now=lambda: EVENING)
    page = environment.from_string("{{ at|clock_time }} {{ at|clock_time }} {{ 1134|number }} {{ at|ago }}")
    assert page.render(at=EVENING) == "00:30 17:30 1.134 vừa xong"
