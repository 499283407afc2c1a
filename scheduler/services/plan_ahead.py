"""Turns published slots into airings for the days ahead, the same ones however often it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The ids of the airings that one run added (or brought back), changed in place, and took out."""

    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.added or self.moved or self.removed)


def plan_ahead(session: Session, *, now: datetime, days_ahead: int, default_zone: str) -> PlanChange:
    """Bring the airings between ``now`` and the local midnight ``days_ahead`` days later in line with the slots."""
    raise NotImplementedError
