"""How many of the planned items sounded, unit by unit and day by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.db.reports import LogRow, Settlement
from scheduler.errors import InvalidInput
from scheduler.services.judging import Judge
from scheduler.services.log_rows import rows_told

LONGEST_DAYS = 400
# What is still to come is not counted: a day under way shows what it could have aired so far.
_TO_COME = frozenset({"planned", "on-air"})


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


Count = tuple[str, str, date, str]
"""Unit code, unit name, local date, row result."""


def coverage(
    session: Session, *, first_day: date, last_day: date, reporting_allowance: timedelta, now: datetime
) -> Coverage:
    """Return the coverage of each unit from ``first_day`` to ``last_day`` (local, inclusive).

    A unit stands under its code and its name of those days, so one whose code was given to another has its own row.
    Raises :class:`~scheduler.errors.InvalidInput` for days in the wrong order or more than 400 of them.
    """
    if not timedelta() <= last_day - first_day < timedelta(days=LONGEST_DAYS):
        raise InvalidInput(what=f"Khoảng ngày phải theo thứ tự và không quá {LONGEST_DAYS} ngày")
    counts = _settled(session, first_day, last_day)
    counts.update(_live(session, first_day, last_day, reporting_allowance, now))
    days = tuple(first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1))
    cells: dict[tuple[str, str], dict[date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for (code, name, day, result), count in counts.items():
        cells[code, name][day][result] += count
    stations = _stations(session, first_day, last_day)
    rows = [
        CoverageRow(
            unit_code=code,
            unit_name=name,
            stations=stations.get((code, name), 0),
            cells=tuple(_cell(cells[code, name][day]) for day in days),
        )
        for code, name in sorted(cells, key=lambda unit: (unit[1], unit[0]))
    ]
    return Coverage(days, tuple(rows))


def _cell(results: Counter[str]) -> CoverageCell:
    planned = sum(count for result, count in results.items() if result not in _TO_COME)
    return CoverageCell(aired=results["aired"], planned=planned, unknown=results["unknown"])


def _settled(session: Session, first_day: date, last_day: date) -> Counter[Count]:
    newest = select(func.max(Settlement.ordinal)).where(Settlement.airing_id == Airing.id).correlate(Airing)
    unit = (Airing.unit_code, Airing.unit_name, Airing.local_date, LogRow.result)
    query = (
        select(*unit, func.count().label("rows"))
        .select_from(LogRow)
        .join(Settlement, Settlement.id == LogRow.settlement_id)
        .join(Airing, Airing.id == Settlement.airing_id)
        .where(
            Airing.local_date.between(first_day, last_day),
            Airing.settled_at.is_not(None),
            Settlement.ordinal == newest.scalar_subquery(),
        )
        .group_by(*unit)
    )
    return Counter(
        {(row.unit_code, row.unit_name, row.local_date, row.result): row.rows for row in session.execute(query)}
    )


def _live(session: Session, first_day: date, last_day: date, allowance: timedelta, now: datetime) -> Counter[Count]:
    query = select(Airing).where(
        Airing.local_date.between(first_day, last_day), Airing.settled_at.is_(None), Airing.starts_at <= now
    )
    judge = Judge(session, allowance=allowance, now=now)
    return Counter(
        (judged.row.unit_code, judged.row.unit_name, judged.row.local_date, row.result.value)
        for judged in judge.judge(list(session.scalars(query)))
        for row in rows_told(judged)
    )


def _stations(session: Session, first_day: date, last_day: date) -> dict[tuple[str, str], int]:
    query = (
        select(Airing.unit_code, Airing.unit_name, func.count(Airing.station_id.distinct()).label("stations"))
        .where(Airing.local_date.between(first_day, last_day))
        .group_by(Airing.unit_code, Airing.unit_name)
    )
    return {(row.unit_code, row.unit_name): row.stations for row in session.execute(query)}
