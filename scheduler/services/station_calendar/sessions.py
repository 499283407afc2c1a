"""The sessions of a station's calendar: those of the days ahead as they are planned, past ones as they went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.model import AiringResult, ItemKind
from playlists.outcomes import RowOutcome
from scheduler.db.planning import Airing
from scheduler.db.reports import LogRow, Settlement
from scheduler.services.judging import Judge, Judged
from scheduler.services.log_names import Names

PAST = timedelta(days=7)
ONE_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """One item with something to say; ``left_out`` is a code where it will not sound, then the length is null."""

    kind: str
    title: str
    duration_ms: int | None
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarSession:
    """One airing. ``result`` is an airing's result; ``planned_at`` is when it was last planned or taken out,
    ``revised_at`` when anything of it last changed."""

    id: str
    title: str
    station_name: str
    unit_name: str
    starts_at: datetime
    ends_by: datetime
    bulletin_class: str
    drill: bool
    cancelled: bool
    cancel_reason: str | None
    result: str
    items: tuple[CalendarItem, ...]
    planned_at: datetime
    revised_at: datetime


def calendar_sessions(
    session: Session, *, station_id: str, days_ahead: int, reporting_allowance: timedelta, now: datetime
) -> tuple[CalendarSession, ...]:
    """Return the station's sessions from :data:`PAST` ago to ``days_ahead`` from now, by start; cancelled ones too."""
    query = select(Airing).where(
        Airing.station_id == station_id,
        Airing.starts_at > now - PAST,
        Airing.starts_at <= now + timedelta(days=days_ahead),
    )
    rows = list(session.scalars(query.order_by(Airing.starts_at, Airing.id)))
    written = _written(session, [row for row in rows if row.settled_at is not None])
    judge = Judge(session, allowance=reporting_allowance, now=now)
    judged = {each.row.id: each for each in judge.judge([row for row in rows if row.id not in written])}
    return tuple(
        _as_written(row, written[row.id]) if row.id in written else _as_judged(judged[row.id], judge.names)
        for row in rows
    )


def _written(session: Session, rows: Sequence[Airing]) -> dict[str, Settlement]:
    """Return the newest settlement of each settled airing."""
    newer = select(func.max(Settlement.ordinal)).where(Settlement.airing_id == Airing.id).correlate(Airing)
    query = (
        select(Settlement)
        .join(Airing, Airing.id == Settlement.airing_id)
        .where(Airing.id.in_([row.id for row in rows]), Settlement.ordinal == newer.scalar_subquery())
    )
    return {settlement.airing_id: settlement for settlement in session.scalars(query)}


def _as_written(row: Airing, settlement: Settlement) -> CalendarSession:
    items = tuple(_log_item(each) for each in settlement.rows if ItemKind(each.kind).is_content)
    return _session(row, settlement.result, items, revised_at=settlement.at)


def _log_item(row: LogRow) -> CalendarItem:
    if row.result == "left-out":
        return CalendarItem(row.kind, row.title, None, row.reason)
    return CalendarItem(row.kind, row.title, (row.planned_end - row.planned_start) // ONE_MILLISECOND)


def _as_judged(judged: Judged, names: Names) -> CalendarSession:
    items = tuple(_told_item(each, names) for each in judged.outcome.content_rows)
    return _session(judged.row, judged.outcome.result.value, items)


def _told_item(row: RowOutcome, names: Names) -> CalendarItem:
    title = row.title or names.title(str(row.bulletin_id), row.revision)
    if row.planned_start is None or row.planned_end is None:
        return CalendarItem(row.kind.value, title, None, str(row.reason) if row.reason is not None else None)
    return CalendarItem(row.kind.value, title, (row.planned_end - row.planned_start) // ONE_MILLISECOND)


def _session(
    row: Airing, result: str, items: tuple[CalendarItem, ...], *, revised_at: datetime | None = None
) -> CalendarSession:
    planned_at = max(row.planned_at, row.cancelled_at or row.planned_at)
    return CalendarSession(
        id=row.id,
        title=row.title,
        station_name=row.station_name,
        unit_name=row.unit_name,
        starts_at=row.starts_at,
        ends_by=row.ends_by,
        bulletin_class=row.bulletin_class,
        drill=row.drill,
        # A station that had not heard of it in time may have played it all the same: then it counts as played.
        cancelled=result == AiringResult.CANCELLED.value,
        cancel_reason=row.cancel_reason,
        result=result,
        items=items,
        planned_at=planned_at,
        revised_at=max(planned_at, revised_at or planned_at),
    )
