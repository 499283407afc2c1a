"""How the verbs find a bulletin's rows; whoever changes a bulletin locks its row first."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Bulletin, Contributor, Recording, RecordingRemoval, Revision
from scheduler.errors import NotFound
from scheduler.rules.approval import STATE_WORDS, State, WrongState


def lock_bulletin(session: Session, bulletin_id: str) -> Bulletin:
    """Return a bulletin, its row locked until the transaction ends; raises :class:`~scheduler.errors.NotFound`."""
    bulletin = session.scalars(
        select(Bulletin).where(Bulletin.id == bulletin_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if bulletin is None:
        raise NotFound(what="bản tin này")
    return bulletin


def newest_revision(session: Session, bulletin_id: str, state: State | None = None) -> Revision | None:
    """Return the revision of the highest number, or the highest in ``state``, as the database holds it now."""
    query = select(Revision).where(Revision.bulletin_id == bulletin_id).order_by(Revision.number.desc()).limit(1)
    if state is not None:
        query = query.where(Revision.state == state.value)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def revision_for(session: Session, bulletin_id: str, state: State) -> Revision:
    """Return the newest revision in ``state``, else the newest of all, so that a refusal can name where it stands.

    Raises :class:`~scheduler.errors.NotFound` for a bulletin without revisions.
    """
    revision = newest_revision(session, bulletin_id, state) or newest_revision(session, bulletin_id)
    if revision is None:
        raise NotFound(what="bản tin này")
    return revision


def current_tracks(session: Session, revision_id: int) -> list[Recording]:
    """Return the newest recording of each (track, language) of a revision, ordered by both; none that was removed."""
    newest: dict[tuple[str, str], Recording] = {}
    kept = Recording.id.not_in(select(RecordingRemoval.recording_id))
    rows = select(Recording).where(Recording.revision_id == revision_id, kept).order_by(Recording.id)
    for row in session.scalars(rows):
        newest[row.track, row.language] = row
    return [newest[key] for key in sorted(newest)]


def contributors(session: Session, bulletin_id: str) -> frozenset[str]:
    """Return the ids of all who wrote, submitted, set a reading or recorded a track of any revision."""
    told = session.scalars(select(Contributor.person_id).where(Contributor.bulletin_id == bulletin_id))
    hands = session.execute(
        select(Revision.author_id, Revision.submitted_by).where(Revision.bulletin_id == bulletin_id)
    )
    voices = session.scalars(
        select(Recording.made_by)
        .join(Revision, Revision.id == Recording.revision_id)
        .where(Revision.bulletin_id == bulletin_id)
    )
    people = {*told, *voices, *(person for row in hands for person in row)}
    return frozenset(person for person in people if person is not None)


def check_submitted(revision: Revision, deed: str) -> None:
    """Raise :class:`~scheduler.rules.approval.WrongState` unless the revision waits for the approver."""
    state = State(revision.state)
    if state is not State.SUBMITTED:
        raise WrongState(state=STATE_WORDS[state], deed=deed)
