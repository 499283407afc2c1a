"""Tracks that people record: added, replaced and taken out of a draft; after it was handed in, only added.

What a person has recorded and handed in is what the approver hears: it is neither replaced nor removed until the text
comes back. A track that nobody has recorded yet, or that a machine spoke, may still get a person's voice; as with a new
rendering, the approver then hears it from the start. Whoever recorded any track, of any revision, removed or replaced
since, is barred from approving the bulletin.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Bulletin, Recording, RecordingRemoval, Revision
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.rules.approval import STATE_WORDS, State, WrongState
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services.bulletins.deeds import note_hand, record_deed
from scheduler.services.bulletins.fields import KINDS, LANGUAGES, WORDLESS_KINDS
from scheduler.services.bulletins.lookup import current_tracks, lock_bulletin
from scheduler.services.bulletins.recordings import (
    MediaFacts,
    RenderedSound,
    add_recording,
    close_renderings,
    recorded_by_people,
)

ENGINE = "recorded"
TRACKS = ("main", "headline")
OPEN_STATES = frozenset({State.DRAFT, State.SUBMITTED})
_VOICE_MOST = 64


def record_voice(
    session: Session,
    actor: Actor,
    *,
    bulletin_id: str,
    revision: int,
    language: str,
    track: str = "main",
    media: MediaFacts,
    notes: Sequence[str] = (),
    now: datetime,
) -> Recording:
    """Add a person's track (main or headline) to revision number ``revision``, a draft or a submitted one.

    In a draft it takes the place of an earlier one in that language. ``notes`` are what its check found doubtful. The
    sound's file must be in the store already. Raises :class:`~scheduler.errors.InvalidInput`,
    :class:`~scheduler.errors.NotFound`, :class:`~scheduler.rules.approval.WrongState`, and
    :class:`~scheduler.errors.Conflict` for a person's track that was handed in.
    """
    lock_bulletin(session, bulletin_id)
    row, before = _place(session, actor, bulletin_id, revision, language=language, track=track)
    note_hand(session, actor.id, bulletin_id, "recorded", now)
    sound = RenderedSound(media, engine=ENGINE, voice=actor.name[:_VOICE_MOST], draft_voice=False)
    recording = add_recording(session, row, language, sound, track=track, made_by=actor.id, notes=notes, now=now)
    if recorded_by_people(session, row) >= set(TRACKS):
        close_renderings(session, row, now)
    told = {"replaced": before.media_sha256} if before is not None else {}
    record_deed(
        session, actor.id, "voice-recorded", row, now, media=media.sha256, language=language, track=track, **told
    )
    return recording


def check_voice(
    session: Session, actor: Actor, *, bulletin_id: str, revision: int, language: str, track: str = "main"
) -> None:
    """Raise what :func:`record_voice` would raise now, before the sound is worked on for it."""
    _place(session, actor, bulletin_id, revision, language=language, track=track)


def remove_voice(session: Session, actor: Actor, *, bulletin_id: str, recording_id: int, now: datetime) -> Revision:
    """Take a person's track out of its draft, with those that it had replaced; return the draft.

    Raises :class:`~scheduler.errors.NotFound`, and :class:`~scheduler.rules.approval.WrongState` once it was handed in.
    """
    require(actor, Deed.WRITE)
    recording = session.get(Recording, recording_id)
    if recording is None or recording.made_by is None:
        raise NotFound(what="bản thu âm này")
    lock_bulletin(session, bulletin_id)
    revision = session.get_one(Revision, recording.revision_id, populate_existing=True)
    if revision.bulletin_id != bulletin_id:
        raise NotFound(what="bản thu âm này")
    if revision.state != State.DRAFT.value:
        raise WrongState(state=STATE_WORDS[State(revision.state)], deed="gỡ bản thu âm")
    alike = session.scalars(
        select(Recording.id).where(
            Recording.revision_id == revision.id,
            Recording.track == recording.track,
            Recording.language == recording.language,
            Recording.id.not_in(select(RecordingRemoval.recording_id)),
        )
    ).all()
    if recording_id not in alike:
        raise NotFound(what="bản thu âm này")
    session.add_all(RecordingRemoval(recording_id=each, person_id=actor.id, at=now) for each in alike)
    session.flush()
    facts = {"media": recording.media_sha256, "language": recording.language, "track": recording.track}
    record_deed(session, actor.id, "voice-removed", revision, now, **facts)
    return revision


def carry_voices(session: Session, older: Revision, newer: Revision) -> int:
    """Give a new draft the tracks that people recorded for the revision before it; return how many.

    Each keeps who made it, when, and for which words, so that pages can tell that they have changed since.
    """
    carried = [each for each in current_tracks(session, older.id) if each.made_by is not None]
    names = ("track", "language", "media_sha256", "engine", "voice", "draft_voice", "causes", "made_by", "made_at")
    for each in carried:
        kept = {name: getattr(each, name) for name in (*names, "words_sha256", "notes")}
        session.add(Recording(revision_id=newer.id, **kept))
    session.flush()
    return len(carried)


def _place(
    session: Session, actor: Actor, bulletin_id: str, number: int, *, language: str, track: str
) -> tuple[Revision, Recording | None]:
    """Return the revision that takes the track, and the track whose place it takes."""
    require(actor, Deed.WRITE)
    if language not in LANGUAGES:
        raise InvalidInput(what=f"Ngôn ngữ phải là một trong: {', '.join(LANGUAGES)}")
    if track not in TRACKS:
        raise InvalidInput(what="Hãy chọn thu cả bản tin hoặc phần điểm tin")
    query = select(Revision).where(Revision.bulletin_id == bulletin_id, Revision.number == number)
    revision = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if revision is None:
        raise NotFound(what=f"lần sửa {number} của bản tin này")
    _check_recordable(session.get_one(Bulletin, bulletin_id), revision, track)
    tracks = {(each.track, each.language): each for each in current_tracks(session, revision.id)}
    before = tracks.get((track, language))
    if before is not None and before.made_by is not None and revision.state != State.DRAFT.value:
        raise Conflict(what="Bản tin đã gửi duyệt nên không thay bản thu được nữa. Hãy mở lần sửa mới hoặc chờ trả lại")
    return revision, before


def _check_recordable(bulletin: Bulletin, revision: Revision, track: str) -> None:
    if bulletin.kind in WORDLESS_KINDS:
        raise InvalidInput(what="Mục này là âm thanh không lời nên không thu âm được")
    if track == "headline" and bulletin.kind not in KINDS:
        raise InvalidInput(what="Mục này không có phần điểm tin. Hãy chọn thu cả mục")
    if State(revision.state) not in OPEN_STATES:
        raise WrongState(state=STATE_WORDS[State(revision.state)], deed="thêm bản thu âm")
