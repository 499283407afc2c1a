"""The air log: what was planned and what sounded, item by item, airing by airing, station by station."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, join, select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Revision
from scheduler.db.planning import Airing
from scheduler.db.reports import LogRow, Settlement
from scheduler.services.bulletins.stand_ins import draft_media
from scheduler.services.explanations import Explanation, explanations
from scheduler.services.judging import Judge, Judged
from scheduler.services.log_names import Names
from scheduler.services.log_rows import columns
from scheduler.services.places import covered_by

ON_TIME = timedelta(seconds=1)
_MOST = 1_000_000


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

    ``ordinal`` counts the rows of the airing; ``item`` is the index in the rundown, as the station's entries name it,
    null for what the rundown did not hold. ``difference_ms`` is actual minus planned start; ``played_ms`` how long it
    sounded; ``ledger_seq`` is null while the result is not in the ledger yet (planned, on air); ``explanation`` is what
    an operator last said of the airing; ``draft_voice`` tells whether a stand-in voice spoke the sound;
    ``bulletin_class`` and ``drill`` are those of the airing: an emergency's or a drill's own, else normal.
    """

    airing_id: str
    ordinal: int
    item: int | None
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
    explanation: Explanation | None = None
    draft_voice: bool = False
    bulletin_class: str = "normal"
    drill: bool = False


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
    """Return one page of the air log; what is planned, on air or just over is told live.

    ``reporting_allowance`` is how long after end and grace a report is waited for.
    """
    wanted = _Wanted(session, filters)
    live = _live_rows(session, wanted, reporting_allowance, now)
    totals = Counter(row.result for row in live)
    totals.update(_settled_totals(session, wanted))
    shown = [row for row in live if not filters.results or row.result in filters.results]
    total = sum(count for result, count in totals.items() if not filters.results or result in filters.results)
    started, on_time = _punctuality(session, wanted, live)
    return AirLogPage(
        rows=_with_what_is_known(session, _page(session, wanted, shown, page)),
        total=total,
        page=page,
        totals=dict(totals),
        started=started,
        on_time=on_time,
    )


def all_rows(
    session: Session, *, filters: AirLogFilters, reporting_allowance: timedelta, now: datetime
) -> tuple[AirLogRow, ...]:
    """Return every row that ``filters`` let through, newest planned start first: for exports."""
    most = Page(1, _MOST)
    return air_log(session, filters=filters, page=most, reporting_allowance=reporting_allowance, now=now).rows


def _with_what_is_known(session: Session, rows: tuple[AirLogRow, ...]) -> tuple[AirLogRow, ...]:
    """Return ``rows`` with what an operator said of their airings, and whether a stand-in voice spoke."""
    said = explanations(session, {row.airing_id for row in rows})
    drafts = draft_media(session, (row.media_sha256 for row in rows))
    return tuple(
        replace(row, explanation=said.get(row.airing_id), draft_voice=row.media_sha256 in drafts) for row in rows
    )


