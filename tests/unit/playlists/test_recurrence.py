from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plans import a_slot, an_id

from playlists.errors import InvalidPlan, UnknownZone
from playlists.recurrence import local_start
from playlists.recurrence import starts as starts_of
from playlists.slots import Slot, occurrence_id

ZONES = ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def starts(slot: Slot, since: datetime, until: datetime) -> list[datetime]:
    return [at for _, at in starts_of(slot, since, until)]


def days(slot: Slot, since: datetime, until: datetime) -> list[date]:
    return [day for day, _ in starts_of(slot, since, until)]


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Asia/Ho_Chi_Minh", date(2024, 5, 7), time(17, 0), utc(2024, 5, 7, 10, 0)),
        ("Asia/Ho_Chi_Minh", date(2024, 5, 7), time(5, 0), utc(2024, 5, 6, 22, 0)),
        ("Europe/Berlin", date(2024, 3, 30), time(2, 30), utc(2024, 3, 30, 1, 30)),
        ("Europe/Berlin", date(2024, 3, 31), time(1, 59), utc(2024, 3, 31, 0, 59)),
        ("Europe/Berlin", date(2024, 3, 31), time(2, 0), utc(2024, 3, 31, 1, 0)),
        ("Europe/Berlin", date(2024, 3, 31), time(2, 30), utc(2024, 3, 31, 1, 0)),
        ("Europe/Berlin", date(2024, 3, 31), time(2, 59, 59, 5), utc(2024, 3, 31, 1, 0)),
        ("Europe/Berlin", date(2024, 3, 31), time(3, 0), utc(2024, 3, 31, 1, 0)),
        ("Europe/Berlin", date(2024, 10, 27), time(2, 30), utc(2024, 10, 27, 0, 30)),
        ("Europe/Berlin", date(2024, 10, 27), time(3, 0), utc(2024, 10, 27, 2, 0)),
        ("America/New_York", date(2024, 3, 10), time(2, 15), utc(2024, 3, 10, 7, 0)),
        ("America/New_York", date(2024, 11, 3), time(1, 30), utc(2024, 11, 3, 5, 30)),
        ("Australia/Lord_Howe", date(2024, 10, 6), time(2, 15), utc(2024, 10, 5, 15, 30)),
        ("America/Santiago", date(2024, 9, 8), time(0, 30), utc(2024, 9, 8, 4, 0)),
        ("Pacific/Apia", date(2011, 12, 30), time(12, 0), None),
    ],
)
def test_local_times_that_are_missing_or_double(zone: str, day: date, at: time, expected: datetime | None) -> None:
    assert local_start(day, at, ZoneInfo(zone)) == expected


def test_only_the_chosen_weekdays() -> None:
    slot = a_slot(weekdays=frozenset({0, 4}))
    found = days(slot, utc(2024, 5, 1), utc(2024, 5, 15))
    assert found == [date(2024, 5, 3), date(2024, 5, 6), date(2024, 5, 10), date(2024, 5, 13)]


def test_weekday_is_that_of_the_local_start_not_of_the_utc_instant() -> None:
    monday_dawn = a_slot(weekdays=frozenset({0}), start=time(5, 0))
    found = list(starts_of(monday_dawn, utc(2024, 5, 5), utc(2024, 5, 12)))
    assert found == [(date(2024, 5, 6), utc(2024, 5, 5, 22, 0))]


def test_validity_includes_both_local_dates() -> None:
    slot = a_slot(start=time(5, 0), valid_from=date(2024, 5, 6), valid_to=date(2024, 5, 7))
    assert starts(slot, utc(2024, 4, 1), utc(2024, 6, 1)) == [utc(2024, 5, 5, 22), utc(2024, 5, 6, 22)]


