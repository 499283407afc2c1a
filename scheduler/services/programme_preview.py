"""What of a programme, or of one planned session, can be listened to beforehand, in the order in which it would air.

A preview is not air: it is never signed, sent or planned. It holds what would sound, by the same rule as a rundown, and
tells what would be left out and why; on request it also holds those of them that have a sound, marked as such.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists import model
from playlists.rundown import Approvals, plan_airing
from scheduler.db.bulletins import Bulletin, Medium
from scheduler.db.planning import Airing, Programme
from scheduler.errors import NotFound
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services.bulletins.lookup import current_tracks, newest_revision
from scheduler.services.bulletins.standing import StandingTrack, standing_approvals
from scheduler.services.log_names import Names
from scheduler.services.programmes import find_programme
from scheduler.services.rundown_plan import track_value
from scheduler.services.station_playlist import PlaylistItem, playlist

_NOBODY = UUID(int=0)
_NO_APPROVAL = "0" * 64


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """One item: ``omitted`` is why it would not air (a code of the left-out reasons), null when it would.

    ``media_sha256`` is empty, and ``duration_ms`` 0, for what is not in the preview. ``peaks`` are the bars that a page
    draws of it; ``why`` is why a rotation chose it (canonical JSON), null for what the programme fixes.
    """

    kind: str
    title: str
    language: str
    omitted: str | None
    media_sha256: str = ""
    duration_ms: int = 0
    peaks: tuple[int, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """``items`` in the order in which they sound; ``left_out`` are not in the preview.

    ``starts_at`` and ``station_id`` are null for a programme, which has no time or place of its own. ``more``
    counts those left out that could be heard too.
    """

    title: str
    starts_at: datetime | None
    items: tuple[PreviewItem, ...]
    left_out: tuple[PreviewItem, ...]
    more: int = 0
    station_id: str | None = None


def programme_preview(
    session: Session, actor: Actor, *, programme_id: str, zone: str, now: datetime, with_waiting: bool = False
) -> Preview:
    """Return what of a programme would sound if it aired ``now``.

    ``with_waiting`` adds what waits for its approval, and what is approved for a later day. Raises
    :class:`~scheduler.errors.NotAllowed` and :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.READ)
    programme = find_programme(session, programme_id)
    asked = _as_airing(programme, now)
    standing = standing_approvals(session, at=now, bulletin_ids={item.bulletin_id for item in programme.items})
    by_rule = plan_airing(asked, Approvals(track_value(each, zone) for each in standing))
    whole = plan_airing(asked, Approvals(_with_waiting(session, programme, standing, zone, asked.starts_at)))
    shown = whole if with_waiting else by_rule
    why = {omission.item_ordinal: omission.reason for omission in by_rule.omissions}
    marks = {(each.bulletin_id, each.kind): each.reason.value for each in by_rule.omissions}
    airs = set(map(_identity, by_rule.items))
    peaks = _peaks(session, {item.media for item in shown.items if item.media is not None})
    names = Names(session)
    return Preview(
        title=programme.title,
        starts_at=None,
        items=tuple(
            _heard(item, marks.get((item.bulletin_id, item.kind)) if _identity(item) not in airs else None, peaks)
            for item in shown.items
        ),
        left_out=tuple(_silent(each, why.get(each.item_ordinal, each.reason), names) for each in shown.omissions),
        more=0 if with_waiting else len(by_rule.omissions) - len(whole.omissions),
    )


def airing_preview(
    session: Session, actor: Actor, *, airing_id: str, zone: str, reporting_allowance_s: int, now: datetime
) -> Preview:
    """Return what of a planned session will sound at its station, for whoever may read that station's playlist.

    Raises :class:`~scheduler.errors.NotAllowed` and :class:`~scheduler.errors.NotFound`.
    """
    row = session.get(Airing, airing_id)
    if row is None:
        raise NotFound(what="buổi phát này")
    day = playlist(
        session,
        actor,
        station_id=row.station_id,
        local_date=row.local_date,
        zone=zone,
        reporting_allowance_s=reporting_allowance_s,
        now=now,
    )
    airing = next(each for each in day.airings if each.airing_id == airing_id)
    peaks = _peaks(session, {item.media_sha256 for item in airing.sounding if item.media_sha256 is not None})
    return Preview(
        title=airing.title,
        starts_at=airing.starts_at,
        items=tuple(_of_playlist(item, peaks) for item in airing.sounding),
        left_out=tuple(_of_playlist(item, {}) for item in airing.items if item.omitted is not None),
        station_id=row.station_id,
    )