def fold(text: str) -> str:
    """Return ``text`` without accents and case, as people search: ``Đường`` is found by ``duong``."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip()


class _Wanted:
    """The filters, as conditions on the tables and as a test of live rows."""

    def __init__(self, session: Session, filters: AirLogFilters) -> None:
        self.filters = filters
        self.needle = fold(filters.search)
        self.bulletins: frozenset[str] | None = None
        if filters.directive_id is not None:
            born = select(Revision.bulletin_id).where(Revision.directive_id == filters.directive_id)
            self.bulletins = frozenset(session.scalars(born))
        if filters.bulletin_id is not None:
            only = frozenset({filters.bulletin_id})
            self.bulletins = only if self.bulletins is None else self.bulletins & only
        self.of_airing = self._of_airing(session)
        self.of_row = self._of_row(session)

    def _of_airing(self, session: Session) -> list[ColumnElement[bool]]:
        asked = self.filters
        found: list[ColumnElement[bool]] = []
        if asked.first_day is not None:
            found.append(Airing.local_date >= asked.first_day)
        if asked.last_day is not None:
            found.append(Airing.local_date <= asked.last_day)
        if asked.station_id is not None:
            found.append(Airing.station_id == asked.station_id)
        if asked.unit_code is not None:
            found.append(covered_by(session, asked.unit_code))
        return found

    def _of_row(self, session: Session) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.bulletins is not None:
            found.append(LogRow.bulletin_id.in_(self.bulletins))
        if self.needle:
            titles = session.scalars(select(LogRow.title).distinct())
            found.append(LogRow.title.in_([title for title in titles if self.needle in fold(title)]))
        return found

    def lets_through(self, told: Mapping[str, Any]) -> bool:
        """Tell whether a live row is among the bulletins asked for."""
        if self.bulletins is not None and told["bulletin_id"] not in self.bulletins:
            return False
        return self.needle in fold(told["title"])


def _newest() -> ColumnElement[bool]:
    newer = select(func.max(Settlement.ordinal)).where(Settlement.airing_id == Airing.id).correlate(Airing)
    return Settlement.ordinal == newer.scalar_subquery()


# A row of the air log with its settlement and its airing.
_ROWS = join(LogRow, Settlement, Settlement.id == LogRow.settlement_id).join(Airing, Airing.id == Settlement.airing_id)


def _settled(wanted: _Wanted) -> tuple[ColumnElement[bool], ...]:
    return (Airing.settled_at.is_not(None), _newest(), *wanted.of_airing, *wanted.of_row)


def _settled_totals(session: Session, wanted: _Wanted) -> dict[str, int]:
    query = select(LogRow.result, func.count().label("rows")).select_from(_ROWS).where(*_settled(wanted))
    query = query.group_by(LogRow.result)
    return {row.result: row.rows for row in session.execute(query)}


def _punctuality(session: Session, wanted: _Wanted, live: Iterable[AirLogRow]) -> tuple[int, int]:
    query = select(LogRow.planned_start, LogRow.actual_start).select_from(_ROWS).where(*_settled(wanted))
    late = [
        abs(row.actual_start - row.planned_start)
        for row in session.execute(query.where(LogRow.actual_start.is_not(None)))
    ]
    late += [abs(row.actual_start - row.planned_start) for row in live if row.actual_start is not None]
    return len(late), sum(each < ON_TIME for each in late)


def _live_rows(session: Session, wanted: _Wanted, allowance: timedelta, now: datetime) -> list[AirLogRow]:
    query = (
        select(Airing)
        .where(Airing.settled_at.is_(None), *wanted.of_airing)
        .order_by(Airing.starts_at.desc(), Airing.id)
    )
    judge = Judge(session, allowance=allowance, now=now)
    return [
        row
        for judged in judge.judge(list(session.scalars(query)))
        for row in rows_of(judged, judge.names)
        if wanted.lets_through({"bulletin_id": row.bulletin_id, "title": row.title})
    ]


def rows_of(judged: Judged, names: Names) -> list[AirLogRow]:
    """Return the rows of an airing that is told live, without ledger numbers."""
    return [_row(judged.row, told, ledger_seq=None) for told in columns(judged, names)]


def settled_rows(airing: Airing, settlement: Settlement) -> list[AirLogRow]:
    """Return the rows of an airing as a settlement wrote them."""
    return [_row(airing, _written(row), ledger_seq=settlement.ledger_seq) for row in settlement.rows]


def _written(row: LogRow) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in LogRow.__table__.columns}


def _row(airing: Airing, told: Mapping[str, Any], *, ledger_seq: int | None) -> AirLogRow:
    start, end = told["actual_start"], told["actual_end"]
    reason = told["reason"]
    if told["result"] == "cancelled" and reason is None:
        reason = airing.cancel_reason
    return AirLogRow(
        airing_id=airing.id,
        ordinal=told["ordinal"],
        item=told["item"],
        session_title=airing.title,
        kind=told["kind"],
        bulletin_id=told["bulletin_id"],
        title=told["title"],
        revision=told["revision"],
        language=told["language"],
        media_sha256=told["media_sha256"],
        approval_digest=told["approval_digest"],
        approver_name=told["approver_name"],
        station_id=airing.station_id,
        station_name=airing.station_name,
        unit_code=airing.unit_code,
        unit_name=airing.unit_name,
        local_date=airing.local_date,
        planned_start=told["planned_start"],
        planned_end=told["planned_end"],
        actual_start=start,
        actual_end=end,
        difference_ms=_ms(start - told["planned_start"]) if start is not None else None,
        played_ms=_ms(end - start) if start is not None and end is not None else None,
        result=told["result"],
        reason=reason,
        notes=tuple(told["note"].split(",")) if told["note"] else (),
        ledger_seq=ledger_seq,
        bulletin_class=airing.bulletin_class,
        drill=airing.drill,
    )


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _page(session: Session, wanted: _Wanted, live: list[AirLogRow], page: Page) -> tuple[AirLogRow, ...]:
    """Return one page of settled and live rows in one order.

    Of the settled rows before the page at most as many can be pushed back as there are live ones, so it is enough to
    read from that far before it.
    """
    first = (max(page.number, 1) - 1) * page.size
    skipped = max(0, first - len(live))
    query = select(LogRow, Settlement, Airing).select_from(_ROWS).where(*_settled(wanted))
    if wanted.filters.results:
        query = query.where(LogRow.result.in_(wanted.filters.results))
    query = query.order_by(LogRow.planned_start.desc(), Airing.id, LogRow.ordinal)
    query = query.offset(skipped).limit(first + page.size - skipped)
    settled = [
        _row(airing, _written(row), ledger_seq=settlement.ledger_seq)
        for row, settlement, airing in session.execute(query)
    ]
    merged = sorted([*settled, *live], key=lambda row: (-row.planned_start.timestamp(), row.airing_id, row.ordinal))
    return tuple(merged[first - skipped : first - skipped + page.size])
