"""Sessions outside of any slot stand in the log under the names of their day, whatever changed after their planning."""

from datetime import date, datetime, timedelta

import pytest
from airing_world import ZONE, World, utc
from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.hours import Hours
from scheduler.db.accounts import AuditEvent
from scheduler.db.planning import Airing
from scheduler.db.units import Unit
from scheduler.services import planning
from scheduler.services.plan_ahead import Planned, plan_what_changed

NEXT_DAY = utc(2024, 5, 9, 10)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def airing(world: World) -> Airing:
    """A session of tomorrow afternoon."""
    programme = world.programme(("bulletin", world.bulletin("Một")))
    return world.one_off([world.station("Búng Lao")], programme, NEXT_DAY, title="Buổi riêng")[0]


def renamed(world: World, day: date) -> None:
    """From ``day`` on the commune has another name."""
    unit = world.session.scalars(select(Unit).where(Unit.code == "03301", Unit.valid_to == date(2025, 6, 30))).one()
    unit.valid_to = day - timedelta(days=1)
    world.session.add(
        Unit(
            code="03301", kind="xa", name="Xã tên mới", parent_code="102", valid_from=day, valid_to=date(2025, 6, 30),
            formed_from=["03301"], note="",
        )
    )  # fmt: skip
    world.session.flush()


def planned(world: World, before: Planned | None, now: datetime) -> tuple[planning.PlanChange, Planned]:
    return plan_what_changed(world.session, now=now, days_ahead=7, default_zone=ZONE, hours=Hours(), before=before)


def test_a_new_name_of_its_day_is_taken_over_and_recorded(world: World, airing: Airing) -> None:
    change, seen = planned(world, None, world.now)
    assert not change
    renamed(world, date(2024, 5, 9))
    change, seen = planned(world, seen, world.now)
    assert change.moved == (airing.id,)
    world.session.refresh(airing)
    assert (airing.unit_code, airing.unit_name) == ("03301", "Xã tên mới")
    event = world.session.scalars(select(AuditEvent).where(AuditEvent.deed == "planned-ahead")).one()
    assert event.facts["moved_ids"] == [airing.id]
    assert not planned(world, seen, world.now)[0]
    assert not world.plan()


def test_a_name_from_the_day_after_says_nothing_of_it(world: World, airing: Airing) -> None:
    renamed(world, date(2024, 5, 10))
    assert not world.plan()
    assert airing.unit_name == "Xã Búng Lao cũ"


def test_what_has_begun_keeps_the_names_under_which_it_began(world: World, airing: Airing) -> None:
    renamed(world, date(2024, 5, 9))
    assert not world.plan(now=NEXT_DAY)
    assert airing.unit_name == "Xã Búng Lao cũ"


def test_what_was_called_off_is_left_alone(world: World, airing: Airing) -> None:
    planning.cancel_airing(world.session, world.approver, airing_id=airing.id, reason="mưa lũ", now=world.now)
    renamed(world, date(2024, 5, 9))
    assert not world.plan()
