"""A draft of a change: kept for one person, put together step by step, proposed as it was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from change_world import OUTLOOK, ChangeWorld

from playlists.changes import Add, Edit, MoveDate, Skip
from scheduler.errors import Conflict, InvalidInput, NotAllowed
from scheduler.rules.permissions import Role
from scheduler.services.timetable import drafts
from scheduler.services.timetable.change_views import open_changes

THURSDAY = date(2024, 5, 9)


@pytest.fixture
def world(session, now) -> ChangeWorld:
    return ChangeWorld(session, now)


def put(world, *steps, actor=None):
    return drafts.put_steps(world.session, actor or world.editor, steps, now=world.now, outlook=OUTLOOK)


def draft(world, actor=None):
    return drafts.read_draft(world.session, actor or world.editor, now=world.now)


def propose(world, seen, **facts):
    told = {"title": "Đổi lịch", "note": "", "seen": seen, "now": world.now, "outlook": OUTLOOK} | facts
    return drafts.propose_draft(world.session, world.editor, **told)


def test_a_draft_is_its_persons_own_and_is_proposed_whole(world):
    slot, other = world.slot(), world.slot("Buổi sáng", starts="05:00")
    world.stand(slot)
    put(world, Skip(slot.id, slot.title, THURSDAY))
    put(world, Add(other))
    assert draft(world, world.person("bien-tap-hai", Role.EDITOR)).steps == ()
    found = draft(world)
    assert found.steps == (Skip(slot.id, slot.title, THURSDAY), Add(other))
    assert found.slots() == {
        slot.id: replace(slot, calendar=replace(slot.calendar, skipped=frozenset({THURSDAY}))),
        other.id: other,
    }
    change_id = propose(world, found.digest, note="Chợ phiên")
    (line,) = open_changes(world.session)
    assert (line.id, line.title, line.note, len(line.steps)) == (change_id, "Đổi lịch", "Chợ phiên", 2)
    assert draft(world).steps == ()


def test_a_step_is_taken_out_by_its_mark_and_an_empty_draft_is_none(world):
    slot = world.slot()
    world.stand(slot)
    put(world, Skip(slot.id, slot.title, THURSDAY), MoveDate(slot.id, slot.title, date(2024, 5, 10), time(18)))
    (mark, _), (other, kept) = draft(world).marked()
    for _ in range(2):
        drafts.drop_step(world.session, world.editor, mark, now=world.now)
    assert draft(world).steps == (kept,)
    drafts.drop_step(world.session, world.editor, other, now=world.now)
    assert draft(world).steps == ()


def test_a_draft_that_changed_elsewhere_is_not_proposed(world):
    put(world, Add(world.slot()))
    seen = draft(world).digest
    put(world, Add(world.slot("Buổi sáng", starts="05:00")))
    with pytest.raises(drafts.DraftChanged):
        propose(world, seen)
    assert open_changes(world.session) == []
    assert len(draft(world).steps) == 2


def test_a_clash_stays_in_the_draft_and_is_refused_when_proposed(world):
    world.stand(world.slot())
    put(world, Add(world.slot("Buổi chen", starts="17:05")))
    with pytest.raises(Conflict, match="Trùng giờ phát"):
        propose(world, draft(world).digest)
    assert len(draft(world).steps) == 1


def test_what_cannot_be_leaves_the_draft_as_it_was(world):
    slot = world.slot()
    world.stand(slot)
    put(world, Skip(slot.id, slot.title, THURSDAY))
    for wrong, error in (
        (Add(replace(world.slot("x"), gain_cb=10)), InvalidInput),
        (Skip(slot.id, slot.title, date(2024, 5, 1)), InvalidInput),
        (Add(slot), Conflict),
    ):
        with pytest.raises(error):
            put(world, wrong)
    assert draft(world).steps == (Skip(slot.id, slot.title, THURSDAY),)


def test_a_step_that_no_longer_fits_is_told_and_can_be_taken_out(world):
    slot = world.slot()
    world.stand(slot)
    put(world, Skip(slot.id, slot.title, THURSDAY))
    later = replace(slot, calendar=replace(slot.calendar, first=date(2024, 6, 1)))
    world.publish(world.propose(Edit(slot, later)))
    with pytest.raises(Conflict, match="không có buổi phát ngày 09/5/2024"):
        draft(world).slots()
    assert draft(world).slots_as_far_as_known() == {slot.id: later}
    with pytest.raises(drafts.DraftStale, match="Hãy mở bản nháp"):
        put(world, Add(world.slot("Buổi sáng", starts="05:00")))
    ((mark, _),) = draft(world).marked()
    assert drafts.drop_step(world.session, world.editor, mark, now=world.now).slots() == {slot.id: later}


def test_only_who_may_propose_has_a_draft(world):
    for deed in (
        lambda: put(world, Add(world.slot()), actor=world.approver),
        lambda: drafts.drop_step(world.session, world.approver, "x", now=world.now),
        lambda: drafts.clear_draft(world.session, world.approver),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert draft(world, world.approver).steps == ()


def test_a_draft_is_dropped(world):
    put(world, Add(world.slot()))
    drafts.clear_draft(world.session, world.editor)
    drafts.clear_draft(world.session, world.editor)
    assert draft(world).steps == ()
