"""What dispatch may sign: each bulletin's newest approval, and the approvals that were withdrawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from scheduler.canonical import media_sha256
from scheduler.db.bulletins import Approval, ApprovalEnd, Bulletin, Medium, Revision
from scheduler.rules.approval import Track

_BATCH = 500


@dataclass(frozen=True, slots=True)
class StandingTrack:
    """One track that an approval names; ``ended`` is null while it stands, else superseded, withdrawn or expired.

    ``kind`` is the rundown item's kind (``headline`` for a headline track, else the bulletin's); digests are 64 digits;
    ``valid_from`` and ``valid_to`` are local days, both included.
    """

    bulletin_id: str
    revision: int
    kind: str
    house_key: str | None
    language: str
    media_sha256: str
    media_bytes: int
    media_type: str
    duration_ms: int
    approval: str
    title: str
    bulletin_class: str
    valid_from: date
    valid_to: date | None
    approver_id: str
    ended: str | None

    @property
    def withdrawn(self) -> bool:
        """Whether somebody took the approval back."""
        return self.ended == "withdrawn"


def standing_approvals(session: Session, *, at: datetime) -> list[StandingTrack]:
    """Return the tracks of each bulletin's newest approval as of ``at``, by bulletin, kind and language.

    An approval that ended is told with ``ended``, so that the reason of an omission can be given; an older one never
    stands again, so it is left out. Tracks are those of the approval's own document, whatever else is stored.
    """
    made = Approval.approved_at <= at
    number = (
        select(Approval.bulletin_id, func.max(Revision.number).label("number"))
        .join(Revision, Revision.id == Approval.revision_id)
        .where(made)
        .group_by(Approval.bulletin_id)
        .subquery()
    )
    rows = session.execute(
        select(Approval, Revision, Bulletin, ApprovalEnd.kind)
        .join(Revision, Revision.id == Approval.revision_id)
        .join(Bulletin, Bulletin.id == Approval.bulletin_id)
        .join(number, and_(number.c.bulletin_id == Approval.bulletin_id, number.c.number == Revision.number))
        .outerjoin(ApprovalEnd, and_(ApprovalEnd.digest == Approval.digest, ApprovalEnd.at <= at))
        .where(made)
    )
    named = [(row, told) for row in rows for told in _tracks_of(row[0].document)]
    media = _media(session, {told.media for _, told in named})
    found = [
        _track(approval, revision, bulletin, ended, told=told, medium=media[told.media])
        for (approval, revision, bulletin, ended), told in named
        if told.media in media
    ]
    return sorted(found, key=lambda each: (each.bulletin_id, each.kind, each.language))


def withdrawn_approvals(session: Session, *, since: datetime | None = None) -> list[str]:
    """Return the digests of approvals that were withdrawn (from ``since`` on), in order of their digits."""
    query = select(ApprovalEnd.digest).where(ApprovalEnd.kind == "withdrawn").order_by(ApprovalEnd.digest)
    if since is not None:
        query = query.where(ApprovalEnd.at >= since)
    return list(session.scalars(query))


def _tracks_of(document: str) -> list[Track]:
    """Return the tracks that a document names; none of one that somebody damaged.

    Its items are then left out as not approved, the other bulletins air, and the check of the ledger names it.
    """
    try:
        tracks = json.loads(document)["tracks"]
        return [Track(track["kind"], track["language"], media_sha256(track["media"])) for track in tracks]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _media(session: Session, hashes: set[str]) -> dict[str, Medium]:
    ordered = sorted(hashes)
    found: dict[str, Medium] = {}
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        found |= {medium.sha256: medium for medium in session.scalars(select(Medium).where(Medium.sha256.in_(batch)))}
    return found


def _track(
    approval: Approval,
    revision: Revision,
    bulletin: Bulletin,
    ended: str | None,
    *,
    told: Track,
    medium: Medium,
) -> StandingTrack:
    return StandingTrack(
        bulletin_id=bulletin.id,
        revision=revision.number,
        kind="headline" if told.kind == "headline" else bulletin.kind,
        house_key=bulletin.house_key,
        language=told.language,
        media_sha256=medium.sha256,
        media_bytes=medium.bytes,
        media_type=medium.type,
        duration_ms=medium.duration_ms,
        approval=approval.digest,
        title=revision.title,
        bulletin_class=revision.bulletin_class,
        valid_from=revision.valid_from,
        valid_to=revision.valid_to,
        approver_id=approval.approver_id,
        ended=ended,
    )
