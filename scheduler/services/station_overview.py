"""How the stations are: heard from, ready, and what they will play next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from scheduler.db.planning import Airing, RundownIssue
from scheduler.db.units import Alarm, Station, StationReport, StationUnit
from scheduler.rules.permissions import Actor, Role
from scheduler.services import stations
from scheduler.services.local_days import local_day
from scheduler.services.places import Place, Places, spans_below
from scheduler.services.readiness import is_online, readiness


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """Something at a station (null: at the centre) that nobody has looked at yet."""

    id: int
    kind: str
    at: datetime
    station_id: str | None
    station_name: str | None
    detail: dict[str, object]


@dataclass(frozen=True, slots=True)
class NextAiring:
    """The next session that is to start."""

    airing_id: str
    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class StationState:
    """One station now. ``online``: heard from within the last minutes; ``readiness`` is that for its next airing:
    ready, loading, not-ready or unknown."""

    station_id: str
    name: str
    active: bool
    enrolled: bool
    unit_code: str
    unit_name: str
    languages: tuple[str, ...]
    last_contact: datetime | None
    online: bool
    readiness: str
    playing: str | None
    held_sequence: int | None
    newest_sequence: int | None
    media_missing: int
    clock_source: str | None
    clock_offset_ms: int | None
    clock_uncertainty_ms: int | None
    disk_free_mb: int | None
    unsent: int | None
    versions: dict[str, object]
    alarms: tuple[OpenAlarm, ...]
    next_airing: NextAiring | None


@dataclass(frozen=True, slots=True)
class StationOverview:
    """All stations by name, and the alarms that concern none of them."""

    stations: tuple[StationState, ...]
    centre_alarms: tuple[OpenAlarm, ...]

    @property
    def open_alarms(self) -> int:
        """How many alarms wait for somebody."""
        return len(self.centre_alarms) + sum(len(station.alarms) for station in self.stations)


def station_overview(session: Session, *, zone: str, now: datetime) -> StationOverview:
    """Return the state of every station; its unit is that of the local day."""
    alarms = _open_alarms(session)
    states = _states(session, stations.all_stations(session), alarms, Places(session), zone=zone, now=now)
    return StationOverview(states, tuple(alarms[None]))


def station_state(session: Session, *, station_id: str, zone: str, now: datetime) -> StationState:
    """Return the state of one station, reading of no other; raises :class:`~scheduler.errors.NotFound`."""
    station = stations.find(session, station_id)
    alarms = _open_alarms(session, station.id)
    places = Places(session, station_id=station.id)
    (state,) = _states(session, [station], alarms, places, zone=zone, now=now, only=station.id)
    return state


def stations_on_duty(session: Session, actor: Actor, *, zone: str, now: datetime) -> tuple[str, ...]:
    """Return the ids of the active stations that concern a reader, by name.

    These are an operator's own places of the local day (grants name a station, or a unit with all below it), and all
    stations for everybody else.
    """
    query = select(Station.id).where(Station.active.is_(True)).order_by(Station.name)
    if any(grant.role is not Role.OPERATOR or not (grant.unit_code or grant.station_id) for grant in actor.grants):
        return tuple(session.scalars(query))
    today = local_day(now, zone)
    named = {grant.station_id for grant in actor.grants if grant.station_id}
    spans = [span for grant in actor.grants if grant.unit_code for span in spans_below(session, grant.unit_code)]
    codes = {span.code for span in spans if span.first <= today <= (span.last or today)}
    stays = select(StationUnit.station_id).where(
        StationUnit.unit_code.in_(codes),
        StationUnit.valid_from <= today,
        or_(StationUnit.valid_to.is_(None), StationUnit.valid_to >= today),
    )
    return tuple(session.scalars(query.where(or_(Station.id.in_(named), Station.id.in_(stays)))))


def _states(
    session: Session,
    asked: Sequence[Station],
    alarms: Mapping[str | None, list[OpenAlarm]],
    places: Places,
    *,
    zone: str,
    now: datetime,
    only: str | None = None,
) -> tuple[StationState, ...]:
    reports = _reports(session, only)
    newest = _newest_sequences(session, only)
    coming = _next_airings(session, now, only)
    today = local_day(now, zone)
    return tuple(
        _state(
            station,
            reports.get(station.id),
            place=places.on(station.id, today),
            newest=newest.get(station.id),
            alarms=tuple(alarms.get(station.id, ())),
            coming=coming.get(station.id),
            now=now,
        )
        for station in asked
    )


def _of(column: InstrumentedAttribute[Any], only: str | None) -> ColumnElement[bool]:
    """Return the condition that a row is of station ``only``; null is all stations."""
    return true() if only is None else column == only


def _state(
    station: Station,
    report: StationReport | None,
    *,
    place: Place,
    newest: int | None,
    alarms: tuple[OpenAlarm, ...],
    coming: NextAiring | None,
    now: datetime,
) -> StationState:
    missing = len(report.media_missing) if report is not None else 0
    ready = readiness(
        report,
        newest_sequence=newest,
        missing=missing > 0,
        starts_at=coming.starts_at if coming is not None else None,
        now=now,
    )
    return StationState(
        station_id=station.id,
        name=station.name,
        active=station.active,
        enrolled=station.public_key is not None,
        unit_code=place.unit_code,
        unit_name=place.unit_name,
        languages=tuple(station.languages),
        last_contact=report.at if report else None,
        online=is_online(report, now),
        readiness=ready,
        playing=report.playing if report else None,
        held_sequence=report.sequence if report else None,
        newest_sequence=newest,
        media_missing=missing,
        clock_source=report.clock_source if report else None,
        clock_offset_ms=report.clock_offset_ms if report else None,
        clock_uncertainty_ms=report.clock_uncertainty_ms if report else None,
        disk_free_mb=report.disk_free_mb if report else None,
        unsent=report.unsent if report else None,
        versions=dict(report.versions) if report else {},
        alarms=alarms,
        next_airing=coming,
    )


def _reports(session: Session, only: str | None) -> dict[str, StationReport]:
    query = select(StationReport).where(_of(StationReport.station_id, only))
    return {report.station_id: report for report in session.scalars(query)}


def _open_alarms(session: Session, only: str | None = None) -> dict[str | None, list[OpenAlarm]]:
    found: dict[str | None, list[OpenAlarm]] = defaultdict(list)
    query = (
        select(Alarm, Station.name)
        .outerjoin(Station, Station.id == Alarm.station_id)
        .where(Alarm.settled_at.is_(None), _of(Alarm.station_id, only))
        .order_by(Alarm.at, Alarm.id)
    )
    for alarm, name in session.execute(query):
        found[alarm.station_id].append(
            OpenAlarm(alarm.id, alarm.kind, alarm.at, alarm.station_id, name, dict(alarm.detail))
        )
    return found


def _newest_sequences(session: Session, only: str | None) -> dict[str, int]:
    query = (
        select(RundownIssue.station_id, func.max(RundownIssue.sequence).label("sequence"))
        .where(RundownIssue.envelope.is_not(None), _of(RundownIssue.station_id, only))
        .group_by(RundownIssue.station_id)
    )
    return {row.station_id: row.sequence for row in session.execute(query)}


def _next_airings(session: Session, now: datetime, only: str | None) -> dict[str, NextAiring]:
    first = (
        select(Airing.station_id, func.min(Airing.starts_at).label("starts_at"))
        .where(Airing.starts_at > now, Airing.cancelled_at.is_(None), _of(Airing.station_id, only))
        .group_by(Airing.station_id)
        .subquery()
    )
    query = (
        select(Airing)
        .join(first, (first.c.station_id == Airing.station_id) & (first.c.starts_at == Airing.starts_at))
        .where(Airing.cancelled_at.is_(None))
        .order_by(Airing.id.desc())
    )
    return {row.station_id: NextAiring(row.id, row.title, row.starts_at) for row in session.scalars(query)}
