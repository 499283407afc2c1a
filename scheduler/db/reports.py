"""What stations reported, and what became of each planned airing. Rows here only grow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db.base import Base


class AsRunChain(Base):
    """One chain of a station's entries, and how far the centre holds it without a gap."""

    __tablename__ = "as_run_chain"

    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), primary_key=True)
    chain: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_through: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]


class AsRunRow(Base):
    """One as-run entry: the raw ``line`` that was hashed, and columns told from it."""

    __tablename__ = "as_run_entry"
    __table_args__ = (
        UniqueConstraint("station_id", "chain", "n"),
        Index("ix_as_run_entry_airing", "airing_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    chain: Mapped[str] = mapped_column(String(64))
    n: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    line: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(16))
    airing_id: Mapped[str | None] = mapped_column(String(36))
    item: Mapped[int | None]
    media_sha256: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text)
    rundown_sequence: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    ledger_seq: Mapped[int] = mapped_column(ForeignKey("ledger_entry.seq"))


class AsRunEvidence(Base):
    """An entry that contradicts one already held: kept aside, never mixed in."""

    __tablename__ = "as_run_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), index=True)
    chain: Mapped[str] = mapped_column(String(64))
    n: Mapped[int]
    line: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]


class Settlement(Base):
    """What became of an airing, as far as was known at ``at``; the newest counts, none is rewritten."""

    __tablename__ = "settlement"
    __table_args__ = (UniqueConstraint("airing_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    airing_id: Mapped[str] = mapped_column(ForeignKey("airing.id"))
    ordinal: Mapped[int]
    at: Mapped[datetime]
    result: Mapped[str] = mapped_column(String(16))
    rundown_sequence: Mapped[int | None] = mapped_column(BigInteger)
    ledger_seq: Mapped[int] = mapped_column(ForeignKey("ledger_entry.seq"))
    rows: Mapped[list[LogRow]] = relationship(order_by="LogRow.ordinal", lazy="selectin")


class LogRow(Base):
    """One item × airing × station of the air log under its settlement.

    ``item`` is its index in the rundown that counted, as the station's entries name it; null when that held none.
    """

    __tablename__ = "log_row"

    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    bulletin_id: Mapped[str] = mapped_column(ForeignKey("bulletin.id"), index=True)
    revision: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    media_sha256: Mapped[str | None] = mapped_column(String(64))
    approval_digest: Mapped[str | None] = mapped_column(String(64))
    approver_name: Mapped[str | None] = mapped_column(String(120))
    planned_start: Mapped[datetime]
    planned_end: Mapped[datetime]
    actual_start: Mapped[datetime | None]
    actual_end: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    clock: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    item: Mapped[int | None]
