"""A bulletin's sound: rendering claimed under a lease, and how much of each track was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Bulletin, Listening, Medium, Recording, RenderRequest, Revision
from scheduler.errors import Conflict, InvalidInput, LoaError, NotFound
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services.bulletins.deeds import note_hand, record_deed
from scheduler.services.bulletins.fields import EMERGENCY, KINDS
from scheduler.services.bulletins.lookup import check_submitted, current_tracks, lock_bulletin
from scheduler.services.bulletins.manner import USUAL, Manner, manner_of
from scheduler.services.bulletins.progress import NO_PROGRESS
from scheduler.services.bulletins.reading import Reader, read_title, spoken_paragraphs
from scheduler.services.glossary.standing import setters_of
from tts.reading import read

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
_FAILURE_MOST = 2_000


class LeaseLost(LoaError):
    """Lượt tạo âm thanh này đã giao cho máy khác hoặc bản tin không còn chờ duyệt. Kết quả không được ghi."""


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What was measured on a stored sound; loudness in hundredths of LUFS, peak in hundredths of dBTP."""

    sha256: str
    bytes: int
    duration_ms: int
    loudness_clufs: int
    true_peak_cdbtp: int
    peaks: tuple[int, ...]
    type: str = "audio/mpeg"


@dataclass(frozen=True, slots=True)
class RenderedSound:
    """A rendering: the sound, who spoke it, and why voices earlier in the order did not (name, message)."""

    media: MediaFacts
    engine: str
    voice: str
    draft_voice: bool
    causes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RenderWork:
    """A claimed rendering: the spoken sentences in paragraphs, and what the file shall be tagged with.

    ``headline`` holds the sentences of the headline track: the title said aloud. It is empty for house items, for a
    title that can't be read for sure (such a bulletin has no headline), and where a person has recorded it. Where a
    person has recorded the text, ``paragraphs`` hold the headline, and ``track`` says so.
    """

    request_id: int
    revision_id: int
    bulletin_id: str
    revision: int
    title: str
    language: str
    paragraphs: tuple[tuple[str, ...], ...]
    reading_sha256: str
    attempts: int
    headline: tuple[str, ...] = ()
    track: str = "main"
    manner: Manner = USUAL