def _as_airing(programme: Programme, now: datetime) -> model.Airing:
    """A session of the programme that starts now, at no station."""
    items = (
        model.ProgrammeItem(model.ItemKind(item.kind), UUID(item.bulletin_id), item.language)
        for item in programme.items
    )
    starts_at = now.astimezone(UTC)
    return model.Airing(UUID(programme.id), _NOBODY, starts_at.date(), starts_at, programme.title, tuple(items))


def _with_waiting(
    session: Session, programme: Programme, standing: Sequence[StandingTrack], zone: str, start: datetime
) -> list[model.ApprovedTrack]:
    """The tracks as if what waits were approved, and what is approved for a later day were valid at ``start``."""
    tracks = [track_value(each, zone) for each in standing]
    tracks = [replace(track, valid_from=min(track.valid_from, start)) for track in tracks]
    stands = {each.bulletin_id for each in standing if each.ended is None}
    for bulletin_id in sorted({item.bulletin_id for item in programme.items} - stands):
        tracks += _waiting(session, bulletin_id, start)
    return tracks


def _waiting(session: Session, bulletin_id: str, start: datetime) -> list[model.ApprovedTrack]:
    """The sounds of the revision that waits for its approval, as tracks of an approval that nobody gave."""
    revision = newest_revision(session, bulletin_id, State.SUBMITTED)
    if revision is None:
        return []
    kind = session.get_one(Bulletin, bulletin_id).kind
    return [
        model.ApprovedTrack(
            bulletin_id=UUID(bulletin_id),
            revision=revision.number,
            kind=model.ItemKind("headline" if recording.track == "headline" else kind),
            language=recording.language,
            media=recording.media_sha256,
            duration=timedelta(milliseconds=session.get_one(Medium, recording.media_sha256).duration_ms),
            approval=_NO_APPROVAL,
            title=revision.title,
            valid_from=start,
            bulletin_class=model.BulletinClass(revision.bulletin_class),
        )
        for recording in current_tracks(session, revision.id)
    ]


def _peaks(session: Session, hashes: Collection[str]) -> dict[str, tuple[int, ...]]:
    query = select(Medium.sha256, Medium.peaks).where(Medium.sha256.in_(sorted(hashes)))
    return {row.sha256: tuple(row.peaks) for row in session.execute(query)}


def _identity(item: model.Item) -> tuple[UUID, model.ItemKind, str]:
    return item.bulletin_id, item.kind, item.language


def _heard(item: model.Item, omitted: str | None, peaks: Mapping[str, tuple[int, ...]]) -> PreviewItem:
    media = item.media or ""
    return PreviewItem(
        kind=item.kind.value,
        title=item.title,
        language=item.language,
        omitted=omitted,
        media_sha256=media,
        duration_ms=item.duration // timedelta(milliseconds=1),
        peaks=peaks.get(media, ()),
    )


def _silent(omission: model.Omission, reason: model.OmissionReason, names: Names) -> PreviewItem:
    title = names.title(str(omission.bulletin_id))
    return PreviewItem(omission.kind.value, title, omission.language, reason.value)


def _of_playlist(item: PlaylistItem, peaks: Mapping[str, tuple[int, ...]]) -> PreviewItem:
    media = item.media_sha256 or ""
    return PreviewItem(
        item.kind,
        item.title,
        item.language,
        item.omitted,
        media,
        item.duration_ms or 0,
        peaks.get(media, ()),
        item.why,
    )
