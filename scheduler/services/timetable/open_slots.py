"""The slots that people work with: those that stand and those that somebody proposes, each with who said so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.changes import Add
from playlists.slots import Slot
from scheduler.db.timetable import SlotVersion, TimetableChange
from scheduler.services.timetable.standing import current_versions, slot_of
from scheduler.services.timetable.steps import steps_from_text


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """A slot, published or only proposed (then ``published_at`` is null); ``proposed_by`` and ``published_by`` are
    people's ids, null where nobody is known."""

    slot: Slot
    change_id: str | None
    proposed_by: str | None
    proposed_at: datetime | None
    published_by: str | None = None
    published_at: datetime | None = None

    @property
    def id(self) -> str:
        """The slot's id."""
        return str(self.slot.id)


def added_slots(change: TimetableChange) -> list[Slot]:
    """Return the slots that a change adds."""
    return [step.slot for step in steps_from_text(change.steps) if isinstance(step, Add)]


def open_slots(session: Session) -> list[OpenSlot]:
    """Return the slots that are proposed and those that stand, each group by title and id."""
    proposed = (
        OpenSlot(slot, change.id, change.proposed_by, change.proposed_at)
        for change in session.scalars(select(TimetableChange).where(TimetableChange.decision.is_(None)))
        for slot in added_slots(change)
    )
    return [*_by_title(proposed), *_by_title(_standing(session))]


def _standing(session: Session) -> Iterator[OpenSlot]:
    named = select(TimetableChange).where(TimetableChange.id.in_(select(SlotVersion.change_id)))
    changes = {change.id: change for change in session.scalars(named)}
    for row in session.scalars(current_versions().where(SlotVersion.content.is_not(None))):
        change = changes.get(row.change_id or "")
        yield OpenSlot(
            slot_of(row.slot_id, row.content or ""),
            row.change_id,
            change.proposed_by if change else None,
            change.proposed_at if change else None,
            row.published_by,
            row.published_at,
        )


def _by_title(slots: Iterable[OpenSlot]) -> list[OpenSlot]:
    return sorted(slots, key=lambda each: (each.slot.title, each.id))


def version_then(session: Session, slot_id: str, at: datetime) -> SlotVersion | None:
    """Return the version of a slot that stood at an instant, null when there was none."""
    query = select(SlotVersion).where(SlotVersion.slot_id == slot_id, SlotVersion.published_at <= at)
    return session.scalars(query.order_by(SlotVersion.number.desc()).limit(1)).one_or_none()
