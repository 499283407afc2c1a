"""The steps of a change are written as one text and read back as the same steps; and what they say in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_slot_contents import days, hours, ids, slots, titles

from playlists.calendar import Calendar, HolidayRule
from playlists.changes import Add, AddDate, Edit, End, MoveDate, Skip, Step, Unskip
from playlists.model import StartRule
from playlists.network import Network, Station, Stay, Unit
from playlists.scopes import Scope
from playlists.slots import Anchor, Edge, Slot
from scheduler.services.timetable.contents import ContentRefused
from scheduler.services.timetable.step_words import calendar_words, scope_words, step_words
from scheduler.services.timetable.steps import steps_from_text, steps_text

steps = st.one_of(
    slots.map(Add),
    st.builds(lambda was, new: Edit(was, replace(new, id=was.id)), slots, slots),
    st.builds(End, ids, titles),
    st.builds(Skip, ids, titles, days),
    st.builds(Unskip, ids, titles, days),
    st.builds(AddDate, ids, titles, days),
    st.builds(MoveDate, ids, titles, days, st.none() | hours),
)


@given(st.lists(steps, max_size=5))
def test_steps_come_back_as_they_were_written(told: list[Step]) -> None:
    text = steps_text(told)
    assert steps_from_text(text) == tuple(told)
    assert steps_text(steps_from_text(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "[7]",
        "[{}]",
        '[{"do": "fly", "slot": "00000000-0000-0000-0000-000000000001", "title": "x", "date": "2024-05-10"}]',
        '[{"do": "skip", "slot": "x", "title": "x", "date": "2024-05-10"}]',
        '[{"do": "skip", "slot": "00000000-0000-0000-0000-000000000001", "title": "x", "date": "10/5/2024"}]',
        '[{"do": "add", "slot": "00000000-0000-0000-0000-000000000001", "content": {}}]',
    ],
)
def test_what_is_no_step_is_refused(text: str) -> None:
    with pytest.raises(ContentRefused):
        steps_from_text(text)


MAY = date(2024, 5, 1)
COMMUNE = ("03301", date(2020, 1, 1))
HERE, THERE = UUID(int=1), UUID(int=2)
NETWORK = Network(
    [Unit("03301", "Xã Búng Lao", date(2020, 1, 1))],
    [Station(HERE, "Bản Xuân", frozenset({"vi"}), (Stay("03301", MAY),)), Station(THERE, "Chợ", frozenset({"vi"}))],
)
NEWS, MUSIC = UUID(int=8), UUID(int=9)
PROGRAMMES = {NEWS: "Tin", MUSIC: "Nhạc"}
SLOT = Slot(
    UUID(int=7),
    "Sáng",
    Scope(everyone=True),
    Calendar(MAY),
    time(5, 30),
    timedelta(minutes=15),
    "Asia/Ho_Chi_Minh",
    NEWS,
)


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        (Calendar(MAY), "hằng ngày, từ 01/5/2024"),
        (Calendar(MAY, date(2024, 5, 31)), "hằng ngày, từ 01/5/2024 đến hết 31/5/2024"),
        (Calendar(MAY, weekdays=frozenset({0, 6})), "thứ Hai, Chủ nhật, từ 01/5/2024"),
        (Calendar(MAY, weekdays=frozenset({4}), every_weeks=2), "thứ Sáu, 2 tuần một lần, từ 01/5/2024"),
        (
            Calendar(MAY, month_days=frozenset({-1, 1, -3, 15})),
            "ngày 1, ngày 15, ngày thứ 3 tính từ cuối, ngày cuối hằng tháng, từ 01/5/2024",
        ),
        (
            Calendar(MAY, month_weekdays=frozenset({(2, 0), (-1, 6)})),
            "Chủ nhật cuối cùng, thứ Hai lần thứ 2 hằng tháng, từ 01/5/2024",
        ),
        (
            Calendar(MAY, weekdays=frozenset({0}), month_days=frozenset({1})),
            "ngày 1 hằng tháng nếu là thứ Hai, từ 01/5/2024",
        ),
        (Calendar(MAY, holidays=HolidayRule.SKIP), "hằng ngày, từ 01/5/2024, nghỉ ngày lễ"),
        (Calendar(MAY, holidays=HolidayRule.ONLY), "hằng ngày, từ 01/5/2024, chỉ ngày lễ"),
        (
            Calendar(
                MAY, skipped=frozenset(date(2024, 6, day) for day in range(1, 6)), added=frozenset({date(2024, 4, 1)})
            ),
            "hằng ngày, từ 01/5/2024, nghỉ 01/6/2024, 02/6/2024, 03/6/2024 và 2 ngày khác, thêm 01/4/2024",
        ),
    ],
)
def test_calendars_in_words(calendar: Calendar, words: str) -> None:
    assert calendar_words(calendar) == words


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(everyone=True), "ở toàn mạng"),
        (
            Scope(frozenset({COMMUNE}), frozenset({THERE}), frozenset({"vi", "blt"})),
            "ở Xã Búng Lao, Chợ (cụm loa có tiếng blt, vi)",
        ),
        (Scope(frozenset({("99", MAY)}), frozenset({HERE, THERE, UUID(int=3)})), "ở 99, Bản Xuân, Chợ và 1 nơi khác"),
    ],
)
def test_scopes_in_words(scope: Scope, words: str) -> None:
    assert scope_words(scope, NETWORK) == words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": "Sớm"}, "tên mới “Sớm”"),
        ({"start": time(5, 30, 15)}, "05:30 → 05:30:15"),
        (
            {"start": Anchor(UUID(int=5), Edge.START, timedelta(minutes=-2.5))},
            "05:30 → theo lúc bắt đầu khung giờ khác, trước 2,5 phút",
        ),
        ({"start": Anchor(UUID(int=5))}, "05:30 → theo lúc hết khung giờ khác"),
        ({"max_duration": timedelta(seconds=90)}, "dài nhất 15 phút → dài nhất 1,5 phút"),
        ({"programme_id": MUSIC}, "chương trình “Tin” → chương trình “Nhạc”"),
        ({"start_rule": StartRule.SOFT}, "đúng giờ, chờ tối đa 30 giây → nối tiếp, chờ tối đa 30 giây"),
        (
            {"night_gain_cb": -600},
            "âm lượng như bản đã duyệt → âm lượng như bản đã duyệt, ban đêm −6 dB",
        ),
        ({"owner": COMMUNE}, "của cả mạng → của Xã Búng Lao"),
        ({"moved": frozenset({(MAY, time(6))})}, "không dời buổi nào → dời 01/5/2024 lúc 06:00"),
        ({}, "không có gì mới"),
    ],
)
def test_edits_in_words(changed: dict[str, Any], words: str) -> None:
    step = Edit(SLOT, replace(SLOT, **changed))
    assert step_words(step, NETWORK, PROGRAMMES) == f"Sửa khung giờ “Sáng”: {words}"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (End(SLOT.id, "Sáng"), "Kết thúc khung giờ “Sáng”"),
        (Unskip(SLOT.id, "Sáng", MAY), "Phát lại buổi “Sáng” ngày 01/5/2024 (trước đây nghỉ)"),
        (AddDate(SLOT.id, "Sáng", MAY), "Thêm buổi “Sáng” ngày 01/5/2024"),
        (MoveDate(SLOT.id, "Sáng", MAY, None), "Dời buổi “Sáng” ngày 01/5/2024 về giờ thường lệ"),
    ],
)
def test_steps_in_words(step: Step, words: str) -> None:
    assert step_words(step, NETWORK, PROGRAMMES) == words
