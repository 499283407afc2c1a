"""Airings from the standing timetable: whom slots mean on the day, who goes first, what has begun, hours, holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from slot_world import DISTRICT, NEW_COMMUNE, OLD_COMMUNE, PROVINCE, SlotWorld, slot_id
from sqlalchemy import delete, event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from playlists.calendar import Calendar, HolidayRule
from playlists.hours import Hours, HoursRule, Window
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.settling import DropReason
from playlists.slots import Anchor, Edge
from scheduler.db.planning import Airing, AiringItem
from scheduler.db.units import StationUnit
from scheduler.services import planning
from scheduler.services.timetable.public_holidays import correct_holiday


def local(hour: int, minute: int = 0, day: int = 8) -> datetime:
    """An instant of May 2024 by the clocks of Vietnam."""
    return datetime(2024, 5, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.fixture
def world(session: Session, now: datetime) -> SlotWorld:
    world = SlotWorld(session, now)
    world.bung_lao = world.station("Búng Lao")
    world.xuan_lao = world.station("Xuân Lao", "03302")
    return world


def of_unit(*keys: tuple[str, date], languages: str = "") -> Scope:
    return Scope(units=frozenset(keys), languages=frozenset(languages.split()))


def test_a_slot_reaches_the_stations_below_its_unit(world: SlotWorld) -> None:
    world.station("Búng Lao 2", languages=("vi", "blt"))
    world.stand(
        world.slot("Huyện", "17:00", of_unit(DISTRICT)),
        world.slot("Xã", "05:00", of_unit(OLD_COMMUNE)),
        world.slot("Tiếng Thái", "11:00", of_unit(PROVINCE, languages="blt")),
    )
    assert world.replan(days=2)
    assert world.heard() == [
        "08/05 11:00 Tiếng Thái @ Búng Lao 2",
        *(f"08/05 17:00 Huyện @ {name}" for name in ("Búng Lao", "Búng Lao 2", "Xuân Lao")),
        *(f"09/05 05:00 Xã @ {name}" for name in ("Búng Lao", "Búng Lao 2")),
        "09/05 11:00 Tiếng Thái @ Búng Lao 2",
        *(f"09/05 17:00 Huyện @ {name}" for name in ("Búng Lao", "Búng Lao 2", "Xuân Lao")),
    ]


def test_the_unit_higher_up_goes_first_and_the_other_comes_back(world: SlotWorld) -> None:
    world.stand(world.slot("Xã", "17:05", of_unit(OLD_COMMUNE), owner=OLD_COMMUNE))
    world.replan(days=1)
    assert world.heard() == ["08/05 17:05 Xã @ Búng Lao"]
    world.stand(world.slot("Huyện", "17:00", of_unit(DISTRICT), owner=DISTRICT))
    assert len(world.replan(days=1).removed) == 1
    assert world.heard() == ["08/05 17:00 Huyện @ Búng Lao", "08/05 17:00 Huyện @ Xuân Lao"]
    (lost,) = world.lost(world.bung_lao.id, local(0, day=9))
    assert (lost.slot.title, lost.reason, lost.by.title) == ("Xã", DropReason.CLASH, "Huyện")
    world.end("Huyện")
    change = world.replan(days=1)
    assert (len(change.added), len(change.removed)) == (1, 2)
    assert world.heard() == ["08/05 17:05 Xã @ Búng Lao"]


def test_what_was_planned_by_hand_keeps_its_time(world: SlotWorld) -> None:
    world.stand(world.slot("Xã", "17:05", of_unit(OLD_COMMUNE)))
    world.replan(days=1)
    programme = world.usual
    planning.cancel_airing(
        world.session, world.approver, airing_id=world.on()[0].id, reason="Nhường giờ", now=world.now
    )
    world.one_off([world.bung_lao], programme, local(17))
    world.stand(world.slot("Toàn mạng", "17:00"))
    world.replan(days=1)
    assert world.heard() == ["08/05 17:00 Phát bù @ Búng Lao", "08/05 17:00 Toàn mạng @ Xuân Lao"]


def test_a_slot_published_while_its_hour_runs_starts_the_next_day_and_takes_nobodys_time(world: SlotWorld) -> None:
    world.stand(world.slot("Thấp", "17:10", of_unit(OLD_COMMUNE), owner=OLD_COMMUNE))
    world.replan(days=2)
    world.stand(world.slot("Cao", "17:00", of_unit(OLD_COMMUNE), owner=DISTRICT), at=local(17, 5))
    world.replan(local(17, 5), days=2)
    assert world.heard() == ["08/05 17:10 Thấp @ Búng Lao", "09/05 17:00 Cao @ Búng Lao"]
    world.before = None
    assert not world.replan(local(17, 5), days=2)


def test_what_has_begun_keeps_its_time_whatever_its_slot_becomes(world: SlotWorld) -> None:
    at_one = Scope(stations=frozenset({UUID(world.bung_lao.id)}))
    slot = world.slot("Chiều", "17:00", at_one)
    world.stand(slot)
    world.replan(days=2)
    later = local(17, 5)
    world.stand(replace(slot, start=time(17, 10)), world.slot("Khác", "17:12", at_one, owner=None), at=later)
    world.replan(later, days=2)
    # Today's session has begun at 17:00 and holds until 17:15, so nothing else begins in it, itself included.
    assert world.heard() == ["08/05 17:00 Chiều @ Búng Lao", "09/05 17:10 Chiều @ Búng Lao"]
    assert not world.plan_all(later, days=2)
    world.end("Chiều", at=later)
    world.replan(later, days=2)
    assert world.heard() == ["08/05 17:00 Chiều @ Búng Lao", "09/05 17:12 Khác @ Búng Lao"]


def test_a_date_that_has_sounded_does_not_come_again_nor_hold_a_second_time(world: SlotWorld) -> None:
    at_one = Scope(stations=frozenset({UUID(world.bung_lao.id)}))
    slot = world.slot("Trưa", "11:00", at_one)
    world.stand(slot, world.slot("Thấp", "17:05", at_one, start_rule=StartRule.SOFT))
    world.replan(days=2)
    later = local(12)
    world.stand(replace(slot, start=time(17)), at=later)
    world.replan(later, days=2)
    assert world.heard() == [
        "08/05 11:00 Trưa @ Búng Lao",
        "08/05 17:05 Thấp @ Búng Lao",
        "09/05 17:00 Trưa @ Búng Lao",
    ]
    assert not world.plan_all(later, days=2)


@pytest.mark.parametrize("later", [local(16), local(17, 5), local(18), local(19, 29)])
def test_what_follows_stays_while_its_leader_sounds_and_after(world: SlotWorld, later: datetime) -> None:
    follower = Anchor(slot_id("Trước"), Edge.END, timedelta(hours=2))
    at_one = Scope(stations=frozenset({UUID(world.bung_lao.id)}))
    world.stand(world.slot("Trước", "17:15", at_one), world.slot("Sau", follower, at_one))
    world.replan(days=1)
    assert not world.plan_all(later, days=1)
    assert world.heard() == ["08/05 17:15 Trước @ Búng Lao", "08/05 19:30 Sau @ Búng Lao"]


def test_what_follows_a_session_that_was_called_off_leaves_with_it(world: SlotWorld) -> None:
    at_one = Scope(stations=frozenset({UUID(world.bung_lao.id)}))
    world.stand(world.slot("Trước", "17:00", at_one), world.slot("Sau", Anchor(slot_id("Trước")), at_one))
    world.replan(days=1)
    first = world.on()[0]
    planning.cancel_airing(world.session, world.approver, airing_id=first.id, reason="Mất điện", now=world.now)
    assert len(world.replan(days=1).removed) == 1
    assert world.heard() == []


def test_the_merge_of_july_2025(world: SlotWorld) -> None:
    moving = world.xuan_lao
    world.session.query(StationUnit).filter_by(station_id=moving.id).update({"valid_to": date(2025, 6, 30)})
    world.session.add(StationUnit(station_id=moving.id, unit_code="03301", valid_from=date(2025, 7, 1)))
    world.session.flush()
    world.stand(
        world.slot("Huyện", "05:00", of_unit(DISTRICT)),
        world.slot("Xã cũ", "11:00", of_unit(OLD_COMMUNE)),
        world.slot("Xã mới", "17:00", of_unit(NEW_COMMUNE)),
        world.slot("Tỉnh", "19:00", of_unit(PROVINCE)),
    )
    world.replan(datetime(2025, 6, 29, 17, tzinfo=UTC), days=2)  # midnight of 30 June
    told = {(row.local_date.day, row.title, row.station_name): row.unit_name for row in world.on()}
    both = ("Búng Lao", "Xuân Lao")
    assert told == {
        **{(30, "Huyện", name): unit for name, unit in zip(both, ("Xã Búng Lao cũ", "Xã Xuân Lao"), strict=True)},
        (30, "Xã cũ", "Búng Lao"): "Xã Búng Lao cũ",
        **{(30, "Tỉnh", name): unit for name, unit in zip(both, ("Xã Búng Lao cũ", "Xã Xuân Lao"), strict=True)},
        **{(1, "Xã mới", name): "Xã Búng Lao" for name in both},
        **{(1, "Tỉnh", name): "Xã Búng Lao" for name in both},
    }


def test_hours_that_refuse_keep_a_session_out_and_those_that_warn_do_not(world: SlotWorld) -> None:
    world.stand(world.slot("Sáng", "04:50"), world.slot("Trưa", "12:00"), world.slot("Tối", "21:30", gain_cb=-100))
    hours = Hours(
        allowed=Window(time(5), time(22)),
        quiet=(Window(time(11, 30), time(13)),),
        in_quiet=HoursRule.WARN,
        night=Window(time(21), time(6)),
        night_gain_cb=-600,
    )
    world.replan(days=2, hours=hours)
    assert {(row.title, row.gain_cb) for row in world.on()} == {("Trưa", 0), ("Tối", -700)}
    lost = world.lost(world.bung_lao.id, local(0, day=10), hours)
    assert [(each.slot.title, each.date.day, each.reason) for each in lost] == [("Sáng", 9, DropReason.HOURS)]
    assert {row.title for row in world.on()} == {"Trưa", "Tối"}
    world.replan(days=2, hours=replace(hours, outside_allowed=HoursRule.WARN))
    assert {row.title for row in world.on()} == {"Sáng", "Trưa", "Tối"}


def test_a_corrected_holiday_changes_the_plan(world: SlotWorld) -> None:
    def every_day(rule: HolidayRule) -> Calendar:
        return Calendar(date(2024, 5, 1), holidays=rule)

    world.stand(
        world.slot("Thường", "05:00", of_unit(OLD_COMMUNE), calendar=every_day(HolidayRule.SKIP)),
        world.slot("Lễ", "06:00", of_unit(OLD_COMMUNE), calendar=every_day(HolidayRule.ONLY)),
    )
    world.replan(days=3)
    assert [row.title for row in world.on()] == ["Thường", "Thường"]
    correct_holiday(world.session, world.approver, day=date(2024, 5, 9), name="Ngày của xã", holds=True, now=world.now)
    world.replan(days=3)
    assert [(row.local_date.day, row.title) for row in world.on()] == [(9, "Lễ"), (10, "Thường")]


def test_only_what_changed_is_looked_at_and_everything_at_midnight(world: SlotWorld, session: Session) -> None:
    near, far = (Scope(stations=frozenset({UUID(each.id)})) for each in (world.bung_lao, world.xuan_lao))
    world.stand(world.slot("Gần", "17:00", near), world.slot("Xa", "18:00", far))
    world.replan(days=1)
    _, gone = world.on()
    # Behind the planner's back, so that it shows where the planner looks.
    session.execute(delete(AiringItem).where(AiringItem.airing_id == gone.id))
    session.execute(delete(Airing).where(Airing.id == gone.id))
    session.expire_all()
    world.stand(world.slot("Gần", "17:30", near))
    assert (world.replan(days=1).moved, world.heard()) == ((world.on()[0].id,), ["08/05 17:30 Gần @ Búng Lao"])
    assert len(world.replan(local(0, day=9), days=1).added) == 2
    world.before = None
    assert not world.replan(local(0, day=9), days=1)


@pytest.mark.parametrize("what", ["renamed", "moved", "stopped", "programme", "spoken"])
def test_what_changes_at_a_station_or_in_a_programme_is_seen(world: SlotWorld, what: str) -> None:
    world.stand(
        world.slot("Xã", "17:00", of_unit(OLD_COMMUNE)),
        world.slot("Thái", "18:00", of_unit(OLD_COMMUNE, languages="blt")),
    )
    world.replan(days=1)
    assert world.heard() == ["08/05 17:00 Xã @ Búng Lao"]
    if what == "renamed":
        world.bung_lao.name = "Búng Lao 1"
    elif what == "moved":
        world.session.add(StationUnit(station_id=world.xuan_lao.id, unit_code="03301", valid_from=date(2024, 5, 2)))
    elif what == "stopped":
        world.bung_lao.active = False
    elif what == "spoken":
        world.bung_lao.languages = ["vi", "blt"]
    else:
        items = [("bulletin", world.bulletin("Hai"), "vi")]
        planning.change_programme(
            world.session, world.editor, programme_id=world.usual.id, title="Mới", items=items, now=world.now
        )
    world.session.flush()
    assert world.replan(days=1)
    assert not world.plan_all(days=1)
    assert (
        world.heard()
        == {
            "renamed": ["08/05 17:00 Xã @ Búng Lao 1"],
            "moved": ["08/05 17:00 Xã @ Búng Lao", "08/05 17:00 Xã @ Xuân Lao"],
            "stopped": [],
            "programme": ["08/05 17:00 Xã @ Búng Lao"],
            "spoken": ["08/05 17:00 Xã @ Búng Lao", "08/05 18:00 Thái @ Búng Lao"],
        }[what]
    )


def test_an_empty_timetable_plans_nothing(world: SlotWorld) -> None:
    assert not world.replan()
    assert world.rows() == []


def test_of_many_stations_some_are_planned_at_a_time(world: SlotWorld) -> None:
    world.stand(world.slot("Chiều", "17:00"))
    first = world.replan(days=1, most=1)
    waiting = world.before.waiting
    assert len(first.added) == len(waiting) == 1
    world.stand(world.slot("Tối", "19:00"))  # for both, while one still waits
    second = world.replan(days=1, most=1)
    assert len(second.added) == 2
    assert {row.station_id for row in world.rows() if row.id in second.added} == set(waiting)
    assert len(world.replan(days=1, most=1).added) == 1
    assert world.before.waiting == []
    assert not world.plan_all(days=1)
    assert len(world.on()) == 4


# On SQLite one transaction writes at a time: nobody can be faster there.
@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_what_is_called_off_while_a_plan_is_made_stays_so(world: SlotWorld, maker: sessionmaker[Session]) -> None:
    world.stand(world.slot("Chiều", "17:00"))
    world.replan(days=1)
    off, other = world.on()
    gone, kept = off.id, other.id
    world.stand(world.slot("Chiều", "17:10"))
    world.session.commit()
    read: list[str] = []
    faster: list[str] = []

    def called_off_meanwhile(asked: ORMExecuteState) -> None:
        """Let somebody be faster than the plan, which has read what is there and asks for the rows to change."""
        told = asked.statement.column_descriptions if asked.is_select else []
        if any(each["name"] == "cancel_reason" for each in told):
            read.append(gone)
        elif read and not faster and told and told[0]["expr"] is Airing:
            faster.append(gone)
            with maker.begin() as theirs:
                planning.cancel_airing(theirs, world.approver, airing_id=faster[0], reason="Nghỉ họp", now=world.now)

    event.listen(world.session, "do_orm_execute", called_off_meanwhile)
    change = world.replan(days=1)
    world.session.commit()
    assert faster
    assert change.moved == (kept,)
    world.session.refresh(off)
    assert (off.cancel_reason, off.starts_at) == ("Nghỉ họp", local(17))
