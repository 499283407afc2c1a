from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plans import T, a_plan, a_slot, an_airing, an_id, an_item, seconds

from playlists.conflicts import Booking, Clash, airing_booking, office_date, overlaps, refuse_clashes, slot_bookings
from playlists.errors import InvalidPlan
from playlists.model import BulletinClass
from playlists.slots import Slot

HERE = an_id("station")
SINCE = datetime(2024, 5, 5, 17, 0, tzinfo=UTC)
"""Monday 06/5/2024, 00:00 in Asia/Ho_Chi_Minh."""
WEEK = timedelta(days=7)
NAMES = {an_id("station"): "cụm loa thôn 3"}


def minutes_shared(*slots: Slot, since: datetime = SINCE, until: datetime = SINCE + WEEK) -> list[tuple[str, int]]:
    return [(str(each.date), each.minutes) for each in overlaps(slot_bookings(slots, HERE, since, until))]


def on(*weekdays: int) -> frozenset[int]:
    return frozenset(weekdays)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # touching is no clash
        (a_slot("a", start=time(17, 0), minutes=45), a_slot("b", start=time(17, 45)), []),
        # one minute is one
        (
            a_slot("a", weekdays=on(1), start=time(17, 0), minutes=46),
            a_slot("b", weekdays=on(1), start=time(17, 45)),
            [("2024-05-07", 1)],
        ),
        # one inside the other
        (
            a_slot("a", weekdays=on(1), start=time(17, 0), minutes=120),
            a_slot("b", weekdays=on(1), start=time(17, 30), minutes=15),
            [("2024-05-07", 15)],
        ),
        # the same hours on other weekdays, at another station, in another year
        (a_slot("a", weekdays=on(0, 2)), a_slot("b", weekdays=on(1, 3)), []),
        (a_slot("a", valid_to=date(2024, 5, 5)), a_slot("b"), []),
        (a_slot("a", valid_to=date(2024, 5, 6)), a_slot("b"), [("2024-05-06", 45)]),
        # past midnight into the next day
        (
            a_slot("late", weekdays=on(1), start=time(23, 30), minutes=90),
            a_slot("early", weekdays=on(2), start=time(0, 45)),
            [("2024-05-08", 15)],
        ),
        # past midnight, out of Sunday into the Monday after
        (
            a_slot("late", weekdays=on(6), start=time(23, 30), minutes=90),
            a_slot("early", weekdays=on(0), start=time(0, 45)),
            [("2024-05-06", 15)],
        ),
        # two zones, one instant
        (
            a_slot("a", weekdays=on(1), start=time(17, 0)),
            a_slot("b", weekdays=on(1), start=time(12, 0), zone="Europe/Berlin"),
            [("2024-05-07", 45)],
        ),
    ],
)
def test_which_slots_clash(first: Slot, second: Slot, expected: list[tuple[str, int]]) -> None:
    assert minutes_shared(first, second) == expected
    assert minutes_shared(second, first) == expected


def test_slots_that_clash_only_on_the_night_the_clocks_change() -> None:
    first = a_slot("a", start=time(2, 30), minutes=30, zone="Europe/Berlin")
    second = a_slot("b", start=time(3, 0), minutes=30, zone="Europe/Berlin")
    year = minutes_shared(first, second, since=datetime(2024, 1, 1, tzinfo=UTC), until=datetime(2025, 1, 1, tzinfo=UTC))
    # The missing 02:30 begins at 03:00 on 31 March.
    assert year == [("2024-03-31", 30)]


def test_the_message_names_both_slots_station_date_and_minutes() -> None:
    slots = [
        a_slot("Buổi chiều", weekdays=on(1, 3), start=time(17, 0)),
        a_slot("Tiếp âm", weekdays=on(1, 3), start=time(17, 30)),
    ]
    with pytest.raises(Clash) as refused:
        refuse_clashes(slot_bookings(slots, HERE, SINCE, SINCE + WEEK), station_names=NAMES)
    assert str(refused.value) == (
        "Trùng giờ phát tại cụm loa thôn 3: khung giờ “Buổi chiều” (17:00–17:45) và “Tiếp âm” (17:30–18:15) "
        "ngày 07/5/2024, trùng 15 phút; và 1 lần trùng khác."
    )
    assert [each.minutes for each in refused.value.overlaps] == [15, 15]


