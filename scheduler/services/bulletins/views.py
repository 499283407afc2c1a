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
from scheduler.services.bulletins.fields import EMERGENCY
from scheduler.services.bulletins.hindrance import Hindrance, hindrance
from scheduler.services.bulletins.lookup import current_tracks
from scheduler.services.bulletins.stand_ins import draft_revisions
from scheduler.services.emergencies.orders import order_in


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """A bulletin by its newest revision; ``waiting`` and ``standing`` number the submitted and the approved one.

    ``draft_voice`` tells whether a stand-in voice spoke any of these three.
    """

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
    draft_voice: bool


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A submitted revision, and what still hinders ``actor`` from approving it (null: nothing).

    ``drill`` tells of an emergency that it is none.
    """

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
    drill: bool = False


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
    waiting, standing = _in_state(session, State.SUBMITTED), _in_state(session, State.APPROVED)
    drafts = draft_revisions(session)
    return [_line(*row, waiting=waiting, standing=standing, drafts=drafts) for row in found[:limit]]


def approval_queue(session: Session, actor: Actor, *, heard_needed_permille: int) -> list[QueueLine]:
    """Return what waits for the approver: emergencies first, then priorities, then the longest waiting."""
    require(actor, Deed.READ)
    author, submitter = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Revision, Bulletin, author.display_name, submitter.display_name)
        .join(Bulletin, Bulletin.id == Revision.bulletin_id)
        .outerjoin(author, author.id == Revision.author_id)
        .outerjoin(submitter, submitter.id == Revision.submitted_by)
        .where(Revision.state == State.SUBMITTED.value)
        .order_by(
            (Revision.bulletin_class == EMERGENCY).desc(),
            (Revision.bulletin_class == "priority").desc(),
            Revision.submitted_at,
            Revision.id,
        )
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
                drill=(order := order_in(revision.emergency)) is not None and order.drill,
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


def _in_state(session: Session, state: State) -> dict[str, tuple[int, int]]:
    """Return the number and the id of each bulletin's newest revision in a state."""
    query = select(Revision.bulletin_id, Revision.number, Revision.id).where(Revision.state == state.value)
    return {row.bulletin_id: (row.number, row.id) for row in session.execute(query.order_by(Revision.number))}


def _line(
    revision: Revision,
    bulletin: Bulletin,
    author_name: str | None,
    *,
    waiting: Mapping[str, tuple[int, int]],
    standing: Mapping[str, tuple[int, int]],
    drafts: Collection[int],
) -> BulletinLine:
    beside = [waiting.get(bulletin.id), standing.get(bulletin.id)]
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
        waiting=beside[0][0] if beside[0] else None,
        standing=beside[1][0] if beside[1] else None,
        draft_voice=revision.id in drafts or any(each[1] in drafts for each in beside if each),
    )


def fold(text: str) -> str:
    """Return ``text`` for searching: lower case, without accents, đ as d."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
