"""Writes into the air log what became of each airing, as soon as it can be told, and never rewrites it.

A later report that changes the outcome brings a new settlement with its own ledger line; the newest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from playlists.model import CONTENT_KINDS
from scheduler.db.planning import Airing, AiringItem
from scheduler.db.reports import AsRunRow, LogRow, Settlement
from scheduler.protocol import Event
from scheduler.services.judging import Judge, Judged
from scheduler.services.ledger_batch import append_all
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
    told = [judged for judged in judge.judge(rows) if judged.outcome.settled]
    last = _last(session, [judged.row.id for judged in told])
    new = [each for judged in told if (each := _new(judged, last.get(judged.row.id), judge.names, now)) is not None]
    numbers = append_all(session, kind="result", bodies=[body for _, body in new], at=now)
    for (settlement, _), number in zip(new, numbers, strict=True):
        settlement.ledger_seq = number
        session.add(settlement)
    for judged in told:
        judged.row.settled_at = now
    session.flush()
    return len(new)


def _candidates(session: Session, now: datetime, allowance: timedelta, limit: int) -> list[Airing]:
    """Return what was told first, then the silent ones whose start lies furthest back: they come due first."""
    told = list(session.scalars(_open(started_by=now).where(_told()).limit(limit)))
    if len(told) == limit:
        return told
    silent = _open(started_by=now - allowance).where(~_told()).limit(limit - len(told))
    return [*told, *session.scalars(silent)]


def _open(*, started_by: datetime) -> Select[Airing]:
    open_ = Airing.settled_at.is_(None), Airing.starts_at <= started_by
    return select(Airing).where(*open_).order_by(Airing.starts_at, Airing.id)


def _told() -> ColumnElement[bool]:
    ended = exists().where(
        AsRunRow.airing_id == Airing.id, AsRunRow.station_id == Airing.station_id, AsRunRow.event.in_(_ENDS)
    )
    to_sound = exists().where(
        AiringItem.airing_id == Airing.id, AiringItem.kind.in_(_CONTENT), AiringItem.omitted.is_(None)
    )
    left_out = exists().where(AiringItem.airing_id == Airing.id, AiringItem.omitted.is_not(None))
    return or_(Airing.cancelled_at.is_not(None), ended, and_(left_out, ~to_sound))


def _last(session: Session, airing_ids: Sequence[str]) -> dict[str, Settlement]:
    query = select(Settlement).where(Settlement.airing_id.in_(airing_ids)).order_by(Settlement.ordinal)
    return {settlement.airing_id: settlement for settlement in session.scalars(query)}


def _new(
    judged: Judged, last: Settlement | None, names: Names, now: datetime
) -> tuple[Settlement, dict[str, object]] | None:
    """Return the settlement to be added and its ledger body, null when it says nothing that the last did not."""
    settlement = Settlement(
        airing_id=judged.row.id,
        ordinal=last.ordinal + 1 if last is not None else 1,
        at=now,
        result=judged.outcome.result.value,
        rundown_sequence=judged.sequence,
        rows=[LogRow(**told) for told in columns(judged, names)],
    )
    body = ledger_body(judged.row, settlement, settlement.rows)
    if last is not None and body == ledger_body(judged.row, last, last.rows) | {"ordinal": settlement.ordinal}:
        return None
    return settlement, body
