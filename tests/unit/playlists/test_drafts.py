"""A change put together step by step: one step a slot, or one a date, and always what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_network import DISTRICT, OLD_A, network_slot, under

from playlists.calendar import Calendar
from playlists.changes import Add, AddDate, Edit, End, MoveDate, Skip, StaleStep, Step, Unskip, changed_slots
from playlists.drafts import draft_slots, with_step
from playlists.errors import PlaylistError
from playlists.slots import Anchor, Slot

MONDAY = date(2024, 5, 6)
TUESDAY, SUNDAY = MONDAY + timedelta(days=1), MONDAY - timedelta(days=1)
WORKDAYS = Calendar(date(2024, 1, 1), weekdays=frozenset(range(5)))
EVENING = network_slot("Chiều", under(DISTRICT), owner=DISTRICT, calendar=WORKDAYS)
DAWN = network_slot("Sáng", under(OLD_A), "05:00", owner=OLD_A)
STANDING = {EVENING.id: EVENING}
LATER = replace(EVENING, start=time(18))
RENAMED = replace(LATER, title="Tối")
SUNDAY_TOO = replace(
    EVENING, calendar=replace(WORKDAYS, added=frozenset({SUNDAY})), moved=frozenset({(SUNDAY, time(9))})
)
WITHOUT_MONDAY = replace(LATER, calendar=replace(WORKDAYS, skipped=frozenset({MONDAY})))
KEY = EVENING.id, EVENING.title


def draft(*steps: Step) -> tuple[Step, ...]:
    found: tuple[Step, ...] = ()
    for step in steps:
        found = with_step(STANDING, found, step)
    return found


def test_steps_about_different_slots_or_dates_stand_side_by_side() -> None:
    skip, add, move = Skip(*KEY, MONDAY), Add(DAWN), MoveDate(*KEY, TUESDAY, time(18))
    assert draft(skip, add, move) == (skip, move, add)


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([Edit(EVENING, LATER), Edit(LATER, RENAMED)], [Edit(EVENING, RENAMED)]),
        ([Edit(EVENING, LATER), Edit(LATER, EVENING)], []),
        ([Edit(EVENING, LATER), End(*KEY)], [End(*KEY)]),
        ([Add(DAWN), Edit(DAWN, replace(DAWN, title="Sớm"))], [Add(replace(DAWN, title="Sớm"))]),
        ([Add(DAWN), End(DAWN.id, "Sáng")], []),
        ([MoveDate(*KEY, MONDAY, time(18)), MoveDate(*KEY, MONDAY, time(19))], [MoveDate(*KEY, MONDAY, time(19))]),
        ([Skip(*KEY, MONDAY), Unskip(*KEY, MONDAY)], []),
        ([AddDate(*KEY, SUNDAY), Skip(*KEY, SUNDAY)], []),
        ([Skip(*KEY, MONDAY), Edit(EVENING, LATER)], [Edit(EVENING, LATER)]),
        ([AddDate(*KEY, SUNDAY), MoveDate(*KEY, SUNDAY, time(9))], [Edit(EVENING, SUNDAY_TOO)]),
        ([Edit(EVENING, LATER), Skip(*KEY, MONDAY)], [Edit(EVENING, WITHOUT_MONDAY)]),
    ],
)
def test_what_is_done_to_a_slot_again_becomes_one_step(steps: list[Step], left: list[Step]) -> None:
    assert list(draft(*steps)) == left


def test_a_new_slot_may_follow_another_new_one_which_is_then_edited() -> None:
    follower = network_slot("Nối", under(OLD_A), Anchor(DAWN.id), calendar=WORKDAYS)
    early = replace(DAWN, start=time(4))
    assert draft(Add(DAWN), Add(follower), Edit(DAWN, early)) == (Add(early), Add(follower))


@pytest.mark.parametrize("step", [Skip(*KEY, SUNDAY), End(DAWN.id, "Sáng"), Add(EVENING)])
def test_a_step_that_does_not_fit_is_refused(step: Step) -> None:
    with pytest.raises(StaleStep):
        draft(step)


days = st.dates(MONDAY, MONDAY + timedelta(days=9))
slots = st.sampled_from([EVENING, DAWN])
times = st.sampled_from([time(5), time(6, 30), time(18)])


@st.composite
def steps(draw: st.DrawFn) -> Step:
    slot: Slot = draw(slots)
    key = slot.id, slot.title
    return draw(
        st.one_of(
            st.just(Add(slot)),
            st.builds(lambda start: Edit(slot, replace(slot, start=start)), times),
            st.just(End(*key)),
            st.builds(lambda day: Skip(*key, day), days),
            st.builds(lambda day: Unskip(*key, day), days),
            st.builds(lambda day: AddDate(*key, day), days),
            st.builds(lambda day, start: MoveDate(*key, day, start), days, times | st.none()),
        )
    )


@given(st.lists(steps(), max_size=8))
def test_a_draft_never_contradicts_itself_and_does_what_its_steps_did_one_by_one(told: list[Step]) -> None:
    found: tuple[Step, ...] = ()
    expected = dict(STANDING)
    for step in told:
        meant = Edit(expected.get(step.slot_id, step.slot), step.slot) if isinstance(step, Edit) else step
        try:
            changed = changed_slots(expected, (meant,))
        except PlaylistError:
            with pytest.raises(PlaylistError):
                with_step(STANDING, found, step)
            continue
        found = with_step(STANDING, found, step)
        expected = {key: slot for key, slot in {**expected, **changed}.items() if slot is not None}
        assert draft_slots(STANDING, found) == expected
