"""Campaigns on both databases: proposed, published, rotated into sessions, and what becomes of their goals."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from airing_world import ZONE
from campaign_world import TODAY, TOMORROW, WEEK, XUAN_LAO, Rotating, eight, names, stations_of
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from playlists.scopes import Scope
from scheduler.db.campaigns import CampaignStep, GoalUnmet
from scheduler.db.letters import Directive, Obligation
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Role
from scheduler.services import audit, planning
from scheduler.services.airtime.answers import obligation_answers
from scheduler.services.campaigns import carrying, deeds, views
from scheduler.services.campaigns.values import State, state_of
from scheduler.services.programmes import PlaceEntry, parts_of
from scheduler.services.timetable.change_views import change_view
from scheduler.services.timetable.effects import Outlook


@pytest.fixture
def world(session: Session, now: datetime) -> Rotating:
    return Rotating(session, now)


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
    assert (found.ordinal, set(found.bulletin_ids)) == (2, {own, whole})
    assert found.deadline is not None
    assert found.deadline.day == date(2024, 5, 10)
    assert obligation_answers(world.session, first).bulletin_ids == ()
    with pytest.raises(NotFound):
        obligation_answers(world.session, 999_999)
    row = world.campaign(own, obligation_id=ours)
    assert {
        key: [line.id for line in lines]
        for key, lines in views.campaigns_answering(world.session, [first, ours], today=TODAY).items()
    } == {ours: [row.id]}
