"""Sessions that did not start: how long they might have waited, how late it was, and what the loudspeaker was busy
with, as stations tell it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.db.reports import AsRunRow
from scheduler.protocol import Event, read_entry

_AT_ONCE = 500
_LATEST_MS = 366 * 86_400_000
_LONGEST_SESSION = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lateness:
    """One session that its station gave up at ``late`` after ``starts_at``, ``grace`` having passed.

    ``late`` is null when the station did not say. ``busy_with`` is the title of the session that sounded at its time,
    null when none did; ``busy_until`` is when that one ended, null as long as it hasn't or nobody knows.
    """

    starts_at: datetime
    grace: timedelta
    reason: str | None
    late: timedelta | None = None
    busy_with: str | None = None
    busy_until: datetime | None = None


def lateness(session: Session, airing_ids: Collection[str]) -> dict[str, Lateness]:
    """Return, for each airing of which its station says that it did not start, why and how late it was."""
    found: dict[str, Lateness] = {}
    for row, entry in _missed(session, sorted(airing_ids)):
        if row.id in found:
            continue
        busy = _in_the_way(session, row)
        found[row.id] = Lateness(
            starts_at=row.starts_at,
            grace=timedelta(seconds=row.grace_s),
            reason=entry.reason,
            late=_late(entry),
            busy_with=busy.title if busy is not None else None,
            busy_until=_end(session, busy) if busy is not None else None,
        )
    return found


def _missed(session: Session, airing_ids: Sequence[str]) -> Iterator[tuple[Airing, AsRunRow]]:
    for first in range(0, len(airing_ids), _AT_ONCE):
        query = (
            select(Airing, AsRunRow)
            .join(AsRunRow, (AsRunRow.airing_id == Airing.id) & (AsRunRow.station_id == Airing.station_id))
            .where(
                Airing.id.in_(airing_ids[first : first + _AT_ONCE]),
                AsRunRow.event == Event.MISSED.value,
                AsRunRow.item.is_(None),
            )
            .order_by(AsRunRow.at, AsRunRow.ledger_seq)
        )
        yield from ((row, entry) for row, entry in session.execute(query))


def _late(entry: AsRunRow) -> timedelta | None:
    told = (read_entry(entry.line).detail or {}).get("late_ms")
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told <= _LATEST_MS:
        return None
    return timedelta(milliseconds=told)


def _in_the_way(session: Session, row: Airing) -> Airing | None:
    """Return the session that had begun to sound at the station before this one's grace was over, and had not ended at
    its start."""
    query = (
        select(Airing)
        .join(AsRunRow, (AsRunRow.airing_id == Airing.id) & (AsRunRow.station_id == Airing.station_id))
        .where(
            AsRunRow.station_id == row.station_id,
            AsRunRow.event == Event.STARTED.value,
            AsRunRow.at > row.starts_at - _LONGEST_SESSION,
            AsRunRow.at <= row.starts_at + timedelta(seconds=row.grace_s),
            Airing.id != row.id,
        )
        .order_by(AsRunRow.at.desc(), AsRunRow.ledger_seq.desc())
        .limit(1)
    )
    last = session.scalars(query).first()
    if last is None:
        return None
    ended = _end(session, last)
    if ended is None and last.ends_by <= row.starts_at:
        return None  # its end was never told, and by its plan it was over
    return last if ended is None or ended > row.starts_at else None


def _end(session: Session, row: Airing) -> datetime | None:
    query = select(AsRunRow.at).where(
        AsRunRow.airing_id == row.id,
        AsRunRow.station_id == row.station_id,
        AsRunRow.event.in_((Event.FINISHED.value, Event.INTERRUPTED.value)),
    )
    return session.scalars(query.order_by(AsRunRow.at.desc()).limit(1)).first()
