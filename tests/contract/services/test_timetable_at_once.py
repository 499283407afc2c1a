"""Several people decide on the timetable at the same moment: each is checked against what the one before made."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from change_world import OUTLOOK, ChangeWorld
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from playlists.changes import Add, MoveDate, Skip
from scheduler.db.timetable import SlotVersion, TimetableChange
from scheduler.errors import LoaError
from scheduler.rules.permissions import Actor
from scheduler.services import audit
from scheduler.services.timetable import changes
from scheduler.services.timetable.effect_views import EffectView
from scheduler.services.timetable.standing import standing_slots


def _at_once(maker: sessionmaker[Session], deeds: Sequence[Callable[[Session], object]]) -> list[object]:
    """Do each deed in a transaction of its own, all at once; return what each returned or how it was refused."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[Session], object]) -> object:
        barrier.wait()
        try:
            with maker.begin() as session:
                return deed(session)
        except LoaError as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def _publishing(change_id: str, seen: str | None, actor: Actor, now: datetime) -> Callable[[Session], object]:
    return lambda session: changes.publish(
        session, actor, change_id=change_id, seen=seen or "", now=now, outlook=OUTLOOK
    )


def test_two_approvers_publish_one_change_once(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = ChangeWorld(session, now)
        change_id = world.propose(Add(world.slot()))
        seen = world.view(change_id).seen
    told = _at_once(
        maker, [_publishing(change_id, seen, actor, now) for actor in (world.approver, world.other_approver)] * 2
    )
    assert sum(isinstance(each, EffectView) for each in told) == 1
    assert all("đã được công bố" in str(each) for each in told if not isinstance(each, EffectView))
    with maker() as session:
        assert len(session.scalars(select(SlotVersion)).all()) == 1
        audit.verify(session)


def test_of_clashing_changes_one_is_published(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = ChangeWorld(session, now)
        proposals = [world.propose(Add(world.slot(f"Tin {minute}", starts=f"17:{minute:02d}"))) for minute in range(4)]
        seen = {change_id: world.view(change_id).seen for change_id in proposals}
    told = _at_once(maker, [_publishing(each, seen[each], world.approver, now) for each in proposals])
    assert sum(isinstance(each, EffectView) for each in told) == 1
    assert all("Trùng giờ phát" in str(each) for each in told if not isinstance(each, EffectView))
    with maker() as session:
        assert len(standing_slots(session, now)) == 1


def test_changes_of_other_sessions_of_one_slot_both_stand(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = ChangeWorld(session, now)
        slot = world.slot()
        world.stand(slot)
        named = slot.id, slot.title
        days = [datetime(2024, 5, day).date() for day in range(9, 13)]  # noqa: DTZ001 - bare days
        proposals = [
            world.propose(Skip(*named, day) if day.day % 2 else MoveDate(*named, day, slot.start.replace(hour=18)))
            for day in days
        ]
        seen = {change_id: world.view(change_id).seen for change_id in proposals}
    told = _at_once(maker, [_publishing(each, seen[each], world.approver, now) for each in proposals])
    assert all(isinstance(each, EffectView) for each in told)
    with maker() as session:
        (after,) = standing_slots(session, now).values()
        assert after.calendar.skipped == {days[0], days[2]}
        assert {day for day, _ in after.moved} == {days[1], days[3]}
        numbers = session.scalars(select(SlotVersion.number).order_by(SlotVersion.number)).all()
        assert numbers == [1, 2, 3, 4, 5]
        decided = session.scalars(select(TimetableChange.decision)).all()
        assert set(decided) == {"published"}
