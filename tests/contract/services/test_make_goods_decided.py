"""Make-goods that nobody needs any more: called off by a late report, or not wanted by an approver."""

from datetime import time, timedelta

import pytest
from airing_world import ALLOWANCE, World, told_in, utc
from make_good_stage import LATER, RULES, SILENT, START, case_of, missed, plan, silent, told
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.accounts import AuditEvent
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.services import audit, planning
from scheduler.services.make_goods.cases import (
    CaseFilters,
    CasePage,
    make_good_links,
    make_good_page,
    requested_count,
)
from scheduler.services.make_goods.needless import SOUNDED_AFTER_ALL, call_off_needless
from scheduler.services.make_goods.verbs import dismiss_make_good, request_make_good
from scheduler.services.settlement import settle

NOW = SILENT + timedelta(minutes=2)


@pytest.fixture
def station(session: Session, world: World) -> Station:
    return world.station("Búng Lao")


@pytest.fixture
def world(session: Session, now) -> World:
    return World(session, now)


def page_of(world: World, **asked: object) -> CasePage:
    filters = CaseFilters(**asked)  # type: ignore[arg-type]
    return make_good_page(world.session, filters=filters, rules=RULES, number=1, size=10, now=LATER)


class TestLateReport:
    def test_calls_off_what_sounded_after_all_with_its_reason(self, world: World, station: Station) -> None:
        airing, sequence = silent(world, station, world.bulletin("Một"))
        (made,) = plan(world, case_of(world, airing, SILENT), now=SILENT)
        assert made.id in str(told_in(world.issue(station, SILENT).envelope or ""))
        assert call_off_needless(world.session, now=NOW) == 0
        tape = world.tape(station)
        tape.play(airing, sequence, [60])
        told(world, station, tape, NOW)
        assert call_off_needless(world.session, now=NOW) == 1
        assert call_off_needless(world.session, now=NOW) == 0
        world.session.refresh(made)
        assert (made.cancelled_at, made.cancel_reason) == (NOW, SOUNDED_AFTER_ALL)
        event = world.session.scalars(select(AuditEvent).where(AuditEvent.deed == "make-good-called-off")).one()
        assert (event.person_id, event.subject_id) == (None, made.id)
        assert event.facts["make_good_of"] == airing.id
        assert made.id not in str(told_in(world.issue(station, NOW).envelope or ""))
        audit.verify(world.session)

    def test_both_stories_tell_of_it_and_the_log_keeps_its_line(self, world: World, station: Station) -> None:
        airing, sequence = silent(world, station, world.bulletin("Một"))
        (made,) = plan(world, case_of(world, airing, SILENT), now=SILENT)
        world.issue(station, SILENT)
        tape = world.tape(station)
        tape.play(airing, sequence, [60])
        told(world, station, tape, NOW)
        call_off_needless(world.session, now=NOW)
        settle(world.session, now=made.starts_at, reporting_allowance=ALLOWANCE)
        links = make_good_links(world.session, [airing.id, made.id])
        gone = links[airing.id].called_off
        assert gone is not None
        assert (gone.airing_id, gone.result, gone.cancel_reason) == (made.id, "cancelled", SOUNDED_AFTER_ALL)
        assert links[airing.id].made_good_by is None
        first = links[made.id].makes_good
        assert first is not None
        assert first.result == "aired"

    def test_leaves_what_still_says_something_that_did_not_sound(self, world: World, station: Station) -> None:
        airing, sequence = silent(world, station, world.bulletin("Một"), world.bulletin("Hai"))
        (made,) = plan(world, case_of(world, airing, SILENT), now=SILENT)
        tape = world.tape(station)
        tape.play(airing, sequence, [60, 60], upto=1)
        told(world, station, tape, NOW + timedelta(minutes=20))
        world.session.refresh(airing)
        assert call_off_needless(world.session, now=NOW) == 0
        assert made.cancelled_at is None

    def test_calls_off_what_sounded_though_something_else_did_not(self, world: World, station: Station) -> None:
        gone = world.bulletin("Rút", approved=False)
        digest = world.approve(gone, "Rút")
        airing, sequence = silent(world, station, world.bulletin("Một"), gone)
        world.end(digest, "withdrawn", SILENT)
        (made,) = plan(world, case_of(world, airing, NOW), now=NOW)
        assert len(made.items) == 1
        tape = world.tape(station)
        tape.play(airing, sequence, [60, 60], upto=1)
        told(world, station, tape, NOW + timedelta(minutes=1))
        assert call_off_needless(world.session, now=NOW + timedelta(minutes=1)) == 1

    def test_touches_nothing_that_has_begun_or_that_a_person_called_off(self, world: World, station: Station) -> None:
        airing, sequence = silent(world, station, world.bulletin("Một"))
        (made,) = plan(world, case_of(world, airing, SILENT), now=SILENT)
        tape = world.tape(station)
        tape.play(airing, sequence, [60])
        told(world, station, tape, NOW)
        assert call_off_needless(world.session, now=made.starts_at) == 0
        planning.cancel_airing(world.session, world.approver, airing_id=made.id, reason="bà con nghe rồi", now=NOW)
        assert call_off_needless(world.session, now=NOW) == 0
        assert made.cancel_reason == "bà con nghe rồi"


