"""Writes into the air log what became of each airing, as soon as it can be told, and never rewrites it.

A later report that changes the outcome brings a new settlement with its own ledger line; the newest counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from playlists.model import CONTENT_KINDS
from scheduler.db.planning import Airing, AiringItem
from scheduler.db.reports import AsRunRow, LogRow, Settlement
from scheduler.protocol import Event
from scheduler.services import audit
from scheduler.services.judging import Judge, Judged
from scheduler.services.log_names import Names
from scheduler.services.log_rows import columns, ledger_body

_CONTENT = sorted(kind.value for kind in CONTENT_KINDS)
_ENDS = (Event.FINISHED.value, Event.INTERRUPTED.value, Event.MISSED.value)


def settle(session: Session, *, now: datetime, reporting_allowance: timedelta, limit: int = 200) -> int:
    """Settle at most ``limit`` airings whose outcome can be told or has changed; return how many settlements were made.

    An airing is looked at when its start has come and its station told its end, it was cancelled, nothing of it was to
    sound, or silence has lasted for ``reporting_allowance``; intake reopens a settled one when a report comes in.
    """
    rows = _candidates(session, now, reporting_allowance, limit)
    judge = Judge(session, allowance=reporting_allowance, now=now)
    made = 0
    for judged in judge.judge(rows):
        if judged.outcome.settled:
            made += _settle_one(session, judged, judge.names, now)
            judged.row.settled_at = now
    session.flush()
    return made


def _candidates(session: Session, now: datetime, allowance: timedelta, limit: int) -> list[Airing]:
    """Return what was told first, then the silent ones whose start lies furthest back: they come due first."""
    told = list(session.scalars(_open(now).where(_told()).limit(limit)))
    if len(told) == limit:
        return told
    silent = _open(now).where(~_told(), Airing.starts_at <= now - allowance).limit(limit - len(told))
    return [*told, *session.scalars(silent)]


def _open(now: datetime) -> Select[Airing]:
    return (
        select(Airing).where(Airing.settled_at.is_(None), Airing.starts_at <= now).order_by(Airing.starts_at, Airing.id)
    )


def _told() -> ColumnElement[bool]:
    ended = exists().where(
        AsRunRow.airing_id == Airing.id, AsRunRow.station_id == Airing.station_id, AsRunRow.event.in_(_ENDS)
    )
    to_sound = exists().where(
        AiringItem.airing_id == Airing.id, AiringItem.kind.in_(_CONTENT), AiringItem.omitted.is_(None)
    )
    left_out = exists().where(AiringItem.airing_id == Airing.id, AiringItem.omitted.is_not(None))
    return or_(Airing.cancelled_at.is_not(None), ended, and_(left_out, ~to_sound))


def _settle_one(session: Session, judged: Judged, names: Names, now: datetime) -> int:
    query = select(Settlement).where(Settlement.airing_id == judged.row.id).order_by(Settlement.ordinal.desc()).limit(1)
    last = session.scalars(query).first()
    settlement = Settlement(
        airing_id=judged.row.id,
        ordinal=last.ordinal + 1 if last is not None else 1,
        at=now,
        result=judged.outcome.result.value,
        rundown_sequence=judged.sequence,
    )
    rows = [LogRow(**told) for told in columns(judged, names)]
    body = ledger_body(judged.row, settlement, rows)
    if last is not None and body == ledger_body(judged.row, last, last.rows) | {"ordinal": settlement.ordinal}:
        return 0
    settlement.ledger_seq = audit.append(session, kind="result", body=body, at=now)
    settlement.rows = rows
    session.add(settlement)
    session.flush()
    return 1
