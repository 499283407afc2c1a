"""Bulletins, their revisions, tracks, approvals, and who had a hand in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db.base import Base


class Bulletin(Base):
    """What is written, approved and aired; ``kind`` is a rundown item's kind; house items carry a ``house_key``."""

    __tablename__ = "bulletin"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    house_key: Mapped[str | None] = mapped_column(String(32), unique=True)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Revision(Base):
    """One text of a bulletin; state belongs here. Frozen by trigger once it is no longer a draft.

    ``reading`` is the spoken text and ``sentences`` its paragraphs of ``{written, spoken, spans}``, both set on
    submission; hashes are SHA-256 of the UTF-8 text. ``voice`` is ``engine/voice``, null for the house's order; the
    speed is in thousandths of the usual one; pauses are null for the house's setting. ``emergency`` is what an
    emergency orders (canonical JSON), null in the other classes.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("bulletin_id", "number"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
        Index("ix_revision_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    bulletin_class: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    directive_id: Mapped[str | None] = mapped_column(ForeignKey("directive.id"), index=True)
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"))
    emergency: Mapped[str | None] = mapped_column(Text)
    script: Mapped[str] = mapped_column(Text)
    script_sha256: Mapped[str] = mapped_column(String(64))
    voice: Mapped[str | None] = mapped_column(String(100))
    speed_permille: Mapped[int] = mapped_column(default=1000, server_default="1000")
    sentence_pause_ms: Mapped[int | None]
    paragraph_pause_ms: Mapped[int | None]
    reading: Mapped[str | None] = mapped_column(Text)
    reading_sha256: Mapped[str | None] = mapped_column(String(64))
    sentences: Mapped[list[Any] | None]
    author_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    returned_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(Text)


class Contributor(Base):
    """Whoever wrote, recorded or set a reading of any revision: barred from approving. Rows only grow."""

    __tablename__ = "contributor"

    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    deed: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]


class Medium(Base):
    """A stored sound, immutable, named by its hash; loudness in hundredths of LUFS, peak in hundredths of dBTP."""

    __tablename__ = "medium"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int]
    type: Mapped[str] = mapped_column(String(32))
    duration_ms: Mapped[int]
    loudness_clufs: Mapped[int]
    true_peak_cdbtp: Mapped[int]
    peaks: Mapped[list[Any]]
    created_at: Mapped[datetime]


class Recording(Base):
    """A track of a revision; the newest of each (track, language) counts.

    ``causes`` say why voices before this one in the order did not speak; ``track`` is ``main`` or ``headline``;
    ``made_by`` is null when a machine spoke. Of a person's track ``words_sha256`` is of the script (of a
    headline: the title) at that time, and ``notes`` are the sentences in which its check told what is doubtful.
    """

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    track: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    media_sha256: Mapped[str] = mapped_column(ForeignKey("medium.sha256"), index=True)
    engine: Mapped[str] = mapped_column(String(32))
    voice: Mapped[str] = mapped_column(String(64))
    draft_voice: Mapped[bool]
    causes: Mapped[list[Any]]
    made_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    words_sha256: Mapped[str | None] = mapped_column(String(64))
    notes: Mapped[list[Any] | None]


class RecordingRemoval(Base):
    """A recording that was taken out of a draft: it counts no more, and whoever made it stays barred from approving."""

    __tablename__ = "recording_removal"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Listening(Base):
    """How much of a recording a person truly heard, in thousandths; the most so far."""

    __tablename__ = "listening"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    share_permille: Mapped[int]
    reached_end: Mapped[bool]
    at: Mapped[datetime]


class Approval(Base):
    """An approval and the canonical document that its ``digest`` hashes; never changed. Its end is another row."""

    __tablename__ = "approval"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    approver_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime]
    heard_permille: Mapped[int]
    document: Mapped[str] = mapped_column(Text)


class ApprovalEnd(Base):
    """Why and when an approval stopped standing: ``superseded``, ``withdrawn`` or ``expired``."""

    __tablename__ = "approval_end"

    digest: Mapped[str] = mapped_column(ForeignKey("approval.digest"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text)


class RenderRequest(Base):
    """A submitted revision waiting for its voice; claimed under a lease by the render tick.

    While it is being spoken, the last three columns tell by which engine and how far; else they are null.
    """

    __tablename__ = "render_request"
    __table_args__ = (Index("ix_render_request_waiting", "done_at", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    requested_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
    engine_at_work: Mapped[str | None] = mapped_column(String(32))
    sentences_done: Mapped[int | None]
    sentences_total: Mapped[int | None]