@pytest.mark.parametrize(("year", "count"), [(2023, 0), (2024, 1), (2100, 0)])
def test_29_february(year: int, count: int) -> None:
    slot = a_slot(start=time(12, 0))
    found = days(slot, utc(year, 2, 28, 12), utc(year, 3, 1))
    assert found.count(date(2024, 2, 29)) == count
    assert len(found) == count


def test_a_session_past_midnight_belongs_to_the_day_it_starts_on() -> None:
    slot = a_slot(weekdays=frozenset({6}), start=time(23, 30), minutes=60)
    assert list(starts_of(slot, utc(2024, 5, 6), utc(2024, 5, 13))) == [(date(2024, 5, 12), utc(2024, 5, 12, 16, 30))]


def test_the_start_of_the_horizon_counts_and_its_end_does_not() -> None:
    at = utc(2024, 5, 7, 10)
    assert starts(a_slot(), at, at + timedelta(days=1)) == [at]
    assert starts(a_slot(), at, at) == []
    assert starts(a_slot(), at + timedelta(days=1), at) == []


def test_a_start_just_after_midnight_before_the_clocks_go_back_to_the_day_before() -> None:
    # Until 2011 Newfoundland put its clocks back at 00:01, to 23:01 of the day before.
    slot = a_slot(weekdays=frozenset({6}), start=time(0, 0), zone="America/St_Johns", valid_from=date(2010, 1, 1))
    assert starts(slot, utc(2010, 11, 7, 2), utc(2010, 11, 7, 3)) == [utc(2010, 11, 7, 2, 30)]
    assert starts(slot, utc(2010, 11, 7, 3), utc(2010, 11, 7, 12)) == []


def test_ids_name_slot_day_and_station() -> None:
    day = date(2024, 5, 7)
    ids = {
        occurrence_id(an_id(slot), an_id(station), each, ordinal)
        for slot in "ab"
        for station in "xy"
        for each in (day, day + timedelta(days=1))
        for ordinal in (0, 1)
    }
    assert len(ids) == 16
    assert {each.version for each in ids} == {5}
    # The id stands in signed rundowns and ledgers: it must never come out differently.
    assert str(occurrence_id(an_id("a"), an_id("x"), day)) == "8cdaa75e-1264-5a8f-88eb-70cb7ec8cacc"


@pytest.mark.parametrize("zone", ["", "Sao Hoả", "../etc/passwd", "/etc/passwd", "Asia", "Asia/Ho_Chi_Minh\0"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone, match="múi giờ"):
        starts(a_slot(zone=zone), utc(2024, 5, 1), utc(2024, 5, 2))


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), utc(2024, 1, 1)),
        (utc(2024, 1, 1), datetime.max.replace(tzinfo=UTC)),
        (utc(2024, 1, 1), utc(2035, 1, 1)),
    ],
)
def test_a_horizon_without_sense_is_refused(since: datetime, until: datetime) -> None:
    with pytest.raises(InvalidPlan, match="Khoảng lập lịch"):
        starts(a_slot(), since, until)


instants = st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
slots = st.builds(
    a_slot,
    st.integers(0, 3),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
)


@given(slots, instants, st.integers(0, 40), st.integers(0, 40))
def test_expanding_in_pieces_gives_the_same_as_in_one(slot: Slot, since: datetime, left: int, right: int) -> None:
    middle, until = since + timedelta(days=left), since + timedelta(days=left + right)
    assert starts(slot, since, middle) + starts(slot, middle, until) == starts(slot, since, until)


@given(slots, instants)
def test_one_session_a_chosen_day(slot: Slot, since: datetime) -> None:
    found = list(starts_of(slot, since, since + timedelta(days=400)))
    assert len({day for day, _ in found}) == len(found)
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert isinstance(slot.start, time)
    for day, at in found:
        local = at.astimezone(ZoneInfo(slot.zone))
        assert local.date() == day
        assert day.weekday() in slot.calendar.weekdays
        assert local.time() >= slot.start
        assert local.time() == slot.start or slot.zone != "Asia/Ho_Chi_Minh"