def queue_rendering(session: Session, revision: Revision, now: datetime) -> bool:
    """Queue a revision's rendering, or bring forward the one that waits; false when it is being rendered now."""
    waiting = session.scalars(
        select(RenderRequest)
        .where(RenderRequest.revision_id == revision.id, RenderRequest.done_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if waiting is None:
        session.add(RenderRequest(revision_id=revision.id, requested_at=now, not_before=now, attempts=0))
    elif waiting.lease_until is not None and waiting.lease_until > now:
        return False
    else:
        waiting.not_before = now
    session.flush()
    return True


def close_renderings(session: Session, revision: Revision, now: datetime) -> None:
    """End the renderings of a revision that no longer waits for approval: a sound made later is not recorded."""
    session.execute(
        update(RenderRequest)
        .where(RenderRequest.revision_id == revision.id, RenderRequest.done_at.is_(None))
        .values(done_at=now, lease_owner=None, lease_until=None, **NO_PROGRESS)
        .execution_options(synchronize_session="fetch")
    )


def claim_rendering(
    session: Session,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    reader: Reader = read,
    emergencies_only: bool = False,
) -> RenderWork | None:
    """Claim the rendering that has waited longest, emergencies before all others, until ``now + lease``; null when none
    is due.

    One conditional UPDATE decides; commit before working. An expired lease is taken over. ``reader`` says the title for
    the headline; whoever set an entry of the glossary that this uses has set a reading.
    """
    free = or_(RenderRequest.lease_until.is_(None), RenderRequest.lease_until <= now)
    due = (
        select(RenderRequest.id)
        .join(Revision, Revision.id == RenderRequest.revision_id)
        .where(
            RenderRequest.done_at.is_(None),
            RenderRequest.not_before <= now,
            free,
            Revision.state == State.SUBMITTED.value,
            *((Revision.bulletin_class == EMERGENCY,) if emergencies_only else ()),
        )
        .order_by(Revision.bulletin_class != EMERGENCY, RenderRequest.not_before, RenderRequest.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=RenderRequest)
    )
    request_id = session.scalars(due).one_or_none()
    if request_id is None:
        return None
    claimed = session.execute(
        update(RenderRequest)
        .where(RenderRequest.id == request_id, RenderRequest.done_at.is_(None), free)
        .values(lease_owner=owner, lease_until=now + lease, attempts=RenderRequest.attempts + 1, **NO_PROGRESS)
        .returning(RenderRequest)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).scalar_one_or_none()
    return None if claimed is None else _work(session, claimed, reader, now)


def _work(session: Session, claimed: RenderRequest, reader: Reader, now: datetime) -> RenderWork | None:
    revision = session.get_one(Revision, claimed.revision_id)
    announced = session.get_one(Bulletin, revision.bulletin_id).kind in KINDS
    for person_id in sorted(setters_of(reader, (revision.title,))) if announced else ():
        note_hand(session, person_id, revision.bulletin_id, "glossary", now)
    title_said = read_title(revision.title, reader) if announced else ()
    recorded = recorded_by_people(session, revision)
    main, headline = spoken_paragraphs(revision.sentences or ()), () if "headline" in recorded else title_said
    track, reading_sha256 = "main", revision.reading_sha256 or ""
    if "main" in recorded:  # the headline is said alone; the reading is not its text
        track, reading_sha256 = "headline", ""
        main, headline = (headline,) if headline else (), ()
    if not main:  # people have recorded all that there is to say
        close_renderings(session, revision, now)
        return None
    return RenderWork(
        request_id=claimed.id,
        revision_id=revision.id,
        bulletin_id=revision.bulletin_id,
        revision=revision.number,
        title=revision.title,
        language=revision.language,
        paragraphs=main,
        headline=headline,
        track=track,
        reading_sha256=reading_sha256,
        attempts=claimed.attempts,
        manner=manner_of(revision),
    )


def recorded_by_people(session: Session, revision: Revision) -> frozenset[str]:
    """Return which of a revision's tracks (main, headline) in its own language people have recorded."""
    tracks = current_tracks(session, revision.id)
    return frozenset(row.track for row in tracks if row.made_by is not None and row.language == revision.language)


def record_rendering(
    session: Session,
    *,
    work: RenderWork,
    owner: str,
    rendered: RenderedSound,
    headline: RenderedSound | None = None,
    now: datetime,
) -> Recording | None:
    """Record the sound that was made for ``work``, and its headline if there is one; return the first.

    A track that a person has recorded meanwhile stays instead; null when that is all. The files must be in the store.
    Raises :class:`LeaseLost` when the lease passed to somebody else or the revision is no longer submitted.
    """
    revision = _leased(session, work, owner, now)
    made = [(work.track, rendered), *((("headline", headline),) if headline is not None else ())]
    recorded = recorded_by_people(session, revision)
    kept = [(track, sound) for track, sound in made if track not in recorded]
    add = partial(add_recording, session, revision, revision.language, made_by=None, now=now)
    recordings = [add(sound, track=track) for track, sound in kept]
    close_renderings(session, revision, now)
    if not kept:
        return None
    (track, _), *others = kept
    told = {"headline": others[0][1].media.sha256 if others else None, **({"track": track} if track != "main" else {})}
    record_deed(
        session,
        None,
        "rendered",
        revision,
        now,
        media=recordings[0].media_sha256,
        engine=rendered.engine,
        voice=rendered.voice,
        draft_voice=rendered.draft_voice,
        causes=[list(cause) for cause in rendered.causes],
        **told,
    )
    return recordings[0]


def record_failure(session: Session, *, work: RenderWork, owner: str, failure: str, now: datetime) -> datetime:
    """Record why a rendering failed and when it is tried again: 30 s doubled each time, at most an hour; return that.

    Raises :class:`LeaseLost` as :func:`record_rendering` does.
    """
    _leased(session, work, owner, now)
    not_before = now + wait_after(work.attempts)
    request = session.get_one(RenderRequest, work.request_id)
    request.failure, request.not_before = failure[:_FAILURE_MOST], not_before
    request.lease_owner, request.lease_until = None, None
    for name, nothing in NO_PROGRESS.items():
        setattr(request, name, nothing)
    session.flush()
    return not_before


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after the ``attempts``-th failure in a row (from 1)."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(max(attempts - 1, 0), 20)))


def listened(
    session: Session, actor: Actor, *, recording_id: int, share_permille: int, reached_end: bool, now: datetime
) -> Listening:
    """Note how much of a recording a person has heard; the most so far is kept.

    Raises :class:`~scheduler.errors.NotFound`, and :class:`~scheduler.rules.approval.WrongState` unless the recording's
    revision waits for approval.
    """
    require(actor, Deed.READ)
    if not 0 <= share_permille <= 1000:
        raise InvalidInput(what="Phần đã nghe phải từ 0 đến 1000 phần nghìn")
    recording = session.get(Recording, recording_id)
    if recording is None:
        raise NotFound(what="bản âm thanh này")
    revision = session.get_one(Revision, recording.revision_id)
    lock_bulletin(session, revision.bulletin_id)
    session.refresh(revision)
    check_submitted(revision, "ghi nhận việc nghe")
    heard = session.get(Listening, (recording_id, actor.id), populate_existing=True)
    if heard is None:
        heard = Listening(recording_id=recording_id, person_id=actor.id, share_permille=0, reached_end=False, at=now)
        session.add(heard)
    heard.share_permille = max(heard.share_permille, share_permille)
    heard.reached_end = heard.reached_end or reached_end
    heard.at = now
    session.flush()
    return heard


def keep_medium(session: Session, media: MediaFacts, now: datetime) -> None:
    """Record a sound's facts, once; the same bytes made twice are one medium."""
    known = session.get(Medium, media.sha256)
    if known is None:
        session.add(
            Medium(
                sha256=media.sha256,
                bytes=media.bytes,
                type=media.type,
                duration_ms=media.duration_ms,
                loudness_clufs=media.loudness_clufs,
                true_peak_cdbtp=media.true_peak_cdbtp,
                peaks=list(media.peaks),
                created_at=now,
            )
        )
        session.flush()
    elif known.bytes != media.bytes:
        raise Conflict(what=f"Tệp âm thanh {media.sha256[:12]}… đã có với kích thước khác")


def add_recording(
    session: Session,
    revision: Revision,
    language: str,
    sound: RenderedSound,
    *,
    track: str = "main",
    made_by: str | None,
    notes: Sequence[str] = (),
    now: datetime,
) -> Recording:
    """Add a revision's track (main or headline) in ``language``; the newest counts.

    ``notes`` are what the check of a person's recording (``made_by``) found doubtful.
    """
    keep_medium(session, sound.media, now)
    recording = Recording(
        revision_id=revision.id,
        track=track,
        language=language,
        media_sha256=sound.media.sha256,
        engine=sound.engine,
        voice=sound.voice,
        draft_voice=sound.draft_voice,
        causes=[list(cause) for cause in sound.causes],
        made_by=made_by,
        made_at=now,
        words_sha256=words_of(revision, track) if made_by is not None else None,
        notes=list(notes),
    )
    session.add(recording)
    session.flush()
    return recording


def words_of(revision: Revision, track: str) -> str:
    """Return the hash of what a track of a revision says: the script, or the title for a headline."""
    return sha256_hex(revision.title.encode("utf-8")) if track == "headline" else revision.script_sha256


def _leased(session: Session, work: RenderWork, owner: str, now: datetime) -> Revision:
    """Return the revision when the lease is still ours; locks the bulletin, then the request."""
    lock_bulletin(session, work.bulletin_id)
    request = session.scalars(
        select(RenderRequest)
        .where(RenderRequest.id == work.request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    revision = session.get_one(Revision, work.revision_id, populate_existing=True)
    ours = request is not None and request.lease_owner == owner and request.done_at is None
    if request is None or not ours or request.lease_until is None or request.lease_until <= now:
        raise LeaseLost
    if request.attempts != work.attempts or revision.state != State.SUBMITTED.value:
        raise LeaseLost
    return revision
