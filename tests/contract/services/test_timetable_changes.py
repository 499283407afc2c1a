"""A change of the timetable from its proposal to its decision: who may, what is checked when, what is kept."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from airing_world import utc, without_guards
from change_world import OUTLOOK, ChangeWorld
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from playlists.calendar import Calendar
from playlists.changes import Add, AddDate, Edit, End, MoveDate, Skip, Step
from playlists.hours import Hours, Window
from playlists.scopes import Scope
from playlists.slots import Anchor
from scheduler.canonical import canonical_bytes
from scheduler.db.planning import Airing
from scheduler.db.timetable import SlotVersion, TimetableChange
from scheduler.errors import Conflict, InvalidInput, LoaError, NotAllowed, NotFound
from scheduler.rules.permissions import OwnChange, Role
from scheduler.services import audit
from scheduler.services.timetable import change_views, changes
from scheduler.services.timetable.contents import ContentRefused, slot_from_content
from scheduler.services.timetable.effect_views import effect_document

FRIDAY = date(2024, 5, 10)


@pytest.fixture
def world(session: Session, now: datetime) -> ChangeWorld:
    return ChangeWorld(session, now)


def _deeds(session: Session, change_id: str) -> list[str]:
    return [event.deed for event in audit.history(session, "timetable_change", change_id)]


def test_a_published_change_is_planned_and_kept_with_its_effect(world: ChangeWorld, session: Session) -> None:
    slot = world.slot()
    change_id = world.propose(Add(slot), title="Mở buổi chiều", note="Theo họp giao ban")
    assert world.standing() == {}
    assert not world.plan()
    effect = world.publish(change_id)
    assert world.standing() == {slot.id: slot}
    assert len(world.plan().added) == 14
    (version,) = session.scalars(select(SlotVersion))
    assert (version.number, version.change_id, version.published_by) == (1, change_id, world.approver.id)
    assert slot_from_content(slot.id, version.content or "") == slot
    row = session.get_one(TimetableChange, change_id)
    assert (row.decision, row.decided_by, row.note) == ("published", world.approver.id, "Theo họp giao ban")
    assert row.effect == canonical_bytes(effect_document(effect)).decode()
    assert row.effect_digest == effect.digest
    proposed, published = audit.history(session, "timetable_change", change_id)
    assert (proposed.deed, published.deed) == ("timetable-proposed", "timetable-published")
    assert published.facts["effect"] == "thêm 14 buổi phát ở 2 cụm loa"
    assert published.facts["effect_digest"] == effect.digest
    assert published.facts["written"] == [str(slot.id)]
    audit.verify(session)


def test_versions_follow_each_other_and_an_end_stays(world: ChangeWorld, session: Session) -> None:
    slot = world.slot()
    world.stand(slot)
    world.plan()
    world.publish(
        world.propose(Skip(slot.id, slot.title, FRIDAY), MoveDate(slot.id, slot.title, date(2024, 5, 9), time(18)))
    )
    assert len(world.plan().removed) == 2
    world.publish(world.propose(End(slot.id, slot.title)))
    assert len(world.plan().removed) == 12
    assert world.standing() == {}
    numbers = session.execute(select(SlotVersion.number, SlotVersion.content.is_(None)).order_by(SlotVersion.number))
    assert [tuple(row) for row in numbers] == [(1, False), (2, False), (3, True)]
    with pytest.raises(Conflict, match="không còn trong lịch"):
        world.propose(Skip(slot.id, slot.title, FRIDAY))
    with pytest.raises(Conflict, match="đã có trong lịch"):  # an id is never used again
        world.propose(Add(slot))


def test_four_eyes(world: ChangeWorld, session: Session) -> None:
    both = world.person("ca-hai", Role.EDITOR, Role.APPROVER)
    change_id = world.propose(Add(world.slot()), actor=both)
    with pytest.raises(OwnChange, match="người duyệt khác"):
        world.publish(change_id, both)
    with pytest.raises(NotAllowed):
        world.publish(change_id, world.editor)
    with pytest.raises(NotAllowed):
        world.propose(Add(world.slot()), actor=world.approver)
    with pytest.raises(NotAllowed):
        changes.refuse(session, world.editor, change_id=change_id, reason="Không hợp", now=world.now)
    with pytest.raises(NotAllowed, match="người khác"):
        changes.withdraw(session, world.editor, change_id=change_id, now=world.now)
    world.publish(change_id)
    assert _deeds(session, change_id) == ["timetable-proposed", "timetable-published"]


def test_raw_sql_publishes_no_change_of_ones_own(world: ChangeWorld, session: Session) -> None:
    change_id = world.propose(Add(world.slot()))
    told = {"id": change_id, "person": world.editor.id, "at": world.now}
    update = "UPDATE timetable_change SET decision = 'published', decided_by = :person, decided_at = :at WHERE id = :id"
    insert = (
        "INSERT INTO timetable_change "
        "(id, title, note, steps, proposed_by, proposed_at, decision, decided_by, decided_at) "
        "VALUES ('x', 'x', '', '[]', :person, :at, 'published', :person, :at)"
    )
    for deed in (update, insert):
        with pytest.raises(DBAPIError, match="four eyes"), session.begin_nested():
            session.execute(text(deed), {name: value for name, value in told.items() if f":{name}" in deed})
    session.execute(text(update.replace("published", "withdrawn")), told)


def test_a_decision_is_made_once(world: ChangeWorld, session: Session) -> None:
    published, refused, withdrawn = (world.propose(Add(world.slot(starts=f"{hour}:00"))) for hour in (10, 12, 14))
    world.publish(published)
    with pytest.raises(InvalidInput, match="lý do"):
        changes.refuse(session, world.approver, change_id=refused, reason=" ", now=world.now)
    changes.refuse(session, world.approver, change_id=refused, reason="Trùng giờ nghỉ trưa", now=world.now)
    changes.withdraw(session, world.editor, change_id=withdrawn, now=world.now)
    for change_id, word in ((published, "công bố"), (refused, "bị từ chối"), (withdrawn, "rút lại")):
        for deed in (
            lambda each=change_id: world.publish(each),
            lambda each=change_id: changes.refuse(
                session, world.approver, change_id=each, reason="Không hợp", now=world.now
            ),
            lambda each=change_id: changes.withdraw(session, world.editor, change_id=each, now=world.now),
        ):
            with pytest.raises(Conflict, match=word):
                deed()
    assert session.get_one(TimetableChange, refused).reason == "Trùng giờ nghỉ trưa"
    assert _deeds(session, refused)[-1] == "timetable-refused"
    assert _deeds(session, withdrawn)[-1] == "timetable-withdrawn"
    with pytest.raises(NotFound):
        world.publish("không có")
    assert [line.id for line in change_views.open_changes(session)] == []
    assert {line.decision for line in change_views.decided_changes(session)} == {"published", "refused", "withdrawn"}


def test_what_the_publisher_saw_is_what_is_published(world: ChangeWorld, session: Session) -> None:
    evening = world.slot()
    world.stand(evening)
    noon = world.propose(Add(world.slot("Trưa", starts="11:30")))
    seen = world.view(noon).seen
    world.publish(world.propose(Skip(evening.id, evening.title, FRIDAY)))  # touches other sessions alone
    world.publish(noon, seen=seen)
    later = world.propose(Edit(evening, replace(evening, start=time(18))))
    seen = world.view(later).seen
    world.publish(world.propose(Skip(evening.id, evening.title, date(2024, 5, 11))))
    with pytest.raises(changes.ChangedMeanwhile, match="hãy xem lại"):
        world.publish(later, seen=seen)
    assert world.standing()[evening.id].start == time(17)
    world.publish(later)
    assert world.standing()[evening.id].start == time(18)
    assert world.standing()[evening.id].calendar.skipped == {FRIDAY, date(2024, 5, 11)}


def test_a_clash_is_refused_when_proposed_and_when_published(world: ChangeWorld) -> None:
    first = world.propose(Add(world.slot("Tin huyện")))
    second = world.propose(Add(world.slot("Tin xã", world.bung_lao, starts="17:10")))  # nothing stands yet
    seen = world.view(second).seen
    world.publish(first)
    view = world.view(second)
    assert view.seen is None
    assert "Trùng giờ phát: “Tin xã”" in (view.problem or "")
    with pytest.raises(Conflict, match=r"Trùng giờ phát.*Búng Lao.*trùng 5 phút.*dời “Tin xã” sang 17:15"):
        world.publish(second, seen=seen)
    with pytest.raises(Conflict, match="Trùng giờ phát"):
        world.propose(Add(world.slot("Tin khác", starts="17:05")))


def test_a_step_that_no_longer_fits_is_told_in_the_view_and_refused(world: ChangeWorld) -> None:
    evening = world.slot()
    world.stand(evening)
    skip = world.propose(Skip(evening.id, evening.title, FRIDAY))
    world.publish(world.propose(End(evening.id, evening.title)))
    view = world.view(skip)
    assert (view.effect, view.seen) == (None, None)
    assert view.problem == "Khung giờ “Buổi chiều” không còn trong lịch. Hãy thêm một khung giờ mới."
    with pytest.raises(Conflict, match="không còn trong lịch"):
        world.publish(skip, seen="")


def test_hours_that_refuse_stand_in_the_way(world: ChangeWorld) -> None:
    world.outlook = replace(OUTLOOK, hours=Hours(allowed=Window(time(5), time(21))))
    with pytest.raises(Conflict, match=r"Ngoài giờ được phát: “Khuya” .* 05:00–21:00"):
        world.propose(Add(world.slot("Khuya", starts="22:00")))


def _impossible(world: ChangeWorld) -> dict[str, tuple[list[Step], type[LoaError]]]:
    slot = world.slot()
    old = Calendar(date(2024, 4, 1), date(2024, 5, 7))
    far = Calendar(date(2025, 7, 1))
    add = {
        "title": (replace(slot, title=" Chiều"), InvalidInput),
        "long title": (replace(slot, title="x" * 201), InvalidInput),
        "gain": (replace(slot, gain_cb=100), InvalidInput),
        "night gain": (replace(slot, night_gain_cb=-6_001), InvalidInput),
        "grace": (replace(slot, grace=timedelta(hours=2)), InvalidInput),
        "length": (replace(slot, max_duration=timedelta(seconds=90.5)), InvalidInput),
        "start": (replace(slot, start=time(17, 0, 0, 5)), InvalidInput),
        "zone": (replace(slot, zone="Sao/Hỏa"), InvalidInput),
        "programme": (replace(slot, programme_id=uuid4()), NotFound),
        "station": (replace(slot, scope=Scope(stations=frozenset({uuid4()}))), NotFound),
        "unit": (replace(slot, scope=Scope(units=frozenset({("99", date(2024, 1, 1))}))), NotFound),
        "owner": (replace(slot, owner=("99", date(2024, 1, 1))), NotFound),
        "over": (replace(slot, calendar=old), InvalidInput),
        "far": (replace(slot, calendar=far), InvalidInput),
        "follows nothing": (replace(slot, start=Anchor(uuid4())), Conflict),
        "follows itself": (replace(slot, start=Anchor(slot.id)), InvalidInput),
    }
    told: dict[str, tuple[list[Step], type[LoaError]]] = {
        name: ([Add(value)], error) for name, (value, error) in add.items()
    }
    return told | {
        "nothing": ([], InvalidInput),
        "twice": ([Add(slot), Add(slot)], InvalidInput),
        "too many": ([Add(world.slot()) for _ in range(201)], InvalidInput),
        "yesterday": ([Skip(slot.id, "x", date(2024, 5, 7))], InvalidInput),
        "in two years": ([AddDate(slot.id, "x", date(2026, 5, 7))], InvalidInput),
        "unknown": ([End(uuid4(), "x")], Conflict),
    }


def test_what_cannot_be_is_refused_and_nothing_is_written(world: ChangeWorld, session: Session) -> None:
    before = audit.head(session).seq
    for name, (steps, error) in _impossible(world).items():
        with pytest.raises(LoaError) as refusal:
            world.propose(*steps)
        assert isinstance(refusal.value, error), name
        assert str(refusal.value).endswith("."), name
    for facts in ({"title": " \n"}, {"title": "x" * 201}, {"note": "x" * 2_001}):
        with pytest.raises(InvalidInput):
            world.propose(Add(world.slot()), **facts)
    assert session.scalars(select(TimetableChange)).all() == []
    assert audit.head(session).seq == before


def test_a_slot_may_keep_a_station_that_was_stopped(world: ChangeWorld) -> None:
    slot = world.slot("Chiều", world.bung_lao, world.xuan_lao)
    world.stand(slot)
    world.xuan_lao.active = False
    world.session.flush()
    world.publish(world.propose(Edit(slot, replace(slot, start=time(18)))))
    with pytest.raises(NotFound, match="đã ngừng"):
        world.propose(Add(world.slot("Mới", world.xuan_lao, starts="05:00")))


def test_the_order_of_publications_says_nothing(world: ChangeWorld, session: Session) -> None:
    evening, noon = world.slot(), world.slot("Trưa", world.bung_lao, starts="11:30")
    proposals = [
        [Skip(evening.id, evening.title, FRIDAY)],
        [Edit(noon, replace(noon, start=time(12)))],
        [Add(world.slot("Sáng", starts="06:00"))],
    ]
    world.stand(evening, noon)
    world.plan()
    session.commit()
    found = set()
    for ordered in permutations(proposals):
        for steps in ordered:
            world.publish(world.propose(*steps))
        world.plan(utc(2024, 5, 8, 3, 0, 1))
        rows = session.scalars(select(Airing).where(Airing.cancelled_at.is_(None)))
        found.add(tuple(sorted((row.id, row.starts_at, row.ends_by) for row in rows)))
        session.rollback()
    assert len(found) == 1


def test_pages_read_what_a_change_is_to_do(world: ChangeWorld, session: Session) -> None:
    evening = world.slot("Buổi chiều", world.bung_lao, world.xuan_lao)
    add = world.propose(Add(evening), title="Mở buổi chiều")
    (line,) = change_views.open_changes(session)
    assert (line.id, line.title, line.proposed_by, line.decision) == (add, "Mở buổi chiều", "Bien", None)
    assert line.slot_ids == (str(evening.id),)
    assert line.steps == (
        (
            "Thêm khung giờ “Buổi chiều”: 17:00; hằng ngày, từ 01/5/2024; dài nhất 15 phút; ở Búng Lao, Xuân Lao; "
            "chương trình “Chương trình huyện”; đúng giờ, chờ tối đa 30 giây; âm lượng như bản đã duyệt; của cả mạng; "
            "không dời buổi nào"
        ),
    )
    world.publish(add)
    edited = replace(
        evening,
        title="Chiều tối",
        start=time(17, 30),
        gain_cb=-350,
        calendar=replace(evening.calendar, weekdays=frozenset({0, 2}), last=date(2024, 12, 31)),
    )
    named = evening.id, evening.title
    world.propose(Edit(evening, edited))
    world.propose(Skip(*named, FRIDAY))
    world.propose(MoveDate(*named, FRIDAY, time(18)))
    told = [step for each in change_views.open_changes(session) for step in each.steps]
    assert told == [
        (
            "Sửa khung giờ “Buổi chiều”: tên mới “Chiều tối”; 17:00 → 17:30; hằng ngày, từ 01/5/2024 → thứ Hai, "
            "thứ Tư, từ 01/5/2024 đến hết 31/12/2024; âm lượng như bản đã duyệt → âm lượng −3,5 dB"
        ),
        "Nghỉ buổi “Buổi chiều” ngày 10/5/2024",
        "Dời buổi “Buổi chiều” ngày 10/5/2024 sang 18:00",
    ]
    kept = world.view(add)
    assert kept.effect is None
    assert json.loads(kept.kept_effect or "")["words"] == "thêm 14 buổi phát ở 2 cụm loa"


def test_steps_that_cannot_be_read_are_refused(world: ChangeWorld, session: Session) -> None:
    change_id = world.propose(Add(world.slot()))
    for steps in ('[{"do": "fly"}]', "[]", "{", '[{"do": "skip", "slot": "x", "title": "x", "date": "2024-05-10"}]'):
        without_guards(session, "UPDATE timetable_change SET steps = :steps WHERE id = :id", steps=steps, id=change_id)
        with pytest.raises(InvalidInput if steps == "[]" else ContentRefused):
            world.publish(change_id, seen="")
