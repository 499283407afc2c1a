"""The change that somebody is putting together: steps that nobody else sees before they are proposed.

A person has one draft. It is work in progress and no record: what counts is what is proposed of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.changes import Step
from playlists.drafts import draft_slots, with_step
from playlists.errors import PlaylistError
from playlists.slots import Slot
from scheduler.canonical import sha256_hex
from scheduler.db.planning import Programme
from scheduler.db.timetable import TimetableDraft
from scheduler.errors import Conflict
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services.plan_values import refusing
from scheduler.services.timetable.changes import propose
from scheduler.services.timetable.effects import LOOKS_AHEAD, Outlook
from scheduler.services.timetable.public_holidays import public_holidays
from scheduler.services.timetable.standing import network, standing_slots
from scheduler.services.timetable.step_checks import check_steps
from scheduler.services.timetable.step_words import step_words
from scheduler.services.timetable.steps import steps_from_text, steps_text


class DraftChanged(Conflict):
    """Bản nháp đã đổi ở một trang khác, chưa đề xuất gì. Hãy xem lại rồi đề xuất."""


class DraftStale(Conflict):
    """Bản nháp có thay đổi không còn khớp với lịch: {what} Hãy mở bản nháp, bỏ thay đổi đó rồi làm lại."""

    what: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The steps of a draft over the slots that stand and the public holidays."""

    steps: tuple[Step, ...]
    standing: Mapping[UUID, Slot]
    holidays: frozenset[date]

    @property
    def digest(self) -> str:
        """What tells these steps from any others."""
        return _digest(self.steps)

    def slots(self) -> dict[UUID, Slot]:
        """Return the slots as they would be; raises :class:`DraftStale` for a step that no longer fits."""
        try:
            return draft_slots(self.standing, self.steps, self.holidays)
        except PlaylistError as error:
            raise DraftStale(what=str(error)) from error

    def slots_as_far_as_known(self) -> dict[UUID, Slot]:
        """Return the slots as they would be, as they stand where a step no longer fits."""
        try:
            return self.slots()
        except DraftStale:
            return dict(self.standing)

    def marked(self) -> list[tuple[str, Step]]:
        """Return each step with what :func:`drop_step` knows it by."""
        return [(_digest((step,)), step) for step in self.steps]


def read_draft(session: Session, actor: Actor, *, now: datetime) -> Draft:
    """Return the actor's draft, without steps when there is none."""
    row = session.get(TimetableDraft, actor.id)
    steps = steps_from_text(row.steps) if row is not None and actor.may(Deed.PROPOSE_SLOT) else ()
    return Draft(steps, standing_slots(session, now), _holidays(session, now))


def _holidays(session: Session, now: datetime) -> frozenset[date]:
    """The public holidays of all years that a step may name a day of."""
    first, last = now.year - 1, (now + LOOKS_AHEAD).year + 1
    return frozenset(public_holidays(session, date(first, 1, 1), date(last, 12, 31)))


def put_steps(session: Session, actor: Actor, steps: Sequence[Step], *, now: datetime, outlook: Outlook) -> Draft:
    """Put steps into the actor's draft; what is done to a slot again becomes one step.

    Raises :class:`DraftStale`, :class:`~scheduler.errors.Conflict` for a step that doesn't fit, and what
    :func:`~scheduler.services.timetable.step_checks.check_steps` raises; then the draft stays as it was.
    """
    require(actor, Deed.PROPOSE_SLOT)
    draft = read_draft(session, actor, now=now)
    draft.slots()
    found = draft.steps
    with refusing():
        for step in steps:
            found = with_step(draft.standing, found, step, draft.holidays)
    check_steps(session, found, now=now, outlook=outlook)
    return _keep(session, actor, found, now=now)


def drop_step(session: Session, actor: Actor, mark: str, *, now: datetime) -> Draft:
    """Take the step with this mark (:meth:`Draft.marked`) out of the draft; one that is gone already stays so."""
    require(actor, Deed.PROPOSE_SLOT)
    draft = read_draft(session, actor, now=now)
    return _keep(session, actor, tuple(step for each, step in draft.marked() if each != mark), now=now)


def clear_draft(session: Session, actor: Actor) -> None:
    """Drop the actor's draft."""
    require(actor, Deed.PROPOSE_SLOT)
    row = session.get(TimetableDraft, actor.id)
    if row is not None:
        session.delete(row)
        session.flush()


def propose_draft(
    session: Session, actor: Actor, *, title: str, note: str, seen: str, now: datetime, outlook: Outlook
) -> str:
    """Propose the actor's draft as a change, drop it, and return the change's id.

    ``seen`` is :attr:`Draft.digest` of what was looked at; raises :class:`DraftChanged` where it is another by now, and
    what :func:`~scheduler.services.timetable.changes.propose` raises.
    """
    draft = read_draft(session, actor, now=now)
    if seen != draft.digest:
        raise DraftChanged
    change_id = propose(session, actor, title=title, steps=draft.steps, note=note, now=now, outlook=outlook)
    clear_draft(session, actor)
    return change_id


def steps_words(session: Session, steps: Sequence[Step]) -> list[str]:
    """Return what each step is to do, as one phrase."""
    programmes = {UUID(row.id): row.title for row in session.execute(select(Programme.id, Programme.title))}
    known = network(session)
    return [step_words(step, known, programmes) for step in steps]


def _keep(session: Session, actor: Actor, steps: tuple[Step, ...], *, now: datetime) -> Draft:
    if steps:
        session.merge(TimetableDraft(person_id=actor.id, steps=steps_text(steps), changed_at=now))
        session.flush()
    else:
        clear_draft(session, actor)
    return read_draft(session, actor, now=now)


def _digest(steps: Sequence[Step]) -> str:
    return sha256_hex(steps_text(steps).encode())
