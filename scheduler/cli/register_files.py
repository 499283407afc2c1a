"""Files of units and stations on the command line: shown first, then taken in as they were shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from scheduler.services.station_files import StationFile
    from scheduler.services.units.files import UnitFile

_MOST = 20


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what every import takes."""
    decorators = (
        click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
        click.option("--preview", is_flag=True, help="Chỉ in những gì sẽ thay đổi và mã xác nhận, không ghi."),
        click.option("--confirm", metavar="MÃ", help="Ghi đúng những gì đã xem: mã do --preview in ra."),
        click.option("--yes", is_flag=True, help="Ghi ngay, không hỏi lại."),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def export_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what every export takes."""
    function = click.option("--form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)(function)
    return click.argument("file", metavar="[TỆP]", required=False, type=click.Path(path_type=Path))(function)


def take_in_units(*, file: Path, preview: bool, confirm: str | None, yes: bool) -> None:
    """Show what a file of units does, and take it in when that is wanted."""
    from scheduler.compose import open_centre
    from scheduler.services.units.files import import_unit_file, read_unit_file

    content = file.read_bytes()
    with open_centre() as centre:
        now, today = _now(centre.settings.tz)
        with centre.readers() as session:
            told = read_unit_file(session, content=content, today=today, now=now)
        _show(_unit_lines(told))
        if not told.prospect.change or not _wanted(told.digest, preview=preview, confirm=confirm, yes=yes):
            return
        with centre.writers.begin() as session:
            import_unit_file(session, None, content=content, seen=confirm or told.digest, today=today, now=now)
    change = told.prospect.change
    click.echo(f"Đã thêm hoặc sửa {len(change.added) + len(change.changed)} đơn vị.")


def take_in_stations(*, file: Path, preview: bool, confirm: str | None, yes: bool) -> None:
    """Show what a file of stations does, and take it in when that is wanted."""
    from scheduler.compose import open_centre
    from scheduler.services.station_files import import_station_file, read_station_file

    content = file.read_bytes()
    with open_centre() as centre:
        now, today = _now(centre.settings.tz)
        with centre.readers() as session:
            told = read_station_file(session, content=content, today=today)
        _show(_station_lines(told))
        changes = len(told.added) + len(told.changed)
        if not changes or not _wanted(told.digest, preview=preview, confirm=confirm, yes=yes):
            return
        with centre.writers.begin() as session:
            import_station_file(session, None, content=content, seen=confirm or told.digest, today=today, now=now)
    click.echo(f"Đã thêm hoặc sửa {changes} cụm loa.")


def bring_out(write: Callable[..., bytes], *, file: Path | None, form: str) -> None:
    """Write a register to a file, or to standard output."""
    from scheduler.compose import open_centre

    with open_centre() as centre, centre.readers() as session:
        content = write(session, form=form)
    if file is None:
        click.get_binary_stream("stdout").write(content)
        return
    file.write_bytes(content)
    click.echo(f"Đã ghi {file}.")


def _now(tz: Any) -> tuple[datetime, date]:
    now = datetime.now(UTC)
    return now, now.astimezone(tz).date()


def _wanted(digest: str, *, preview: bool, confirm: str | None, yes: bool) -> bool:
    if preview:
        click.echo(f"Mã xác nhận: {digest}")
        return False
    return bool(confirm) or yes or click.confirm("Ghi những thay đổi này?", default=False)


def _unit_lines(told: UnitFile) -> list[str]:
    prospect = told.prospect
    counts = f"thêm {len(prospect.change.added)}, kết thúc {len(prospect.ended)}, sửa {len(prospect.altered)}"
    lines = [f"Tệp có {told.rows} dòng: {counts}, {told.same} đơn vị đã có như vậy."]
    lines += _named("Thêm", [f"{row.name} ({row.code}) từ {row.valid_from:%d/%m/%Y}" for row in prospect.change.added])
    lines += _named("Kết thúc", [f"{row.name} ({row.code})" for row in prospect.ended])
    lines += _named("Sửa", [f"{row.name} ({row.code})" for row in prospect.altered])
    lines += _named("Cụm loa đổi đơn vị", [each.station_name for each in prospect.shifts])
    lines += _named("Cụm loa không còn đứng ở đơn vị nào", [each.station_name for each in prospect.homeless])
    lines += _named("Khung giờ còn gọi tên đơn vị cũ", [f"{each.title} ({each.unit_name})" for each in prospect.lost])
    return lines + [f"Chú ý: {doubt}." for doubt in told.doubts[:_MOST]]


def _station_lines(told: StationFile) -> list[str]:
    counts = f"thêm {len(told.added)} cụm loa, sửa {len(told.changed)}"
    lines = [f"Tệp có {told.rows} dòng: {counts}, {told.same} cụm loa đã có như vậy."]
    lines += _named("Thêm", [each.name for each in told.added])
    lines += _named("Sửa", [after.name for _, after in told.changed])
    lines += _named("Ngừng", list(told.stopped))
    moved = [f"{each.station_name} → {each.after or 'không đơn vị nào'}" for each in told.shifts]
    return lines + _named("Đổi đơn vị", moved)


def _named(head: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    more = f" và {len(names) - _MOST} nữa" if len(names) > _MOST else ""
    return [f"{head}: {', '.join(names[:_MOST])}{more}."]


def _show(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line)
