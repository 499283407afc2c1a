"""What a programme can be made of, with measured lengths; and the programmes that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.model import ItemKind
from scheduler.db.bulletins import Bulletin, Medium, Recording, Revision
from scheduler.db.planning import Programme
from scheduler.services.bulletins.standing import standing_approvals

Key = tuple[str, str, str]
"""An item: (kind, bulletin id, language), as services take it."""

HOUSE_KINDS = tuple(kind.value for kind in ItemKind if not kind.is_content)
MOST_BULLETINS = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a programme may hold; ``duration_ms`` is null while no sound of it was measured."""

    key: Key
    title: str
    duration_ms: int | None
    approved: bool

    @property
    def kind(self) -> str:
        """The item's kind."""
        return self.key[0]


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme as a list shows it; ``duration_ms`` sums what was measured, ``unmeasured`` counts the rest."""

    id: str
    title: str
    items: int
    duration_ms: int
    unmeasured: int
    unapproved: int


def pieces(session: Session, *, now: datetime) -> dict[Key, Piece]:
    """Return all that may be chosen: approved tracks, and the newest revision of what is not approved yet."""
    found: dict[Key, Piece] = {}
    for track in standing_approvals(session, at=now):
        if track.ended is None:
            key = (track.kind, track.bulletin_id, track.language)
            found[key] = Piece(key, track.title, track.duration_ms, approved=True)
    for revision, kind in _newest(session):
        key = (kind, revision.bulletin_id, revision.language)
        if key not in found:
            found[key] = Piece(key, revision.title, _length(session, revision.id), approved=False)
    return found


def _newest(session: Session) -> Iterable[tuple[Revision, str]]:
    newest = (
        select(Revision.bulletin_id, func.max(Revision.number).label("number"))
        .group_by(Revision.bulletin_id)
        .subquery()
    )
    query = (
        select(Revision, Bulletin.kind)
        .join(newest, (newest.c.bulletin_id == Revision.bulletin_id) & (newest.c.number == Revision.number))
        .join(Bulletin, Bulletin.id == Revision.bulletin_id)
        .order_by(Revision.saved_at.desc())
        .limit(MOST_BULLETINS)
    )
    return [(revision, kind) for revision, kind in session.execute(query)]


def _length(session: Session, revision_id: int) -> int | None:
    query = (
        select(Medium.duration_ms)
        .join(Recording, Recording.media_sha256 == Medium.sha256)
        .where(Recording.revision_id == revision_id, Recording.track == "main")
        .order_by(Recording.id.desc())
    )
    return session.scalars(query).first()


def programme_lines(session: Session, known: Mapping[Key, Piece]) -> list[ProgrammeLine]:
    """Return all programmes, last made first."""
    return [
        _line(programme, known)
        for programme in session.scalars(select(Programme).order_by(Programme.created_at.desc(), Programme.id))
    ]


def _line(programme: Programme, known: Mapping[Key, Piece]) -> ProgrammeLine:
    keys = [(item.kind, item.bulletin_id, item.language) for item in programme.items]
    length = measure(keys, known)
    unapproved = sum(1 for key in keys if key not in known or not known[key].approved)
    return ProgrammeLine(programme.id, programme.title, len(keys), length[0], length[1], unapproved)


def measure(keys: Sequence[Key], known: Mapping[Key, Piece]) -> tuple[int, int]:
    """Return how long ``keys`` sound together in milliseconds, and how many of them have no measured sound."""
    lengths = [known[key].duration_ms if key in known else None for key in keys]
    return sum(length for length in lengths if length is not None), sum(length is None for length in lengths)