def test_titles_are_text_and_no_template() -> None:
    slots = [a_slot("{x}", weekdays=on(1)), a_slot("{0.__class__}", weekdays=on(1))]
    with pytest.raises(Clash, match=r"\{0\.__class__\}"):
        refuse_clashes(slot_bookings(slots, HERE, SINCE, SINCE + WEEK))


def test_a_station_without_a_name_is_told_by_its_id() -> None:
    with pytest.raises(Clash, match=str(an_id("station"))):
        refuse_clashes(slot_bookings([a_slot("a"), a_slot("b")], HERE, SINCE, SINCE + WEEK))


def test_an_airing_books_its_room_and_without_one_what_it_sounds() -> None:
    plan = a_plan(an_item(length=90))
    assert airing_booking(plan, "UTC").ends_at == T + timedelta(minutes=45)
    one_off = an_airing(name="one-off", room=None)
    assert airing_booking(one_off, "UTC").ends_at == T
    refuse_clashes([airing_booking(plan, "UTC"), airing_booking(one_off, "UTC")])


def test_an_airing_and_the_slot_occurrence_it_comes_from_are_one() -> None:
    (booking,) = slot_bookings([a_slot("a", weekdays=on(1))], HERE, SINCE, SINCE + WEEK)
    assert overlaps([booking, booking]) == ()


def test_what_still_runs_when_the_horizon_begins_is_booked_and_what_has_just_ended_is_not() -> None:
    slot = a_slot("a", weekdays=on(1), start=time(17, 0), minutes=45)
    for since, count in ((T + timedelta(minutes=44), 1), (T + timedelta(minutes=45), 0)):
        assert len(slot_bookings([slot], HERE, since, since + timedelta(hours=1))) == count


def test_an_emergency_clashes_with_nothing() -> None:
    ordinary = airing_booking(an_airing(name="a"), "UTC")
    urgent = airing_booking(an_airing(name="b", bulletin_class=BulletinClass.EMERGENCY), "UTC")
    assert overlaps([ordinary, urgent]) == ()
    assert len(overlaps([ordinary, airing_booking(an_airing(name="b"), "UTC")])) == 1


def test_a_booking_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidPlan, match="kết thúc trước"):
        Booking(an_id(1), an_id("station"), "A", T, T - seconds(1), "UTC")


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
    return Booking(an_id(number), an_id(station), str(number), begin, begin + timedelta(minutes=length), "UTC")


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


slots_of_a_week = st.lists(
    st.builds(
        a_slot,
        st.integers(0, 10**6),
        weekdays=st.frozensets(st.integers(0, 6), min_size=1, max_size=2),
        start=st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
        minutes=st.sampled_from([15, 45, 120]),
        zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York"]),
    ),
    max_size=4,
    unique_by=lambda slot: slot.id,
)


@given(slots_of_a_week, st.sampled_from([SINCE, datetime(2024, 3, 28, tzinfo=UTC), datetime(2024, 10, 31, tzinfo=UTC)]))
def test_no_two_sessions_sound_together_once_clashes_are_refused(slots: list[Slot], since: datetime) -> None:
    bookings = slot_bookings(slots, HERE, since, since + WEEK)
    try:
        refuse_clashes(bookings)
    except Clash as refused:
        found = refused.overlaps
    else:
        found = ()
    together = [
        frozenset({one, after})
        for one, after in combinations(bookings, 2)
        if one.station_id == after.station_id and one.starts_at < after.ends_at and after.starts_at < one.ends_at
    ]
    assert {frozenset({each.first, each.second}) for each in found} == set(together)
    assert all(each.shared > timedelta(0) for each in found)
