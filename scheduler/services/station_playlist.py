"""One day of one station, as its operator reads it: what will sound, what was left out, whether all is in place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.model import RowResult
from playlists.outcomes import RowOutcome
from scheduler.db.planning import Airing
from scheduler.db.units import StationReport
from scheduler.rules.permissions import Actor, Deed, require_station
from scheduler.services import stations
from scheduler.services.bulletins.stand_ins import draft_media
from scheduler.services.issued import newest_issue
from scheduler.services.judging import Judge, Judged
from scheduler.services.local_days import local_day
from scheduler.services.log_names import Names
from scheduler.services.places import Places
from scheduler.services.readiness import readiness


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """One item as it will sound, or one left out (``omitted`` says why: a code of the left-out reasons).

    ``starts_at`` and ``duration_ms`` are null for one left out. ``result`` is a row result (``planned`` before);
    ``held`` tells whether the station has the sound (null: it has not said), ``draft_voice`` whether a stand-in voice
    spoke it; ``why`` is why a rotation chose it (canonical JSON), null for what the programme fixes.
    """

    ordinal: int
    kind: str
    title: str
    bulletin_id: str
    revision: int | None
    language: str
    starts_at: datetime | None
    duration_ms: int | None
    media_sha256: str | None
    approval_digest: str | None
    approver_name: str | None
    omitted: str | None
    held: bool | None
    result: str
    reason: str | None
    draft_voice: bool
    why: str | None = None


@dataclass(frozen=True, slots=True)
class PlaylistAiring:
    """One session: ``ends_at`` is when its items end if it starts on time; ``readiness`` is ready, loading, not-ready
    or unknown, null once it has started or when nothing of it will sound."""

    airing_id: str
    slot_id: str | None
    title: str
    starts_at: datetime
    ends_at: datetime
    start_rule: str
    grace_s: int
    gain_cb: int
    bulletin_class: str
    drill: bool
    result: str
    reason: str | None
    cancel_reason: str | None
    readiness: str | None
    actual_start: datetime | None
    actual_end: datetime | None
    items: tuple[PlaylistItem, ...]

    @property
    def sounding(self) -> tuple[PlaylistItem, ...]:
        """The items that are to sound."""
        return tuple(item for item in self.items if item.omitted is None)


@dataclass(frozen=True, slots=True)
class Playlist:
    """One day of one station. ``held_sequence`` is the rundown that the station says it holds, ``newest_sequence`` the
    last one issued to it, ``media_missing`` the SHA-256 of sounds that it says it lacks."""

    station_id: str
    station_name: str
    unit_code: str
    unit_name: str
    local_date: date
    last_contact: datetime | None
    held_sequence: int | None
    newest_sequence: int | None
    media_missing: tuple[str, ...]
    airings: tuple[PlaylistAiring, ...]


def playlist(
    session: Session,
    actor: Actor,
    *,
    station_id: str,
    local_date: date,
    zone: str,
    reporting_allowance_s: int,
    now: datetime,
) -> Playlist:
    """Return one day of a station for whoever may read it (an operator: his or her own places).

    Raises :class:`~scheduler.errors.NotFound` and :class:`~scheduler.errors.NotAllowed`.
    """
    station = stations.find(session, station_id)
    today = local_day(now, zone)
    require_station(actor, Deed.READ_PLAYLIST, station.id, stations.unit_codes_above(session, station.id, today))
    report = session.get(StationReport, station.id)
    issue = newest_issue(session, station.id)
    held = _Held(report, issue.sequence if issue is not None else None)
    query = select(Airing).where(Airing.station_id == station.id, Airing.local_date == local_date)
    judge = Judge(session, allowance=timedelta(seconds=reporting_allowance_s), now=now)
    judged = judge.judge(list(session.scalars(query.order_by(Airing.starts_at, Airing.id))))
    drafts = draft_media(session, (row.media for each in judged for row in each.outcome.rows))
    place = Places(session).on(station.id, local_date)
    return Playlist(
        station_id=station.id,
        station_name=station.name,
        unit_code=place.unit_code,
        unit_name=place.unit_name,
        local_date=local_date,
        last_contact=report.at if report is not None else None,
        held_sequence=report.sequence if report is not None else None,
        newest_sequence=held.newest,
        media_missing=tuple(sorted(held.missing)),
        airings=tuple(_airing(each, judge.names, held, drafts, now) for each in judged),
    )


class _Held:
    """What the station said it has, against the newest rundown issued to it."""

    def __init__(self, report: StationReport | None, newest: int | None) -> None:
        self.report = report
        self.newest = newest
        self.missing = (
            frozenset(name.removeprefix("sha256:") for name in report.media_missing) if report else frozenset()
        )

    def has(self, sha256: str | None) -> bool | None:
        """Tell whether the station has a sound; null as long as it has not spoken of the newest rundown."""
        if sha256 is None or self.report is None or self.newest is None or self.report.sequence != self.newest:
            return None
        return sha256 not in self.missing

    def readiness(self, media: Collection[str | None], starts_at: datetime, now: datetime) -> str:
        return readiness(
            self.report,
            newest_sequence=self.newest,
            missing=not self.missing.isdisjoint(each for each in media if each is not None),
            starts_at=starts_at,
            now=now,
        )


def _airing(judged: Judged, names: Names, held: _Held, drafts: Collection[str], now: datetime) -> PlaylistAiring:
    row, outcome, airing = judged.row, judged.outcome, judged.plan.airing
    waits = bool(judged.plan.items) and row.cancelled_at is None and now < airing.starts_at
    media = [item.media for item in judged.plan.items]
    why = {(item.kind, item.bulletin_id, item.language): item.why for item in row.items}
    return PlaylistAiring(
        airing_id=row.id,
        slot_id=row.slot_id,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=judged.plan.ends_at,
        start_rule=row.start_rule,
        grace_s=row.grace_s,
        gain_cb=row.gain_cb,
        bulletin_class=row.bulletin_class,
        drill=airing.drill,
        result=outcome.result.value,
        reason=outcome.reason,
        cancel_reason=row.cancel_reason,
        readiness=held.readiness(media, airing.starts_at, now) if waits else None,
        actual_start=outcome.actual_start,
        actual_end=outcome.actual_end,
        items=tuple(
            replace(
                _item(place, told, names, held, drafts), why=why.get((told.kind, str(told.bulletin_id), told.language))
            )
            for place, told in enumerate(outcome.rows)
        ),
    )


def _item(place: int, row: RowOutcome, names: Names, held: _Held, drafts: Collection[str]) -> PlaylistItem:
    bulletin_id = str(row.bulletin_id)
    left_out = row.ordinal is None and row.planned_start is None
    reason = str(row.reason) if row.reason is not None else None
    length = row.planned_end - row.planned_start if row.planned_end and row.planned_start else None
    return PlaylistItem(
        ordinal=place,
        kind=row.kind.value,
        title=row.title or names.title(bulletin_id, row.revision),
        bulletin_id=bulletin_id,
        revision=row.revision,
        language=row.language,
        starts_at=row.planned_start,
        duration_ms=length // timedelta(milliseconds=1) if length is not None else None,
        media_sha256=row.media,
        approval_digest=row.approval,
        approver_name=names.approver(row.approval),
        omitted=(reason or RowResult.CANCELLED.value) if left_out else None,
        held=held.has(row.media),
        result=row.result.value,
        reason=reason,
        draft_voice=row.media in drafts,
    )
