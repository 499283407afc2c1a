"""Directives: official letters as they were read, kept with their file by hash, and what each obliges to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scheduler.db.base import Base


class Directive(Base):
    """A letter as read on import; parts that the letter lacks are null. The file is stored under ``file_sha256``."""

    __tablename__ = "directive"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    file_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(255))
    file_bytes: Mapped[int]
    issuer: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(String(32))
    symbol: Mapped[str | None] = mapped_column(String(64))
    day: Mapped[int | None]
    month: Mapped[int | None]
    year: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(Text)
    recipients: Mapped[list[str]]
    bases: Mapped[list[Any]]
    signer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    warnings: Mapped[list[Any]]
    imported_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]
    obligations: Mapped[list[Obligation]] = relationship(order_by="Obligation.ordinal", lazy="selectin")


class Obligation(Base):
    """One block of what a directive orders: to whom, what, by when (ISO dates); ``ordinal`` counts from 1."""

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("directive_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    directive_id: Mapped[str] = mapped_column(ForeignKey("directive.id"))
    ordinal: Mapped[int]
    addressee: Mapped[str] = mapped_column(Text)
    actions: Mapped[list[str]]
    deadlines: Mapped[list[str]]
    broadcasting: Mapped[bool]
