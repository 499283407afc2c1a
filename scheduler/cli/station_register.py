"""``loa station import`` and ``export``: the centre's register of stations, apart so that a station never loads it."""

from __future__ import annotations

from pathlib import Path

import click

from scheduler.cli import register_files


@click.command("import", short_help="Ở trung tâm: nhập cụm loa từ tệp CSV hoặc JSON.")
@register_files.options
def import_(*, file: Path, preview: bool, confirm: str | None, yes: bool) -> None:
    """Nhập hoặc cập nhật cụm loa và nơi đứng từ TỆP, ở trung tâm: in thay đổi trước, rồi hỏi.

    Cột: Mã cụm loa, Tên cụm loa, Mã đơn vị, Đứng từ ngày, Đến hết ngày, Ngôn ngữ, Hoạt động (hoặc id, name, unit,
    valid_from, valid_to, languages, active). Một dòng sai thì không dòng nào được ghi.
    """
    register_files.take_in_stations(file=file, preview=preview, confirm=confirm, yes=yes)


@click.command("export", short_help="Ở trung tâm: xuất cụm loa ra tệp CSV hoặc JSON.")
@register_files.export_option
def export(*, file: Path | None, form: str) -> None:
    """Xuất mọi cụm loa và nơi đứng ra TỆP (không ghi tên tệp thì in ra màn hình), ở trung tâm."""
    from scheduler.services.station_files import export_stations

    register_files.bring_out(export_stations, file=file, form=form)
