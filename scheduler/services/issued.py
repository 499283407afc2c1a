"""The rundowns that were issued, read back from their envelopes."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.planning import RundownIssue
from scheduler.protocol import Rundown, RundownAiring, read_rundown

# The clock takes its time before it reads, so an issue may bear an instant just before that of what it tells.
_A_TICK = timedelta(minutes=1)
_FIRST_FEW = 20


def newest_issue(session: Session, station_id: str, *, by: datetime | None = None) -> RundownIssue | None:
    """Return the station's newest issue (of those issued no later than ``by``), null before the first."""
    query = select(RundownIssue).where(RundownIssue.station_id == station_id, RundownIssue.envelope.is_not(None))
    if by is not None:
        query = query.where(RundownIssue.issued_at <= by)
    return session.scalars(query.order_by(RundownIssue.sequence.desc()).limit(1)).first()


def rundown_in(issue: RundownIssue) -> Rundown:
    """Return the rundown in an issue's envelope, which this centre signed; it must have been published."""
    payload = base64.b64decode(json.loads(issue.envelope or "")["payload"], validate=True)
    return read_rundown(payload)


class Issues:
    """Issues read once each: by the sequence that a station names, by the moment that counts, by what they held."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rundowns: dict[int, dict[str, RundownAiring]] = {}
        self._of_sequence: dict[tuple[str, int], RundownIssue | None] = {}
        self._of_moment: dict[tuple[str, datetime], RundownIssue | None] = {}

    def numbered(self, station_id: str, sequence: int) -> RundownIssue | None:
        """Return the station's published issue of that sequence."""
        key = station_id, sequence
        if key not in self._of_sequence:
            query = select(RundownIssue).where(
                RundownIssue.station_id == station_id,
                RundownIssue.sequence == sequence,
                RundownIssue.envelope.is_not(None),
            )
            self._of_sequence[key] = self._session.scalars(query).one_or_none()
        return self._of_sequence[key]

    def at(self, station_id: str, moment: datetime) -> RundownIssue | None:
        """Return the station's newest issue of ``moment``."""
        key = station_id, moment
        if key not in self._of_moment:
            self._of_moment[key] = newest_issue(self._session, station_id, by=moment)
        return self._of_moment[key]

    def first_telling(self, station_id: str, airing_id: str, since: datetime) -> RundownIssue | None:
        """Return the first of the station's issues from ``since`` on that told of the airing: an emergency is told of
        only once its start has come."""
        query = select(RundownIssue).where(
            RundownIssue.station_id == station_id,
            RundownIssue.issued_at >= since - _A_TICK,
            RundownIssue.envelope.is_not(None),
        )
        issues = self._session.scalars(query.order_by(RundownIssue.sequence).limit(_FIRST_FEW))
        return next((issue for issue in issues if self.airing(issue, airing_id) is not None), None)

    def airing(self, issue: RundownIssue, airing_id: str) -> RundownAiring | None:
        """Return the airing as that issue told it, null when it did not."""
        if issue.id not in self._rundowns:
            self._rundowns[issue.id] = {airing.id: airing for airing in rundown_in(issue).airings}
        return self._rundowns[issue.id].get(airing_id)
