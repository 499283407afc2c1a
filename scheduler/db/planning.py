"""Programmes, slots, planned airings, what was left out, and the rundowns that were signed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db.base import Base

NOT_IN_TIMETABLE = "not-in-timetable"
"""The ``cancel_reason`` of an airing that its slot no longer yields; such a one may come back."""


class Programme(Base):
    """An ordered list of items to be aired together; with ``places``, filled anew by each session, it is a template."""

    __tablename__ = "programme"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    items: Mapped[list[ProgrammeItem]] = relationship(
        order_by="ProgrammeItem.ordinal", lazy="selectin", cascade="all, delete-orphan"
    )
    places: Mapped[list[ProgrammePlace]] = relationship(
        order_by="ProgrammePlace.ordinal", lazy="selectin", cascade="all, delete-orphan"
    )


class ProgrammeItem(Base):
    """A programme's item at ``ordinal`` (from 0), counted together with its places."""

    __tablename__ = "programme_item"

    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))


class ProgrammePlace(Base):
    """A place that each session fills anew; ``ordinal`` counts with those of the programme's items.

    ``kind`` is ``rotation``, ``headlines`` or ``notices``; the other columns belong to a rotation: ``campaigns`` is a
    canonical JSON array of ids, empty for all of them; ``sting_id`` parts two of what is told.
    """

    __tablename__ = "programme_place"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind"),
        CheckConstraint("kind IN ('rotation', 'headlines', 'notices')", name="kind"),
    )

    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    most: Mapped[int | None]
    longest_s: Mapped[int | None]
    campaigns: Mapped[str | None] = mapped_column(Text)
    sting_id: Mapped[str | None] = mapped_column(ForeignKey("bulletin.id"))


class Slot(Base):
    """The identity of a place in the timetable; what it is stands in its versions (:mod:`scheduler.db.timetable`)."""

    __tablename__ = "slot"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)


class Airing(Base):
    """One planned sounding of a programme at a station; names of place are frozen as they were planned for that day.

    ``expires_at`` is an emergency's alone: nothing of it begins or goes on from then. ``make_good_of`` names the airing
    that this one makes good; of an airing at most one make-good stands that is not cancelled. ``programme_id`` is the
    template from which a session outside of any slot is filled until it starts, null for any other.
    """

    __tablename__ = "airing"
    __table_args__ = (
        Index("ix_airing_station_start", "station_id", "starts_at"),
        Index("ix_airing_start", "starts_at"),
        Index(
            "ix_airing_one_off",
            "starts_at",
            sqlite_where=text("slot_id IS NULL"),
            postgresql_where=text("slot_id IS NULL"),
        ),
        Index(
            "ix_airing_called_off",
            "starts_at",
            sqlite_where=text("cancel_reason IS NOT NULL"),
            postgresql_where=text("cancel_reason IS NOT NULL"),
        ),
        Index(
            "ix_airing_unsettled",
            "starts_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "uq_airing_make_good_of",
            "make_good_of",
            unique=True,
            sqlite_where=text("make_good_of IS NOT NULL AND cancelled_at IS NULL"),
            postgresql_where=text("make_good_of IS NOT NULL AND cancelled_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    slot_id: Mapped[str | None] = mapped_column(ForeignKey("slot.id"), index=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    title: Mapped[str] = mapped_column(String(200))
    local_date: Mapped[date]
    ordinal: Mapped[int]
    starts_at: Mapped[datetime]
    ends_by: Mapped[datetime]
    start_rule: Mapped[str] = mapped_column(String(8))
    grace_s: Mapped[int]
    gain_cb: Mapped[int]
    bulletin_class: Mapped[str] = mapped_column(String(16))
    drill: Mapped[bool] = mapped_column(default=False, server_default=false())
    expires_at: Mapped[datetime | None]
    make_good_of: Mapped[str | None] = mapped_column(ForeignKey("airing.id"))
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    station_name: Mapped[str] = mapped_column(String(120))
    unit_code: Mapped[str] = mapped_column(String(16), index=True)
    unit_name: Mapped[str] = mapped_column(String(120))
    planned_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    planned_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
    items: Mapped[list[AiringItem]] = relationship(
        order_by="AiringItem.ordinal", lazy="selectin", cascade="all, delete-orphan"
    )


class AiringItem(Base):
    """What an airing asks for at ``ordinal`` (from 0), and why it was last left out of a rundown, if it was.

    ``why`` is canonical JSON of why a rotation chose it for ``campaign_id``, null for what the programme names itself.
    """

    __tablename__ = "airing_item"

    airing_id: Mapped[str] = mapped_column(ForeignKey("airing.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    omitted: Mapped[str | None] = mapped_column(String(24))
    why: Mapped[str | None] = mapped_column(Text)
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"), index=True)


class RundownIssue(Base):
    """A signed rundown as it was given out: the exact envelope text, and the digest of what it says."""

    __tablename__ = "rundown_issue"
    __table_args__ = (UniqueConstraint("station_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    content_digest: Mapped[str] = mapped_column(String(64))
    envelope_sha256: Mapped[str | None] = mapped_column(String(64))
    envelope: Mapped[str | None] = mapped_column(Text)


class RundownMedium(Base):
    """Which media a station's rundowns name: what the station may fetch, and what must not be collected."""

    __tablename__ = "rundown_medium"

    issue_id: Mapped[int] = mapped_column(ForeignKey("rundown_issue.id"), primary_key=True)
    media_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
