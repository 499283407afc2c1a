"""The district's own glossary: how it says what its scripts write, from day to day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db.base import Base

WRITTEN_MOST = 120
SPOKEN_MOST = 400
CONTEXT_MOST = 200


class GlossaryEntry(Base):
    """What is written, how it is said, where and when; only its end is ever set, once: a change is a new entry.

    ``context`` is a condition of :class:`tts.reading.Entry` (empty: everywhere), ``note`` is for people;
    ``valid_from`` and ``valid_to`` are local days, both included; ``replaces_id`` is the entry that this one changed.
    """

    __tablename__ = "glossary_entry"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="whole_end"),
        Index(
            "uq_glossary_entry_standing",
            "language",
            "written",
            "context",
            "valid_from",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    written: Mapped[str] = mapped_column(String(WRITTEN_MOST))
    spoken: Mapped[str] = mapped_column(String(SPOKEN_MOST))
    context: Mapped[str] = mapped_column(String(CONTEXT_MOST), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("glossary_entry.id"))
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
