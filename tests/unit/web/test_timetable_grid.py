"""The week's grid of what stations air alike, the places that it is looked at, and moves on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.calendar import Calendar
from playlists.changes import AddDate, Edit, MoveDate, Skip
from playlists.network import Network, Station, Stay, Unit
from playlists.scopes import Scope
from playlists.slots import Anchor, Slot
from scheduler.errors import InvalidInput
from scheduler.services.timetable.effect_views import Kind
from scheduler.services.timetable.week_marks import Mark
from scheduler.services.timetable.weeks import Placed, Week, WeekSession
from web.timetable import places
from web.timetable.grid import BANDS, MOST_IN_CELL, foremost, grid, monday_of
from web.timetable.moves import every_one, only_this

TODAY = date(2024, 5, 8)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ADDED, REMOVED = Mark("c", "Đổi", Kind.ADDED), Mark("c", "Đổi", Kind.REMOVED)
LOST = replace(REMOVED, reason="nhường giờ cho “Huyện” 17:00–17:15")


def session(hour: int, title: str = "Buổi chiều", **facts: object) -> WeekSession:
    start = datetime(2024, 5, 8, hour, tzinfo=VIETNAM).astimezone(UTC)
    told: dict[str, object] = {"state": "planned", "slot_id": "s", "day": TODAY, "date": TODAY} | facts
    return WeekSession(title=title, starts_at=start, ends_by=start + timedelta(minutes=15), **told)  # type: ignore[arg-type]


def shown(*placed: Placed | WeekSession, own: frozenset[str] = frozenset(), holiday: str = ""):
    told = [each if isinstance(each, Placed) else Placed("station", each, "a", 4) for each in placed]
    (day,) = grid(Week(((TODAY, holiday),), (), tuple(told), {}, Network((), ())), VIETNAM, own)
    return day


def test_what_stations_air_alike_is_one_card():
    day = shown(Placed("one", session(17)), Placed("two", session(17), left_out=2), Placed("two", session(5)))
    assert [[len(card.places) for card in band] for band in day.bands] == [[1], [], [2]]
    assert day.cards[1].left_out == 2


@pytest.mark.parametrize(("hour", "band"), [(0, 0), (6, 0), (7, 1), (15, 1), (16, 2), (23, 2)])
def test_every_hour_has_its_band(hour, band):
    assert [bool(cards) for cards in shown(session(hour)).bands] == [index == band for index in range(len(BANDS))]


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, ""),
        ({"owner_code": "03301"}, "own"),
        ({"slot_id": None}, "own"),
        ({"state": "proposed", "mark": ADDED}, "add"),
        ({"state": "proposed", "mark": replace(ADDED, kind=Kind.MOVED)}, "move"),
        ({"state": "proposed", "mark": replace(ADDED, kind=Kind.CHANGED)}, "move"),
        ({"mark": REMOVED}, "drop"),
        ({"mark": LOST}, "clash"),
        ({"state": "dropped", "mark": ADDED, "clash": True}, "clash"),
        ({"state": "dropped", "reason": "nhường giờ"}, "drop"),
        ({"state": "cancelled", "mark": ADDED}, "drop"),
        ({"bulletin_class": "emergency"}, "emergency"),
        ({"bulletin_class": "emergency", "drill": True}, "drill"),
    ],
)
def test_a_card_shows_what_matters_most(facts, kind):
    assert shown(session(17, **facts), own=frozenset({"03301"})).cards[0].kind == kind


@pytest.mark.parametrize(
    ("facts", "can"),
    [({}, True), ({"slot_id": None}, False), ({"state": "past"}, False), ({"mark": REMOVED}, False)],
)
def test_only_a_session_to_come_of_a_slot_can_be_moved(facts, can):
    assert shown(session(17, **facts)).cards[0].can_move is can


def test_what_does_not_take_place_is_not_summed():
    day = shown(session(5, state="cancelled"), session(6, state="dropped"), session(17), session(18, state="past"))
    assert (day.sounding, day.length) == (2, timedelta(minutes=30))


def test_of_many_sessions_those_that_need_a_look_are_shown_first():
    usual = [session(17, f"Xã {number}") for number in range(20)]
    late = session(20, "Đề xuất", state="proposed", mark=ADDED)
    cards = shown(*usual, late).bands[2]
    told = foremost(cards)
    assert (len(told), told[-1].session) == (MOST_IN_CELL, late)
    assert foremost(cards[:MOST_IN_CELL]) == cards[:MOST_IN_CELL]


def test_a_day_names_its_holiday_and_holds_only_its_own_sessions():
    day = shown(session(17), session(18, day=TODAY + timedelta(days=1)), holiday="Quốc khánh")
    assert (day.holiday, len(day.cards)) == ("Quốc khánh", 1)


def test_what_is_left_out_or_breaks_hours_is_to_be_looked_at():
    assert shown(Placed("one", session(17), "a", 4, 1)).cards[0].warns
    assert shown(session(17, warning="nằm trong giờ yên tĩnh")).cards[0].warns
    assert not shown(session(17)).cards[0].warns


@given(st.dates(date(1972, 1, 1), date(2198, 1, 1)))
def test_a_week_begins_on_its_monday(day):
    assert monday_of(day).weekday() == 0
    assert timedelta(0) <= day - monday_of(day) < timedelta(days=7)


LONG_AGO = date(2004, 1, 1)
NEAR, FAR, ASTRAY = (UUID(int=number) for number in (1, 2, 3))
NETWORK = Network(
    [
        Unit("11", "Tỉnh", LONG_AGO),
        Unit("102", "Huyện", LONG_AGO, None, "11"),
        Unit("03301", "Xã Búng", LONG_AGO, None, "102"),
        Unit("03313", "Xã Lạn", LONG_AGO, None, "102"),
    ],
    [
        Station(NEAR, "Trung tâm", frozenset({"vi"}), (Stay("03301", LONG_AGO),)),
        Station(FAR, "Bản xa", frozenset({"vi"}), (Stay("03313", LONG_AGO),)),
        Station(ASTRAY, "Lạc", frozenset({"vi"})),
    ],
)


@pytest.mark.parametrize(
    ("value", "name", "stations", "codes"),
    [
        ("", "", {NEAR, FAR, ASTRAY}, set()),
        ("u:102", "Huyện", {NEAR, FAR}, {"102", "03301", "03313"}),
        ("u:03301", "Xã Búng", {NEAR}, {"03301"}),
        (f"s:{FAR}", "Bản xa", {FAR}, {"03313"}),
        (f"s:{ASTRAY}", "Lạc", {ASTRAY}, set()),
        ("u:99", "", {NEAR, FAR, ASTRAY}, set()),
        ("s:x", "", {NEAR, FAR, ASTRAY}, set()),
    ],
)
def test_a_place_is_a_unit_of_any_level_or_a_station(value, name, stations, codes):
    place = places.chosen(NETWORK, TODAY, value)
    assert (place.name, place.station_ids, place.unit_codes) == (name, stations, codes)


def test_places_are_offered_as_the_tree_stands():
    names = [name.strip() for _, name in places.choices(NETWORK, TODAY)]
    assert names == ["Toàn mạng", "Tỉnh", "Huyện", "Xã Búng", "Trung tâm", "Xã Lạn", "Bản xa", "Lạc"]
    (province,) = places.tree_of(NETWORK, TODAY)
    assert (province.count, [each.unit.name for each in province.below[0].below]) == (2, ["Xã Búng", "Xã Lạn"])


def test_units_that_bite_their_tail_are_no_endless_tree():
    network = Network([Unit("1", "Một", LONG_AGO, None, "2"), Unit("2", "Hai", LONG_AGO, None, "1")], [])
    assert places.tree_of(network, TODAY) == ()


WEDNESDAY, THURSDAY = TODAY, TODAY + timedelta(days=1)
WORKDAYS = Calendar(LONG_AGO, weekdays=frozenset({0, 2}))


def a_slot(calendar: Calendar = WORKDAYS, start: time | Anchor = time(17)) -> Slot:
    scope, minutes = Scope(everyone=True), timedelta(minutes=15)
    return Slot(UUID(int=9), "Chiều", scope, calendar, start, minutes, VIETNAM.key, UUID(int=8))


def test_one_session_is_moved_within_its_day_or_to_another():
    slot = a_slot()
    key = slot.id, slot.title
    assert only_this(slot, WEDNESDAY, WEDNESDAY, time(18)) == (MoveDate(*key, WEDNESDAY, time(18)),)
    assert only_this(slot, WEDNESDAY, THURSDAY, time(17)) == (Skip(*key, WEDNESDAY), AddDate(*key, THURSDAY))
    moved = only_this(slot, WEDNESDAY, THURSDAY, time(18))
    assert moved == (Skip(*key, WEDNESDAY), AddDate(*key, THURSDAY), MoveDate(*key, THURSDAY, time(18)))


def test_all_sessions_are_moved_alike():
    slot = a_slot()
    later = replace(slot, start=time(18), calendar=replace(WORKDAYS, weekdays=frozenset({0, 3})))
    assert every_one(slot, WEDNESDAY, time(17), THURSDAY, time(18)) == (Edit(slot, later),)
    follower = a_slot(start=Anchor(UUID(int=7)))
    (step,) = every_one(follower, WEDNESDAY, time(17, 15), WEDNESDAY, time(17, 5))
    assert step.slot.start == Anchor(UUID(int=7), offset=timedelta(minutes=-10))


@pytest.mark.parametrize(
    ("calendar", "to", "said"),
    [
        (Calendar(LONG_AGO), THURSDAY, "phát hằng ngày"),
        (Calendar(LONG_AGO, month_days=frozenset({8})), THURSDAY, "không lặp theo ngày trong tuần"),
        (Calendar(LONG_AGO, weekdays=frozenset({0}), added=frozenset({WEDNESDAY})), THURSDAY, "không lặp theo ngày"),
        (replace(WORKDAYS, every_weeks=2), WEDNESDAY + timedelta(days=8), "không phát hằng tuần"),
    ],
)
def test_days_that_the_pattern_cannot_move_are_refused_with_what_to_do(calendar, to, said):
    with pytest.raises(InvalidInput, match=said):
        every_one(a_slot(calendar), WEDNESDAY, time(17), to, time(17))
