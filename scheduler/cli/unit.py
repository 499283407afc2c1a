"""``loa unit``: units from a file, stations and their enrolment tokens, at the centre."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from scheduler.cli import register_files


@click.group("unit", short_help="Đơn vị hành chính và cụm loa ở trung tâm.")
def command() -> None:
    """Đơn vị hành chính (có ngày hiệu lực) và cụm loa, phía trung tâm."""


@command.command("import", short_help="Nhập đơn vị từ tệp CSV hoặc JSON.")
@register_files.options
def import_(*, file: Path, preview: bool, confirm: str | None, yes: bool) -> None:
    """Nhập hoặc cập nhật đơn vị từ TỆP: in thay đổi trước, rồi hỏi.

    Cột: Mã đơn vị, Cấp, Tên đơn vị, Mã đơn vị cấp trên, Hiệu lực từ ngày, Đến hết ngày, Hình thành từ, Ghi chú (hoặc
    code, kind, name, parent, valid_from, valid_to, formed_from, note). Một dòng sai thì không dòng nào được ghi; lỗi
    được liệt kê theo dòng.
    """
    register_files.take_in_units(file=file, preview=preview, confirm=confirm, yes=yes)


@command.command("export", short_help="Xuất đơn vị ra tệp CSV hoặc JSON.")
@register_files.export_option
def export(*, file: Path | None, form: str) -> None:
    """Xuất mọi đơn vị, cả cũ và mới, ra TỆP (không ghi tên tệp thì in ra màn hình)."""
    from scheduler.services.units.files import export_units

    register_files.bring_out(export_units, file=file, form=form)


@command.command("list", short_help="In cây đơn vị của một ngày.")
@click.option(
    "--on", "day", metavar="NGÀY", type=click.DateTime(["%Y-%m-%d"]), help="Ngày dạng 2025-07-01; không ghi là hôm nay."
)
def list_(day: datetime | None) -> None:
    """In cây đơn vị có hiệu lực trong một ngày."""
    from scheduler.compose import open_centre
    from scheduler.services import units

    with open_centre() as centre, centre.readers() as session:
        wanted: date = day.date() if day else datetime.now(centre.settings.tz).date()
        for line in units.units_on(session, wanted):
            click.echo(f"{'  ' * line.depth}{line.name}\t{line.code}")


@command.command("station", short_help="Thêm cụm loa, in mã ghi danh.")
@click.argument("name", metavar="TÊN")
@click.option("--unit", required=True, metavar="MÃ", help="Mã đơn vị nơi đặt cụm loa.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=("vi",),
    show_default=True,
    help="Ngôn ngữ phát; lặp lại để cho nhiều.",
)
def station(name: str, unit: str, languages: tuple[str, ...]) -> None:
    """Thêm một cụm loa và in mã ghi danh (dùng một lần, có hạn)."""
    from scheduler.compose import open_centre
    from scheduler.services import stations

    now = datetime.now(UTC)
    with open_centre() as centre, centre.writers.begin() as session:
        made = stations.make_station(
            session,
            None,
            name=name,
            unit_code=unit,
            languages=languages,
            today=now.astimezone(centre.settings.tz).date(),
            now=now,
        )
        token = stations.make_token(
            session, None, station_id=made.id, centre_public=centre.public_key, valid=centre.token_valid, now=now
        )
    click.echo(f"Đã thêm cụm loa {name} ({made.id}).\nMã ghi danh (chỉ in một lần): {token}")


@command.command("token", short_help="Tạo mã ghi danh mới cho một cụm loa.")
@click.argument("name", metavar="TÊN")
def token(name: str) -> None:
    """Tạo mã ghi danh mới cho cụm loa TÊN (dùng một lần, có hạn)."""
    from scheduler.compose import open_centre
    from scheduler.errors import NotFound
    from scheduler.services import stations

    with open_centre() as centre, centre.writers.begin() as session:
        found = [each for each in stations.all_stations(session) if each.name == name]
        if not found:
            raise NotFound(what=f"cụm loa tên {name}")
        made = stations.make_token(
            session,
            None,
            station_id=found[0].id,
            centre_public=centre.public_key,
            valid=centre.token_valid,
            now=datetime.now(UTC),
        )
    click.echo(f"Mã ghi danh (chỉ in một lần): {made}")
