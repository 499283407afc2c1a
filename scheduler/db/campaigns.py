"""Campaigns as they were proposed, what was decided on them, and goals that the plan doesn't meet."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db.base import Base


class Campaign(Base):
    """Each bulletin ``per_day`` times a day from ``first_day`` to ``last_day`` (both included); never changed.

    ``scope`` and ``languages`` (empty: all that a station speaks) are canonical JSON; ``change_id`` is the change of
    the timetable that was proposed with it.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("per_day >= 1", name="per_day"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    per_day: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date] = mapped_column(index=True)
    scope: Mapped[str] = mapped_column(Text)
    languages: Mapped[str] = mapped_column(Text)
    priority: Mapped[bool]
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"))
    change_id: Mapped[str | None] = mapped_column(ForeignKey("timetable_change.id"))
    proposed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    bulletins: Mapped[list[CampaignBulletin]] = relationship(order_by="CampaignBulletin.ordinal", lazy="selectin")
    steps: Mapped[list[CampaignStep]] = relationship(order_by="CampaignStep.at", lazy="selectin")


class CampaignBulletin(Base):
    """The ``ordinal``-th bulletin (from 0) of a campaign."""

    __tablename__ = "campaign_bulletin"
    __table_args__ = (UniqueConstraint("campaign_id", "bulletin_id"),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), index=True)


class CampaignStep(Base):
    """What was decided: ``published``, ``refused``, ``withdrawn`` (by its proposer) or ``ended``; each once at most.

    ``figures`` is canonical JSON of what the publication's preview promised.
    """

    __tablename__ = "campaign_step"
    __table_args__ = (CheckConstraint("step IN ('published', 'refused', 'withdrawn', 'ended')", name="step"),)

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    figures: Mapped[str | None] = mapped_column(Text)


class GoalUnmet(Base):
    """A bulletin that the plan tells ``missing`` times less on a day than a campaign asks: written anew at planning."""

    __tablename__ = "goal_unmet"

    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True, index=True)
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    missing: Mapped[int]
    why_not: Mapped[str] = mapped_column(String(24))
    omission: Mapped[str | None] = mapped_column(String(24))
