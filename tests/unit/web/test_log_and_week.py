"""What a reader asks of the air log, read from an address; and the week's grid of what stations air alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.services.timetable_views import SlotView, Timetable, TimetableDay, TimetableEntry, TimetableStation
from web.airlog.asked import RESULT_CHOICES, asked
from web.timetable.grid import BANDS, dawn_repeats, grid, monday_of, weekdays_words

TODAY = date(2024, 5, 8)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def test_nothing_asked_is_two_weeks_of_what_is_due():
    wanted = asked({}, TODAY)
    assert (wanted.first_day, wanted.last_day) == (date(2024, 4, 25), TODAY)
    assert "planned" not in wanted.filters.results
    assert wanted.wrong == {}


def test_days_are_read_and_shown_again_as_people_write_them():
    wanted = asked({"tu": "1/5/2024", "den": "2024-05-07"}, TODAY)
    assert (wanted.filters.first_day, wanted.filters.last_day) == (date(2024, 5, 1), date(2024, 5, 7))
    assert (wanted.typed["tu"], wanted.typed["den"]) == ("01/05/2024", "07/05/2024")


@pytest.mark.parametrize("tu", ["31/02/2024", "mai", "09/05/2024", "01/01/2020", "01/01/0001"])
def test_a_first_day_that_cannot_be_is_told_beside_its_field(tu):
    wanted = asked({"tu": tu}, TODAY)
    assert "tu" in wanted.wrong
    assert wanted.first_day <= wanted.last_day


@given(st.dictionaries(st.sampled_from(["tu", "den", "ket-qua", "don-vi", "tim"]), st.text(max_size=12)))
def test_any_address_asks_for_some_days(told):
    wanted = asked(told, TODAY)
    assert timedelta(0) <= wanted.last_day - wanted.first_day <= timedelta(days=366)


def test_every_choice_of_results_is_its_own():
    keys = [key for key, _, _ in RESULT_CHOICES]
    assert len(set(keys)) == len(keys)
    assert asked({"ket-qua": "chua-ro"}, TODAY).filters.results == ("unknown",)


def entry(hour: int, title: str = "Buổi chiều", **facts: object) -> TimetableEntry:
    start = datetime(2024, 5, 8, hour, tzinfo=VIETNAM).astimezone(UTC)
    told: dict[str, object] = {
        "airing_id": f"{title}/{hour}",
        "slot_id": "s",
        "title": title,
        "starts_at": start,
        "ends_by": start + timedelta(minutes=15),
        "state": "planned",
        "bulletin_class": "normal",
        "one_off": False,
        "items": 4,
        "left_out": 0,
        "cancel_reason": None,
        "clashes_with": (),
    }
    return TimetableEntry(**(told | facts))  # type: ignore[arg-type] # facts of every kind


def week(*stations: tuple[TimetableEntry, ...]) -> Timetable:
    rows = tuple(
        TimetableStation(f"id-{n}", f"Cụm {n}", "03301", "Xã", (TimetableDay(TODAY, entries),))
        for n, entries in enumerate(stations)
    )
    return Timetable(days=(TODAY,), stations=rows, slots=(), clashes=0)


def test_what_stations_air_alike_is_one_card():
    (day,) = grid(week((entry(17),), (entry(17), entry(5))), VIETNAM)
    assert [(len(band), [len(card.places) for card in band]) for band in day.bands] == [(1, [1]), (0, []), (1, [2])]


@pytest.mark.parametrize(("hour", "band"), [(0, 0), (6, 0), (7, 1), (15, 1), (16, 2), (23, 2)])
def test_every_hour_has_its_band(hour, band):
    (day,) = grid(week((entry(hour),)), VIETNAM)
    assert [bool(cards) for cards in day.bands] == [index == band for index in range(len(BANDS))]


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, ""),
        ({"one_off": True}, "own"),
        ({"left_out": 1}, "move"),
        ({"left_out": 1, "state": "past"}, ""),
        ({"state": "proposed"}, "add"),
        ({"state": "proposed", "clashes_with": ("Khác",)}, "clash"),
        ({"state": "cancelled", "clashes_with": ("Khác",)}, "drop"),
        ({"bulletin_class": "emergency"}, "emergency"),
    ],
)
def test_a_card_shows_what_matters_most(facts, kind):
    (day,) = grid(week((entry(17, **facts),)), VIETNAM)
    assert day.cards[0].kind == kind


def test_a_cancelled_session_does_not_count():
    (day,) = grid(week((entry(5, state="cancelled"), entry(17))), VIETNAM)
    assert day.sounding == 1


@given(st.dates(date(1972, 1, 1), date(2198, 1, 1)))
def test_a_week_begins_on_its_monday(day):
    assert monday_of(day).weekday() == 0
    assert timedelta(0) <= day - monday_of(day) < timedelta(days=7)


def test_weekdays_are_told_in_words():
    assert weekdays_words("0123456") == "hằng ngày"
    assert weekdays_words("26") == "thứ Tư, Chủ nhật"


def slot(title: str, starts: str, *, programme: str = "p", station: str = "s", weekdays: str = "0123456") -> SlotView:
    return SlotView(
        id=f"{title}{station}",
        station_id=station,
        station_name=station,
        programme_id=programme,
        programme_title=programme,
        title=title,
        weekdays=weekdays,
        starts=starts,
        max_duration_s=900,
        start_rule="hard",
        grace_s=30,
        gain_cb=0,
        valid_from=TODAY,
        valid_to=None,
        proposed_by="An",
        published_by=None,
        published_at=None,
    )


@pytest.mark.parametrize(
    ("dawn", "repeats"),
    [
        (slot("Sáng", "05:00"), True),
        (slot("Sáng", "05:00", weekdays="1"), True),
        (slot("Sáng", "05:00", weekdays="0"), False),
        (slot("Sáng", "05:00", programme="khác"), False),
        (slot("Sáng", "05:00", station="khác"), False),
        (slot("Trưa", "11:00"), False),
    ],
)
def test_the_same_programme_at_dawn_as_the_evening_before_is_noted(dawn, repeats):
    evening = slot("Chiều", "17:00", weekdays="0")
    assert dawn_repeats([evening, dawn, evening]) == ([(dawn.title, "Chiều")] if repeats else [])
