"""The row of a change while it is open, and the reasons that people give."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import clean_text
from scheduler.db.timetable import TimetableChange
from scheduler.errors import Conflict, InvalidInput, NotFound

SUBJECT = "timetable_change"
"""What the audit calls a change."""
DECISION_WORDS: Mapping[str, str] = {
    "published": "đã được công bố",
    "refused": "đã bị từ chối",
    "withdrawn": "đã được rút lại",
}
_SHORTEST_REASON, _LONGEST_REASON = 3, 500


def checked_reason(reason: str, what: str) -> str:
    """Return a reason fit to keep; raises :class:`~scheduler.errors.InvalidInput`."""
    said = clean_text(reason).strip()
    if not _SHORTEST_REASON <= len(said) <= _LONGEST_REASON:
        raise InvalidInput(what=f"Hãy ghi lý do {what}, từ {_SHORTEST_REASON} đến {_LONGEST_REASON} ký tự")
    return said


def open_change(session: Session, change_id: str) -> TimetableChange:
    """Return a change that nobody decided yet, locked; raises :class:`~scheduler.errors.NotFound` and
    :class:`~scheduler.errors.Conflict`."""
    query = select(TimetableChange).where(TimetableChange.id == change_id)
    change = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if change is None:
        raise NotFound(what="đề xuất này")
    if change.decision is not None:
        raise Conflict(what=f"Đề xuất “{change.title}” {DECISION_WORDS[change.decision]}")
    return change
