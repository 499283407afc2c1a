"""Which stations the clock must tell before all others: an emergency came out, or something was withdrawn."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.orm import Session

from scheduler.canonical import media_sha256
from scheduler.db.bulletins import Approval
from scheduler.db.emergencies import UrgentDispatch
from scheduler.db.planning import Airing, AiringItem, RundownIssue, RundownMedium
from scheduler.db.units import Station

Cause = Literal["emergency", "withdrawal"]

# No rundown that still stands names an airing of longer ago: a rundown is valid for 60 days at most.
_STILL_NAMED = timedelta(days=60)
# The clock takes its time before it reads, so an issue may bear an instant just before that of what it tells.
_A_TICK = timedelta(minutes=1)


def ask(session: Session, *, station_ids: Collection[str], bulletin_id: str, cause: Cause, now: datetime) -> None:
    """Ask that these stations' rundowns be issued before all others."""
    for station_id in sorted(station_ids):
        session.add(UrgentDispatch(station_id=station_id, bulletin_id=bulletin_id, reason=cause, at=now, done_at=None))
    session.flush()


def ask_where_planned(session: Session, *, bulletin_id: str, cause: Cause, now: datetime) -> None:
    """Ask it of every station whose rundown may name the bulletin."""
    planned = (
        select(Airing.station_id)
        .join(AiringItem, AiringItem.airing_id == Airing.id)
        .where(AiringItem.bulletin_id == bulletin_id, Airing.starts_at > now - _STILL_NAMED)
    )
    there = set(session.scalars(select(Station.id).where(Station.id.in_(planned), Station.active)))
    ask(session, station_ids=there, bulletin_id=bulletin_id, cause=cause, now=now)


def waiting(session: Session) -> tuple[str, ...]:
    """Return the stations to be told first: emergencies before withdrawals, the longest waiting first."""
    first = func.min(UrgentDispatch.id)
    query = (
        select(UrgentDispatch.station_id)
        .join(Station, Station.id == UrgentDispatch.station_id)
        .where(UrgentDispatch.done_at.is_(None), Station.active, Station.public_key.is_not(None))
        .group_by(UrgentDispatch.station_id)
        .order_by(func.min(UrgentDispatch.reason), first)
    )
    return tuple(session.scalars(query))


def mark_told(session: Session, station_id: str, *, now: datetime) -> None:
    """Mark what waits for a station as told by the rundown that is issued ``now``.

    To be called before its plan is read, in the transaction that issues: when that fails, everything waits again.
    """
    session.execute(
        update(UrgentDispatch)
        .where(UrgentDispatch.station_id == station_id, UrgentDispatch.done_at.is_(None))
        .values(done_at=now)
        .execution_options(synchronize_session=False)
    )


def telling(approval: Approval) -> Select[str, int]:
    """Return the query for the stations that were told of what an approval released, each with the sequence of the
    rundown that told it: the newest, when its urgent row was done, that named the sound.

    The sound alone proves nothing: the revision before may have had the same.
    """
    media = [media_sha256(track["media"]) for track in json.loads(approval.document)["tracks"]]
    asked = and_(
        UrgentDispatch.station_id == RundownIssue.station_id,
        UrgentDispatch.bulletin_id == approval.bulletin_id,
        UrgentDispatch.reason == "emergency",
        UrgentDispatch.at == approval.approved_at,
    )
    return (
        select(RundownIssue.station_id, func.max(RundownIssue.sequence))
        .join(UrgentDispatch, asked)
        .join(RundownMedium, RundownMedium.issue_id == RundownIssue.id)
        .where(
            RundownIssue.issued_at.between(approval.approved_at - _A_TICK, UrgentDispatch.done_at),
            RundownMedium.media_sha256.in_(media),
        )
        .group_by(RundownIssue.station_id)
    )
