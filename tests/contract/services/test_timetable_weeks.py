"""Some days of some stations as a page shows them: what sounds, what doesn't and why, what is proposed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from change_world import COMMUNE, DISTRICT, OUTLOOK, ChangeWorld

from playlists.changes import Add, Edit, End, MoveDate, Skip
from playlists.hours import Hours, Window
from playlists.scopes import Scope
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing
from scheduler.errors import InvalidInput
from scheduler.services.planning import cancel_airing
from scheduler.services.timetable import effect_views
from scheduler.services.timetable.public_holidays import correct_holiday
from scheduler.services.timetable.week_marks import Proposed
from scheduler.services.timetable.weeks import week

Kind = effect_views.Kind
WEDNESDAY = date(2024, 5, 8)
THURSDAY = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def world(session, now) -> ChangeWorld:
    return ChangeWorld(session, now)


def shown(world, *proposals, days=2, hours=OUTLOOK.hours, stations=None):
    """The sessions of the days, each once for every station: (station, day, hour, title, state, reason)."""
    chosen = stations if stations is not None else [world.bung_lao, world.xuan_lao]
    return week(
        world.session,
        first_day=WEDNESDAY,
        days=days,
        station_ids=[UUID(each.id) for each in chosen],
        hours=hours,
        zone=OUTLOOK.zone,
        now=world.now,
        proposals=[Proposed("", "Nháp", tuple(proposals))] if proposals else [],
    )


def told(found, station):
    """What is placed at a station: day, hour in Vietnam, title, state and what is proposed of it."""
    return [
        (
            each.session.day.day,
            f"{each.session.starts_at + timedelta(hours=7):%H:%M}",
            each.session.title,
            each.session.state,
            each.session.mark.kind if each.session.mark else None,
        )
        for each in found.placed
        if each.station_id == station.id
    ]


def test_what_lies_ahead_is_told_from_the_slots_with_whose_they_are(world):
    world.stand(world.slot("Huyện", owner=DISTRICT), world.slot("Xã", world.bung_lao, starts="18:00", owner=COMMUNE))
    found = shown(world)
    assert told(found, world.bung_lao) == [
        (8, "17:00", "Huyện", "planned", None),
        (8, "18:00", "Xã", "planned", None),
        (9, "17:00", "Huyện", "planned", None),
        (9, "18:00", "Xã", "planned", None),
    ]
    assert told(found, world.xuan_lao) == [
        (8, "17:00", "Huyện", "planned", None),
        (9, "17:00", "Huyện", "planned", None),
    ]
    assert {(each.session.title, each.session.owner_code) for each in found.placed} == {
        ("Huyện", "102"),
        ("Xã", "03301"),
    }


def test_a_session_that_gives_way_is_told_with_what_has_its_time(world):
    world.stand(world.slot("Huyện", owner=DISTRICT))
    world.stand(world.slot("Xã", world.bung_lao, starts="17:10", owner=COMMUNE))
    lost = [each.session for each in shown(world, days=1).placed if each.session.state == "dropped"]
    assert [(each.title, each.reason, each.clash) for each in lost] == [
        ("Xã", "nhường giờ cho “Huyện” 17:00–17:15", False)
    ]


def test_hours_that_are_broken_warn_or_refuse(world):
    world.stand(world.slot("Tối", starts="21:30"))
    quiet = Hours(quiet=(Window.parse("21:00-05:00"),))
    (warned, _) = shown(world, days=1, hours=quiet).placed
    assert (warned.session.state, warned.session.warning) == ("planned", "nằm trong giờ yên tĩnh 21:00–05:00")
    (refused, _) = shown(world, days=1, hours=Hours(allowed=Window.parse("05:00-21:00"))).placed
    assert (refused.session.state, refused.session.reason) == ("dropped", "nằm ngoài giờ được phát 05:00–21:00")


def test_a_proposal_is_shown_where_it_would_be(world):
    slot, morning = world.slot(), world.slot("Buổi sáng", starts="05:00")
    world.stand(slot)
    here = [world.bung_lao]
    assert told(shown(world, Add(morning), stations=here), world.bung_lao) == [
        (8, "17:00", "Buổi chiều", "planned", None),
        (9, "05:00", "Buổi sáng", "proposed", Kind.ADDED),
        (9, "17:00", "Buổi chiều", "planned", None),
    ]
    moved = shown(world, MoveDate(slot.id, slot.title, THURSDAY, time(18)), stations=here)
    assert told(moved, world.bung_lao) == [
        (8, "17:00", "Buổi chiều", "planned", None),
        (9, "18:00", "Buổi chiều", "proposed", Kind.MOVED),
    ]
    (mark,) = [each.session.mark for each in moved.placed if each.session.mark]
    assert (mark.change_title, mark.was_at) == ("Nháp", moved.placed[0].session.starts_at + timedelta(days=1))
    longer = Edit(slot, replace(slot, max_duration=timedelta(minutes=20)))
    assert [each[3:] for each in told(shown(world, longer, stations=here), world.bung_lao)] == [
        ("proposed", Kind.CHANGED)
    ] * 2
    for step in (Skip(slot.id, slot.title, WEDNESDAY), End(slot.id, slot.title)):
        assert (8, "17:00", "Buổi chiều", "planned", Kind.REMOVED) in told(shown(world, step), world.bung_lao)


def test_a_proposal_that_takes_anothers_time_or_finds_none_says_whose(world):
    commune = world.slot("Xã", world.bung_lao, owner=COMMUNE)
    world.stand(commune)
    found = shown(world, Add(world.slot("Huyện", starts="17:10", owner=DISTRICT)), days=1, stations=[world.bung_lao])
    assert [(each.session.title, each.session.mark.kind, each.session.mark.reason) for each in found.placed] == [
        ("Xã", Kind.REMOVED, "nhường giờ cho “Huyện” 17:10–17:25"),
        ("Huyện", Kind.ADDED, ""),
    ]
    late = world.slot("Xã khác", world.bung_lao, starts="17:05", owner=COMMUNE)
    found = shown(world, Add(late), days=1, stations=[world.bung_lao])
    lost = next(each.session for each in found.placed if each.session.title == "Xã khác")
    assert (lost.state, lost.clash, lost.reason) == ("dropped", True, "nhường giờ cho “Xã” 17:00–17:15")


def test_a_session_that_a_proposal_gives_time_is_told_once(world):
    world.stand(world.slot("Huyện", owner=DISTRICT), world.slot("Xã", world.bung_lao, starts="17:10", owner=COMMUNE))
    slot = next(each for each in world.standing().values() if each.title == "Huyện")
    found = shown(world, Skip(slot.id, slot.title, WEDNESDAY), days=1, stations=[world.bung_lao])
    assert told(found, world.bung_lao) == [
        (8, "17:00", "Huyện", "planned", Kind.REMOVED),
        (8, "17:10", "Xã", "proposed", Kind.ADDED),
    ]


def test_a_proposal_that_no_longer_fits_leaves_no_mark(world):
    slot = world.slot()
    assert told(shown(world, Skip(slot.id, slot.title, THURSDAY)), world.bung_lao) == []


def test_airings_tell_what_was_and_what_is_left_out(world):
    slot = world.slot()
    world.stand(slot)
    world.plan()
    airing = world.session.query(Airing).filter_by(station_id=world.bung_lao.id, local_date=THURSDAY).one()
    airing.items[0].omitted = "not-approved"
    world.session.flush()
    found = {(each.station_id, each.session.day): each for each in shown(world).placed}
    there = found[world.bung_lao.id, THURSDAY]
    assert (there.airing_id, there.items, there.left_out) == (airing.id, 1, 1)
    cancel_airing(world.session, world.approver, airing_id=airing.id, reason="Họp bản", now=world.now)
    there = {(each.station_id, each.session.day): each for each in shown(world).placed}[world.bung_lao.id, THURSDAY]
    assert (there.session.state, there.session.reason) == ("cancelled", "Họp bản")
    airing.cancel_reason = NOT_IN_TIMETABLE
    world.session.flush()
    states = [each.session.state for each in shown(world).placed if each.station_id == world.bung_lao.id]
    assert states == ["planned", "planned"]


def test_holidays_are_named(world):
    correct_holiday(world.session, world.approver, day=THURSDAY, name="Ngày hội bản", holds=True, now=world.now)
    assert shown(world).days == ((WEDNESDAY, ""), (THURSDAY, "Ngày hội bản"))


def test_a_slot_of_a_unit_is_shown_where_the_unit_is(world):
    world.stand(world.slot("Xã", scope=Scope(units=frozenset({COMMUNE})), owner=COMMUNE))
    found = shown(world)
    assert told(found, world.xuan_lao) == []
    assert {(each.name, each.unit_code) for each in found.stations} == {("Búng Lao", "03301"), ("Xuân Lao", "03302")}


@pytest.mark.parametrize("days", [0, 43])
def test_too_many_days_are_refused(world, days):
    with pytest.raises(InvalidInput, match="42"):
        shown(world, days=days)
