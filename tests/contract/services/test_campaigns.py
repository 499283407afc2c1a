"""Campaigns on both databases: proposed, published, rotated into sessions, and what becomes of their goals."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from airing_world import ZONE, told_in, utc
from campaign_world import BUNG_LAO, TODAY, TOMORROW, WEEK, XUAN_LAO, Rotating, names, stations_of
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from playlists.hours import Hours
from playlists.scopes import Scope
from scheduler.db.campaigns import CampaignStep, GoalUnmet
from scheduler.db.letters import Directive, Obligation
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Role
from scheduler.services import audit, planning
from scheduler.services.airtime.answers import obligation_answers
from scheduler.services.campaigns import carrying, deeds, views
from scheduler.services.campaigns.reasons import reason_from
from scheduler.services.campaigns.values import State, state_of
from scheduler.services.dispatch import current_rundown
from scheduler.services.plan_ahead import plan_what_changed
from scheduler.services.programmes import PlaceEntry, parts_of
from scheduler.services.tie_orders import order_priorities
from scheduler.services.timetable.change_views import change_view
from scheduler.services.timetable.effects import Outlook


@pytest.fixture
def world(session: Session, now: datetime) -> Rotating:
    return Rotating(session, now)


def eight(world: Rotating, **facts: object) -> list[str]:
    return [world.bulletin(f"Bản tin {number}", **facts) for number in range(8)]


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


def test_a_place_keeps_to_its_campaigns(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    one, two = world.bulletin("Một"), world.bulletin("Hai")
    first, _ = world.campaign(one), world.campaign(two, title="Đợt hai")
    world.published([station], world.template(campaigns=(first.id,)))
    world.plan()
    assert names(world.told(station), TOMORROW, [one, two]) == [1, 0]


def test_what_a_template_fixes_stays_and_has_no_reason(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    notice = world.bulletin("Thông báo", kind="notice")
    sting = world.bulletin("Nhạc cắt", kind="sting", duration_ms=4_000, language="zxx")
    template = world.template(("notice", notice), sting_id=sting)
    world.published([station], template)
    world.campaign(world.bulletin("Một"), world.bulletin("Hai"))
    world.plan()
    items = world.airings(station)[1].items
    assert [item.kind for item in items] == ["jingle", "bulletin", "sting", "bulletin", "notice"]
    assert [item.why is not None for item in items] == [False, True, False, True, False]
    assert parts_of(template)[2] == PlaceEntry("rotation", sting_id=sting)
    planning.change_programme(
        world.session,
        world.editor,
        programme_id=template.id,
        title="Cố định",
        items=[("notice", notice, "vi")],
        now=world.now,
    )
    world.plan()
    assert [item.kind for item in world.airings(station)[1].items] == ["notice"]


def test_what_rotates_is_sent_to_the_station(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    told = [world.bulletin(f"Có điểm tin {number}", headline=True) for number in range(2)]
    world.campaign(*told)
    world.plan()
    issue = world.issue(station)
    assert issue is not None
    airing = world.airings(station)[1]
    assert sorted(item.kind for item in airing.items) == ["bulletin", "headline", "jingle"]
    assert [item.omitted for item in airing.items] == [None] * 3


def test_dawn_tells_something_else_than_the_evening_before(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station, most=4)
    world.campaign(*eight(world), per_day=1)
    world.plan()
    heard = [{item.bulletin_id for item in airing.items if item.why} for airing in world.airings(station)]
    for one, two in pairwise(heard[1:]):
        assert not one & two


def test_a_forecast_tells_what_the_plan_then_brings(world: Rotating) -> None:
    here, silent = world.station("Cụm loa trung tâm"), world.station("Cụm loa không có buổi")
    world.twice_daily(here)
    told = [*eight(world), world.bulletin("Chưa duyệt", approved=False)]
    row = world.proposed(*told, per_day=1)
    seen = world.forecast(row)
    by_name = {each.name: each for each in seen.stations}
    assert (by_name["Cụm loa trung tâm"].told, by_name["Cụm loa trung tâm"].wanted) == (56, 63)
    assert {each.omission for each in by_name["Cụm loa trung tâm"].shortfalls} == {"not-approved"}
    assert [each.name for each in seen.without_session] == ["Cụm loa không có buổi"]
    assert by_name["Cụm loa không có buổi"].told == 0
    world.publish_campaign(row)
    world.plan()
    assert sum(world.told(here).values()) == by_name["Cụm loa trung tâm"].told
    unmet = world.session.scalar(select(func.sum(GoalUnmet.missing)))
    assert unmet == seen.wanted - seen.told == seen.figures()["unmet"]
    figures = audit.history(world.session, "campaign", row.id)[-1].facts
    assert (figures["airings"], figures["unmet"], figures["stations"]) == (56, 70, 2)
    assert silent.id


def test_the_same_evening_and_dawn_are_told_beforehand(world: Rotating) -> None:
    world.twice_daily(world.station("Cụm loa trung tâm"))
    row = world.proposed(world.bulletin("Một"), per_day=2)
    assert world.forecast(row).figures()["repeats"] == 6


def test_decisions(world: Rotating) -> None:
    world.station("Cụm loa trung tâm")
    one = world.bulletin("Một")
    both = world.person("hai-vai", Role.EDITOR, Role.APPROVER)
    row = world.proposed(one)
    assert state_of(row) is State.PROPOSED
    with pytest.raises(NotAllowed, match="công bố đợt tuyên truyền"):
        world.publish_campaign(row, actor=world.editor)
    own = deeds.propose(world.session, both, asked=world.asked(one), today=TODAY, now=world.now)
    with pytest.raises(NotAllowed, match="người duyệt khác"):
        world.publish_campaign(own, actor=both)
    world.publish_campaign(row)
    assert state_of(row) is State.RUNNING
    with pytest.raises(Conflict, match="đã được công bố"):
        deeds.refuse(world.session, world.approver, campaign_id=row.id, reason="Muộn rồi", now=world.now)
    with pytest.raises(InvalidInput, match="lý do"):
        deeds.refuse(world.session, world.approver, campaign_id=own.id, reason=" ", now=world.now)
    deeds.refuse(world.session, world.approver, campaign_id=own.id, reason="Chưa cần", now=world.now)
    assert state_of(own) is State.REFUSED
    with pytest.raises(Conflict, match="không đang chạy"):
        deeds.end(world.session, world.approver, campaign_id=own.id, reason="Thôi", now=world.now)
    third = world.proposed(one)
    with pytest.raises(NotAllowed, match="của người khác"):
        deeds.withdraw(world.session, both, campaign_id=third.id, now=world.now)
    deeds.withdraw(world.session, world.editor, campaign_id=third.id, now=world.now)
    assert state_of(third) is State.WITHDRAWN
    deeds.end(world.session, world.approver, campaign_id=row.id, reason="Xong sớm", now=world.now)
    assert state_of(row) is State.ENDED
    done = [event.deed for event in audit.history(world.session, "campaign", row.id)]
    assert done == ["campaign-proposed", "campaign-published", "campaign-ended"]
    step = world.session.scalars(select(CampaignStep).where(CampaignStep.step == "published")).one()
    assert json.loads(step.figures or "")["stations"] == 1


def test_the_database_holds_four_eyes_too(maker: sessionmaker[Session], world: Rotating) -> None:
    world.station("Cụm loa trung tâm")
    row = world.proposed(world.bulletin("Một"))
    world.session.commit()
    with pytest.raises(DBAPIError, match="four eyes"), maker.begin() as other:
        other.add(CampaignStep(campaign_id=row.id, step="published", person_id=world.editor.id, at=world.now))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"title": " "}, "Tên đợt tuyên truyền"),
        ({"bulletin_ids": ()}, "ít nhất một bản tin"),
        ({"per_day": 13}, "từ 1 đến 12"),
        ({"first": WEEK, "last": TODAY}, "ngày cuối trước ngày đầu"),
        ({"first": TODAY - timedelta(days=9), "last": TODAY - timedelta(days=1)}, "đã qua"),
        ({"scope": Scope(units=frozenset({XUAN_LAO}))}, "không có cụm loa nào"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(world: Rotating, facts: dict[str, object], words: str) -> None:
    world.station("Cụm loa trung tâm")
    with pytest.raises(InvalidInput, match=words):
        world.proposed(world.bulletin("Một"), **facts)


def test_only_bulletins_and_notices_make_a_campaign(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    jingle = world.bulletin("Nhạc hiệu", kind="jingle")
    for told in (jingle, str(uuid4())):
        with pytest.raises(NotFound, match="bản tin đã chọn"):
            world.proposed(told, scope=stations_of(station))


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([PlaceEntry("rotation"), PlaceEntry("rotation")], "một chỗ xoay vòng"),
        ([PlaceEntry("notices")], "ít nhất một bản tin"),
        ([PlaceEntry("rotation", most=0)], "từ 1 đến 40"),
        ([PlaceEntry("rotation", longest_s=0)], "từ 1 giây"),
        ([PlaceEntry("gì đó"), PlaceEntry("rotation")], "chỉ có"),
    ],
)
def test_a_template_that_cannot_be(world: Rotating, places: list[PlaceEntry], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        planning.make_programme(world.session, world.editor, title="Mẫu", items=places, now=world.now)


def test_no_airing_tells_a_bulletin_twice(world: Rotating) -> None:
    world.twice_daily(world.station("Cụm loa trung tâm"))
    world.campaign(*eight(world), per_day=2)
    world.plan()
    for airing in world.session.scalars(select(Airing)):
        told = [(item.bulletin_id, item.language) for item in airing.items if item.why]
        assert len(told) == len(set(told))


OUTLOOK = Outlook(ZONE, 7)
TWICE = carrying.Carriage((time(5, 30), time(17)))


def test_a_campaign_brings_the_slots_that_carry_it(world: Rotating) -> None:
    carried, silent = world.station("Cụm loa có buổi"), world.station("Cụm loa không có buổi")
    world.twice_daily(carried)
    told = eight(world)
    asked = world.asked(*told, per_day=1)
    seen = carrying.look(world.session, asked=asked, carriage=TWICE, now=world.now, outlook=OUTLOOK)
    assert [each.name for each in seen.bare.without_session] == ["Cụm loa không có buổi"]
    assert (seen.bare.told, seen.forecast.told, seen.forecast.wanted) == (56, 112, 112)
    assert seen.effect is not None
    assert seen.effect.words == "thêm 13 buổi phát ở 1 cụm loa"
    row = carrying.propose(world.session, world.editor, asked=asked, carriage=TWICE, now=world.now, outlook=OUTLOOK)
    assert [slot.start for slot in carrying.carried_slots(world.session, row)] == [time(5, 30), time(17)]
    view = change_view(world.session, row.change_id or "", now=world.now, outlook=OUTLOOK)
    carrying.publish(world.session, world.approver, campaign_id=row.id, seen=view.seen, now=world.now, outlook=OUTLOOK)
    assert carrying.open_change(world.session, row) is None
    world.plan()
    assert sum(world.told(silent).values()) == 56
    figures = audit.history(world.session, "campaign", row.id)[-1].facts
    assert (figures["airings"], figures["unmet"]) == (112, 0)


def test_what_carries_a_campaign_is_decided_with_it(world: Rotating) -> None:
    world.station("Cụm loa không có buổi")
    asked = world.asked(world.bulletin("Một"))
    for decide in (
        lambda row: carrying.refuse(
            world.session, world.approver, campaign_id=row.id, reason="Chưa cần", now=world.now
        ),
        lambda row: carrying.withdraw(world.session, world.editor, campaign_id=row.id, now=world.now),
    ):
        row = carrying.propose(world.session, world.editor, asked=asked, carriage=TWICE, now=world.now, outlook=OUTLOOK)
        assert carrying.open_change(world.session, row) is not None
        decide(row)
        assert carrying.open_change(world.session, row) is None
    titles = [programme.title for programme in carrying.templates(world.session)]
    assert titles == [carrying.USUAL_TITLE]


@pytest.mark.parametrize(
    ("carriage", "words"),
    [
        (carrying.Carriage(()), "từ 1 đến 6 giờ"),
        (carrying.Carriage((time(5),), 61), "từ 5 đến 60 phút"),
    ],
)
def test_sessions_that_cannot_carry(world: Rotating, carriage: carrying.Carriage, words: str) -> None:
    world.station("Cụm loa không có buổi")
    asked = world.asked(world.bulletin("Một"))
    with pytest.raises(InvalidInput, match=words):
        carrying.propose(world.session, world.editor, asked=asked, carriage=carriage, now=world.now, outlook=OUTLOOK)


def test_pages_read_what_runs_and_what_is_unmet(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    one, missing = world.bulletin("Một"), world.bulletin("Chưa duyệt", approved=False)
    row = world.campaign(one, missing)
    waiting = world.proposed(one, title="Đang chờ")
    world.plan()
    lines = views.campaign_lines(world.session, today=TODAY)
    assert [(line.title, line.state, line.unmet) for line in lines] == [
        ("Đang chờ", State.PROPOSED, 0),
        ("Ứng xử trên mạng", State.RUNNING, 7),
    ]
    view = views.campaign_view(world.session, row.id, today=TODAY)
    assert (view.planned, [title for _, title in view.bulletins]) == (7, ["Một", "Chưa duyệt"])
    assert [(each.step, each.figures["airings"]) for each in view.decisions] == [("published", 7)]
    goals = views.unmet_goals(world.session, today=TODAY, campaign_ids=[row.id], most=3)
    assert [(each.date, each.bulletin_title, each.omission) for each in goals] == [
        (TODAY + timedelta(days=number), "Chưa duyệt", "not-approved") for number in range(3)
    ]
    assert views.unmet_goals(world.session, today=TODAY, campaign_ids=[waiting.id]) == []


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


def chosen_in(airing: Airing) -> list[str]:
    return [item.bulletin_id for item in airing.items if item.why is not None and item.kind == "bulletin"]


def test_a_one_off_of_a_template_is_filled_until_it_starts(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    template = world.template(most=1)
    one, two = world.bulletin("Một"), world.bulletin("Hai", approved=False)
    digest = world.approve(two, "Hai")
    world.campaign(one, two, per_day=1)
    starts = utc(2024, 5, 9, 4, 0)
    (airing,) = world.one_off([station], template, starts)
    assert [item.kind for item in airing.items] == ["jingle"]
    change = world.plan()
    assert change.moved == (airing.id,)
    (first,) = chosen_in(airing)
    reason = reason_from(airing.items[-1].why)
    assert reason is not None
    assert (reason.due, reason.sessions_left) == (1, 1)
    assert not world.plan()
    if first == one:
        world.campaign(two, title="Gấp", priority=True)
        world.plan()
        assert chosen_in(airing) == [two]
    world.end(digest, "withdrawn", starts - timedelta(seconds=1))
    told: dict[str, Any] = {"days_ahead": 7, "default_zone": ZONE, "hours": Hours()}
    world.plan(starts - timedelta(seconds=1))
    assert chosen_in(airing) == [one]
    before = [(item.kind, item.bulletin_id, item.why) for item in airing.items]
    world.approve(two, "Hai", number=2, approved_at=starts)
    plan_what_changed(world.session, now=starts, before=None, **told)
    assert [(item.kind, item.bulletin_id, item.why) for item in airing.items] == before
    rows = world.session.scalars(select(GoalUnmet).where(GoalUnmet.local_date == TOMORROW)).all()
    assert {each.bulletin_id for each in rows} == {two}


def test_only_the_stations_of_one_offs_are_planned_again_for_them(world: Rotating) -> None:
    here, there = world.station("Cụm loa Búng Lao"), world.station("Cụm loa Xuân Lao", unit_code="03302")
    world.twice_daily(here, there)
    one = world.bulletin("Một")
    world.campaign(one, per_day=3)
    told: dict[str, Any] = {"days_ahead": 7, "default_zone": ZONE, "hours": Hours()}
    _, before = plan_what_changed(world.session, now=world.now, before=None, **told)
    other = world.template(title="Mẫu riêng")
    (airing,) = world.one_off([here], other, utc(2024, 5, 9, 4, 0))
    change, before = plan_what_changed(world.session, now=world.now, before=before, **told)
    assert airing.id in change.moved
    assert chosen_in(airing) == [one]
    assert {world.session.get_one(Airing, each).station_id for each in change.moved} == {here.id}
    planning.change_programme(
        world.session, world.editor, programme_id=other.id, title="Mẫu riêng", items=[PlaceEntry("rotation")],
        now=world.now,
    )  # fmt: skip
    change, before = plan_what_changed(world.session, now=world.now, before=before, **told)
    assert change.moved == (airing.id,)
    planning.cancel_airing(world.session, world.approver, airing_id=airing.id, reason="Không cần", now=world.now)
    change, before = plan_what_changed(world.session, now=world.now, before=before, **told)
    assert airing.id not in change.moved
    assert names(world.told(here), TOMORROW, [one]) == [2]


def test_a_one_off_of_a_fixed_programme_counts_and_keeps_what_it_holds(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    world.twice_daily(station)
    one, two = world.bulletin("Một"), world.bulletin("Hai")
    fixed = world.programme(("bulletin", one))
    world.campaign(one, two)
    (airing,) = world.one_off([station], fixed, utc(2024, 5, 9, 4, 0))
    world.plan()
    assert names(world.told(station), TOMORROW, [one, two]) == [0, 1]
    assert [(item.bulletin_id, item.why) for item in airing.items] == [(one, None)]
    world.plan(utc(2024, 5, 9, 5, 0))
    assert names(world.told(station), TOMORROW, [one, two]) == [0, 1]


def test_a_one_off_further_ahead_is_filled_when_its_day_is_planned(world: Rotating) -> None:
    station = world.station("Cụm loa trung tâm")
    one = world.bulletin("Một")
    world.campaign(one, last=TODAY + timedelta(days=20))
    (airing,) = world.one_off([station], world.template(), utc(2024, 5, 20, 4, 0))
    world.plan()
    assert chosen_in(airing) == []
    world.plan(utc(2024, 5, 14, 4, 0))
    assert chosen_in(airing) == [one]


def test_an_emergency_is_no_campaigns(world: Rotating) -> None:
    world.station("Cụm loa trung tâm")
    told = world.bulletin("Lũ quét", bulletin_class="emergency")
    with pytest.raises(InvalidInput, match="“Lũ quét” là bản tin khẩn cấp"):
        world.proposed(told)


def test_campaigns_answer_an_obligation(world: Rotating) -> None:
    world.station("Cụm loa trung tâm")
    letter = Directive(
        id="letter",
        file_sha256="0" * 64,
        file_name="cong-van.txt",
        file_bytes=9,
        symbol="UBND-VHTT",
        subject="tuyên truyền",
        recipients=[],
        bases=[],
        warnings=[],
        imported_by=world.editor.id,
        imported_at=world.now,
    )
    letter.obligations = [
        Obligation(ordinal=1, addressee="Các xã", actions=[], deadlines=["2024-05-10"], broadcasting=False),
        Obligation(ordinal=2, addressee="Đài", actions=[], deadlines=[], broadcasting=True),
    ]
    world.session.add(letter)
    world.session.flush()
    first, ours = (each.id for each in letter.obligations)
    own = world.bulletin("Một", directive_id="letter", obligation_id=ours)
    whole = world.bulletin("Cả văn bản", directive_id="letter")
    found = obligation_answers(world.session, ours)
    assert (found.ordinal, set(found.bulletin_ids), found.deadline) == (2, {own, whole}, date(2024, 5, 10))
    assert obligation_answers(world.session, first).bulletin_ids == ()
    with pytest.raises(NotFound):
        obligation_answers(world.session, 999_999)
    row = world.campaign(own, obligation_id=ours)
    assert {
        key: [line.id for line in lines]
        for key, lines in views.campaigns_answering(world.session, [first, ours], today=TODAY).items()
    } == {ours: [row.id]}


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
