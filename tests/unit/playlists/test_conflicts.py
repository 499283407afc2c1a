from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plans import T, an_id, seconds

from playlists.conflicts import Booking, office_date, overlaps
from playlists.errors import InvalidPlan
from playlists.model import BulletinClass


def test_an_emergency_clashes_with_nothing() -> None:
    ordinary, other = a_booking(1, 1, 0, 45), a_booking(2, 1, 30, 45)
    assert len(overlaps([ordinary, other])) == 1
    assert overlaps([ordinary, replace(other, bulletin_class=BulletinClass.EMERGENCY)]) == ()


def test_one_airing_told_twice_is_one_and_what_has_no_length_takes_no_time() -> None:
    ordinary = a_booking(1, 1, 0, 45)
    assert overlaps([ordinary, ordinary]) == ()
    assert overlaps([ordinary, a_booking(2, 1, 10, 0)]) == ()


def test_a_booking_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidPlan, match="kết thúc trước"):
        Booking(an_id(1), an_id("station"), "A", T, T - seconds(1))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 5, 7), "07/5/2024"),
        (date(2024, 2, 29), "29/02/2024"),
        (date(2024, 1, 1), "01/01/2024"),
        (date(2024, 12, 15), "15/12/2024"),
    ],
)
def test_dates_as_offices_write_them(day: date, written: str) -> None:
    assert office_date(day) == written


def a_booking(number: int, station: int, begins: int, length: int) -> Booking:
    begin = T + timedelta(minutes=begins)
    return Booking(an_id(number), an_id(station), str(number), begin, begin + timedelta(minutes=length))


booked = st.lists(
    st.builds(a_booking, st.integers(0, 10**6), st.integers(0, 2), st.integers(0, 300), st.integers(0, 60)),
    max_size=15,
    unique_by=lambda each: each.airing_id,
)


@given(booked)
def test_the_sweep_finds_what_comparing_every_pair_finds(bookings: list[Booking]) -> None:
    def share(one: Booking, other: Booking) -> bool:
        # Some minute of the world belongs to both.
        minutes = range(400)
        return one.station_id == other.station_id and any(
            one.starts_at <= T + timedelta(minutes=minute) < one.ends_at
            and other.starts_at <= T + timedelta(minutes=minute) < other.ends_at
            for minute in minutes
        )

    expected = {
        frozenset({one.airing_id, other.airing_id}) for one, other in combinations(bookings, 2) if share(one, other)
    }
    found = [frozenset({each.first.airing_id, each.second.airing_id}) for each in overlaps(bookings)]
    assert set(found) == expected
    assert len(found) == len(expected)
