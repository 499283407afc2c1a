"""The form of a slot: what people write becomes a slot, and a slot is shown so that reading it gives the same one."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from playlists.calendar import Calendar, HolidayRule
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.slots import Anchor, Edge, Slot
from scheduler.errors import InvalidInput, NotFound
from web.timetable.slot_form import Frame, read_slot, shown_slot

SLOT_ID, PROGRAMME, STATION, LEADER = (UUID(int=number) for number in (1, 2, 3, 4))
PROVINCE = ("11", date(2004, 1, 1))
ZONE = "Asia/Ho_Chi_Minh"
FRAME = Frame(SLOT_ID, ZONE, lambda scope, _day: None if scope.everyone else PROVINCE)


def form(**changes: object) -> MultiDict[str, str]:
    """What the short form sends."""
    told: dict[str, object] = {
        "title": "Buổi chiều",
        "programme": str(PROGRAMME),
        "where": "some",
        "unit": ["11|2004-01-01"],
        "repeat": "week",
        "weekday": [str(day) for day in range(7)],
        "start": "clock",
        "starts": "17h",
        "from": "1/5/2024",
        "minutes": "15",
        "rule": "hard",
        "grace": "30",
        "quieter": "0",
    }
    return MultiDict({name: value for name, value in (told | changes).items() if value is not None})


def test_the_short_form_is_a_daily_slot_of_the_unit_that_holds_its_places():
    slot = read_slot(form(), FRAME)
    assert slot == Slot(
        id=SLOT_ID,
        title="Buổi chiều",
        scope=Scope(units=frozenset({PROVINCE})),
        calendar=Calendar(date(2024, 5, 1)),
        start=time(17),
        max_duration=timedelta(minutes=15),
        zone=ZONE,
        programme_id=PROGRAMME,
        owner=PROVINCE,
    )


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"where": "all"}, {"scope": Scope(everyone=True), "owner": None}),
        ({"language": ["blt"]}, {"scope": Scope(units=frozenset({PROVINCE}), languages=frozenset({"blt"}))}),
        ({"owner": "network"}, {"owner": None}),
        (
            {"start": "follow", "follows": str(LEADER), "offset": "-2,5"},
            {"start": Anchor(LEADER, Edge.END, timedelta(seconds=-150))},
        ),
        ({"start": "follow", "follows": str(LEADER), "edge": "start"}, {"start": Anchor(LEADER, Edge.START)}),
        ({"rule": "soft", "grace": "120"}, {"start_rule": StartRule.SOFT, "grace": timedelta(seconds=120)}),
        ({"quieter": "-3,5", "night": "6"}, {"gain_cb": -350, "night_gain_cb": -600}),
        (
            {"moved": "09/05/2024 17:30; 10/5/2024 lúc 18h"},
            {"moved": frozenset({(date(2024, 5, 9), time(17, 30)), (date(2024, 5, 10), time(18))})},
        ),
    ],
)
def test_each_rare_field_says_what_it_says(changes, facts):
    slot = read_slot(form(**changes), FRAME)
    assert {name: getattr(slot, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("changes", "calendar"),
    [
        ({"weekday": ["0", "4"], "every": "2"}, {"weekdays": frozenset({0, 4}), "every_weeks": 2}),
        ({"repeat": "month", "month_days": "1, 15; -1"}, {"month_days": frozenset({1, 15, -1})}),
        (
            {"repeat": "month", "month_nth": ["2", "", "-1"], "month_weekday": ["0", "3", "6"]},
            {"month_weekdays": frozenset({(2, 0), (-1, 6)})},
        ),
        ({"holidays": "skip", "to": "31/5/2024"}, {"holidays": HolidayRule.SKIP, "last": date(2024, 5, 31)}),
        (
            {"skipped": "2/5/2024, 3/5/2024", "added": "5/6/2024"},
            {"skipped": frozenset({date(2024, 5, 2), date(2024, 5, 3)}), "added": frozenset({date(2024, 6, 5)})},
        ),
    ],
)
def test_each_pattern_of_days_is_read(changes, calendar):
    assert read_slot(form(**changes), FRAME).calendar == Calendar(date(2024, 5, 1), **calendar)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "Tên khung giờ"),
        ({"programme": "x"}, "chương trình này"),
        ({"unit": None}, "Hãy chọn nơi phát"),
        ({"unit": ["11"]}, "Đơn vị: hãy chọn trong danh sách"),
        ({"unit": None, "station": ["x"]}, "cụm loa đã chọn"),
        ({"owner": "11|mai"}, "Đơn vị: hãy chọn trong danh sách"),
        ({"weekday": None}, "Hãy chọn ít nhất một ngày trong tuần"),
        ({"weekday": ["7"]}, "Ngày trong tuần: cần số nguyên từ 0 đến 6"),
        ({"every": "0"}, "Mấy tuần một lần: cần số nguyên từ 1 đến 52"),
        ({"repeat": "month"}, "Lặp hằng tháng"),
        ({"repeat": "month", "month_days": "32"}, "Ngày trong tháng: cần số nguyên từ -31 đến 31"),
        ({"repeat": "month", "month_days": "0"}, "Ngày trong tháng phải từ 1 đến 31"),
        ({"repeat": "month", "month_nth": ["6"], "month_weekday": ["0"]}, "Thứ trong tháng"),
        ({"starts": "25:00"}, "Giờ bắt đầu"),
        ({"starts": "17:00:75"}, "Giờ bắt đầu"),
        ({"start": "follow"}, "hãy chọn khung giờ đi trước"),
        ({"start": "follow", "follows": "x"}, "khung giờ đi trước"),
        ({"start": "follow", "follows": str(LEADER), "offset": "xa"}, "Lệch (phút)"),
        ({"start": "follow", "follows": str(LEADER), "edge": "giữa"}, "Tính từ lúc"),
        ({"rule": "x"}, "Cách bắt đầu"),
        ({"holidays": "x"}, "Ngày lễ"),
        ({"minutes": "0"}, "Dài nhất (phút): cần từ 1 đến 1440"),
        ({"grace": "-1"}, "Chờ tối đa (giây): cần từ 0 đến 3600"),
        ({"night": "êm"}, "Giảm âm lượng"),
        ({"from": "mai"}, "Từ ngày"),
        ({"to": "1/4/2024"}, "Ngày cuối của khung giờ ở trước ngày đầu"),
        ({"skipped": "2/5/2024", "added": "2/5/2024"}, "vừa được thêm vừa bị bỏ"),
        ({"skipped": ",".join(["2/5/2024"] * 61)}, "tối đa 60 ngày"),
        ({"moved": "09/05/2024"}, "Dời riêng: hãy ghi ngày rồi giờ"),
        ({"moved": "09/05/2024 17:30, 09/05/2024 18:30"}, "có ngày được dời hai lần"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_write(changes, said):
    with pytest.raises((InvalidInput, NotFound)) as refused:
        read_slot(form(**changes), FRAME)
    assert said in str(refused.value)


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
uuids = st.integers(1, 2**100).map(lambda number: UUID(int=number))
some_units = st.frozensets(st.tuples(st.sampled_from(["11", "03301"]), days), max_size=3)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 7, 30]))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    first = draw(days)
    skipped = draw(st.frozensets(days, max_size=3))
    monthly = draw(st.booleans())
    weekdays = st.frozensets(st.integers(0, 6), min_size=1)
    nth = st.tuples(st.integers(-5, 5).filter(bool), st.integers(0, 6))
    month_days = draw(st.frozensets(st.integers(-31, 31).filter(bool), max_size=3)) if monthly else frozenset()
    month_weekdays = draw(st.frozensets(nth, max_size=3, min_size=0 if month_days else 1)) if monthly else frozenset()
    return Calendar(
        first=first,
        last=draw(st.none() | st.dates(first, date(2027, 12, 31))),
        weekdays=draw(weekdays),
        every_weeks=1 if monthly else draw(st.integers(1, 52)),
        month_days=month_days,
        month_weekdays=month_weekdays,
        holidays=draw(st.sampled_from(HolidayRule)),
        skipped=skipped,
        added=draw(st.frozensets(days, max_size=3)) - skipped,
    )


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    everyone = draw(st.booleans())
    places = st.frozensets(uuids, min_size=0 if everyone else 1, max_size=2)
    scope = Scope(
        units=frozenset() if everyone else draw(some_units),
        stations=frozenset() if everyone else draw(places),
        languages=draw(st.frozensets(st.sampled_from(["vi", "blt"]))),
        everyone=everyone,
    )
    offsets = st.integers(-86_400, 86_400).map(lambda seconds: timedelta(seconds=seconds))
    moved = {day: draw(times) for day in draw(st.lists(days, max_size=2))}
    return Slot(
        id=SLOT_ID,
        title="Buổi",
        scope=scope,
        calendar=draw(calendars()),
        start=draw(times | st.builds(Anchor, uuids, st.sampled_from(Edge), offsets)),
        max_duration=timedelta(seconds=draw(st.integers(60, 86_400))),
        zone=ZONE,
        programme_id=PROGRAMME,
        owner=draw(st.none() | st.tuples(st.just("11"), days)),
        start_rule=draw(st.sampled_from(StartRule)),
        grace=timedelta(seconds=draw(st.integers(0, 3600))),
        gain_cb=-draw(st.integers(0, 6000)),
        night_gain_cb=draw(st.none() | st.integers(-6000, 0)),
        moved=frozenset(moved.items()),
    )


@given(slots())
@settings(max_examples=60)
def test_a_slot_that_is_shown_and_read_again_is_the_same(slot):
    assert read_slot(shown_slot(slot), FRAME) == slot
