"""The timetable's records: what each slot was and is, how changes came about, and corrections of public holidays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db.base import Base


class SlotVersion(Base):
    """What a slot is from its ``number``-th publication on (from 1); the highest number counts, rows only grow.

    ``content`` is the canonical JSON of :mod:`scheduler.services.timetable.contents`; null ends the slot.
    """

    __tablename__ = "slot_version"
    __table_args__ = (CheckConstraint("number >= 1", name="number"),)

    slot_id: Mapped[str] = mapped_column(ForeignKey("slot.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str | None] = mapped_column(Text)
    published_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]
    change_id: Mapped[str | None] = mapped_column(ForeignKey("timetable_change.id"), index=True)


class TimetableChange(Base):
    """A change of the timetable as it was proposed; only its decision is ever written, once.

    ``steps`` is a canonical JSON array; ``decision`` is ``published``, ``refused`` or ``withdrawn`` (null: open);
    ``effect`` is canonical JSON of what the decider saw that it does.
    """

    __tablename__ = "timetable_change"
    __table_args__ = (
        CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)",
            name="whole_decision",
        ),
        CheckConstraint("decision IN ('published', 'refused', 'withdrawn')", name="decision"),
        Index(
            "ix_timetable_change_open",
            "proposed_at",
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    steps: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    effect: Mapped[str | None] = mapped_column(Text)
    effect_digest: Mapped[str | None] = mapped_column(String(64))


class TimetableStance(Base):
    """What an operator says to a change for one station: ``confirm`` or ``object``; the latest word counts."""

    __tablename__ = "timetable_stance"
    __table_args__ = (CheckConstraint("stance IN ('confirm', 'object')", name="stance"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[str] = mapped_column(ForeignKey("timetable_change.id"), index=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    stance: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class HolidayChange(Base):
    """A local word on whether ``day`` is a public holiday (``holds``) and what it is called; the newest counts."""

    __tablename__ = "holiday_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(120))
    holds: Mapped[bool]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class TimetableDraft(Base):
    """The change that a person is putting together, ``steps`` as in :class:`TimetableChange`; gone once proposed."""

    __tablename__ = "timetable_draft"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    steps: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
