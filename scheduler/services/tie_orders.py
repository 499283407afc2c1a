"""Which of an airing's priority bulletins goes first: the commune's own user decides (Circular 39/2020/TT-BTTTT)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.emergencies import TieOrder

_AT_ONCE = 500


def tie_orders(session: Session, airing_ids: Sequence[str]) -> dict[str, tuple[UUID, ...]]:
    """Return, by airing, its priority bulletins in the order that was chosen last; nothing where nobody chose."""
    found: dict[str, tuple[UUID, ...]] = {}
    for first in range(0, len(airing_ids), _AT_ONCE):
        part = airing_ids[first : first + _AT_ONCE]
        for row in session.scalars(select(TieOrder).where(TieOrder.airing_id.in_(part)).order_by(TieOrder.id)):
            found[row.airing_id] = tuple(UUID(each) for each in row.bulletins)
    return found
