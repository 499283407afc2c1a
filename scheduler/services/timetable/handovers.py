"""Slots that name units which end, and what came of these: to be put into a change by whoever proposes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.handover import Handover, handover
from playlists.slots import Slot
from scheduler.db.units import Unit
from scheduler.services.timetable.standing import network


def handovers(session: Session, slots: Mapping[UUID, Slot], *, day: date) -> list[Handover]:
    """Return what of ``slots`` there is to hand over as seen on ``day``, by title.

    The network is read only where a slot names a unit that has a last day.
    """
    ends = {
        (code, first)
        for code, first in session.execute(select(Unit.code, Unit.valid_from).where(Unit.valid_to.is_not(None)))
    }
    concerned = [slot for slot in slots.values() if not ends.isdisjoint(slot.scope.units | {slot.owner})]
    if not concerned:
        return []
    known = network(session)
    found = [each for slot in concerned if (each := handover(slot, known, day)) is not None]
    return sorted(found, key=lambda each: (each.slot.title, each.slot.id))
