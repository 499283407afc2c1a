"""What a programme can be made of, with measured lengths; and the programmes that there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from playlists.model import ItemKind
from scheduler.db.bulletins import Bulletin, Medium, Recording, Revision
from scheduler.db.planning import Programme
from scheduler.services.bulletins.standing import standing_approvals
from scheduler.services.programmes import ProgrammeEntry

HOUSE_KINDS = frozenset(kind.value for kind in ItemKind if not kind.is_content)
MOST_UNAPPROVED = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a programme may hold; ``duration_ms`` is null while no sound of it was measured."""

    entry: ProgrammeEntry
    title: str
    duration_ms: int | None
    approved: bool

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
    """A programme as a list shows it; ``duration_ms`` sums what was measured, ``unmeasured`` counts the rest."""

    id: str
    title: str
    items: int
    duration_ms: int
    unmeasured: int
    unapproved: int


def pieces(session: Session, *, now: datetime) -> dict[ProgrammeEntry, Piece]:
    """Return all that may be chosen: approved tracks, and the newest revision of what is not approved yet.

    Of the latter the :data:`MOST_UNAPPROVED` saved last are told.
    """
    found: dict[ProgrammeEntry, Piece] = {}
    for track in standing_approvals(session, at=now):
        if track.ended is None:
            entry = (track.kind, track.bulletin_id, track.language)
            found[entry] = Piece(entry, track.title, track.duration_ms, approved=True)
    newest = _newest(session)
    lengths = _lengths(session, [revision.id for revision, _ in newest])
    for revision, kind in newest:
        entry = (kind, revision.bulletin_id, revision.language)
        if entry not in found:
            found[entry] = Piece(entry, revision.title, lengths.get(revision.id), approved=False)
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


def _lengths(session: Session, revision_ids: Sequence[int]) -> dict[int, int]:
    """Return how long the main sound of each revision, in its own language, is that was made last."""
    query = (
        select(Recording.revision_id, Medium.duration_ms)
        .join(Medium, Medium.sha256 == Recording.media_sha256)
        .join(Revision, (Revision.id == Recording.revision_id) & (Revision.language == Recording.language))
        .where(Recording.revision_id.in_(revision_ids), Recording.track == "main")
        .order_by(Recording.id)
    )
    return {row.revision_id: row.duration_ms for row in session.execute(query)}


def programme_lines(session: Session, known: Pieces) -> tuple[ProgrammeLine, ...]:
    """Return all programmes, last made first, measured by the ``known`` pieces."""
    query = select(Programme).options(selectinload(Programme.items))
    query = query.order_by(Programme.created_at.desc(), Programme.id)
    return tuple(_line(programme, known) for programme in session.scalars(query))


def _line(programme: Programme, known: Pieces) -> ProgrammeLine:
    entries = [(item.kind, item.bulletin_id, item.language) for item in programme.items]
    duration_ms, unmeasured = measure(entries, known)
    unapproved = sum(1 for entry in entries if entry not in known or not known[entry].approved)
    return ProgrammeLine(programme.id, programme.title, len(entries), duration_ms, unmeasured, unapproved)


def measure(entries: Sequence[ProgrammeEntry], known: Pieces) -> tuple[int, int]:
    """Return how long ``entries`` sound together in milliseconds, and how many of them have no measured sound."""
    lengths = [known[entry].duration_ms if entry in known else None for entry in entries]
    return sum(length for length in lengths if length is not None), sum(length is None for length in lengths)
