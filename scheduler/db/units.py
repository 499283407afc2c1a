"""Dated administrative units, stations, and how a station is known and heard from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db.base import Base


class Unit(Base):
    """A unit as it was from ``valid_from`` to ``valid_to`` (both inclusive): codes are reused, so a unit is both."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    parent_code: Mapped[str | None] = mapped_column(String(16))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    formed_from: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="")


class Station(Base):
    """A loudspeaker site; it keeps its identity when its unit changes. Keys and token come with enrolment."""

    __tablename__ = "station"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    languages: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    public_key: Mapped[str | None] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    enrolled_at: Mapped[datetime | None]


class StationUnit(Base):
    """Which unit a station stands in, from day to day (both inclusive)."""

    __tablename__ = "station_unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), index=True)
    unit_code: Mapped[str] = mapped_column(String(16), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class EnrolmentToken(Base):
    """A one-time token, kept by the SHA-256 of its secret; consumed by the first key that shows it."""

    __tablename__ = "enrolment_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]
    consumed_key: Mapped[str | None] = mapped_column(String(64))


class StationReport(Base):
    """The latest heartbeat of a station; the only rows about stations that are overwritten."""

    __tablename__ = "station_report"

    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), primary_key=True)
    at: Mapped[datetime]
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    media_missing: Mapped[list[str]]
    playing: Mapped[str | None] = mapped_column(String(36))
    clock_offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    clock_uncertainty_ms: Mapped[int | None] = mapped_column(BigInteger)
    clock_source: Mapped[str] = mapped_column(String(16))
    disk_free_mb: Mapped[int]
    unsent: Mapped[int]
    versions: Mapped[dict[str, Any]]


class Alarm(Base):
    """Something a person must look at: a forked chain, a lost store, a refused rundown, a second use of a token."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_open", "station_id", "settled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
