"""One bulletin's page as frozen values: a revision with its sentences, sounds, approval, changes and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.emergencies import EmergencyOrder
from scheduler.db.accounts import Person
from scheduler.db.bulletins import (
    Approval,
    ApprovalEnd,
    Bulletin,
    Listening,
    Medium,
    Recording,
    RenderRequest,
    Revision,
)
from scheduler.db.letters import Obligation
from scheduler.errors import NotFound
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit, letters
from scheduler.services.bulletins.approvals import approvable
from scheduler.services.bulletins.deeds import SUBJECT
from scheduler.services.bulletins.fields import WORDLESS_KINDS
from scheduler.services.bulletins.hindrance import Hindrance, hindrance
from scheduler.services.bulletins.lookup import current_tracks
from scheduler.services.bulletins.manner import Manner, manner_of
from scheduler.services.bulletins.progress import Progress, progress_of
from scheduler.services.bulletins.recordings import words_of
from scheduler.services.bulletins.stand_ins import WORDS
from scheduler.services.bulletins.text_diff import Segment, diff_texts
from scheduler.services.bulletins.voices import OPEN_STATES
from scheduler.services.emergencies.orders import order_in


@dataclass(frozen=True, slots=True)
class SpanView:
    """A stretch of a sentence and what is said for it: ``kind`` is same, said or fixed; they tile the sentence."""

    written: str
    spoken: str
    kind: str


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence, as written and as said."""

    written: str
    spoken: str
    spans: tuple[SpanView, ...]


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision's text and what was done with it; ``paragraphs`` is empty before it is submitted.

    ``emergency`` is what an emergency orders, null in the other classes.
    """

    number: int
    state: State
    title: str
    bulletin_class: str
    language: str
    valid_from: date
    valid_to: date | None
    directive_id: str | None
    obligation_id: int | None
    emergency: EmergencyOrder | None
    script: str
    script_sha256: str
    manner: Manner
    reading: str | None
    reading_sha256: str | None
    paragraphs: tuple[tuple[SentenceView, ...], ...]
    author_name: str | None
    created_at: datetime
    saved_at: datetime
    submitted_by_name: str | None
    submitted_at: datetime | None
    returned_by_name: str | None
    returned_at: datetime | None
    return_reason: str | None


@dataclass(frozen=True, slots=True)
class TrackView:
    """A current sound: measured facts, who spoke, why better voices did not, and how much the viewer has heard.

    Of a person's track: ``notes`` are what its check found doubtful, ``outdated`` tells that its words have
    changed since, and ``removable`` that the viewer may take it out.
    """

    recording_id: int
    track: str
    language: str
    media_sha256: str
    media_type: str
    bytes: int
    duration_ms: int
    loudness_clufs: int
    true_peak_cdbtp: int
    peaks: tuple[int, ...]
    engine: str
    voice: str
    draft_voice: bool
    causes: tuple[tuple[str, str], ...]
    made_by_name: str | None
    made_at: datetime
    heard_permille: int
    reached_end: bool
    notes: tuple[str, ...]
    outdated: bool
    removable: bool


@dataclass(frozen=True, slots=True)
class RenderingView:
    """A rendering that is not done: tries so far, why the last one failed, when the next comes, how far it is."""

    requested_at: datetime
    next_try_at: datetime
    attempts: int
    failure: str | None
    in_work: bool
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A revision's approval and, when it stands no more, its end (superseded, withdrawn or expired)."""

    digest: str
    approver_name: str
    approved_at: datetime
    heard_permille: int
    ended: str | None
    ended_at: datetime | None
    ended_by_name: str | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A deed as the ledger holds it; ``words`` is what a page says, ``track`` the track and language it was done to."""

    at: datetime
    person_name: str | None
    deed: str
    words: str
    revision: int | None
    reason: str | None
    track: tuple[str, str] | None
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class BulletinPage:
    """All that a bulletin's page shows to one person.

    ``tracks`` begin with the main one in the revision's own language. ``shown`` is the digest that the approve request
    must carry back, null unless the revision is submitted. ``changes`` tells the script's difference from revision
    ``previous``. ``may_…`` is by role and state.
    """

    bulletin_id: str
    kind: str
    house_key: str | None
    revision: RevisionView
    revisions: tuple[tuple[int, State], ...]
    tracks: tuple[TrackView, ...]
    rendering: RenderingView | None
    approval: ApprovalView | None
    hindrance: Hindrance | None
    shown: str | None
    previous: int | None
    changes: tuple[Segment, ...]
    history: tuple[HistoryLine, ...]
    directive: letters.DirectiveLine | None
    obligation: letters.ObligationView | None
    may_edit: bool
    may_record: bool
    may_submit: bool
    may_return: bool
    may_withdraw: bool

    @property
    def may_approve(self) -> bool:
        """Whether nothing hinders the viewer from approving."""
        return self.hindrance is None

    @property
    def spoken_before(self) -> bool:
        """Whether a machine has spoken this revision: a rendering that waits is another one then."""
        return any(track.made_by_name is None for track in self.tracks)

    @property
    def why_not(self) -> str | None:
        """What hinders the viewer, in Vietnamese."""
        return self.hindrance.message if self.hindrance else None


DEED_WORDS: Mapping[str, str] = {
    "bulletin-written": "viết bản tin",
    "revision-edited": "sửa lời",
    "revision-opened": "mở lần sửa mới",
    "revision-submitted": "gửi duyệt",
    "revision-returned": "trả lại",
    "revision-approved": "duyệt",
    "revision-superseded": "thay bằng lần sửa mới",
    "revision-withdrawn": "thu hồi",
    "revision-expired": "hết hiệu lực",
    "emergency-released": "phát khẩn cấp",
    "rendering-requested": "yêu cầu tạo lại bản âm thanh",
    "rendered": "tạo xong bản âm thanh",
    "voice-recorded": "thêm bản thu âm",
    "voice-removed": "gỡ bản thu âm",
    "house-item-added": "thêm mục dùng chung",
}


def bulletin_page(
    session: Session,
    actor: Actor,
    *,
    bulletin_id: str,
    revision: int | None = None,
    compare_with: int | None = None,
    heard_needed_permille: int,
) -> BulletinPage:
    """Return a bulletin's page: revision number ``revision``, else the newest; compared with the one before it.

    Raises :class:`~scheduler.errors.NotFound` for an unknown bulletin or revision.
    """
    require(actor, Deed.READ)
    bulletin = session.get(Bulletin, bulletin_id)
    rows = {
        row.number: row
        for row in session.scalars(
            select(Revision).where(Revision.bulletin_id == bulletin_id).order_by(Revision.number)
        )
    }
    shown = rows.get(revision if revision is not None else max(rows, default=0))
    if bulletin is None or shown is None:
        raise NotFound(what="bản tin này" if not rows else f"lần sửa {revision} của bản tin này")
    names = dict(session.execute(select(Person.id, Person.display_name)).all())
    tracks = sorted(
        current_tracks(session, shown.id),
        key=lambda each: (each.track != "main", each.language != shown.language, each.language),
    )
    previous = rows.get(compare_with if compare_with is not None else shown.number - 1)
    state = State(shown.state)
    submitted = state is State.SUBMITTED
    return BulletinPage(
        bulletin_id=bulletin.id,
        kind=bulletin.kind,
        house_key=bulletin.house_key,
        revision=_revision(shown, names),
        revisions=tuple((number, State(row.state)) for number, row in rows.items()),
        tracks=tuple(_track(session, actor, shown, track, names) for track in tracks),
        rendering=_rendering(session, shown) if submitted else None,
        approval=_approval(session, shown, names),
        hindrance=hindrance(session, actor, revision=shown, tracks=tracks, heard_needed_permille=heard_needed_permille),
        shown=approvable(shown, tracks).shown() if submitted else None,
        previous=previous.number if previous else None,
        changes=diff_texts(previous.script, shown.script) if previous else (),
        history=_history(session, bulletin_id, names),
        directive=letters.directive_line(session, shown.directive_id) if shown.directive_id else None,
        obligation=_obligation(session, shown),
        may_edit=actor.may(Deed.WRITE) and bulletin.kind not in WORDLESS_KINDS,
        may_record=actor.may(Deed.WRITE) and state in OPEN_STATES and bulletin.kind not in WORDLESS_KINDS,
        may_submit=actor.may(Deed.WRITE) and state is State.DRAFT,
        may_return=actor.may(Deed.APPROVE) and submitted,
        may_withdraw=actor.may(Deed.WITHDRAW) and any(row.state == State.APPROVED.value for row in rows.values()),
    )


def _revision(row: Revision, names: Mapping[str, str]) -> RevisionView:
    return RevisionView(
        number=row.number,
        state=State(row.state),
        title=row.title,
        bulletin_class=row.bulletin_class,
        language=row.language,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        directive_id=row.directive_id,
        obligation_id=row.obligation_id,
        emergency=order_in(row.emergency),
        script=row.script,
        script_sha256=row.script_sha256,
        manner=manner_of(row),
        reading=row.reading,
        reading_sha256=row.reading_sha256,
        paragraphs=tuple(tuple(_sentence(each) for each in paragraph) for paragraph in row.sentences or ()),
        author_name=_name(names, row.author_id),
        created_at=row.created_at,
        saved_at=row.saved_at,
        submitted_by_name=_name(names, row.submitted_by),
        submitted_at=row.submitted_at,
        returned_by_name=_name(names, row.returned_by),
        returned_at=row.returned_at,
        return_reason=row.return_reason,
    )


def _sentence(told: Mapping[str, Any]) -> SentenceView:
    spans = tuple(SpanView(span["written"], span["spoken"], span["kind"]) for span in told["spans"])
    return SentenceView(told["written"], told["spoken"], spans)


def _track(session: Session, actor: Actor, revision: Revision, row: Recording, names: Mapping[str, str]) -> TrackView:
    by_person = row.made_by is not None
    medium = session.get_one(Medium, row.media_sha256)
    heard = session.get(Listening, (row.id, actor.id))
    return TrackView(
        recording_id=row.id,
        track=row.track,
        language=row.language,
        media_sha256=medium.sha256,
        media_type=medium.type,
        bytes=medium.bytes,
        duration_ms=medium.duration_ms,
        loudness_clufs=medium.loudness_clufs,
        true_peak_cdbtp=medium.true_peak_cdbtp,
        peaks=tuple(medium.peaks),
        engine=row.engine,
        voice=row.voice,
        draft_voice=row.draft_voice,
        causes=tuple((name, message) for name, message in row.causes),
        made_by_name=_name(names, row.made_by),
        made_at=row.made_at,
        heard_permille=heard.share_permille if heard else 0,
        reached_end=heard.reached_end if heard else False,
        notes=tuple(row.notes or ()),
        outdated=row.words_sha256 not in {None, words_of(revision, row.track)},
        removable=by_person and revision.state == State.DRAFT.value and actor.may(Deed.WRITE),
    )


def _rendering(session: Session, revision: Revision) -> RenderingView | None:
    row = session.scalars(
        select(RenderRequest).where(RenderRequest.revision_id == revision.id, RenderRequest.done_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    in_work = row.lease_owner is not None
    return RenderingView(row.requested_at, row.not_before, row.attempts, row.failure, in_work, progress_of(row))


def _approval(session: Session, revision: Revision, names: Mapping[str, str]) -> ApprovalView | None:
    row = session.scalars(select(Approval).where(Approval.revision_id == revision.id)).one_or_none()
    if row is None:
        return None
    end = session.get(ApprovalEnd, row.digest)
    return ApprovalView(
        digest=row.digest,
        approver_name=names[row.approver_id],
        approved_at=row.approved_at,
        heard_permille=row.heard_permille,
        ended=end.kind if end else None,
        ended_at=end.at if end else None,
        ended_by_name=_name(names, end.person_id) if end else None,
        end_reason=end.reason if end else None,
    )


def _history(session: Session, bulletin_id: str, names: Mapping[str, str]) -> tuple[HistoryLine, ...]:
    return tuple(
        HistoryLine(
            at=row.at,
            person_name=_name(names, row.person_id),
            deed=row.deed,
            words=f"{DEED_WORDS[row.deed]}, {WORDS}" if row.facts.get("draft_voice") else DEED_WORDS[row.deed],
            revision=row.facts.get("revision"),
            reason=row.facts.get("reason"),
            track=(row.facts["track"], row.facts["language"]) if "language" in row.facts else None,
            ledger_seq=row.ledger_seq,
        )
        for row in audit.history(session, SUBJECT, bulletin_id)
    )


def _obligation(session: Session, revision: Revision) -> letters.ObligationView | None:
    if revision.obligation_id is None:
        return None
    return letters.obligation_view(session.get_one(Obligation, revision.obligation_id))


def _name(names: Mapping[str, str], person_id: str | None) -> str | None:
    return None if person_id is None else names.get(person_id)
