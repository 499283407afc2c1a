"""What operators say to a change for their stations, and what of it its publisher must have seen."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from change_world import ChangeWorld
from sqlalchemy.orm import Session

from playlists.changes import Add, Edit, End, Skip
from scheduler.errors import Conflict, InvalidInput, NotAllowed
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import audit
from scheduler.services.timetable import changes
from scheduler.services.timetable.change_views import open_changes
from scheduler.services.timetable.effects import stations_that_differ
from scheduler.services.timetable.stance_calls import stance_calls
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
    world.say(change_id, world.operator, world.xuan_lao, stance="object", reason="Trùng giờ chợ phiên")
    told = world.view(change_id).stances.words
    assert told == "1/2 cụm loa đã xác nhận, 1 phản đối: Xuân Lao – Trùng giờ chợ phiên"
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


def test_an_operator_is_called_to_what_touches_his_or_her_stations(world: ChangeWorld) -> None:
    here = _at(world, station_id=world.bung_lao.id)
    standing = world.slot("Sáng", world.bung_lao, starts="05:00")
    world.stand(standing)
    wide = world.propose(Add(world.slot()), title="Cả hai nơi")
    world.propose(Add(world.slot("Nơi khác", world.xuan_lao, starts="19:00")), title="Nơi khác")
    gone = world.propose(End(standing.id, standing.title), title="Kết thúc")
    assert _called(world, here) == [(wide, world.bung_lao.id), (gone, world.bung_lao.id)]
    assert _called(world, world.editor) == []

    world.say(wide, here, world.bung_lao)
    world.publish(world.propose(End(standing.id, standing.title)))  # so that the other no longer fits
    assert _called(world, here) == []
    with pytest.raises(InvalidInput, match="không còn khớp với lịch"):
        world.say(gone, here, world.bung_lao)
    assert (wide, world.xuan_lao.id) in _called(world, world.operator)


def _called(world: ChangeWorld, actor: Actor) -> list[tuple[str, str]]:
    waiting = open_changes(world.session)
    calls = stance_calls(world.session, actor, waiting, now=world.now, outlook=world.outlook)
    return [(call.line.id, station_id) for call in calls for station_id in call.station_ids]


def test_what_differs_at_some_stations_is_what_the_whole_effect_says_of_them(world: ChangeWorld) -> None:
    world.stand(world.slot("Chiều"), world.slot("Tối", world.bung_lao, starts="19:00"))
    chieu, toi = sorted(world.standing().values(), key=lambda slot: slot.title)
    changes_of_all_kinds = [
        [Add(world.slot("Mới", world.xuan_lao, starts="06:00"))],
        [Edit(chieu, replace(chieu, start=time(18, 50)))],  # into the other one's time, at one of the two
        [Skip(toi.id, toi.title, date(2024, 5, 20))],
        [End(chieu.id, chieu.title), End(toi.id, toi.title)],
    ]
    for places in ([world.bung_lao], [world.xuan_lao], [world.bung_lao, world.xuan_lao]):
        ids = {place.id for place in places}
        told = stations_that_differ(world.session, changes_of_all_kinds, ids, now=world.now, outlook=world.outlook)
        assert told == [ids & set(world.effect(*steps).station_ids) for steps in changes_of_all_kinds]
