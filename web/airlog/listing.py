"""The list of the air log: leading figures, coverage, rows by page, the file, and the sheet for A4."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from scheduler.rules.permissions import Actor, Deed
from scheduler.services import letters
from scheduler.services.airlog import AirLogPage, AirLogRow, Page, air_log, all_rows
from scheduler.services.airlog_csv import air_log_csv
from scheduler.services.coverage import Coverage, CoverageCell, CoverageRow, coverage
from scheduler.services.explanations import CALLS_FOR_ONE, may_explain
from scheduler.services.lateness import lateness
from web import door, seal
from web.airlog.asked import RESULT_CHOICES, Asked, asked
from web.airlog.blueprint import pages
from web.filters import office_date
from web.lateness import missed_words
from web.make_good_offers import offers
from web.reasons import NOTES, REASONS

A_PAGE = 50
A_SHEET = 500
COVERED_DAYS = 31
PRINT: dict[str, Any] = {"in": "1"}

Cell = tuple[int, int, str, str, bool]


@pages.get("")
def index() -> str:
    """Show the log; ``in=1`` shows the sheet to print, with more rows a page."""
    who = door.may(Deed.READ_LOG)
    wanted = asked(request.args, door.today())
    to_print = request.args.get("in") == "1"
    size = A_SHEET if to_print else A_PAGE
    told = _read(wanted, Page(max(1, request.args.get("trang", 1, type=int)), size))
    last = max(1, -(-told.total // size))
    if told.page.number > last:
        told = _read(wanted, Page(last, size))
    cover = _coverage(wanted)
    with door.reading() as database:
        directives = [(line.id, line.name) for line in letters.directives(database)]
        waiting = _to_explain(database, who, told.rows)
        lacking = {row.airing_id: row.station_id for row in told.rows if row.result in CALLS_FOR_ONE}
        late_of = lateness(database, lacking)
        made = offers(database, who, airing_ids=lacking, station_ids=set(lacking.values()))
    return render_template(
        "airlog/index.html",
        asked=wanted,
        told=told,
        to_explain=waiting,
        late_of=late_of,
        offers=made,
        calls_for_one=CALLS_FOR_ONE,
        last=last,
        heat=_heat(cover, wanted),
        day_words=[_day_word(day) for day in cover.days],
        units=[("", "Tất cả"), *((row.unit_code, row.unit_name) for row in _by_code(cover))],
        directives=[("", "Tất cả"), *directives],
        results=[(key, word) for key, word, _ in RESULT_CHOICES],
        stations=sum(row.stations for row in cover.rows),
        units_shown=len({row.unit_code for row in cover.rows}),
        seal=seal.seal(),
        to_print=to_print,
        address=_address(wanted, to_print=to_print),
        csv_url=url_for("airlog.file", **wanted.address),
        sheet_url=url_for("airlog.index", **wanted.address, **PRINT),
        plain_url=url_for("airlog.index", **wanted.address),
    )


@pages.get("/nhat-ky-phat-song.csv")
def file() -> Response:
    """Answer all rows that the filters let through, as CSV."""
    door.may(Deed.READ_LOG)
    wanted = asked(request.args, door.today())
    with door.reading() as database:
        rows = all_rows(database, filters=wanted.filters, reporting_allowance=allowance(), now=door.now())
        late_of = lateness(database, {row.airing_id for row in rows if row.result == "missed"})
    missed = {airing_id: missed_words(late, door.settings().tz) for airing_id, late in late_of.items()}
    content = air_log_csv(rows, door.settings().zone, reasons=REASONS, notes=NOTES, missed=missed)
    answer = Response(content, mimetype="text/csv")
    name = f"nhat-ky-{wanted.first_day.isoformat()}-{wanted.last_day.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _read(wanted: Asked, page: Page) -> AirLogPage:
    with door.reading() as database:
        return air_log(database, filters=wanted.filters, page=page, reporting_allowance=allowance(), now=door.now())


def allowance() -> timedelta:
    """Return how long a report is waited for."""
    return timedelta(seconds=door.settings().reporting_allowance_s)


def _coverage(wanted: Asked) -> Coverage:
    first = max(wanted.first_day, wanted.last_day - timedelta(days=COVERED_DAYS - 1))
    with door.reading() as database:
        return coverage(
            database, first_day=first, last_day=wanted.last_day, reporting_allowance=allowance(), now=door.now()
        )


def _by_code(cover: Coverage) -> list[CoverageRow]:
    return list({row.unit_code: row for row in cover.rows}.values())


def _day_word(day: date) -> str:
    return office_date(day, door.settings().tz).rpartition("/")[0]


def _heat(cover: Coverage, wanted: Asked) -> list[tuple[str, list[Cell | None]]]:
    rows: list[tuple[str, list[Cell | None]]] = []
    for row in cover.rows:
        name = f"{row.unit_name} ({row.stations} cụm loa)" if row.stations > 1 else row.unit_name
        cells = [_cell(cell, row.unit_code, day, wanted) for day, cell in zip(cover.days, row.cells, strict=True)]
        rows.append((name, cells))
    return rows


def _cell(cell: CoverageCell, unit_code: str, day: date, wanted: Asked) -> Cell | None:
    if not cell.planned:
        return None
    lacking = cell.planned - cell.aired - cell.unknown
    words = [f"{lacking} lượt không phát đủ"] if lacking else []
    words += [f"{cell.unknown} lượt chưa rõ"] if cell.unknown else []
    narrowed = wanted.address | {"don-vi": unit_code, "tu": day.isoformat(), "den": day.isoformat()}
    return cell.aired, cell.planned, url_for("airlog.index", **narrowed), ", ".join(words), cell.unknown > 0


def _address(wanted: Asked, *, to_print: bool) -> Callable[[int], str]:
    def address(number: int) -> str:
        extra = PRINT if to_print else {}
        return url_for("airlog.index", trang=number, **wanted.address, **extra)

    return address


def _to_explain(database: Session, who: Actor, rows: Iterable[AirLogRow]) -> frozenset[str]:
    """Return the airings among ``rows`` that wait for an explanation which the reader may give."""
    allowed: dict[tuple[str, date], bool] = {}
    found = set()
    for row in rows:
        if row.explanation is not None or row.result not in CALLS_FOR_ONE:
            continue
        place = row.station_id, row.local_date
        if place not in allowed:
            allowed[place] = may_explain(database, who, station_id=row.station_id, day=row.local_date)
        if allowed[place]:
            found.add(row.airing_id)
    return frozenset(found)
