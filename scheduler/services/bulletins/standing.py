"""What dispatch may sign: each bulletin's newest approval, and the approvals that were withdrawn."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from scheduler.canonical import media_sha256
from scheduler.db.bulletins import Approval, ApprovalEnd, Bulletin, Medium, Revision
from scheduler.rules.approval import Track

_BATCH = 500


class _Medium(NamedTuple):
    bytes: int
    type: str
    duration_ms: int


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


def standing_approvals(
    session: Session, *, at: datetime, bulletin_ids: Collection[str] | None = None
) -> list[StandingTrack]:
    """Return the tracks of each bulletin's newest approval as of ``at``, by bulletin, kind and language.

    An approval that ended is told with ``ended``, so that the reason of an omission can be given; an older one never
    stands again, so it is left out. Tracks are those of the approval's own document, whatever else is stored.
    ``bulletin_ids`` keeps to those bulletins; null is all.
    """
    rows = session.execute(_newest(at, bulletin_ids)).all()
    named = [(row, told) for row in rows for told in _tracks_of(row.document)]
    media = _media(session, {told.media for _, told in named})
    found = [
        StandingTrack(
            bulletin_id=row.bulletin_id,
            revision=row.number,
            kind="headline" if told.kind == "headline" else row.kind,
            house_key=row.house_key,
            language=told.language,
            media_sha256=told.media,
            media_bytes=media[told.media].bytes,
            media_type=media[told.media].type,
            duration_ms=media[told.media].duration_ms,
            approval=row.digest,
            title=row.title,
            bulletin_class=row.bulletin_class,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            approver_id=row.approver_id,
            ended=row.ended,
        )
        for row, told in named
        if told.media in media
    ]
    return sorted(found, key=lambda each: (each.bulletin_id, each.kind, each.language))


def _newest(at: datetime, bulletin_ids: Collection[str] | None) -> Select[*tuple[Any, ...]]:
    """Select the newest approval of each bulletin: columns alone, as texts are long and dispatch asks often."""
    wanted = Approval.approved_at <= at
    if bulletin_ids is not None:
        wanted = and_(wanted, Approval.bulletin_id.in_(bulletin_ids))
    number = (
        select(Approval.bulletin_id, func.max(Revision.number).label("number"))
        .join(Revision, Revision.id == Approval.revision_id)
        .where(wanted)
        .group_by(Approval.bulletin_id)
        .subquery()
    )
    return (
        select(
            Approval.bulletin_id,
            Approval.digest,
            Approval.document,
            Approval.approver_id,
            Revision.number,
            Revision.title,
            Revision.bulletin_class,
            Revision.valid_from,
            Revision.valid_to,
            Bulletin.kind,
            Bulletin.house_key,
            ApprovalEnd.kind.label("ended"),
        )
        .join(Revision, Revision.id == Approval.revision_id)
        .join(Bulletin, Bulletin.id == Approval.bulletin_id)
        .join(number, and_(number.c.bulletin_id == Approval.bulletin_id, number.c.number == Revision.number))
        .outerjoin(ApprovalEnd, and_(ApprovalEnd.digest == Approval.digest, ApprovalEnd.at <= at))
        .where(wanted)
    )


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


def _media(session: Session, hashes: set[str]) -> dict[str, _Medium]:
    ordered = sorted(hashes)
    found: dict[str, _Medium] = {}
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        query = select(Medium.sha256, Medium.bytes, Medium.type, Medium.duration_ms).where(Medium.sha256.in_(batch))
        for sha256, size, kind, duration_ms in session.execute(query):
            found[sha256] = _Medium(size, kind, duration_ms)
    return found
