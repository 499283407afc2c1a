"""What sounds in a session: the items that it asks for, in order, before approvals are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.slots import Occurrence
from scheduler.db.planning import Programme


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item that a session asks for; ``why`` says why it was chosen, null for one that its programme fixes."""

    kind: str
    bulletin_id: str
    language: str
    why: str | None = None


class Contents:
    """The contents of sessions as they are to be at ``now``, read once from the database; ``zone`` parts the days."""

    def __init__(self, session: Session, *, zone: str, now: datetime) -> None:
        self.zone, self.now = zone, now
        self._fixed = {
            programme.id: tuple(AskedItem(item.kind, item.bulletin_id, item.language) for item in programme.items)
            for programme in session.scalars(select(Programme))
        }

    def marks(self) -> Mapping[str, object]:
        """Return, by programme id, what the contents of its sessions follow from: equal marks, equal contents."""
        return self._fixed

    def of(self, station_id: str, sessions: Sequence[Occurrence]) -> dict[str, tuple[AskedItem, ...]]:  # noqa: ARG002 - rotation will look at the station
        """Return, by airing id, what the sessions of one station ask for; they are given by start."""
        return {str(each.id): self._fixed.get(str(each.slot.programme_id), ()) for each in sessions}
