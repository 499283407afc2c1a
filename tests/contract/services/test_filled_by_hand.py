"""Sessions outside of any slot beside campaigns: filled from their templates until they start, and counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from airing_world import ZONE, utc
from campaign_world import TODAY, TOMORROW, Rotating, names
from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.hours import Hours
from scheduler.db.campaigns import GoalUnmet
from scheduler.db.planning import Airing
from scheduler.services import planning
from scheduler.services.campaigns.reasons import reason_from
from scheduler.services.plan_ahead import plan_what_changed
from scheduler.services.programmes import PlaceEntry


@pytest.fixture
def world(session: Session, now: datetime) -> Rotating:
    return Rotating(session, now)


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
