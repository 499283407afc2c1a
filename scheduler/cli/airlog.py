"""``loa airlog``: the air log in a terminal, as a file, and the check of the ledger."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from scheduler.services.reports import AirLogRow

RESULTS = ("planned", "on-air", "aired", "interrupted", "missed", "left-out", "cancelled", "unknown")
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.group("airlog", short_help="Nhật ký phát sóng: xem, xuất, kiểm sổ.")
def command() -> None:
    """Nhật ký phát sóng: kế hoạch, thực tế, kết quả từng mục; và kiểm sổ.

    \b
    Kết quả: planned sắp phát, on-air đang phát, aired đã phát, interrupted bị ngắt,
    missed không phát được, left-out để lại, cancelled đã bỏ khỏi lịch, unknown chưa rõ.
    """


def _filters(function: Any) -> Any:
    """Give a command the options that choose rows."""
    for option in reversed(
        (
            click.option(
                "--from", "first", type=DAY, metavar="NGÀY", help="Từ ngày này, dạng 2024-05-08 hoặc 08/05/2024."
            ),
            click.option("--to", "last", type=DAY, metavar="NGÀY", help="Đến hết ngày này."),
            click.option("--station", metavar="TÊN", help="Chỉ cụm loa có tên này."),
            click.option(
                "--result", type=click.Choice(RESULTS), metavar="KẾT_QUẢ", help="Chỉ một kết quả, như unknown."
            ),
            click.option("--search", default="", metavar="CHỮ", help="Tìm trong tên bản tin, không cần dấu."),
        )
    ):
        function = option(function)
    return function


@command.command("list", short_help="In nhật ký, mới nhất trước.")
@_filters
@click.option("--json", "as_json", is_flag=True, help="In một mảng JSON, giờ UTC, cho máy đọc.")
def list_(*, as_json: bool, **asked: Any) -> None:
    """In nhật ký phát sóng, giờ mới nhất trước; mỗi dòng là một mục của một buổi phát tại một cụm loa."""
    rows, zone = _rows(**asked)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=_json, indent=1))
        return
    for row in rows:
        click.echo(_line(row, zone))
    click.echo(f"{len(rows)} dòng.", err=True)


@command.command("export", short_help="Xuất nhật ký ra tệp CSV.")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@_filters
def export(file: Path, **asked: Any) -> None:
    """Xuất nhật ký ra TỆP CSV (UTF-8), mở được bằng bảng tính; tệp đã có thì bị thay."""
    from scheduler.errors import InvalidInput
    from scheduler.services.reports import air_log_csv

    rows, zone = _rows(**asked)
    try:
        file.write_bytes(air_log_csv(rows, zone.key))
    except OSError as error:
        raise InvalidInput(what=f"Không ghi được tệp {file} ({error.strerror})") from error
    click.echo(f"Đã ghi {len(rows)} dòng vào {file}.")


@command.command("verify", short_help="Kiểm sổ từ mục đầu đến mục cuối.")
def verify() -> None:
    """Kiểm sổ: chuỗi mã băm, và mọi bản ghi dựa vào sổ (báo cáo của cụm loa, duyệt, lịch đã ký, nhật ký phát sóng).

    Nguyên vẹn thì in mục cuối, mã kết thúc 0; sai thì nêu mục sai đầu tiên, mã kết thúc 1.
    """
    from scheduler.compose import open_centre
    from scheduler.services.ledger_check import verify_all

    with open_centre() as centre, centre.readers() as session:
        found = verify_all(session)
    click.echo(f"Sổ nguyên vẹn: {found.head.seq} mục, {found.records} bản ghi khớp sổ.")
    click.echo(f"Mục cuối: {found.head.seq}\t{found.head.hash}")


def _rows(
    *, first: datetime | None, last: datetime | None, station: str | None, result: str | None, search: str
) -> tuple[tuple[AirLogRow, ...], ZoneInfo]:
    from scheduler.compose import open_centre
    from scheduler.errors import NotFound
    from scheduler.services import stations
    from scheduler.services.reports import AirLogFilters, all_rows

    with open_centre() as centre, centre.readers() as session:
        named = [each.id for each in stations.all_stations(session) if each.name == station]
        if station is not None and not named:
            raise NotFound(what=f"cụm loa tên {station}")
        filters = AirLogFilters(
            first_day=first.date() if first else None,
            last_day=last.date() if last else None,
            station_id=named[0] if named else None,
            results=(result,) if result else (),
            search=search,
        )
        allowance = timedelta(seconds=centre.settings.reporting_allowance_s)
        rows = all_rows(session, filters=filters, reporting_allowance=allowance, now=datetime.now(UTC))
        return rows, centre.settings.tz


def _line(row: AirLogRow, zone: ZoneInfo) -> str:
    from scheduler.services.airlog_csv import RESULT_WORDS
    from scheduler.services.bulletins.stand_ins import WORDS

    begun = f"{row.actual_start.astimezone(zone):%H:%M:%S}" if row.actual_start else "--:--:--"
    late = f"{row.difference_ms / 1000:+.2f}s".replace(".", ",") if row.difference_ms is not None else ""
    revision = f" (lần sửa {row.revision})" if row.revision is not None else ""
    voice = f", {WORDS}" if row.draft_voice else ""
    reason = f": {row.reason}" if row.reason else ""
    number = f"mục {row.ledger_seq}" if row.ledger_seq is not None else "chưa vào sổ"
    return "\t".join(
        (
            f"{row.planned_start.astimezone(zone):%d/%m/%Y %H:%M:%S}",
            f"{begun} {late}".rstrip(),
            row.station_name,
            f"{row.title}{revision}{voice}",
            f"{RESULT_WORDS[row.result]}{reason}",
            number,
        )
    )


def _json(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON form")
