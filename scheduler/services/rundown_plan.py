"""What a station shall play for its planned airings, under the approvals that stand.

An approval counts for an airing when it was made before the cutoff ahead of the start; what was left out then stays
left out. Where a bulletin stood at the cutoff and was approved anew since, the newer revision takes its place at once,
since nothing that was superseded is ever signed; a withdrawal counts at any time. An emergency knows no cutoff: its
approval is its release, for the airings that it made and for no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.model import Airing as Asked
from playlists.model import ApprovedTrack, BulletinClass, ItemKind, PlannedAiring
from playlists.rundown import Approvals, plan_airing
from scheduler.db.bulletins import Approval
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.services.approval_proof import NotCovered, Told, refuse_uncovered
from scheduler.services.bulletins.standing import StandingTrack, standing_approvals
from scheduler.services.emergencies.reach import units_around
from scheduler.services.local_days import end_of, midnight
from scheduler.services.plan_values import airing_value
from scheduler.services.tie_orders import tie_orders

# A page may have written its approval an instant after a tick took its time: what is in the database counts.
_AHEAD = timedelta(minutes=1)


def approvals_now(session: Session, *, now: datetime) -> list[StandingTrack]:
    """Return the tracks of every bulletin's newest approval as the database holds them now."""
    return standing_approvals(session, at=now + _AHEAD)


class Standing:
    """What stands now, and what stood at the cutoff of an airing; approvals named in ``without`` count for nothing."""

    def __init__(
        self,
        session: Session,
        tracks: Iterable[StandingTrack],
        *,
        zone: str,
        cutoff: timedelta,
        now: datetime,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self._session = session
        self._zone = zone
        self._cutoff = cutoff
        self._now = now
        self._tracks = [track for track in tracks if track.approval not in without]
        self._without = without
        self._current = self._values(self._tracks)
        self._released = self._values(self._tracks, emergencies=True)
        self._at: dict[datetime, Approvals] = {}

    def for_airing(self, airing: Asked) -> Approvals:
        """Return the approvals that count for an airing."""
        if airing.bulletin_class is BulletinClass.EMERGENCY:
            return self._released
        closes = airing.starts_at - self._cutoff
        if closes >= self._now:
            return self._current
        if closes not in self._at:
            self._at[closes] = self._closed(closes)
        return self._at[closes]

    def _closed(self, closes: datetime) -> Approvals:
        wanted = {track.bulletin_id for track in self._tracks}
        before = [each for each in standing_approvals(self._session, at=closes) if each.bulletin_id in wanted]
        before = [each for each in before if each.approval not in self._without]
        stood = {each.bulletin_id for each in before if each.ended is None}
        return self._values(
            [
                *(each for each in self._tracks if each.bulletin_id in stood),
                *(each for each in before if each.bulletin_id not in stood),
            ]
        )

    def _values(self, tracks: Sequence[StandingTrack], *, emergencies: bool = False) -> Approvals:
        values = [track_value(track, self._zone) for track in tracks]
        return Approvals([each for each in values if (each.bulletin_class is BulletinClass.EMERGENCY) == emergencies])


def track_value(track: StandingTrack, zone: str) -> ApprovedTrack:
    """Return a track as the rules of the rundown take it: valid from the midnight of its first day in ``zone``."""
    return ApprovedTrack(
        bulletin_id=UUID(track.bulletin_id),
        revision=track.revision,
        kind=ItemKind(track.kind),
        language=track.language,
        media=track.media_sha256,
        duration=timedelta(milliseconds=track.duration_ms),
        approval=track.approval,
        title=track.title,
        valid_from=midnight(track.valid_from, zone),
        valid_to=end_of(track.valid_to, zone) if track.valid_to is not None else None,
        bulletin_class=BulletinClass(track.bulletin_class),
        withdrawn=track.ended in {"withdrawn", "superseded"},
    )


def plan_rows(
    session: Session,
    rows: Sequence[Airing],
    tracks: Iterable[StandingTrack],
    *,
    zone: str,
    cutoff: timedelta,
    now: datetime,
) -> tuple[dict[str, PlannedAiring], list[NotCovered]]:
    """Return by airing id what shall play for ``rows``, and the approvals that were refused.

    A station that doesn't air in the language that a programme asks for gets one of its own where there is one; among
    its priority bulletins the order counts that its commune chose.
    Every item is held against its approval's own document; one that differs is left out like one without approval.
    """
    bulletins = {item.bulletin_id for row in rows for item in row.items}
    named = [track for track in tracks if track.bulletin_id in bulletins]
    spoken = _languages(session, {row.station_id for row in rows})
    asked = [(row, replace(airing_value(row), languages=spoken[row.station_id])) for row in rows]
    ties = tie_orders(session, [row.id for row in rows])
    refusals: dict[str, NotCovered] = {}
    while True:
        standing = Standing(session, named, zone=zone, cutoff=cutoff, now=now, without=frozenset(refusals))
        planned = {
            each.id: plan_airing(value, standing.for_airing(value), tie_order=ties.get(each.id, ()))
            for each, value in asked
        }
        found = _uncovered(session, [_told(session, row, planned[row.id]) for row in rows], zone)
        if not found:
            return planned, list(refusals.values())
        refusals |= {refusal.digest: refusal for refusal in found}


def _languages(session: Session, station_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    query = select(Station.id, Station.languages).where(Station.id.in_(station_ids))
    return {station_id: tuple(languages) for station_id, languages in session.execute(query)}


def _told(session: Session, row: Airing, planned: PlannedAiring) -> tuple[PlannedAiring, Told]:
    return planned, Told(planned.airing, row.expires_at, lambda day: units_around(session, row.station_id, day))


def _uncovered(session: Session, told: Sequence[tuple[PlannedAiring, Told]], zone: str) -> list[NotCovered]:
    signed = [(item, airing) for planned, airing in told for item in planned.items]
    digests = {item.approval for item, _ in signed}
    query = select(Approval.digest, Approval.document).where(Approval.digest.in_(digests))
    documents = {row.digest: row.document for row in session.execute(query)}
    found = []
    for item, airing in signed:
        try:
            refuse_uncovered(item, documents.get(item.approval), told=airing, zone=zone)
        except NotCovered as refusal:
            found.append(refusal)
    return found
