"""A change that somebody is still putting together: one step more, without steps that contradict each other.

A first step about a slot is kept as it was meant. Dates of one slot stand side by side as long as each is touched once;
whatever else is done to a slot again becomes one edit of it, or nothing where the slot is back to what stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from playlists.changes import Add, DateStep, Edit, End, MoveDate, Step, changed_slots
from playlists.slots import Slot


def with_step(
    standing: Mapping[UUID, Slot], steps: tuple[Step, ...], step: Step, holidays: Collection[date] = ()
) -> tuple[Step, ...]:
    """Return the steps with one more; ``standing`` are the slots as they stand without any of them.

    Raises as :func:`~playlists.changes.changed_slots` does for a step that doesn't fit what the others leave.
    """
    identity = step.slot_id
    here = tuple(each for each in steps if each.slot_id == identity)
    now = draft_slots(standing, steps, holidays)
    before = now.get(identity)
    if isinstance(step, Edit) and before is not None:
        step = Edit(before, step.slot)  # a form shows what the steps before have left
    after = changed_slots(now, (step,), holidays)[identity]
    told = _beside(here, step)
    return _in_place(steps, told if told is not None else _one(standing.get(identity), after), identity)


def draft_slots(
    standing: Mapping[UUID, Slot], steps: tuple[Step, ...], holidays: Collection[date] = ()
) -> dict[UUID, Slot]:
    """Return the slots as they would stand with the steps made; without a step, those that stand."""
    changed = changed_slots(standing, steps, holidays) if steps else {}
    return {identity: slot for identity, slot in {**standing, **changed}.items() if slot is not None}


def _beside(here: tuple[Step, ...], step: Step) -> tuple[Step, ...] | None:
    """The steps about one slot with a further date, None where they have to become one."""
    if not here:
        return (step,)
    if not isinstance(step, DateStep) or not all(isinstance(each, DateStep) for each in here):
        return None
    same = [each for each in here if isinstance(each, DateStep) and each.date == step.date]
    if not same:
        return (*here, step)
    if isinstance(step, MoveDate) and isinstance(same[0], MoveDate):
        return tuple(step if each is same[0] else each for each in here)
    return None


def _one(was: Slot | None, now: Slot | None) -> tuple[Step, ...]:
    if was == now:
        return ()
    if now is None:
        return (End(was.id, was.title),) if was is not None else ()
    return (Add(now),) if was is None else (Edit(was, now),)


def _in_place(steps: tuple[Step, ...], now: tuple[Step, ...], identity: UUID) -> tuple[Step, ...]:
    """The steps in the order in which people put them, those about one slot where its first one was."""
    at = next((number for number, each in enumerate(steps) if each.slot_id == identity), len(steps))
    return (*steps[:at], *now, *(each for each in steps[at:] if each.slot_id != identity))
