"""Airings of some bulletins, counted by station, bulletin, what became of them, and before which instant they start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from playlists.model import ItemKind
from playlists.obligations import Fate, Tally
from scheduler.db.planning import Airing, AiringItem
from scheduler.db.reports import LogRow, Settlement
from scheduler.services.judging import Judge
from scheduler.services.log_rows import rows_told

_KINDS = (ItemKind.BULLETIN.value, ItemKind.NOTICE.value)
"""What says the whole of it; a headline alone does not answer a directive."""
_FATES = {"aired": Fate.AIRED, "planned": Fate.PLANNED, "on-air": Fate.PLANNED, "unknown": Fate.UNKNOWN}
_NOT_COUNTED = frozenset({"cancelled"})

_Key = tuple[str, str, Fate, bool]


def tallies(
    session: Session,
    bulletin_ids: Collection[str],
    *,
    deadline: datetime | None,
    allowance: timedelta,
    now: datetime,
) -> list[Tally]:
    """Return the counts of all airings of ``bulletin_ids``, past and planned; without a deadline all are in time.

    What somebody called off counts for nothing; what the newest rundown leaves out is not planned. ``allowance`` is how
    long a report is waited for.
    """
    wanted = sorted(bulletin_ids)
    if not wanted:
        return []
    counts: Counter[_Key] = Counter()
    counts.update(_settled(session, wanted, deadline))
    counts.update(_live(session, wanted, deadline, allowance, now))
    counts.update(_ahead(session, wanted, deadline, now))
    return [
        Tally(station, bulletin, fate, in_time, count)
        for (station, bulletin, fate, in_time), count in sorted(counts.items())
    ]


def _in_time(deadline: datetime | None) -> ColumnElement[int]:
    return literal(1) if deadline is None else case((Airing.starts_at < deadline, 1), else_=0)


def _settled(session: Session, wanted: Collection[str], deadline: datetime | None) -> Counter[_Key]:
    newest = select(func.max(Settlement.ordinal)).where(Settlement.airing_id == Airing.id).correlate(Airing)
    in_time = _in_time(deadline).label("in_time")
    query = (
        select(Airing.station_id, LogRow.bulletin_id, LogRow.result, in_time, func.count().label("airings"))
        .select_from(LogRow)
        .join(Settlement, Settlement.id == LogRow.settlement_id)
        .join(Airing, Airing.id == Settlement.airing_id)
        .where(
            LogRow.bulletin_id.in_(wanted),
            LogRow.kind.in_(_KINDS),
            Airing.settled_at.is_not(None),
            Settlement.ordinal == newest.scalar_subquery(),
        )
        .group_by(Airing.station_id, LogRow.bulletin_id, LogRow.result, in_time)
    )
    counts: Counter[_Key] = Counter()
    for row in session.execute(query):
        if row.result not in _NOT_COUNTED:
            key = row.station_id, row.bulletin_id, _FATES.get(row.result, Fate.FAILED), bool(row.in_time)
            counts[key] += row.airings
    return counts


def _live(
    session: Session, wanted: Collection[str], deadline: datetime | None, allowance: timedelta, now: datetime
) -> Iterable[_Key]:
    holding = select(AiringItem.airing_id).where(AiringItem.bulletin_id.in_(wanted), AiringItem.kind.in_(_KINDS))
    query = select(Airing).where(
        Airing.settled_at.is_(None), Airing.cancelled_at.is_(None), Airing.starts_at <= now, Airing.id.in_(holding)
    )
    judge = Judge(session, allowance=allowance, now=now)
    for judged in judge.judge(list(session.scalars(query))):
        in_time = deadline is None or judged.row.starts_at < deadline
        for told in rows_told(judged):
            bulletin, result = str(told.bulletin_id), told.result.value
            if bulletin in wanted and told.kind.value in _KINDS and result not in _NOT_COUNTED:
                yield judged.row.station_id, bulletin, _FATES.get(result, Fate.FAILED), in_time


def _ahead(session: Session, wanted: Collection[str], deadline: datetime | None, now: datetime) -> Counter[_Key]:
    in_time = _in_time(deadline).label("in_time")
    query = (
        select(Airing.station_id, AiringItem.bulletin_id, in_time, func.count().label("airings"))
        .select_from(AiringItem)
        .join(Airing, Airing.id == AiringItem.airing_id)
        .where(
            AiringItem.bulletin_id.in_(wanted),
            AiringItem.kind.in_(_KINDS),
            AiringItem.omitted.is_(None),
            Airing.settled_at.is_(None),
            Airing.cancelled_at.is_(None),
            Airing.starts_at > now,
        )
        .group_by(Airing.station_id, AiringItem.bulletin_id, in_time)
    )
    found = session.execute(query)
    return Counter({(row.station_id, row.bulletin_id, Fate.PLANNED, bool(row.in_time)): row.airings for row in found})
