"""The past of each item of an airing: the letter, the texts, the sound, the approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.model import RowResult
from scheduler.canonical import media_name
from scheduler.db.accounts import Person
from scheduler.db.bulletins import Approval, ApprovalEnd, Medium, Recording, Revision
from scheduler.db.letters import Directive, Obligation
from scheduler.db.planning import AiringItem
from scheduler.db.reports import AsRunRow
from scheduler.services import letters
from scheduler.services.airlog import AirLogRow
from scheduler.services.story_views import (
    StoryApproval,
    StoryDirective,
    StoryItem,
    StoryObligation,
    StoryRecording,
    StoryRevision,
)

_SOUNDED = frozenset({RowResult.AIRED.value, RowResult.INTERRUPTED.value})


def story_items(session: Session, rows: Sequence[AirLogRow], entries: Sequence[AsRunRow]) -> tuple[StoryItem, ...]:
    """Return each row of an airing with its past; ``entries`` are what the station said of the airing."""
    people = {row.id: row.display_name for row in session.execute(select(Person.id, Person.display_name))}
    why = _why(session, rows)
    return tuple(
        replace(
            _item(session, row, entries, people), why=why.get((row.airing_id, row.kind, row.bulletin_id, row.language))
        )
        for row in rows
    )


def _why(session: Session, rows: Sequence[AirLogRow]) -> dict[tuple[str, str, str, str], str]:
    """Return why rotation chose the items of these rows' airings."""
    query = select(AiringItem).where(
        AiringItem.airing_id.in_({row.airing_id for row in rows}), AiringItem.why.is_not(None)
    )
    return {
        (item.airing_id, item.kind, item.bulletin_id, item.language): item.why or "" for item in session.scalars(query)
    }


def _item(session: Session, row: AirLogRow, entries: Sequence[AsRunRow], people: dict[str, str]) -> StoryItem:
    query = select(Revision).where(Revision.bulletin_id == row.bulletin_id).order_by(Revision.number)
    revisions = list(session.scalars(query))
    counts = next((each for each in revisions if each.number == row.revision), revisions[-1] if revisions else None)
    return StoryItem(
        row=row,
        directive=_directive(session, counts, people),
        obligation=_obligation(session, counts),
        revisions=tuple(_revision(each, people) for each in revisions),
        recording=_recording(session, counts, row, people),
        approval=_approval(session, row, people),
        media_matches=_media_matches(session, row, entries),
    )


def _directive(session: Session, revision: Revision | None, people: dict[str, str]) -> StoryDirective | None:
    found = session.get(Directive, revision.directive_id) if revision is not None and revision.directive_id else None
    if found is None:
        return None
    return StoryDirective(
        id=found.id,
        number=found.number,
        symbol=found.symbol,
        day=found.day,
        month=found.month,
        year=found.year,
        issuer=found.issuer,
        subject=found.subject,
        file_sha256=found.file_sha256,
        warnings=len(found.warnings),
        imported_by=people.get(found.imported_by, ""),
        imported_at=found.imported_at,
    )


def _obligation(session: Session, revision: Revision | None) -> StoryObligation | None:
    found = session.get(Obligation, revision.obligation_id) if revision is not None and revision.obligation_id else None
    if found is None:
        return None
    deadlines = tuple(each.words for each in letters.obligation_view(found).deadlines)
    return StoryObligation(found.ordinal, found.addressee, tuple(found.actions), deadlines)


def _revision(row: Revision, people: dict[str, str]) -> StoryRevision:
    return StoryRevision(
        number=row.number,
        state=row.state,
        title=row.title,
        author_name=people.get(row.author_id) if row.author_id else None,
        saved_at=row.saved_at,
        submitted_by=people.get(row.submitted_by) if row.submitted_by else None,
        submitted_at=row.submitted_at,
        returned_by=people.get(row.returned_by) if row.returned_by else None,
        returned_at=row.returned_at,
        return_reason=row.return_reason,
        script_sha256=row.script_sha256,
        reading_sha256=row.reading_sha256,
        sentences=sum(len(paragraph) if isinstance(paragraph, list) else 1 for paragraph in row.sentences or []),
    )


def _recording(
    session: Session, revision: Revision | None, row: AirLogRow, people: dict[str, str]
) -> StoryRecording | None:
    if revision is None or row.media_sha256 is None:
        return None
    query = (
        select(Recording, Medium)
        .join(Medium, Medium.sha256 == Recording.media_sha256)
        .where(Recording.revision_id == revision.id, Recording.media_sha256 == row.media_sha256)
        .order_by(Recording.id.desc())
    )
    found = session.execute(query).first()
    if found is None:
        return None
    recording, medium = found
    return StoryRecording(
        media_sha256=medium.sha256,
        engine=recording.engine,
        voice=recording.voice,
        draft_voice=recording.draft_voice,
        made_by=people.get(recording.made_by) if recording.made_by else None,
        made_at=recording.made_at,
        bytes=medium.bytes,
        duration_ms=medium.duration_ms,
        loudness_clufs=medium.loudness_clufs,
        true_peak_cdbtp=medium.true_peak_cdbtp,
        peaks=tuple(medium.peaks),
    )


def _approval(session: Session, row: AirLogRow, people: dict[str, str]) -> StoryApproval | None:
    found = session.get(Approval, row.approval_digest) if row.approval_digest is not None else None
    if found is None:
        return None
    end = session.get(ApprovalEnd, found.digest)
    return StoryApproval(
        digest=found.digest,
        approver_name=people.get(found.approver_id, ""),
        approved_at=found.approved_at,
        heard_permille=found.heard_permille,
        end_kind=end.kind if end is not None else None,
        ended_at=end.at if end is not None else None,
    )


def _media_matches(session: Session, row: AirLogRow, entries: Sequence[AsRunRow]) -> bool | None:
    """Tell whether what sounded is what was approved and dispatched; null for what did not sound or was not named."""
    if row.media_sha256 is None or row.approval_digest is None or row.result not in _SOUNDED:
        return None
    said = {entry.media_sha256 for entry in entries if entry.media_sha256 is not None}
    document = session.scalars(select(Approval.document).where(Approval.digest == row.approval_digest)).first()
    if document is None or not said:
        return None
    return media_name(row.media_sha256) in document and row.media_sha256 in said
