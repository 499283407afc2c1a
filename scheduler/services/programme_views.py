"""What a programme can be made of, with measured lengths; and the programmes that there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from playlists.model import BulletinClass, ItemKind
from scheduler.db.bulletins import Bulletin, Medium, Recording, RecordingRemoval, Revision
from scheduler.db.planning import Programme
from scheduler.services.bulletins.stand_ins import draft_media
from scheduler.services.bulletins.standing import standing_approvals
from scheduler.services.programmes import ProgrammeEntry

HOUSE_KINDS = frozenset(kind.value for kind in ItemKind if not kind.is_content)
MOST_UNAPPROVED = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a programme may hold; ``duration_ms`` is null while no sound of it was measured.

    ``draft_voice`` tells whether a stand-in voice spoke that sound.
    """

    entry: ProgrammeEntry
    title: str
    duration_ms: int | None
    approved: bool
    draft_voice: bool = False
    bulletin_class: str = BulletinClass.NORMAL.value

    @property
    def kind(self) -> str:
        """The item's kind."""
        return self.entry[0]

    @property
    def of_house(self) -> bool:
        """Whether it gives a session its structure (jingle, opening ...) and says nothing of its own."""
        return self.kind in HOUSE_KINDS


Pieces = Mapping[ProgrammeEntry, Piece]


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme as a list shows it; ``duration_ms`` sums what was measured, ``unmeasured`` counts the rest.

    ``draft_voices`` counts the items that a stand-in voice spoke; ``template``: each session fills places of it anew.
    """

    id: str
    title: str
    items: int
    duration_ms: int
    unmeasured: int
    unapproved: int
    draft_voices: int = 0
    template: bool = False


def pieces(session: Session, *, now: datetime) -> dict[ProgrammeEntry, Piece]:
    """Return all that may be chosen: approved tracks, and the newest revision of what is not approved yet.

    Of the latter the :data:`MOST_UNAPPROVED` saved last are told.
    """
    found: dict[ProgrammeEntry, Piece] = {}
    standing = [track for track in standing_approvals(session, at=now) if track.ended is None]
    newest = _newest(session)
    sounds = _sounds(session, [revision.id for revision, _ in newest])
    drafts = draft_media(
        session, (*(track.media_sha256 for track in standing), *(medium.sha256 for medium in sounds.values()))
    )
    for track in standing:
        entry = (track.kind, track.bulletin_id, track.language)
        found[entry] = Piece(
            entry,
            track.title,
            track.duration_ms,
            approved=True,
            draft_voice=track.media_sha256 in drafts,
            bulletin_class=track.bulletin_class,
        )
    for revision, kind in newest:
        entry = (kind, revision.bulletin_id, revision.language)
        if entry not in found:
            sound = sounds.get(revision.id)
            found[entry] = Piece(
                entry,
                revision.title,
                sound.duration_ms if sound else None,
                approved=False,
                draft_voice=sound is not None and sound.sha256 in drafts,
                bulletin_class=revision.bulletin_class,
            )
    return found


def _newest(session: Session) -> list[tuple[Revision, str]]:
    newest = (
        select(Revision.bulletin_id, func.max(Revision.number).label("number"))
        .group_by(Revision.bulletin_id)
        .subquery()
    )
    query = (
        select(Revision, Bulletin.kind)
        .join(newest, (newest.c.bulletin_id == Revision.bulletin_id) & (newest.c.number == Revision.number))
        .join(Bulletin, Bulletin.id == Revision.bulletin_id)
        .order_by(Revision.saved_at.desc(), Revision.id.desc())
        .limit(MOST_UNAPPROVED)
    )
    return [(revision, kind) for revision, kind in session.execute(query)]


class _Sound(NamedTuple):
    sha256: str
    duration_ms: int


def _sounds(session: Session, revision_ids: Sequence[int]) -> dict[int, _Sound]:
    """Return the main sound of each revision, in its own language, that was made last."""
    query = (
        select(Recording.revision_id, Medium.sha256, Medium.duration_ms)
        .join(Medium, Medium.sha256 == Recording.media_sha256)
        .join(Revision, (Revision.id == Recording.revision_id) & (Revision.language == Recording.language))
        .where(
            Recording.revision_id.in_(revision_ids),
            Recording.track == "main",
            Recording.id.not_in(select(RecordingRemoval.recording_id)),
        )
        .order_by(Recording.id)
    )
    return {row.revision_id: _Sound(row.sha256, row.duration_ms) for row in session.execute(query)}


def programme_lines(session: Session, known: Pieces) -> tuple[ProgrammeLine, ...]:
    """Return all programmes, last made first, measured by the ``known`` pieces."""
    query = select(Programme).options(selectinload(Programme.items), selectinload(Programme.places))
    query = query.order_by(Programme.created_at.desc(), Programme.id)
    return tuple(_line(programme, known) for programme in session.scalars(query))


def _line(programme: Programme, known: Pieces) -> ProgrammeLine:
    entries = [(item.kind, item.bulletin_id, item.language) for item in programme.items]
    duration_ms, unmeasured = measure(entries, known)
    unapproved = sum(1 for entry in entries if entry not in known or not known[entry].approved)
    drafts = sum(1 for entry in entries if entry in known and known[entry].draft_voice)
    return ProgrammeLine(
        id=programme.id,
        title=programme.title,
        items=len(entries) + len(programme.places),
        duration_ms=duration_ms,
        unmeasured=unmeasured,
        unapproved=unapproved,
        draft_voices=drafts,
        template=bool(programme.places),
    )


def measure(entries: Sequence[ProgrammeEntry], known: Pieces) -> tuple[int, int]:
    """Return how long ``entries`` sound together in milliseconds, and how many of them have no measured sound."""
    lengths = [known[entry].duration_ms if entry in known else None for entry in entries]
    return sum(length for length in lengths if length is not None), sum(length is None for length in lengths)
