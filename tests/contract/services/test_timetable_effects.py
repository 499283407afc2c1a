"""What a change of the timetable does, in the words in which people read it: worked by hand."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from change_world import COMMUNE, DISTRICT, ChangeWorld
from sqlalchemy.orm import Session

from playlists.calendar import Calendar
from playlists.changes import Add, Edit, End, MoveDate, Skip
from playlists.hours import Hours, HoursRule, Window
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.slots import Anchor
from scheduler.db.planning import ProgrammePlace
from scheduler.errors import Conflict, InvalidInput
from scheduler.services.timetable.effect_views import Kind, effect_document
from scheduler.services.timetable.effects import MOST_LINES

THURSDAY = date(2024, 5, 9)


@pytest.fixture
def world(session: Session, now: datetime) -> ChangeWorld:
    return ChangeWorld(session, now)


def test_adding_moving_and_leaving_out_are_counted_over_the_days_ahead(world: ChangeWorld) -> None:
    evening, noon = world.slot(), world.slot("Buổi trưa", world.bung_lao, starts="11:30")
    world.stand(evening, noon)
    news = world.programme(("bulletin", world.bulletin("Hai")))
    morning = world.slot("Buổi sáng", world.xuan_lao, starts="05:30", programme_id=UUID(news.id))
    seen = world.effect(
        Add(morning),
        Edit(evening, replace(evening, start=time(17, 30))),
        Skip(noon.id, noon.title, THURSDAY),
    )
    # From Wednesday 10:00: 6 mornings at one station, 7 evenings at two, one noon at one.
    assert seen.words == "thêm 6, dời 14, bỏ 1 buổi phát ở 2 cụm loa"
    assert seen.period == "7 ngày tới"
    assert [str(line) for line in seen.lines][:4] == [
        "dời “Buổi chiều” 17:00 → 17:30 ngày 08/5/2024 ở Búng Lao và Xuân Lao",
        "thêm “Buổi sáng” 05:30 ngày 09/5/2024 ở Xuân Lao",
        "bỏ “Buổi trưa” 11:30 ngày 09/5/2024 ở Búng Lao",
        "dời “Buổi chiều” 17:00 → 17:30 ngày 09/5/2024 ở Búng Lao và Xuân Lao",
    ]
    assert (seen.refusals, seen.concerns, seen.lines_left) == ((), (), 0)
    assert set(seen.station_ids) == {world.bung_lao.id, world.xuan_lao.id}


def test_nothing_and_things_that_are_not_heard_as_another_time(world: ChangeWorld) -> None:
    evening = world.slot()
    world.stand(evening)
    assert world.effect(Edit(evening, evening)).words == "không đổi buổi phát nào"
    assert world.effect(Edit(evening, replace(evening, gain_cb=-300))).words == "sửa 14 buổi phát ở 2 cụm loa"
    assert world.effect(End(evening.id, evening.title)).words == "bỏ 14 buổi phát ở 2 cụm loa"


def test_a_change_that_begins_later_is_counted_from_its_first_day(world: ChangeWorld) -> None:
    seen = world.effect(Add(world.slot(calendar=Calendar(date(2024, 9, 2), date(2024, 9, 4)))))
    assert (seen.words, seen.period) == ("thêm 6 buổi phát ở 2 cụm loa", "7 ngày từ 02/9/2024")


def test_today_s_session_that_has_begun_is_not_counted(world: ChangeWorld) -> None:
    evening = world.slot()
    world.stand(evening)
    at_start = datetime.fromisoformat("2024-05-08T10:00:00Z")
    assert world.effect(End(evening.id, evening.title), now=at_start).words == "bỏ 12 buổi phát ở 2 cụm loa"


def test_a_session_of_today_that_is_over_does_not_come_again_at_a_later_hour(world: ChangeWorld) -> None:
    evening = world.slot()
    world.stand(evening)
    world.plan()
    later = datetime.fromisoformat("2024-05-08T11:00:00Z")  # 18:00 there: today's sounded at 17:00
    seen = world.effect(Edit(evening, replace(evening, start=time(20))), now=later)
    assert seen.words == "dời 12 buổi phát ở 2 cụm loa"


def test_lines_beyond_the_most_are_counted(world: ChangeWorld) -> None:
    hourly = [world.slot(f"Giờ {hour}", starts=f"{hour:02d}:00") for hour in range(5, 15)]
    seen = world.effect(*(Add(slot) for slot in hourly))
    # Of ten hours, four (11 to 14) lie ahead on the first of seven days.
    assert len(seen.lines) == MOST_LINES == 60
    assert seen.lines_left == 4
    assert dict(seen.counts) == {Kind.ADDED: 128}


def test_a_clash_of_equals_is_refused_with_slots_stations_minutes_and_remedies(world: ChangeWorld) -> None:
    world.stand(world.slot())
    seen = world.effect(Add(world.slot("Tin xã", world.xuan_lao, starts="17:10")))
    assert seen.refusals == (
        (
            "Trùng giờ phát: “Tin xã” (17:10–17:25) mất giờ vì “Buổi chiều” (17:00–17:15) ở Xuân Lao, trùng 5 phút, "
            "từ ngày 08/5/2024 (400 buổi). Có thể dời “Tin xã” sang 17:15, hoặc chọn ngày khác cho “Tin xã”"
        ),
    )
    with pytest.raises(Conflict, match="dời “Tin xã” sang 17:15"):
        seen.require_possible()
    earlier = world.effect(Add(world.slot("Tin xã", world.xuan_lao, starts="16:50")))
    assert earlier.refusals == (
        (
            "Trùng giờ phát: “Buổi chiều” (17:00–17:15) mất giờ vì “Tin xã” (16:50–17:05) ở Xuân Lao, trùng 5 phút, "
            "từ ngày 08/5/2024 (400 buổi). Có thể dời “Tin xã” sang 17:15, hoặc rút ngắn “Tin xã” còn 10 phút, "
            "hoặc chọn ngày khác cho “Tin xã”"
        ),
    )


def test_a_clash_that_begins_in_months_is_found(world: ChangeWorld) -> None:
    world.stand(world.slot(calendar=Calendar(date(2025, 4, 1))))
    seen = world.effect(Add(world.slot("Tin xã", world.bung_lao, starts="16:50")))
    assert "từ ngày 01/4/2025" in seen.refusals[0]
    monthly = Calendar(date(2024, 5, 1), month_weekdays=frozenset({(5, 2)}))  # a fifth Wednesday: 29 May 2024 first
    world.stand(world.slot("Tuần", starts="06:00", calendar=Calendar(date(2024, 5, 1), weekdays=frozenset({2}))))
    assert "từ ngày 29/5/2024" in world.effect(Add(world.slot("Tháng", starts="06:05", calendar=monthly))).refusals[0]


def test_a_slot_of_the_unit_above_pushes_out_and_it_is_told(world: ChangeWorld) -> None:
    local = world.slot("Tin xã", world.bung_lao, starts="17:10", owner=COMMUNE)
    world.stand(local)
    seen = world.effect(Add(world.slot("Tin huyện", owner=DISTRICT)))
    assert seen.words == "thêm 14, bỏ 7 buổi phát ở 2 cụm loa"
    assert seen.refusals == ()
    assert seen.concerns[0] == (
        "“Tin xã” (17:10–17:25) mất giờ vì “Tin huyện” (17:00–17:15) ở Búng Lao, trùng 5 phút, từ ngày 08/5/2024 "
        "(400 buổi). Có thể dời “Tin huyện” sang 17:25, hoặc rút ngắn “Tin huyện” còn 10 phút, "
        "hoặc chọn ngày khác cho “Tin huyện”"
    )


def test_a_soft_start_gives_way_to_a_hard_one(world: ChangeWorld) -> None:
    world.stand(world.slot())
    soft = world.slot("Nhạc", world.bung_lao, starts="16:50", start_rule=StartRule.SOFT)
    seen = world.effect(Add(soft))
    assert seen.refusals == ()
    assert "rút ngắn “Nhạc” còn 10 phút" in seen.concerns[0]
    assert seen.words == "không đổi buổi phát nào"


def test_a_one_off_keeps_its_time_against_a_new_slot(world: ChangeWorld) -> None:
    world.one_off([world.bung_lao], world.usual, datetime.fromisoformat("2024-05-10T01:00:00Z"))
    seen = world.effect(Add(world.slot("Sáng", starts="08:10")))
    assert seen.words == "thêm 11 buổi phát ở 2 cụm loa"  # not today (10:00 by now), and not that day at that station
    assert seen.concerns[0].startswith(
        "“Sáng” (08:10–08:25) mất giờ vì “Phát bù” (08:00–08:15) ở Búng Lao, trùng 5 phút, từ ngày 10/5/2024. "
        "Có thể dời “Sáng” sang 08:15"
    )


def test_refused_hours_stand_in_the_way_and_quiet_ones_are_told(world: ChangeWorld) -> None:
    world.outlook = replace(
        world.outlook,
        hours=Hours(
            allowed=Window(time(5), time(21)), quiet=(Window(time(11, 30), time(13)),), in_quiet=HoursRule.WARN
        ),
    )
    seen = world.effect(
        Add(world.slot("Đêm", world.bung_lao, starts="20:50")), Add(world.slot("Trưa", world.bung_lao, starts="12:00"))
    )
    assert seen.refusals == (
        (
            "Ngoài giờ được phát: “Đêm” (20:50–21:05) nằm ngoài giờ được phát 05:00–21:00 ở Búng Lao, "
            "từ ngày 08/5/2024 (400 buổi). Hãy dời giờ hoặc rút ngắn"
        ),
    )
    assert seen.concerns == (
        (
            "“Trưa” (12:00–12:15) nằm trong giờ yên tĩnh 11:30–13:00 ở Búng Lao, từ ngày 08/5/2024 (400 buổi). "
            "Hãy dời giờ hoặc rút ngắn"
        ),
    )
    # A free time that breaks the hours is none.
    world.stand(world.slot("Chiều", world.bung_lao, starts="20:40"))
    clash = world.effect(Add(world.slot("Tối", world.bung_lao, starts="20:45")))
    assert "dời “Tối” sang 05:00" in clash.refusals[0]


def test_a_unit_that_ends_is_told_with_what_came_of_it(world: ChangeWorld, session: Session) -> None:
    later = datetime.fromisoformat("2025-06-01T03:00:00Z")
    seen = world.effect(Add(world.slot(scope=Scope(units=frozenset({COMMUNE})))), now=later)
    assert seen.words == "thêm 7 buổi phát ở 1 cụm loa"
    assert seen.concerns == (
        (
            "Từ 01/7/2025 khung giờ “Buổi chiều” không còn tới Xã Búng Lao cũ (03301): đơn vị này không còn. "
            "Hãy chọn lại nơi phát"
        ),
    )
    world.merge("03301")
    seen = world.effect(Add(world.slot(scope=Scope(units=frozenset({COMMUNE})))), now=later)
    assert "đơn vị này đã nhập vào Xã Búng Lao (03301). Hãy chọn đơn vị mới cho khung giờ" in seen.concerns[0]


def test_a_slot_that_reaches_nobody_is_told(world: ChangeWorld) -> None:
    nobody = world.slot(scope=Scope(units=frozenset({("03313", date(2025, 7, 1))})))
    seen = world.effect(Add(nobody))
    assert seen.words == "không đổi buổi phát nào"
    assert "Khung giờ “Buổi chiều” chưa tới cụm loa nào. Hãy chọn lại nơi phát" in seen.concerns


def test_dawn_that_repeats_the_evening_is_told_unless_each_session_is_filled_anew(
    world: ChangeWorld, session: Session
) -> None:
    evening = world.slot("Chiều", starts="17:00")
    world.stand(evening)
    dawn = world.slot("Sáng", world.bung_lao, starts="05:00")
    assert world.effect(Add(dawn)).concerns == (
        (
            "“Sáng” phát lại vào sáng sớm chương trình mà “Chiều” vừa phát tối hôm trước ở Búng Lao. "
            "Hãy chọn chương trình khác cho một trong hai khung giờ"
        ),
    )
    world.stand(dawn)
    assert world.effect(Skip(dawn.id, dawn.title, THURSDAY)).concerns == ()
    other = world.programme(("bulletin", world.bulletin("Hai")))
    assert world.effect(Add(replace(dawn, id=UUID(int=7), start=time(6), programme_id=UUID(other.id)))).concerns == ()
    session.add(ProgrammePlace(programme_id=world.usual.id, ordinal=9, kind="rotation", most=3, longest_s=600))
    session.flush()
    assert world.effect(Add(replace(dawn, id=UUID(int=7), start=time(6)))).concerns == ()


def test_what_follows_goes_with_what_it_follows(world: ChangeWorld) -> None:
    evening = world.slot()
    after = world.slot("Nối", world.bung_lao, start=Anchor(evening.id))
    world.stand(evening, after)
    moved = world.effect(MoveDate(evening.id, evening.title, THURSDAY, time(18)))
    assert [str(line) for line in moved.lines] == [
        "dời “Buổi chiều” 17:00 → 18:00 ngày 09/5/2024 ở Búng Lao và Xuân Lao",
        "dời “Nối” 17:15 → 18:15 ngày 09/5/2024 ở Búng Lao",
    ]
    with pytest.raises(InvalidInput, match="chính khung giờ ấy lại bắt đầu theo nó"):
        world.effect(Edit(evening, replace(evening, start=Anchor(after.id))))


def test_the_digest_tells_effects_apart_and_is_the_same_for_the_same(world: ChangeWorld) -> None:
    evening = world.slot()
    one, again = world.effect(Add(evening)), world.effect(Add(evening), now=world.now + timedelta(hours=1))
    assert one.digest == again.digest
    assert effect_document(one) == effect_document(again)
    others = [
        Add(replace(evening, start=time(17, 1))),
        Add(replace(evening, calendar=Calendar(date(2024, 5, 1), date(2025, 1, 1)))),
        Add(replace(evening, scope=Scope(stations=frozenset({UUID(world.bung_lao.id)})))),
    ]
    assert len({one.digest, *(world.effect(step).digest for step in others)}) == 4
