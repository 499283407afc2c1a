"""Changes of the timetable as pages show them: what waits, what one does, who said what, what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.changes import Step
from playlists.network import Network
from scheduler.db.accounts import Person
from scheduler.db.planning import Programme
from scheduler.db.timetable import TimetableChange
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.services.timetable.effect_views import EffectView
from scheduler.services.timetable.effects import Outlook, prospect
from scheduler.services.timetable.stances import Stances, seen_digest, standing_stances
from scheduler.services.timetable.standing import network
from scheduler.services.timetable.step_words import step_words
from scheduler.services.timetable.steps import steps_from_text

NOTHING_SAID = Stances(0, ())


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change in a list; ``told`` are its steps, ``steps`` the same in words, ``slot_ids`` the slots that it writes.

    ``decision`` is ``published``, ``refused`` or ``withdrawn``, null while it is open; ``reason`` is a refusal's.
    """

    id: str
    title: str
    note: str
    proposer_id: str
    proposed_by: str
    proposed_at: datetime
    told: tuple[Step, ...]
    steps: tuple[str, ...]
    slot_ids: tuple[str, ...]
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change. While it is open: its effect, or the ``problem`` that it doesn't fit what stands any more.

    ``seen`` is what :func:`scheduler.services.timetable.changes.publish` must be told, null when it can't be published.
    For a change that was decided, ``kept_effect`` is the canonical JSON of what its publication did.
    """

    line: ChangeLine
    effect: EffectView | None
    problem: str | None
    stances: Stances
    seen: str | None
    kept_effect: str | None


def open_changes(session: Session) -> list[ChangeLine]:
    """Return the changes that wait for a decision, oldest first."""
    query = select(TimetableChange).where(TimetableChange.decision.is_(None))
    rows = list(session.scalars(query.order_by(TimetableChange.proposed_at, TimetableChange.id)))
    return _lines(session, rows)


def count_to_decide(session: Session, person_id: str) -> int:
    """Return how many changes of others wait for a decision."""
    open_ones = select(func.count()).select_from(TimetableChange).where(TimetableChange.decision.is_(None))
    return session.scalars(open_ones.where(TimetableChange.proposed_by != person_id)).one()


def decided_changes(session: Session, *, most: int = 50) -> list[ChangeLine]:
    """Return the changes that were decided, newest first."""
    query = select(TimetableChange).where(TimetableChange.decision.is_not(None))
    newest = query.order_by(TimetableChange.decided_at.desc(), TimetableChange.id).limit(most)
    return _lines(session, list(session.scalars(newest)))


def change_view(session: Session, change_id: str, *, now: datetime, outlook: Outlook) -> ChangeView:
    """Return a change with what it does as the timetable stands at ``now``.

    Raises :class:`~scheduler.errors.NotFound`.
    """
    row = session.get(TimetableChange, change_id, populate_existing=True)
    if row is None:
        raise NotFound(what="đề xuất này")
    (line,) = _lines(session, [row])
    if row.decision is not None:
        return ChangeView(line, None, None, NOTHING_SAID, None, row.effect)
    try:
        effect = prospect(session, steps_from_text(row.steps), now=now, outlook=outlook).effect
    except (Conflict, InvalidInput) as refusal:
        return ChangeView(line, None, str(refusal), NOTHING_SAID, None, None)
    stances = standing_stances(session, change_id, effect.station_ids)
    problem = "; ".join(effect.refusals) or None
    seen = seen_digest(effect, stances) if problem is None else None
    return ChangeView(line, effect, problem, stances, seen, None)


def _lines(session: Session, rows: list[TimetableChange]) -> list[ChangeLine]:
    if not rows:
        return []
    people = {row.id: row.display_name for row in session.execute(select(Person.id, Person.display_name))}
    programmes = {UUID(row.id): row.title for row in session.execute(select(Programme.id, Programme.title))}
    known = network(session)
    return [_line(row, people, programmes, known) for row in rows]


def _line(
    row: TimetableChange, people: Mapping[str, str], programmes: Mapping[UUID, str], known: Network
) -> ChangeLine:
    steps = steps_from_text(row.steps)
    return ChangeLine(
        id=row.id,
        title=row.title,
        note=row.note,
        proposer_id=row.proposed_by,
        proposed_by=people[row.proposed_by],
        proposed_at=row.proposed_at,
        told=steps,
        steps=tuple(step_words(step, known, programmes) for step in steps),
        slot_ids=tuple(dict.fromkeys(str(step.slot_id) for step in steps)),
        decision=row.decision,
        decided_by=people[row.decided_by] if row.decided_by is not None else None,
        decided_at=row.decided_at,
        reason=row.reason,
    )
