"""Sessions that did not sound are proposed for the first free time, asked for, and planned once."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from airing_world import ALLOWANCE, World, told_in, utc
from make_good_stage import LATER, RULES, START, case_of, missed, plan, told
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from playlists.hours import Hours, Window
from scheduler.db.accounts import AuditEvent
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.protocol import Event
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import audit, planning
from scheduler.services.make_goods.cases import CaseFilters, make_good_links, make_good_page, open_cases
from scheduler.services.make_goods.search import LEAD
from scheduler.services.make_goods.verbs import Chosen, plan_make_goods, request_make_good
from scheduler.services.make_goods.views import Hindrance, MakeGoodCase
from scheduler.services.settlement import settle


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def station(world: World) -> Station:
    return world.station("Búng Lao")


def titles(case: MakeGoodCase) -> list[str]:
    return [item.title for item in case.content]


def test_a_missed_session_is_proposed_for_the_first_free_time(world: World, station: Station) -> None:
    airing = missed(world, station, world.bulletin("Một"), world.bulletin("Hai"))
    case = case_of(world, airing)
    assert case.result == "missed"
    assert titles(case) == ["Một", "Hai"]
    assert case.proposed_at == utc(2024, 5, 8, 10, 15)  # 17:05 and ten minutes for the station
    assert case.proposed_end == utc(2024, 5, 8, 10, 17)
    assert case.hindrance is None


def test_one_click_plans_what_did_not_sound_and_links_both_ways(
    world: World, station: Station, session: Session
) -> None:
    airing = missed(world, station, world.bulletin("Một"), world.bulletin("Hai"))
    (made,) = plan(world, case_of(world, airing))
    assert made.make_good_of == airing.id
    assert made.slot_id is None
    assert (made.title, made.starts_at, made.grace_s) == ("Phát bù Buổi chiều", utc(2024, 5, 8, 10, 15), 30)
    assert made.ends_by - made.starts_at == timedelta(minutes=3)
    assert [item.bulletin_id for item in made.items] == [item.bulletin_id for item in airing.items]
    links = make_good_links(session, [airing.id, made.id])
    assert links[airing.id].made_good_by is not None
    assert links[airing.id].made_good_by.airing_id == made.id
    assert links[made.id].makes_good is not None
    assert links[made.id].makes_good.airing_id == airing.id
    assert not open_cases(session, rules=RULES, now=LATER, station_ids={station.id})
    event = session.scalars(select(AuditEvent).where(AuditEvent.deed == "make-good-planned")).one()
    assert event.facts["make_good_of"] == airing.id
    assert event.person_id == world.approver.id
    audit.verify(session)


def test_a_station_is_told_to_play_it(world: World, station: Station) -> None:
    airing = missed(world, station, world.bulletin("Một"))
    (made,) = plan(world, case_of(world, airing))
    issue = world.issue(station, LATER)
    assert made.id in str(told_in(issue.envelope or ""))


def test_only_what_did_not_sound_comes_again(world: World, station: Station) -> None:
    first, second, third = (world.bulletin(title) for title in ("Một", "Hai", "Ba"))
    jingle = world.bulletin("Nhạc", kind="jingle", duration_ms=5_000)
    items = [("jingle", jingle), ("bulletin", first), ("bulletin", second), ("bulletin", third)]
    airing = world.one_off([station], world.programme(*items), START, title="Buổi chiều")[0]
    issue = world.issue(station)
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [5, 60, 60, 60], upto=2)
    told(world, station, tape, START + timedelta(minutes=30))
    case = case_of(world, airing, START + timedelta(minutes=31))
    assert case.result == "interrupted"
    assert titles(case) == ["Hai", "Ba"]
    (made,) = plan(world, case, now=START + timedelta(minutes=31))
    assert [item.bulletin_id for item in made.items] == [jingle, second, third]


def test_silence_is_proposed_too_and_a_late_report_takes_the_proposal_back(world: World, station: Station) -> None:
    programme = world.programme(("bulletin", world.bulletin("Một")))
    airing = world.one_off([station], programme, START)[0]
    issue = world.issue(station)
    silent = START + timedelta(minutes=20)
    settle(world.session, now=silent, reporting_allowance=ALLOWANCE)
    assert case_of(world, airing, silent).result == "unknown"
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60])
    told(world, station, tape, silent + timedelta(minutes=5))
    now = silent + timedelta(minutes=6)
    assert not open_cases(world.session, rules=RULES, now=now, station_ids={station.id})


def test_nothing_is_proposed_before_it_is_settled_or_for_what_sounded(world: World, station: Station) -> None:
    programme = world.programme(("bulletin", world.bulletin("Một")))
    airing = world.one_off([station], programme, START)[0]
    issue = world.issue(station)
    assert not open_cases(world.session, rules=RULES, now=LATER, station_ids={station.id})
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [60])
    told(world, station, tape, LATER)
    assert not open_cases(world.session, rules=RULES, now=LATER, station_ids={station.id})


def test_planned_sessions_and_earlier_proposals_keep_their_time(world: World, station: Station) -> None:
    first = missed(world, station, world.bulletin("Một"), title="Buổi một")
    second = missed(
        world, station, world.bulletin("Hai"), starts_at=START + timedelta(minutes=20), title="Buổi hai"
    )  # fmt: skip
    now = START + timedelta(minutes=25)
    between = world.programme(("bulletin", world.bulletin("Giữa")), title="Giữa")
    world.one_off([station], between, START + timedelta(minutes=38), title="Giữa", now=now, max_duration_s=600)
    assert case_of(world, first, now).proposed_at == START + timedelta(minutes=35)
    assert case_of(world, second, now).proposed_at == START + timedelta(minutes=50)
    made = plan(world, case_of(world, second, now), case_of(world, first, now), now=now)
    assert sorted(each.starts_at for each in made) == [START + timedelta(minutes=35), START + timedelta(minutes=50)]


def test_the_hours_of_the_network_are_kept_also_those_that_only_warn(world: World, station: Station) -> None:
    airing = missed(world, station)
    hours = Hours(quiet=(Window(time(17, 10), time(19, 0)),), night=Window(time(21), time(6)), night_gain_cb=-600)
    assert case_of(world, airing, rules=replace(RULES, hours=hours)).proposed_at == utc(2024, 5, 8, 12)
    all_day = replace(RULES, hours=Hours(quiet=(Window(time(7), time(22)),), night=hours.night, night_gain_cb=-600))
    case = case_of(world, airing, rules=all_day)
    assert case.proposed_at == utc(2024, 5, 8, 15)
    (made,) = plan(world, case, rules=all_day)
    assert made.gain_cb == -600


def test_it_must_be_over_before_the_days_are(world: World, station: Station) -> None:
    airing = missed(world, station, world.bulletin("Một"))
    never = replace(RULES, hours=Hours(allowed=Window(time(16, 0), time(17, 6))), within=timedelta(hours=2))
    case = case_of(world, airing, rules=never)
    assert (case.proposed_at, case.hindrance) == (None, Hindrance.NO_FREE_TIME)
    assert titles(case) == ["Một"]
    tomorrow = replace(never, within=timedelta(days=3))
    assert case_of(world, airing, rules=tomorrow).proposed_at == utc(2024, 5, 9, 9)
    assert not open_cases(world.session, rules=RULES, now=START + timedelta(days=3), station_ids={station.id}), (
        "what is older than the days is left alone"
    )


def test_it_ends_before_its_bulletin_does(world: World, station: Station) -> None:
    today = world.bulletin("Hôm nay thôi", valid_to=date(2024, 5, 8))
    airing = missed(world, station, today, world.bulletin("Lâu dài"))
    late = START + timedelta(hours=6, minutes=40)  # 23:40: ten minutes of lead, three of sound
    case = case_of(world, airing, late)
    assert titles(case) == ["Hôm nay thôi", "Lâu dài"]
    assert case.proposed_at == utc(2024, 5, 8, 16, 50)
    after = case_of(world, airing, late + timedelta(minutes=10))
    assert titles(after) == ["Lâu dài"]
    assert [(each.title, each.reason) for each in after.left_behind] == [("Hôm nay thôi", "expired")]
    assert after.proposed_at == utc(2024, 5, 8, 17)


def test_what_was_withdrawn_stays_away_and_is_told(world: World, station: Station) -> None:
    bulletin = world.bulletin("Giữ")
    gone = world.bulletin("Rút", approved=False)
    digest = world.approve(gone, "Rút")
    airing = missed(world, station, gone, bulletin)
    world.end(digest, "withdrawn", LATER)
    case = case_of(world, airing, LATER + timedelta(minutes=1))
    assert titles(case) == ["Giữ"]
    assert [(each.title, each.reason) for each in case.left_behind] == [("Rút", "withdrawn")]
    (made,) = plan(world, case, now=LATER + timedelta(minutes=1))
    assert [item.bulletin_id for item in made.items] == [bulletin]


def test_nothing_is_left_when_all_was_withdrawn(world: World, station: Station) -> None:
    gone = world.bulletin("Rút", approved=False)
    digest = world.approve(gone, "Rút")
    airing = missed(world, station, gone)
    world.end(digest, "withdrawn", LATER)
    case = case_of(world, airing, LATER + timedelta(minutes=1))
    assert (case.hindrance, case.proposed_at, case.content) == (Hindrance.NOTHING_LEFT, None, ())


def test_a_stopped_station_gets_no_proposal(world: World, station: Station) -> None:
    airing = missed(world, station)
    station.active = False
    assert case_of(world, airing).hindrance is Hindrance.STATION_STOPPED


def test_a_session_is_made_good_once_and_again_when_that_is_cancelled(world: World, station: Station) -> None:
    airing = missed(world, station)
    case = case_of(world, airing)
    (made,) = plan(world, case)
    with pytest.raises(Conflict, match="đã được xếp phát bù lúc 17:15 ngày 08/05/2024"):
        plan(world, case)
    planning.cancel_airing(world.session, world.approver, airing_id=made.id, reason="đổi ý", now=LATER)
    assert len(plan(world, case_of(world, airing))) == 1


def test_the_database_itself_holds_one_living_make_good(world: World, station: Station, session: Session) -> None:
    airing = missed(world, station)
    (made,) = plan(world, case_of(world, airing))
    twin = missed(world, station, world.bulletin("Khác"), starts_at=START + timedelta(hours=3))
    session.commit()
    twin.make_good_of = airing.id
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    made.cancelled_at = LATER
    twin.make_good_of = airing.id
    session.flush()


def test_a_make_good_that_is_missed_is_made_good_again(world: World, station: Station) -> None:
    airing = missed(world, station)
    (made,) = plan(world, case_of(world, airing))
    issue = world.issue(station, LATER)
    tape = world.tape(station, chain="hai")
    tape.tell(
        Event.MISSED, made.starts_at + timedelta(seconds=31), airing=made.id, rundown=issue.sequence, reason="power"
    )
    now = made.starts_at + timedelta(minutes=1)
    told(world, station, tape, now)
    cases = open_cases(world.session, rules=RULES, now=now, station_ids={station.id})
    assert set(cases) == {made.id}
    (again,) = plan(world, cases[made.id], now=now)
    assert (again.make_good_of, again.title) == (made.id, "Phát bù Buổi chiều")


def test_a_time_that_is_taken_meanwhile_is_refused_with_the_next_one(world: World, station: Station) -> None:
    airing = missed(world, station)
    case = case_of(world, airing)
    world.one_off(
        [station], world.programme(("bulletin", world.bulletin("Chen"))), START + timedelta(minutes=20), now=LATER
    )
    other = world.one_off(
        [station], world.programme(("bulletin", world.bulletin("Chen nữa"))), case.proposed_at, now=LATER,
        max_duration_s=300,
    )[0]  # fmt: skip
    with pytest.raises(Conflict, match=r"giờ 17:15 ngày 08/05/2024 không còn trống, giờ trống đầu tiên nay là 17:35"):
        plan(world, case)
    planning.cancel_airing(world.session, world.approver, airing_id=other.id, reason="thôi", now=LATER)
    assert plan(world, case)[0].starts_at == case.proposed_at


def test_all_that_were_chosen_or_none(world: World, station: Station, session: Session) -> None:
    first = missed(world, station, title="Buổi một")
    far = world.station("Xuân Lao", "03302")
    second = missed(world, far, title="Buổi hai")
    cases = [case_of(world, first), case_of(world, second)]
    plan(world, cases[1])
    session.commit()
    with pytest.raises(Conflict, match="Buổi hai"):
        plan(world, *cases)
    session.rollback()
    assert not session.scalars(select(Airing).where(Airing.make_good_of == first.id)).all()


def test_only_an_approver_plans_and_only_real_sessions_are_taken(world: World, station: Station) -> None:
    case = case_of(world, missed(world, station))
    chosen = [Chosen(case.airing_id, case.proposed_at or LATER)]
    for who in (world.editor, world.operator):
        with pytest.raises(NotAllowed):
            plan_make_goods(world.session, who, chosen=chosen, rules=RULES, now=LATER)
    with pytest.raises(InvalidInput, match="ít nhất một"):
        plan_make_goods(world.session, world.approver, chosen=[], rules=RULES, now=LATER)
    with pytest.raises(InvalidInput, match="một lần"):
        plan_make_goods(world.session, world.approver, chosen=chosen * 2, rules=RULES, now=LATER)
    with pytest.raises(NotFound):
        plan_make_goods(world.session, world.approver, chosen=[Chosen("x", LATER)], rules=RULES, now=LATER)


def test_an_operator_asks_for_his_stations_and_the_list_shows_it_first(world: World, station: Station) -> None:
    missed(world, station, title="Buổi cũ")
    far = world.station("Xuân Lao", "03302")
    wanted = missed(world, far, title="Buổi mới", starts_at=START + timedelta(minutes=1))
    there = Actor(world.operator.id, "Truc", (Grant(Role.OPERATOR, station_id=far.id),))
    elsewhere = Actor(world.operator.id, "Truc", (Grant(Role.OPERATOR, station_id=station.id),))
    with pytest.raises(NotAllowed):
        request_make_good(world.session, elsewhere, airing_id=wanted.id, text="", rules=RULES, now=LATER)
    with pytest.raises(InvalidInput):
        request_make_good(world.session, there, airing_id=wanted.id, text="x" * 501, rules=RULES, now=LATER)
    request_make_good(world.session, there, airing_id=wanted.id, text="Mất điện cả xã", rules=RULES, now=LATER)
    page = make_good_page(world.session, filters=CaseFilters(), rules=RULES, number=1, size=10, now=LATER)
    assert [case.title for case in page.cases] == ["Buổi mới", "Buổi cũ"]
    assert page.cases[0].request is not None
    assert (page.cases[0].request.person_name, page.cases[0].request.text) == ("Truc", "Mất điện cả xã")
    assert (page.total, page.requested) == (2, 1)


def test_the_list_is_filtered_and_paged(world: World, station: Station) -> None:
    first = missed(world, station, title="Buổi một")
    far = world.station("Xuân Lao", "03302")
    second = missed(world, far, title="Buổi hai", starts_at=START + timedelta(minutes=1))
    request_make_good(world.session, world.editor, airing_id=first.id, text="", rules=RULES, now=LATER)

    def shown(size: int = 10, number: int = 1, **asked: object) -> list[str]:
        filters = CaseFilters(**asked)  # type: ignore[arg-type]
        page = make_good_page(world.session, filters=filters, rules=RULES, number=number, size=size, now=LATER)
        return [case.airing_id for case in page.cases]

    assert shown() == [first.id, second.id]
    assert shown(size=1, number=2) == [second.id]
    assert shown(unit_code="03302") == [second.id]
    assert shown(unit_code="11") == [first.id, second.id]
    assert shown(station_ids=[station.id]) == [first.id]
    assert shown(station_ids=[]) == []
    assert shown(result="unknown") == []
    assert shown(requested=True) == [first.id]


def test_a_station_without_the_language_asked_for_is_made_good_in_its_own(world: World, station: Station) -> None:
    far = world.station("Bản Thái", languages=("blt",))
    bulletin = world.bulletin("Một", approved=False)
    world.approve(bulletin, "Một", others=("blt",))
    airing = missed(world, far, bulletin)
    case = case_of(world, airing)
    assert titles(case) == ["Một"]
    assert case.content[0].duration_ms == 61_000
    assert case.proposed_at == LATER + LEAD
