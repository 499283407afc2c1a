"""What an approved emergency released, which stations must be told first, and the communes' order of priorities."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db.base import Base


class Release(Base):
    """An airing of an emergency and the approval that released it. Rows only grow."""

    __tablename__ = "release"

    airing_id: Mapped[str] = mapped_column(ForeignKey("airing.id"), primary_key=True)
    approval_digest: Mapped[str] = mapped_column(ForeignKey("approval.digest"), index=True)


class UrgentDispatch(Base):
    """A station whose rundown must be issued before all others, and why: ``emergency`` or ``withdrawal``.

    ``done_at`` is set by the one who issues, in the transaction of the issue.
    """

    __tablename__ = "urgent_dispatch"
    __table_args__ = (
        CheckConstraint("reason IN ('emergency', 'withdrawal')", name="reason"),
        Index(
            "ix_urgent_dispatch_open",
            "station_id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"))
    reason: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class TieOrder(Base):
    """In which order an operator wants an airing's priority bulletins; the newest word counts. Rows only grow."""

    __tablename__ = "tie_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    airing_id: Mapped[str] = mapped_column(ForeignKey("airing.id"), index=True)
    bulletins: Mapped[list[str]]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
