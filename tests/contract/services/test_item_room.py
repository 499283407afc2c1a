"""The time that a bulletin has on air: the tightest of its slots, else the usual length."""

from datetime import date, datetime, time, timedelta

import pytest
from airing_world import World
from sqlalchemy.orm import Session

from scheduler.db.planning import Programme
from scheduler.rules.lint.script import Room
from scheduler.services.item_room import item_room
from scheduler.services.timetable import changes
from scheduler.services.timetable.open_slots import OpenSlot


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def room(world: World, bulletin_id: str, day: date | None = None) -> Room:
    return item_room(world.session, bulletin_id, day=day or world.now.date(), now=world.now, usual_s=90)


def slot(
    world: World, programme: Programme, title: str, minutes: int, starts: int, *, valid_to: date | None = None
) -> OpenSlot:
    facts = {"title": title, "max_duration_s": minutes * 60, "valid_to": valid_to}
    (made,) = world.slots([world.station(title)], programme, starts=time(starts), **facts)
    return made


def test_a_bulletin_in_no_slot_has_the_usual_length(world: World) -> None:
    lonely = world.bulletin("Một")
    world.programme(("bulletin", lonely))
    assert room(world, lonely) == room(world, "") == Room(90_000, "dành cho một mục")


def test_the_tightest_slot_leaves_what_the_other_items_do_not_take(world: World) -> None:
    ours, other = world.bulletin("Một"), world.bulletin("Hai", duration_ms=61_000)
    programme = world.programme(("bulletin", ours), ("bulletin", other), ("bulletin", ours))
    slot(world, programme, "Chiều", 15, 17)
    tight = slot(world, programme, "Sáng", 3, 5)
    assert room(world, ours) == Room(59_500, "còn lại cho mục này trong khung giờ “Sáng”")
    changes.withdraw(world.session, world.editor, change_id=tight.change_id, now=world.now)
    assert room(world, ours).longest_ms == (900_000 - 61_000) // 2


def test_a_slot_that_is_over_or_full_counts_as_it_should(world: World) -> None:
    ours, other = world.bulletin("Một"), world.bulletin("Hai", duration_ms=61_000)
    programme = world.programme(("bulletin", ours), ("bulletin", other))
    last = world.now.date() + timedelta(days=3)
    slot(world, programme, "Sáng", 1, 5, valid_to=last)
    assert room(world, ours, last).longest_ms == 0
    assert room(world, ours, last + timedelta(days=1)) == Room(90_000)
