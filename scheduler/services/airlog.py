"""The air log: what was planned and what sounded, item by item, airing by airing, station by station."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

ON_TIME = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class AirLogFilters:
    """What a reader asks for; null or empty means all. Dates are local and inclusive, ``results`` are row results.

    ``search`` finds bulletin titles whatever their accents and case; ``directive_id`` the bulletins born of a letter.
    """

    first_day: date | None = None
    last_day: date | None = None
    station_id: str | None = None
    unit_code: str | None = None
    results: tuple[str, ...] = ()
    directive_id: str | None = None
    bulletin_id: str | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list are wanted: ``number`` counts from 1."""

    number: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class AirLogRow:
    """One bulletin item × airing × station. Names are those of the day; ``result``, ``reason`` and ``notes`` are codes.

    ``difference_ms`` is actual minus planned start; ``played_ms`` how long it sounded; ``ledger_seq`` is null while the
    result is not in the ledger yet (planned, on air).
    """

    airing_id: str
    ordinal: int
    session_title: str
    kind: str
    bulletin_id: str
    title: str
    revision: int | None
    language: str
    media_sha256: str | None
    approval_digest: str | None
    approver_name: str | None
    station_id: str
    station_name: str
    unit_code: str
    unit_name: str
    local_date: date
    planned_start: datetime
    planned_end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    difference_ms: int | None
    played_ms: int | None
    result: str
    reason: str | None
    notes: tuple[str, ...]
    ledger_seq: int | None


@dataclass(frozen=True, slots=True)
class AirLogPage:
    """Rows of one page, newest planned start first, and figures over all rows that the filters let through.

    ``totals`` counts rows by result whatever ``results`` was asked for; ``on_time`` counts those of ``started`` that
    began within a second of their plan.
    """

    rows: tuple[AirLogRow, ...]
    total: int
    page: Page
    totals: Mapping[str, int] = field(default_factory=dict)
    started: int = 0
    on_time: int = 0


def air_log(
    session: Session, *, filters: AirLogFilters, page: Page, reporting_allowance: timedelta, now: datetime
) -> AirLogPage:
    """Return one page of the air log; what is planned, on air or just over is told live."""
    raise NotImplementedError


def air_log_csv(rows: Sequence[AirLogRow], zone: str) -> bytes:
    """Return ``rows`` as CSV (UTF-8 with a byte-order mark, Vietnamese headers, local times) that no spreadsheet runs."""
    raise NotImplementedError
