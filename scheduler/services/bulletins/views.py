"""What lists show: all bulletins, and those that wait for the approver."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased, defer

from scheduler.db.accounts import Person
from scheduler.db.bulletins import Bulletin, Contributor, Medium, Revision
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services.bulletins.hindrance import Hindrance, hindrance
from scheduler.services.bulletins.lookup import current_tracks


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """A bulletin by its newest revision; ``waiting`` and ``standing`` number the submitted and the approved one."""

    bulletin_id: str
    kind: str
    house_key: str | None
    number: int
    state: State
    title: str
    bulletin_class: str
    language: str
    valid_from: date
    valid_to: date | None
    directive_id: str | None
    obligation_id: int | None
    author_name: str | None
    saved_at: datetime
    waiting: int | None
    standing: int | None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A submitted revision, and what still hinders ``actor`` from approving it (null: nothing)."""

    bulletin_id: str
    kind: str
    house_key: str | None
    number: int
    title: str
    bulletin_class: str
    language: str
    valid_from: date
    valid_to: date | None
    author_name: str | None
    submitted_by_name: str | None
    submitted_at: datetime
    duration_ms: int | None
    draft_voice: bool
    hindrance: Hindrance | None


def bulletin_list(
    session: Session,
    *,
    state: State | None = None,
    mine: str | None = None,
    search: str | None = None,
    kinds: Collection[str] | None = None,
    directive_id: str | None = None,
    limit: int | None = None,
) -> list[BulletinLine]:
    """Return bulletins, last saved first.

    ``state`` keeps those whose newest revision is there, or that have one waiting or standing there; ``mine`` those in
    which that person had a hand; ``search`` those whose title or script holds all its words, accents left aside.
    """
    newest = select(Revision.bulletin_id, func.max(Revision.number).label("number")).group_by(Revision.bulletin_id)
    latest = newest.subquery()
    author = aliased(Person)
    query = (
        select(Revision, Bulletin, author.display_name)
        .join(latest, (latest.c.bulletin_id == Revision.bulletin_id) & (latest.c.number == Revision.number))
        .join(Bulletin, Bulletin.id == Revision.bulletin_id)
        .outerjoin(author, author.id == Revision.author_id)
        .order_by(Revision.saved_at.desc(), Revision.id.desc())
        .options(defer(Revision.reading), defer(Revision.sentences))  # long, and no list shows them
    )
    if state is not None:
        query = query.where(_stands_in(state))
    if mine is not None:
        hand = select(Contributor.bulletin_id).where(Contributor.person_id == mine)
        query = query.where(Revision.bulletin_id.in_(hand))
    if kinds is not None:
        query = query.where(Bulletin.kind.in_(kinds))
    if directive_id is not None:
        query = query.where(Revision.directive_id == directive_id)
    words = fold(search or "").split()
    if not words:
        query = query.options(defer(Revision.script)).limit(limit)
    found = [row for row in session.execute(query) if _holds(row[0], words)]
    waiting, standing = _numbers(session, State.SUBMITTED), _numbers(session, State.APPROVED)
    return [_line(*row, waiting=waiting, standing=standing) for row in found[:limit]]


def approval_queue(session: Session, actor: Actor, *, heard_needed_permille: int) -> list[QueueLine]:
    """Return what waits for the approver: priority first, then the longest waiting."""
    require(actor, Deed.READ)
    author, submitter = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Revision, Bulletin, author.display_name, submitter.display_name)
        .join(Bulletin, Bulletin.id == Revision.bulletin_id)
        .outerjoin(author, author.id == Revision.author_id)
        .outerjoin(submitter, submitter.id == Revision.submitted_by)
        .where(Revision.state == State.SUBMITTED.value)
        .order_by((Revision.bulletin_class == "priority").desc(), Revision.submitted_at, Revision.id)
    )
    lines = []
    for revision, bulletin, author_name, submitter_name in rows:
        tracks = current_tracks(session, revision.id)
        lengths = [session.get_one(Medium, track.media_sha256).duration_ms for track in tracks]
        lines.append(
            QueueLine(
                bulletin_id=bulletin.id,
                kind=bulletin.kind,
                house_key=bulletin.house_key,
                number=revision.number,
                title=revision.title,
                bulletin_class=revision.bulletin_class,
                language=revision.language,
                valid_from=revision.valid_from,
                valid_to=revision.valid_to,
                author_name=author_name,
                submitted_by_name=submitter_name,
                submitted_at=revision.submitted_at or revision.saved_at,
                duration_ms=max(lengths, default=None),
                draft_voice=any(track.draft_voice for track in tracks),
                hindrance=hindrance(
                    session, actor, revision=revision, tracks=tracks, heard_needed_permille=heard_needed_permille
                ),
            )
        )
    return lines


def _stands_in(state: State) -> ColumnElement[bool]:
    newest_is = Revision.state == state.value
    if state not in {State.SUBMITTED, State.APPROVED}:
        return newest_is
    earlier = aliased(Revision)
    return or_(newest_is, Revision.bulletin_id.in_(select(earlier.bulletin_id).where(earlier.state == state.value)))


def _holds(revision: Revision, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = fold(f"{revision.title}\n{revision.script}")
    return all(word in text for word in words)


def _numbers(session: Session, state: State) -> dict[str, int]:
    query = select(Revision.bulletin_id, Revision.number).where(Revision.state == state.value)
    return dict(session.execute(query.order_by(Revision.number)).all())


def _line(
    revision: Revision,
    bulletin: Bulletin,
    author_name: str | None,
    *,
    waiting: Mapping[str, int],
    standing: Mapping[str, int],
) -> BulletinLine:
    return BulletinLine(
        bulletin_id=bulletin.id,
        kind=bulletin.kind,
        house_key=bulletin.house_key,
        number=revision.number,
        state=State(revision.state),
        title=revision.title,
        bulletin_class=revision.bulletin_class,
        language=revision.language,
        valid_from=revision.valid_from,
        valid_to=revision.valid_to,
        directive_id=revision.directive_id,
        obligation_id=revision.obligation_id,
        author_name=author_name,
        saved_at=revision.saved_at,
        waiting=waiting.get(bulletin.id),
        standing=standing.get(bulletin.id),
    )


def fold(text: str) -> str:
    """Return ``text`` for searching: lower case, without accents, đ as d."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
