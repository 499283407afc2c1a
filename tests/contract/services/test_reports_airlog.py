"""The air log as people read it: filters, pages, figures, CSV, coverage."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from airing_world import ALLOWANCE, ZONE, World, utc
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from scheduler.db.letters import Directive
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import InvalidInput
from scheduler.services import intake, planning, reports
from scheduler.services.airlog import fold
from scheduler.services.airlog_csv import HEADERS, safe_cell
from scheduler.services.reports import AirLogFilters, AirLogPage, Page
from scheduler.services.settlement import settle

START = utc(2024, 5, 8, 10)
EVENING = utc(2024, 5, 8, 13)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def _play(world: World, station: Station, airing: Airing, lengths: list[int], sequence: int, **facts: object) -> None:
    tape = world.tape(station, f"chuoi-{airing.id[:8]}")
    tape.play(airing, sequence, lengths, **facts)
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=EVENING)


@pytest.fixture
def network(world: World) -> dict[str, Station]:
    """Two stations today: one aired both items, one said nothing; a session with an item without approval to come."""
    stations = {"lao": world.station("Búng Lao"), "xuan": world.station("Xuân Lao", "03302")}
    programme = world.programme(
        ("bulletin", world.bulletin("Đường làng sạch")), ("notice", world.bulletin("Tiêm phòng", kind="notice"))
    )
    later = world.programme(
        ("bulletin", world.bulletin("Mùa vụ")), ("bulletin", world.bulletin("Chờ duyệt", approved=False))
    )
    airings = world.one_off(list(stations.values()), programme, START)
    world.one_off([stations["lao"]], later, START + timedelta(days=1))
    issues = {each.id: world.issue(each) for each in stations.values()}
    _play(world, stations["lao"], airings[0], [60, 60], issues[stations["lao"].id].sequence)
    settle(world.session, now=EVENING, reporting_allowance=ALLOWANCE)
    return stations


def _log(world: World, page: Page | None = None, **filters: object) -> AirLogPage:
    return reports.air_log(
        world.session, filters=AirLogFilters(**filters), page=page or Page(), reporting_allowance=ALLOWANCE, now=EVENING
    )


def test_rows_tell_plan_and_truth(world: World, network: dict[str, Station]) -> None:
    log = _log(world)
    assert [row.result for row in log.rows].count("aired") == 2
    assert log.totals == {"planned": 1, "left-out": 1, "aired": 2, "unknown": 2}
    assert (log.total, log.started, log.on_time) == (6, 2, 2)
    (first,) = [row for row in log.rows if row.result == "aired" and row.kind == "bulletin"]
    assert (first.title, first.revision, first.approver_name) == ("Đường làng sạch", 1, "Duyet")
    assert (first.station_name, first.unit_name, first.difference_ms, first.played_ms) == (
        "Búng Lao",
        "Xã Búng Lao cũ",
        20,
        60_000,
    )
    assert first.ledger_seq is not None
    coming = {
        row.title: (row.result, row.reason, row.ledger_seq) for row in log.rows if row.local_date == date(2024, 5, 9)
    }
    assert coming == {"Mùa vụ": ("planned", None, None), "Chờ duyệt": ("left-out", "not-approved", None)}
    assert [row.planned_start for row in log.rows] == sorted((row.planned_start for row in log.rows), reverse=True)


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({"results": ("unknown",)}, 2),
        ({"results": ("unknown", "left-out")}, 3),
        ({"results": ("missed",)}, 0),
        ({"last_day": date(2024, 5, 8)}, 4),
        ({"first_day": date(2024, 5, 9)}, 2),
        ({"search": "duong LANG"}, 2),
        ({"search": "MÙA"}, 1),
        ({"search": "%"}, 0),
        ({"unit_code": "03302"}, 2),
        ({"unit_code": "102"}, 6),
        ({"unit_code": "11"}, 6),
        ({"unit_code": "03313"}, 0),
        ({"unit_code": "x"}, 0),
        ({"directive_id": "không có"}, 0),
    ],
)
def test_filters(world: World, network: dict[str, Station], filters: dict, total: int) -> None:
    log = _log(world, **filters)
    assert (log.total, len(log.rows)) == (total, total)


def test_results_filter_leaves_the_totals(world: World, network: dict[str, Station]) -> None:
    assert _log(world, results=("unknown",)).totals == _log(world).totals


def test_station_and_bulletin_filters(world: World, network: dict[str, Station]) -> None:
    assert _log(world, station_id=network["xuan"].id).totals == {"unknown": 2}
    story = _log(world, search="mua").rows[0].bulletin_id
    assert _log(world, bulletin_id=story).total == 1


def test_directive_filter_follows_the_bulletins_born_of_it(world: World, session: Session) -> None:
    session.add(
        Directive(
            id="d1",
            file_sha256="a" * 64,
            file_name="cv.docx",
            file_bytes=1,
            recipients=[],
            bases=[],
            warnings=[],
            imported_by=world.editor.id,
            imported_at=world.now,
        )
    )
    session.flush()
    station = world.station("Búng Lao")
    programme = world.programme(
        ("bulletin", world.bulletin("Của công văn", directive_id="d1")), ("bulletin", world.bulletin("Khác"))
    )
    world.one_off([station], programme, START)
    world.issue(station)
    assert [row.title for row in _log(world, directive_id="d1").rows] == ["Của công văn"]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7])
def test_pages_of_settled_and_live_rows_are_one_list(world: World, network: dict[str, Station], size: int) -> None:
    whole = _log(world).rows
    pages = [_log(world, page=Page(number, size)).rows for number in range(1, 8)]
    assert tuple(row for page in pages for row in page) == whole
    assert len({(row.airing_id, row.ordinal) for row in whole}) == 6


def test_only_the_newest_settlement_counts(world: World, network: dict[str, Station], session: Session) -> None:
    silent = next(row.airing_id for row in _log(world).rows if row.result == "unknown")
    station = network["xuan"]
    _play(
        world,
        station,
        session.get_one(Airing, silent),
        [60, 60],
        world.issue(station, EVENING + timedelta(days=1)).sequence - 86_400 * 10,
    )
    assert _log(world).totals["aired"] == 4  # told live before the next settling
    assert settle(session, now=EVENING, reporting_allowance=ALLOWANCE) == 1
    assert _log(world).totals == {"planned": 1, "left-out": 1, "aired": 4}


def test_cancelled_rows_tell_the_persons_reason(world: World, session: Session) -> None:
    station = world.station("Búng Lao")
    (airing,) = world.one_off([station], world.programme(("bulletin", world.bulletin("Một"))), START)
    planning.cancel_airing(session, world.approver, airing_id=airing.id, reason="Nghỉ lễ", now=world.now)
    (row,) = _log(world).rows
    assert (row.result, row.reason) == ("cancelled", "Nghỉ lễ")


def test_empty_log(world: World) -> None:
    log = _log(world)
    assert (log.rows, log.total, log.totals) == ((), 0, {})


def test_csv_has_a_row_for_each_and_local_times(world: World, network: dict[str, Station]) -> None:
    rows = reports.all_rows(world.session, filters=AirLogFilters(), reporting_allowance=ALLOWANCE, now=EVENING)
    content = reports.air_log_csv(rows, ZONE, reasons={"not-approved": "chưa được duyệt"})
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert list(table[0]) == list(HEADERS)
    assert len(table) == len(rows) == 6
    aired = next(line for line in table if line["Kết quả"] == "đã phát" and line["Bản tin"] == "Đường làng sạch")
    assert (aired["Ngày"], aired["Kế hoạch bắt đầu"]) == ("08/05/2024", "08/05/2024 17:00:00")
    assert {line["Lý do"] for line in table if line["Kết quả"] == "để lại"} == {"chưa được duyệt"}


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_csv_runs_nothing(world: World, network: dict[str, Station], evil: str) -> None:
    rows = [replace(_log(world).rows[0], title=evil, station_name=evil, approver_name=evil, reason=evil)]
    (line,) = csv.DictReader(io.StringIO(reports.air_log_csv(rows, ZONE).decode("utf-8-sig"), newline=""))
    for header in ("Bản tin", "Cụm loa lúc phát", "Người duyệt", "Lý do"):
        assert line[header] == f"'{evil}"


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not str(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert str(cell).removeprefix("'") == text.removeprefix("'")
    assert safe_cell(-20) == -20


@pytest.mark.parametrize(("text", "folded"), [("Đường", "duong"), ("  ẲNG Nưa ", "ang nua"), ("İ", "i"), ("", "")])
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_coverage_counts_items_by_unit_and_day(world: World, network: dict[str, Station]) -> None:
    table = reports.coverage(
        world.session, first_day=date(2024, 5, 7), last_day=date(2024, 5, 9), reporting_allowance=ALLOWANCE, now=EVENING
    )
    assert table.days == (date(2024, 5, 7), date(2024, 5, 8), date(2024, 5, 9))
    told = {row.unit_name: [(cell.aired, cell.planned, cell.unknown) for cell in row.cells] for row in table.rows}
    assert told == {
        "Xã Búng Lao cũ": [(0, 0, 0), (2, 2, 0), (0, 0, 0)],
        "Xã Xuân Lao": [(0, 0, 0), (0, 2, 2), (0, 0, 0)],
    }
    assert [row.stations for row in table.rows] == [1, 1]


def test_reused_code_has_a_row_for_each_unit(world: World) -> None:
    world.published([world.station("Búng Lao")], world.programme(("bulletin", world.bulletin("Một"))))
    world.plan(utc(2025, 6, 29, 3), days_ahead=3)
    table = reports.coverage(
        world.session,
        first_day=date(2025, 6, 29),
        last_day=date(2025, 7, 1),
        reporting_allowance=ALLOWANCE,
        now=utc(2025, 7, 2),
    )
    told = {row.unit_name: [cell.planned for cell in row.cells] for row in table.rows}
    assert told == {"Xã Búng Lao cũ": [1, 1, 0], "Xã Búng Lao": [0, 0, 1]}


@pytest.mark.parametrize("days", [-1, 400])
def test_coverage_refuses_impossible_spans(world: World, days: int) -> None:
    first = date(2024, 5, 8)
    with pytest.raises(InvalidInput):
        reports.coverage(
            world.session,
            first_day=first,
            last_day=first + timedelta(days=days),
            reporting_allowance=ALLOWANCE,
            now=EVENING,
        )
