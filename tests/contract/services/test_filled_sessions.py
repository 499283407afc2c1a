"""Sessions filled from templates and campaigns on both databases: goals met, told as unmet, and planned again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from airing_world import ZONE, told_in, utc
from campaign_world import BUNG_LAO, TODAY, TOMORROW, WEEK, Rotating, eight, names
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.hours import Hours
from playlists.scopes import Scope
from scheduler.db.campaigns import GoalUnmet
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.services import audit
from scheduler.services.campaigns import deeds, views
from scheduler.services.campaigns.reasons import reason_from
from scheduler.services.dispatch import current_rundown
from scheduler.services.plan_ahead import plan_what_changed
from scheduler.services.tie_orders import order_priorities


@pytest.fixture
def world(session: Session, now: datetime) -> Rotating:
    return Rotating(session, now)


def test_every_goal_of_the_week_is_met_and_says_why(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    told = eight(world)
    row = world.campaign(*told, per_day=1)
    world.plan()
    counted = world.told(station)
    # Dawn of the first day has passed: the evening tells all of that day.
    for number in range(7):
        assert names(counted, TODAY + timedelta(days=number), told) == [1] * 8
    chosen = [item for airing in world.airings() for item in airing.items if item.why is not None]
    assert {item.campaign_id for item in chosen} == {row.id}
    first = reason_from(chosen[0].why)
    assert first is not None
    assert (first.why, first.due, first.sessions_left, first.campaigns) == ("last-chance", 1, 1, (row.id,))
    assert world.session.scalar(select(func.count()).select_from(GoalUnmet)) == 0


def test_planning_twice_gives_the_same_rows_and_writes_nothing(world: Rotating) -> None:
    world.twice_daily(world.station("Cụm loa trung tâm"), world.station("Cụm loa bản xa"))
    world.campaign(*eight(world), per_day=2)
    world.plan()
    before, written = world.rows(), audit.head(world.session).seq
    assert not world.plan()
    assert not world.plan(world.now + timedelta(minutes=1))
    assert world.rows() == before
    assert audit.head(world.session).seq == written


def test_stations_draw_lots_of_their_own(world: Rotating) -> None:
    stations = [world.station(f"Cụm loa {number}") for number in range(4)]
    world.twice_daily(*stations)
    world.campaign(*eight(world), per_day=1)
    world.plan()
    orders = {tuple(item.bulletin_id for item in world.airings(station)[1].items) for station in stations}
    assert len(orders) > 1


def test_planning_in_the_middle_of_the_week_leaves_the_rest_as_it_was(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    world.campaign(*eight(world), per_day=2)
    world.plan()
    before = world.rows()
    for later in (utc(2024, 5, 8, 10, 0), utc(2024, 5, 8, 23, 0), utc(2024, 5, 9, 9, 59), utc(2024, 5, 12, 1, 0)):
        world.plan(later)
        assert world.rows()[: len(before)] == before


def test_a_withdrawn_bulletin_is_replaced_in_sessions_that_have_not_started(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station, most=1)
    one, two = world.bulletin("Một"), world.bulletin("Hai", approved=False)
    digest = world.approve(two, "Hai")
    world.campaign(one, two, per_day=1)
    world.plan()
    begun = utc(2024, 5, 8, 10, 0, 1)
    past = world.rows()[0]
    world.end(digest, "withdrawn", begun)
    world.plan(begun)
    counted = world.told(station)
    assert [names(counted, TODAY + timedelta(days=n), [two]) for n in range(1, 7)] == [[0]] * 6
    assert [names(counted, TODAY + timedelta(days=n), [one]) for n in range(1, 7)] == [[1]] * 6
    assert world.rows()[0] == past
    unmet = world.session.scalars(select(GoalUnmet).where(GoalUnmet.local_date > TODAY)).all()
    assert {(each.bulletin_id, each.missing, each.why_not, each.omission) for each in unmet} == {
        (two, 1, "nothing-to-air", "withdrawn")
    }
    world.approve(two, "Hai", number=2, approved_at=begun)
    world.plan(begun + timedelta(minutes=1))
    assert names(world.told(station), TOMORROW, [one, two]) == [1, 1]


def test_what_has_expired_or_is_not_valid_yet_is_never_chosen(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    over = world.bulletin("Đến thứ Năm", valid_to=TOMORROW)
    soon = world.bulletin("Từ thứ Sáu", valid_from=TOMORROW + timedelta(days=1))
    waiting = world.bulletin("Chưa duyệt", approved=False)
    world.campaign(over, soon, waiting)
    world.plan()
    counted = world.told(station)
    days = [TODAY + timedelta(days=number) for number in range(7)]
    assert [names(counted, day, [over, soon, waiting]) for day in days] == [[1, 0, 0]] * 2 + [[0, 1, 0]] * 5
    unmet = world.session.scalars(select(GoalUnmet)).all()
    assert {(each.bulletin_id, each.omission) for each in unmet} == {
        (over, "expired"),
        (soon, "not-yet-valid"),
        (waiting, "not-approved"),
    }


def test_each_station_hears_its_own_languages(world: Rotating) -> None:
    kinh, thai = world.station("Cụm loa phố"), world.station("Cụm loa bản", languages=("blt", "vi"))
    world.twice_daily(kinh, thai)
    both, one = world.bulletin("Hai tiếng", others=["blt"]), world.bulletin("Một tiếng")
    world.campaign(both, one)
    world.plan()
    assert sorted(key[1:] for key in world.told(kinh) if key[0] == TOMORROW) == sorted([(both, "vi"), (one, "vi")])
    expected = sorted([(both, "vi"), (both, "blt"), (one, "vi")])
    assert sorted(key[1:] for key in world.told(thai) if key[0] == TOMORROW) == expected
    unmet = world.session.scalars(select(GoalUnmet)).all()
    assert {(each.station_id, each.bulletin_id, each.language, each.omission) for each in unmet} == {
        (thai.id, one, "blt", "wrong-language")
    }


def test_a_campaign_in_one_language_asks_for_no_other(world: Rotating) -> None:
    thai = world.station("Cụm loa bản", languages=("blt", "vi"))
    world.twice_daily(thai)
    both = world.bulletin("Hai tiếng", others=["blt"])
    world.campaign(both, languages=frozenset({"blt"}))
    world.plan()
    assert {key[2] for key in world.told(thai)} == {"blt"}


def test_goals_without_a_session_or_room_are_reported(world: Rotating) -> None:
    carried, silent = world.station("Cụm loa có buổi"), world.station("Cụm loa không có buổi")
    world.published([carried], world.template())
    long, short = world.bulletin("Dài", duration_ms=870_000), world.bulletin("Ngắn", duration_ms=60_000)
    row = world.campaign(long, short, per_day=1)
    world.plan()
    rows = world.session.scalars(select(GoalUnmet).where(GoalUnmet.local_date == TOMORROW)).all()
    told = {(each.station_id, each.bulletin_id, each.why_not) for each in rows}
    assert {each for each in told if each[0] == silent.id} == {
        (silent.id, long, "no-session"),
        (silent.id, short, "no-session"),
    }
    assert len({each for each in told if each[0] == carried.id}) == 1
    assert {why for station, _, why in told if station == carried.id} == {"no-room"}
    deeds.end(world.session, world.approver, campaign_id=row.id, reason="Hết đợt", now=world.now)
    world.plan()
    assert world.session.scalar(select(func.count()).select_from(GoalUnmet)) == 0
    assert not world.told()


def test_priority_goes_first(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.published([station], world.template(most=1))
    usual, urgent = world.bulletin("Thường"), world.bulletin("Ưu tiên", bulletin_class="priority")
    world.campaign(usual, urgent)
    world.plan()
    assert names(world.told(station), TOMORROW, [usual, urgent]) == [0, 1]
    first = world.bulletin("Đợt ưu tiên")
    world.campaign(first, priority=True, title="Đợt gấp")
    world.plan()
    assert names(world.told(station), TOMORROW, [usual, urgent, first]) == [0, 0, 1]


def test_a_scope_means_the_stations_of_the_day(world: Rotating) -> None:
    here, there = world.station("Cụm loa Búng Lao"), world.station("Cụm loa Xuân Lao", unit_code="03302")
    world.twice_daily(here, there)
    world.campaign(world.bulletin("Một"), scope=Scope(units=frozenset({BUNG_LAO})))
    world.plan()
    assert world.told(here)
    assert not world.told(there)


def test_what_a_programme_names_itself_counts_towards_the_goals_of_its_day(world: Rotating) -> None:
    station = world.station("Cụm loa bản", languages=("blt",))
    one, two = world.bulletin("Một", others=["blt"]), world.bulletin("Hai", others=["blt"])
    world.published([station], world.programme(("bulletin", one)), starts=time(11), title="Buổi trưa")
    row = world.campaign(one)
    assert (world.forecast(row).told, world.forecast(row).without_session) == (7, ())
    world.published([station], world.template(), starts=time(17, 30), title="Buổi chiều")
    world.campaign(one, two, title="Hai tin")
    world.plan()
    counted = world.told(station)
    assert names(counted, TOMORROW, [one, two]) == [0, 1]
    assert world.session.scalar(select(func.count()).select_from(GoalUnmet)) == 0
    noon_over = utc(2024, 5, 9, 5, 0)
    world.plan(noon_over)
    assert names(world.told(station), TOMORROW, [one, two]) == [0, 1]
    assert world.session.scalar(select(func.count()).select_from(GoalUnmet)) == 0


def test_a_change_of_what_a_programme_names_is_planned_at_its_stations(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    one = world.bulletin("Một", approved=False)
    digest = world.approve(one, "Một")
    world.published([station], world.programme(("bulletin", one)), starts=time(17))
    world.campaign(one)
    told: dict[str, Any] = {"days_ahead": 7, "default_zone": ZONE, "hours": Hours()}
    _, before = plan_what_changed(world.session, now=world.now, before=None, **told)
    assert world.session.scalar(select(func.count()).select_from(GoalUnmet)) == 0
    world.end(digest, "withdrawn", world.now)
    plan_what_changed(world.session, now=world.now, before=before, **told)
    unmet = world.session.scalars(select(GoalUnmet)).all()
    assert {(each.bulletin_id, each.missing) for each in unmet} == {(one, 1)}
    assert len(unmet) == 7


def test_what_was_left_out_at_the_last_second_counts_as_missing(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    one = world.bulletin("Một", approved=False)
    digest = world.approve(one, "Một")
    world.campaign(one, per_day=2)
    world.plan()
    dawn = utc(2024, 5, 8, 22, 30)
    world.issue(station, dawn - timedelta(minutes=1))
    world.end(digest, "withdrawn", dawn - timedelta(seconds=1))
    world.issue(station, dawn - timedelta(seconds=1))
    world.plan(dawn)
    world.approve(one, "Một", number=2, approved_at=dawn + timedelta(hours=1))
    world.plan(dawn + timedelta(hours=1))
    assert names(world.told(station), TOMORROW, [one]) == [2]  # what was chosen at dawn stays written
    rows = world.session.scalars(select(GoalUnmet).where(GoalUnmet.local_date == TOMORROW)).all()
    assert [(each.missing, each.why_not, each.omission) for each in rows] == [(1, "nothing-to-air", "withdrawn")]


def test_two_campaigns_share_a_bulletin_and_neither_is_told_short_in_vain(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.published([station], world.template())
    shared = world.bulletin("Chung")
    once, twice = world.campaign(shared, per_day=1), world.campaign(shared, per_day=2, title="Hai lần")
    world.plan()
    assert names(world.told(station), TOMORROW, [shared]) == [1]
    rows = world.session.scalars(select(GoalUnmet).where(GoalUnmet.local_date == TOMORROW)).all()
    assert [(row.campaign_id, row.missing, row.why_not) for row in rows] == [(twice.id, 1, "too-few-sessions")]
    assert once.id != twice.id


def test_no_airing_tells_a_bulletin_twice(world: Rotating) -> None:
    world.twice_daily(world.station("Cụm loa trung tâm"))
    world.campaign(*eight(world), per_day=2)
    world.plan()
    for airing in world.session.scalars(select(Airing)):
        told = [(item.bulletin_id, item.language) for item in airing.items if item.why]
        assert len(told) == len(set(told))


def test_each_campaign_counts_what_it_shares_and_what_programmes_tell_of_it(world: Rotating) -> None:
    here, there = world.station("Cụm loa Búng Lao"), world.station("Cụm loa Xuân Lao", unit_code="03302")
    shared, fixed = world.bulletin("Chung"), world.bulletin("Cố định")
    world.twice_daily(here)
    world.published([here, there], world.programme(("bulletin", fixed)), starts=time(11))
    one = world.campaign(shared, per_day=1)
    two = world.campaign(shared, fixed, per_day=1, title="Đợt hai", scope=Scope(units=frozenset({BUNG_LAO})))
    world.plan()
    counts = [views.campaign_view(world.session, row.id, today=TODAY).planned for row in (one, two)]
    assert counts == [7, 14]
    assert views.campaign_view(world.session, one.id, today=WEEK).planned == 1
    deeds.end(world.session, world.approver, campaign_id=two.id, reason="Xong sớm", now=world.now)
    world.plan()
    assert views.campaign_view(world.session, two.id, today=TODAY).planned == 0


def test_only_what_changed_is_planned_again(world: Rotating) -> None:
    here, there = world.station("Cụm loa Búng Lao"), world.station("Cụm loa Xuân Lao", unit_code="03302")
    world.twice_daily(here, there)
    one = world.bulletin("Một")
    told: dict[str, Any] = {"days_ahead": 7, "default_zone": ZONE, "hours": Hours()}
    _, before = plan_what_changed(world.session, now=world.now, before=None, **told)
    row = world.campaign(one, scope=Scope(units=frozenset({BUNG_LAO})))
    change, before = plan_what_changed(world.session, now=world.now, before=before, **told)
    stations = {world.session.get_one(Airing, each).station_id for each in change.moved}
    assert stations == {here.id}
    deeds.end(world.session, world.approver, campaign_id=row.id, reason="Xong sớm", now=world.now)
    change, before = plan_what_changed(world.session, now=world.now, before=before, **told)
    assert {world.session.get_one(Airing, each).station_id for each in change.moved} == {here.id}
    assert not plan_what_changed(world.session, now=world.now, before=before, **told)[0]


def test_the_operators_order_of_two_priorities_holds_in_a_filled_session(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.published([station], world.template())
    one, two = (world.bulletin(title, bulletin_class="priority") for title in ("Một", "Hai"))
    usual = world.bulletin("Thường")
    world.campaign(one, two, usual)
    world.plan()
    (airing, *_) = world.airings(station)
    last_first = [item.bulletin_id for item in airing.items if item.why][1::-1]
    assert sorted(last_first) == sorted([one, two])
    operator = world.operator
    order_priorities(
        world.session, operator, airing_id=airing.id, bulletins=last_first, zone=ZONE, now=world.now
    )  # fmt: skip
    for moment in (world.now, world.now + timedelta(minutes=1)):
        world.plan(moment)
        world.issue(station, moment)
        told = told_in(current_rundown(world.session, station.id)[0])
        (first, *_) = told["airings"]
        assert [item["bulletin"] for item in first["items"]][1:] == [*last_first, usual]


def test_a_language_that_a_station_begins_to_speak_is_told_from_the_next_planning(world: Rotating) -> None:
    station = world.station("Cụm loa bản")
    world.twice_daily(station)
    both = world.bulletin("Hai tiếng", others=["blt"])
    world.campaign(both)
    told: dict[str, Any] = {"days_ahead": 7, "default_zone": ZONE, "hours": Hours()}
    _, before = plan_what_changed(world.session, now=world.now, before=None, **told)
    assert {key[2] for key in world.told(station)} == {"vi"}
    world.session.get_one(Station, station.id).languages = ["blt"]
    world.session.flush()
    plan_what_changed(world.session, now=world.now, before=before, **told)
    assert {key[2] for key in world.told(station)} == {"blt"}
    assert world.session.scalar(select(func.count()).select_from(GoalUnmet)) == 0


def test_a_bulletin_that_no_session_has_room_for_says_so(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    long = world.bulletin("Dài hai mươi phút", duration_ms=1_200_000)
    world.campaign(long, first=TOMORROW)
    world.plan()
    rows = world.session.scalars(select(GoalUnmet)).all()
    assert {(each.bulletin_id, each.why_not) for each in rows} == {(long, "too-long")}
