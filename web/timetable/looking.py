"""What the timetable's pages look at it by: the outlook of the settings, and the draft of whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from playlists.changes import Step
from playlists.slots import Slot
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed
from scheduler.services.timetable.drafts import Draft, put_steps, read_draft
from scheduler.services.timetable.effect_views import EffectView
from scheduler.services.timetable.effects import Outlook, change_effect
from web import door


def outlook() -> Outlook:
    """Return by what a change is looked at here."""
    settings = door.settings()
    return Outlook(settings.zone, settings.days_ahead, settings.hours)


@dataclass(frozen=True, slots=True)
class DraftLook:
    """The reader's draft with what it would do, or the ``problem`` that it doesn't fit what stands."""

    draft: Draft
    effect: EffectView | None
    problem: str | None

    @property
    def possible(self) -> bool:
        """Whether it can be proposed."""
        return self.effect is not None and not self.effect.refusals


def draft_look(database: Session, who: Actor) -> DraftLook | None:
    """Return the reader's draft, null when there is none."""
    if not who.may(Deed.PROPOSE_SLOT):
        return None
    draft = read_draft(database, who, now=door.now())
    if not draft.steps:
        return None
    try:
        return DraftLook(draft, change_effect(database, draft.steps, now=door.now(), outlook=outlook()), None)
    except (Conflict, InvalidInput) as refusal:
        return DraftLook(draft, None, str(refusal))


def put(made: Callable[[Mapping[UUID, Slot]], Sequence[Step]]) -> None:
    """Put the steps that ``made`` makes of the slots, as the reader's draft leaves them, into that draft.

    Raises what :func:`~scheduler.services.timetable.drafts.put_steps` raises; then the draft stays as it was.
    """
    who = door.may(Deed.PROPOSE_SLOT)
    with door.writing() as database:
        slots = read_draft(database, who, now=door.now()).slots()
        put_steps(database, who, made(slots), now=door.now(), outlook=outlook())


def slot_in(slots: Mapping[UUID, Slot], slot_id: str) -> Slot:
    """Return the slot of this id; raises :class:`~scheduler.errors.NotFound`."""
    try:
        return slots[UUID(slot_id)]
    except (KeyError, ValueError) as error:
        raise NotFound(what="khung giờ này trong lịch") from error