class TestDismissal:
    def test_takes_the_proposal_off_the_list_with_who_and_why(self, world: World, station: Station) -> None:
        airing = missed(world, station)
        request_make_good(world.session, world.operator, airing_id=airing.id, text="", rules=RULES, now=LATER)
        told = {"airing_id": airing.id, "reason": "Tin đã cũ", "rules": RULES, "now": LATER}
        dismiss_make_good(world.session, world.approver, **told)
        assert page_of(world).cases == ()
        assert (page_of(world).total, page_of(world).requested, page_of(world).dismissed) == (0, 0, 1)
        (case,) = page_of(world, dismissed=True).cases
        assert case.request is None
        assert case.dismissal is not None
        assert (case.dismissal.person_name, case.dismissal.text) == ("Duyet", "Tin đã cũ")
        assert requested_count(world.session, rules=RULES, now=LATER) == 0
        with pytest.raises(Conflict, match="đã có người quyết định không phát bù"):
            dismiss_make_good(world.session, world.approver, **told)
        event = world.session.scalars(select(AuditEvent).where(AuditEvent.deed == "make-good-dismissed")).one()
        assert event.facts == {"title": "Buổi chiều", "station": station.id, "text": "Tin đã cũ"}

    def test_is_lifted_by_a_new_request_and_by_a_make_good(self, world: World, station: Station) -> None:
        first, second = missed(world, station, title="Một"), missed(world, world.station("Xuân Lao"), title="Hai")
        for each in (first, second):
            dismiss_make_good(
                world.session, world.approver, airing_id=each.id, reason="Tin đã cũ", rules=RULES, now=LATER
            )
        request_make_good(world.session, world.operator, airing_id=first.id, text="Cần", rules=RULES, now=LATER)
        assert [case.airing_id for case in page_of(world).cases] == [first.id]
        plan(world, case_of(world, second))
        assert page_of(world, dismissed=True).cases == ()

    def test_keeps_no_time_from_others(self, world: World, station: Station) -> None:
        first = missed(world, station, title="Một")
        second = missed(world, station, starts_at=START + timedelta(minutes=20), title="Hai")
        now = START + timedelta(minutes=25)
        dismiss_make_good(world.session, world.approver, airing_id=first.id, reason="Cũ rồi", rules=RULES, now=now)
        assert case_of(world, second, now).proposed_at == START + timedelta(minutes=35)

    def test_asks_for_an_approver_a_reason_and_a_session_to_make_good(self, world: World, station: Station) -> None:
        airing = missed(world, station)
        told = {"airing_id": airing.id, "rules": RULES, "now": LATER}
        for who in (world.editor, world.operator):
            with pytest.raises(NotAllowed):
                dismiss_make_good(world.session, who, reason="Tin đã cũ", **told)
        for reason in ("", " x ", "x" * 501, "Tin\0cũ"):
            with pytest.raises(InvalidInput, match="từ 3 đến 500 ký tự"):
                dismiss_make_good(world.session, world.approver, reason=reason, **told)
        with pytest.raises(NotFound):
            dismiss_make_good(world.session, world.approver, reason="Tin đã cũ", **told | {"airing_id": "x"})
        plan(world, case_of(world, airing))
        with pytest.raises(Conflict, match="đã được xếp phát bù"):
            dismiss_make_good(world.session, world.approver, reason="Tin đã cũ", **told)
        assert not world.session.scalars(select(AuditEvent).where(AuditEvent.deed == "make-good-dismissed")).all()


def test_the_links_tell_what_the_log_says_of_either_end(world: World, station: Station) -> None:
    airing = missed(world, station)
    (made,) = plan(world, case_of(world, airing))
    links = make_good_links(world.session, [airing.id, made.id])
    assert links[airing.id].made_good_by is not None
    assert links[airing.id].made_good_by.result is None
    assert links[made.id].makes_good is not None
    assert links[made.id].makes_good.result == "missed"
    issue = world.issue(station, LATER)
    tape = world.tape(station, chain="hai")
    tape.play(made, issue.sequence, [60])
    told(world, station, tape, made.starts_at + timedelta(minutes=2))
    by = make_good_links(world.session, [airing.id])[airing.id].made_good_by
    assert by is not None
    assert by.result == "aired"


def test_time_that_was_published_a_moment_ago_is_taken_though_nothing_is_planned_yet(
    world: World, station: Station
) -> None:
    airing = missed(world, station)
    case = case_of(world, airing)
    assert case.proposed_at == utc(2024, 5, 8, 10, 15)
    programme = world.programme(("bulletin", world.bulletin("Khác")))
    (slot,) = world.slots([station], programme, starts=time(17, 15))
    world.publish(slot.change_id or "", now=LATER)
    assert not world.session.scalars(select(Airing).where(Airing.slot_id.is_not(None))).all()
    with pytest.raises(Conflict, match="giờ 17:15 ngày 08/05/2024 không còn trống, giờ trống đầu tiên nay là 17:30"):
        plan(world, case)
