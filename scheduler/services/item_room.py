"""The time that a bulletin has on air: what its slot leaves beside the programme's other items, or a usual length."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler.db.planning import Programme, ProgrammeItem
from scheduler.rules.lint.script import Room
from scheduler.services.plan_values import length_s
from scheduler.services.programme_views import Pieces, measure, pieces
from scheduler.services.timetable.open_slots import open_slots


def item_room(session: Session, bulletin_id: str, *, day: date, now: datetime, usual_s: int) -> Room:
    """Return the time that one sounding of a bulletin has: the least that a slot of its programmes leaves.

    Slots count that nobody ended and whose last day is not before the local ``day``, proposed ones too; the other
    items take what was measured of them. ``usual_s`` is for a bulletin in no slot.
    """
    holding = {str(each) for each in session.scalars(_programmes_with(bulletin_id))} if bulletin_id else set()
    slots = sorted(
        {
            (length_s(slot.max_duration), slot.title, str(slot.programme_id))
            for slot in (each.slot for each in open_slots(session))
            if str(slot.programme_id) in holding and (slot.calendar.last is None or slot.calendar.last >= day)
        }
        if holding
        else ()
    )
    if not slots:
        return Room(usual_s * 1000)
    known = pieces(session, now=now)
    taken = {programme_id: _beside(session, programme_id, bulletin_id, known) for _, _, programme_id in slots}
    rooms = [
        (max(0, seconds * 1000 - others_ms) // times, title)
        for seconds, title, programme_id in slots
        for others_ms, times in [taken[programme_id]]
    ]
    longest_ms, title = min(rooms, key=lambda room: room[0])
    return Room(longest_ms, f"còn lại cho mục này trong khung giờ “{title}”")


def _programmes_with(bulletin_id: str) -> Select[str]:
    return select(ProgrammeItem.programme_id).where(ProgrammeItem.bulletin_id == bulletin_id).distinct()


def _beside(session: Session, programme_id: str, bulletin_id: str, known: Pieces) -> tuple[int, int]:
    """Return how many milliseconds a programme's other items take, and how often it holds the bulletin."""
    programme = session.get_one(Programme, programme_id)
    entries = [(item.kind, item.bulletin_id, item.language) for item in programme.items]
    others = [entry for entry in entries if entry[1] != bulletin_id]
    return measure(others, known)[0], len(entries) - len(others)
