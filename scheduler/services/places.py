"""Where stations stood on a day, and what their unit was called then: all at once, for many stations and days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from playlists.network import UnitKey
from scheduler.db.planning import Airing
from scheduler.db.units import StationUnit, Unit


@dataclass(frozen=True, slots=True)
class Place:
    """A unit's code and its name on the day; both empty for a station that stood in none."""

    unit_code: str = ""
    unit_name: str = ""


class Places:
    """The dated units of stations (of all, or of one alone), read once from the database."""

    def __init__(self, session: Session, *, station_id: str | None = None) -> None:
        self._stays: dict[str, list[StationUnit]] = defaultdict(list)
        stays = select(StationUnit).order_by(StationUnit.valid_from)
        if station_id is not None:
            stays = stays.where(StationUnit.station_id == station_id)
        for stay in session.scalars(stays):
            self._stays[stay.station_id].append(stay)
        self._units: dict[str, list[Unit]] = defaultdict(list)
        for unit in session.scalars(select(Unit).order_by(Unit.valid_from)):
            self._units[unit.code].append(unit)

    def on(self, station_id: str, day: date) -> Place:
        """Return where the station stood on ``day``; the latest word counts when two rows cover it."""
        code = self._code(station_id, day)
        unit = self._unit(code, day)
        return Place(code, unit.name if unit is not None else "")

    def units_above(self, station_id: str, day: date) -> frozenset[UnitKey]:
        """Return the unit in which the station stood on ``day`` and all above it."""
        found: set[UnitKey] = set()
        unit = self._unit(self._code(station_id, day), day)
        while unit is not None and (unit.code, unit.valid_from) not in found:
            found.add((unit.code, unit.valid_from))
            unit = self._unit(unit.parent_code or "", day)
        return frozenset(found)

    def _code(self, station_id: str, day: date) -> str:
        stays = reversed(self._stays.get(station_id, []))
        return next((stay.unit_code for stay in stays if _covers(stay, day)), "")

    def _unit(self, code: str, day: date) -> Unit | None:
        return next((unit for unit in reversed(self._units.get(code, [])) if _covers(unit, day)), None)


def _covers(dated: StationUnit | Unit, day: date) -> bool:
    return dated.valid_from <= day and (dated.valid_to is None or day <= dated.valid_to)


@dataclass(frozen=True, slots=True)
class Span:
    """A unit's code between two days, both included; null is no end."""

    code: str
    first: date
    last: date | None


def spans_below(session: Session, code: str) -> list[Span]:
    """Return when ``code`` and every unit below it belonged to it: the units whose rows a reader of that unit wants."""
    units = list(session.scalars(select(Unit)))
    found: list[Span] = []
    waiting = [Span(unit.code, unit.valid_from, unit.valid_to) for unit in units if unit.code == code]
    while waiting:
        above = waiting.pop()
        if above in found:
            continue
        found.append(above)
        for unit in units:
            span = _shared(above, unit) if unit.parent_code == above.code else None
            if span is not None:
                waiting.append(span)
    return found


def _shared(above: Span, unit: Unit) -> Span | None:
    first = max(above.first, unit.valid_from)
    last = min((each for each in (above.last, unit.valid_to) if each is not None), default=None)
    return Span(unit.code, first, last) if last is None or first <= last else None


def covered_by(session: Session, code: str) -> ColumnElement[bool]:
    """Return the condition that an airing took place in the unit ``code`` or below it, as units stood on its day."""
    each = [
        and_(
            Airing.unit_code == span.code,
            Airing.local_date >= span.first,
            Airing.local_date <= (span.last or date.max),
        )
        for span in spans_below(session, code)
    ]
    return or_(false(), *each)
