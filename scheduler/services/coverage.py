"""How many of the planned items sounded, unit by unit and day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One unit on one day: items that aired whole, items planned (future ones aside), and those still unknown."""

    aired: int = 0
    planned: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A unit under the name that it had on those days, the number of its stations, and a cell for each day."""

    unit_code: str
    unit_name: str
    stations: int
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The table: ``days`` are local dates, one a column."""

    days: tuple[date, ...]
    rows: tuple[CoverageRow, ...]


def coverage(
    session: Session, *, first_day: date, last_day: date, reporting_allowance: timedelta, now: datetime
) -> Coverage:
    """Return the coverage of each unit from ``first_day`` to ``last_day`` (local, inclusive)."""
    raise NotImplementedError
