"""Which sounds a stand-in voice spoke: they carry a mark wherever they are named."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Recording, RecordingRemoval

WORDS = "giọng dự phòng"
"""The mark, for people."""
_BATCH = 500


def draft_media(session: Session, hashes: Iterable[str | None]) -> frozenset[str]:
    """Return those of ``hashes`` (SHA-256 of sounds, 64 digits) that a stand-in voice spoke."""
    ordered = sorted({each for each in hashes if each is not None})
    found: set[str] = set()
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        query = select(Recording.media_sha256).where(Recording.draft_voice, Recording.media_sha256.in_(batch))
        found.update(session.scalars(query.distinct()))
    return frozenset(found)


def draft_revisions(session: Session) -> frozenset[int]:
    """Return the ids of the revisions of which a sound that counts now was spoken by a stand-in voice."""
    newest = (
        select(func.max(Recording.id))
        .where(Recording.id.not_in(select(RecordingRemoval.recording_id)))
        .group_by(Recording.revision_id, Recording.track, Recording.language)
    )
    query = select(Recording.revision_id).where(Recording.draft_voice, Recording.id.in_(newest))
    return frozenset(session.scalars(query.distinct()))
