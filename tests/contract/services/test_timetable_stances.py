"""What operators say to a change for their stations, and what of it its publisher must have seen."""

from datetime import datetime, timedelta

import pytest
from change_world import ChangeWorld
from sqlalchemy.orm import Session

from playlists.changes import Add
from scheduler.errors import Conflict, InvalidInput, NotAllowed
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import audit
from scheduler.services.timetable import changes
from scheduler.services.timetable.stances import may_speak_for


@pytest.fixture
def world(session: Session, now: datetime) -> ChangeWorld:
    return ChangeWorld(session, now)


def _at(world: ChangeWorld, **place: str) -> Actor:
    return Actor(world.operator.id, world.operator.name, (Grant(Role.OPERATOR, **place),))


def test_the_latest_word_about_each_station_counts(world: ChangeWorld, session: Session) -> None:
    change_id = world.propose(Add(world.slot()))
    assert world.view(change_id).stances.words == "0/2 cụm loa đã xác nhận"
    world.say(change_id, world.operator, world.bung_lao, world.xuan_lao)
    assert world.view(change_id).stances.words == "2/2 cụm loa đã xác nhận"
    told = world.say(change_id, world.operator, world.xuan_lao, stance="object", reason="Trùng giờ chợ phiên")
    assert told.words == "1/2 cụm loa đã xác nhận, 1 phản đối: Xuân Lao – Trùng giờ chợ phiên"
    assert world.view(change_id).stances == told
    deeds = [event.deed for event in audit.history(session, "timetable_change", change_id)]
    assert deeds == ["timetable-proposed", "timetable-confirmed", "timetable-objected"]
    audit.verify(session)


def test_an_objection_must_be_seen_and_does_not_block(world: ChangeWorld, session: Session) -> None:
    change_id = world.propose(Add(world.slot()))
    seen = world.view(change_id).seen
    world.say(change_id, world.operator, world.bung_lao)
    assert world.view(change_id).seen == seen  # a confirmation takes nothing from what was seen
    world.say(change_id, world.operator, world.xuan_lao, stance="object", reason="Trùng giờ chợ phiên")
    with pytest.raises(changes.ChangedMeanwhile, match="ý kiến của trực đài"):
        world.publish(change_id, seen=seen)
    again = world.view(change_id).seen
    world.say(change_id, world.operator, world.xuan_lao, stance="object", reason="Vẫn trùng giờ chợ")
    with pytest.raises(changes.ChangedMeanwhile):
        world.publish(change_id, seen=again)
    world.publish(change_id)
    facts = audit.history(session, "timetable_change", change_id)[-1].facts
    assert (facts["confirmed"], facts["objected"]) == (1, [world.xuan_lao.id])


def test_only_for_own_stations(world: ChangeWorld, session: Session) -> None:
    change_id = world.propose(Add(world.slot()))
    here, below = _at(world, station_id=world.bung_lao.id), _at(world, unit_code="102")
    world.say(change_id, here, world.bung_lao)
    world.say(change_id, below, world.bung_lao, world.xuan_lao)
    for actor in (here, _at(world, unit_code="03301")):
        with pytest.raises(NotAllowed, match="xác nhận lịch phát của cụm loa này"):
            world.say(change_id, actor, world.bung_lao, world.xuan_lao)
    with pytest.raises(NotAllowed):
        world.say(change_id, world.approver, world.bung_lao)
    both = [world.bung_lao.id, world.xuan_lao.id]
    day = world.now.date()
    assert may_speak_for(session, here, both, day) == [world.bung_lao.id]
    assert may_speak_for(session, below, both, day) == both
    assert may_speak_for(session, world.editor, both, day) == []


def test_words_that_say_nothing_are_refused(world: ChangeWorld, session: Session) -> None:
    change_id = world.propose(Add(world.slot("Chiều", world.bung_lao)))
    for stance, reason, places in (
        ("object", " ", [world.bung_lao]),
        ("maybe", "", [world.bung_lao]),
        ("confirm", "", []),
        ("confirm", "", [world.xuan_lao]),  # the change doesn't touch it
    ):
        with pytest.raises(InvalidInput):
            world.say(change_id, world.operator, *places, stance=stance, reason=reason)
    world.publish(change_id, now=world.now + timedelta(minutes=1))
    with pytest.raises(Conflict, match="đã được công bố"):
        world.say(change_id, world.operator, world.bung_lao)
