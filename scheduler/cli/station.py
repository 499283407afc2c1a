"""``loa station``: enrol a loudspeaker station, run it, see how it stands, set its clock by hand."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

if TYPE_CHECKING:
    from scheduler.protocol import RundownAiring
    from scheduler.station.status import Status

_EXIT_CODES = """\b
Mã kết thúc: 0 xong; 1 có lỗi; 2 dữ liệu vào sai hoặc chưa ghi danh;
3 không liên lạc được với trung tâm (thử lại được); 4 trung tâm từ chối."""

_SOURCES = {
    "centre": "theo trung tâm",
    "kernel": "theo đồng hồ máy đã đồng bộ",
    "rtc": "theo đồng hồ máy có pin",
    "set": "đặt bằng tay",
    "unset": "chưa đặt, lượt phát theo lịch phải chờ liên lạc được với trung tâm",
}


def _directory(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--dir",
        "directory",
        metavar="THƯ_MỤC",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("loa-station"),
        envvar="LOA_STATION_DIR",
        show_default=True,
        show_envvar=True,
        help="Thư mục của cụm loa: khóa, lịch phát, âm thanh, sổ.",
    )(function)


_player = click.Choice(["mpv", "wav", "mute"])


class _WithRegister(click.Group):
    """The group, and two commands of the centre that are loaded only when they are called."""

    _OF_THE_CENTRE: ClassVar = {"import": "import_", "export": "export"}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the station's own commands, then the centre's."""
        return [*super().list_commands(ctx), *self._OF_THE_CENTRE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; those of the centre come from a module that no station needs."""
        if cmd_name not in self._OF_THE_CENTRE:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module("scheduler.cli.station_register")
        found: click.Command = getattr(module, self._OF_THE_CENTRE[cmd_name])
        return found


@click.group(
    "station", cls=_WithRegister, short_help="Việc của cụm loa: ghi danh, chạy, xem tình trạng.", epilog=_EXIT_CODES
)
def command() -> None:
    """Việc của một cụm loa: ghi danh với trung tâm, chạy, xem tình trạng, đặt giờ."""


@command.command(short_help="Ghi danh cụm loa với trung tâm.", epilog=_EXIT_CODES)
@click.option("--centre", required=True, metavar="URL", help="Địa chỉ trung tâm, dạng https://tên-máy.")
@click.option("--token", required=True, metavar="MÃ", help="Mã ghi danh dùng một lần, do trung tâm cấp.")
@_directory
@click.option(
    "--player",
    type=_player,
    default="mpv",
    show_default=True,
    help="Cách phát: mpv ra loa; wav ghi ra tệp thay vì ra loa; mute không ra tiếng, chỉ giữ giờ.",
)
@click.option("--rtc", is_flag=True, help="Máy có pin đồng hồ: sau khi mất điện, tin giờ của máy.")
@click.option(
    "--ca-file",
    metavar="TỆP",
    type=click.Path(exists=True, dir_okay=False),
    help="Chứng chỉ gốc (PEM) để kiểm chứng trung tâm, nếu không dùng chứng chỉ của hệ điều hành.",
)
@click.option(
    "--mpv-option",
    "mpv_options",
    metavar="--TÊN=GIÁ_TRỊ",
    multiple=True,
    help="Tham số thêm cho mpv, ví dụ --mpv-option=--audio-device=alsa/default; lặp lại được.",
)
def enrol(
    *,
    centre: str,
    token: str,
    directory: Path,
    player: str,
    rtc: bool,
    ca_file: str | None,
    mpv_options: tuple[str, ...],
) -> None:
    """Ghi danh máy này thành một cụm loa của trung tâm.

    Khóa riêng của cụm loa được tạo tại đây và không rời khỏi máy. Nếu mạng đứt giữa chừng, chạy lại đúng lệnh này.
    """
    from scheduler.station.enrolment import enrol as make_station

    settings = make_station(
        directory.absolute(),
        centre_url=centre,
        token=token,
        player=player,
        rtc=rtc,
        ca_file=ca_file,
        mpv_options=mpv_options,
    )
    click.echo(f"Đã ghi danh cụm loa {settings.name} ({settings.station}).")
    click.echo(f"Chạy cụm loa: loa station run --dir {directory}")


@command.command(short_help="Chạy cụm loa.", epilog=_EXIT_CODES)
@_directory
@click.option("--player", type=_player, help="Cách phát cho lần chạy này, thay cho cách đã chọn khi ghi danh.")
@click.option(
    "--poll-s",
    metavar="GIÂY",
    type=click.IntRange(1, 3600),
    help="Số giây giữa hai lần hỏi trung tâm; không ghi thì theo trung tâm.",
)
def run(directory: Path, player: str | None, poll_s: int | None) -> None:
    """Chạy cụm loa đến khi bị dừng (Ctrl-C hoặc SIGTERM).

    Lượt đang phát lúc đó được dừng và ghi là bị ngắt. Chẩn đoán in ra stderr, mỗi việc một dòng.
    """
    import logging
    from dataclasses import replace

    from scheduler.station.main import run as run_station
    from scheduler.station.settings import load_settings

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    settings = load_settings(directory.absolute())
    run_station(settings if player is None else replace(settings, player=player), poll_s=poll_s)


@command.command(short_help="Xem tình trạng cụm loa.", epilog=_EXIT_CODES)
@_directory
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON cho máy đọc.")
@click.option("--airings", type=click.IntRange(0, 1000), default=5, show_default=True, help="Số lượt phát tới in ra.")
def status(*, directory: Path, as_json: bool, airings: int) -> None:
    """Xem lịch phát đang giữ, lượt phát sắp tới, âm thanh còn thiếu, đồng hồ, số mục chưa gửi."""
    import json

    from scheduler.station.main import open_store
    from scheduler.station.settings import load_settings
    from scheduler.station.status import station_status

    settings = load_settings(directory.absolute())
    store = open_store(settings.store_path)
    try:
        found = station_status(settings, store, airings=airings)
    finally:
        store.close()
    if as_json:
        told = {"station": settings.station, "name": settings.name, **_status_json(found)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(f"Cụm loa: {settings.name} ({settings.station}), trung tâm {settings.centre}")
    _print_status(found, settings.zone)


def _status_json(found: Status) -> dict[str, object]:
    from dataclasses import asdict

    from scheduler.canonical import format_instant

    return {
        "sequence": found.sequence,
        "expires_at": None if found.expires_at is None else format_instant(found.expires_at),
        "airings": [
            {
                "id": airing.id,
                "starts_at": format_instant(airing.starts_at),
                "duration_ms": airing.duration_ms,
                "class": airing.bulletin_class,
                "drill": airing.drill,
            }
            for airing in found.airings
        ],
        "sounding": [airing.id for airing in found.sounding],
        "held": [airing.id for airing in found.held],
        "media_missing": list(found.media_missing),
        "now": format_instant(found.now),
        "clock": asdict(found.clock),
        "unsent": found.unsent,
    }


def _print_status(found: Status, zone: str) -> None:
    if found.sequence is None or found.expires_at is None:
        click.echo("Lịch phát: chưa có")
    else:
        click.echo(f"Lịch phát: số {found.sequence}, hết hạn {_local(found.expires_at, zone)}")
    for airing in found.sounding:
        click.echo(f"Đang phát: {airing.id}{_mark(airing)}")
    for airing in found.held:
        click.echo(f"Chờ phát tiếp sau tin khẩn cấp: {airing.id}{_mark(airing)}")
    for airing in found.airings:
        minutes, seconds = divmod(airing.duration_ms // 1000, 60)
        length = f"{minutes}:{seconds:02d}  {len(airing.items)} mục"
        click.echo(f"  {_local(airing.starts_at, zone)}  {length}  {airing.id}{_mark(airing)}")
    click.echo(f"Tệp âm thanh còn thiếu: {len(found.media_missing)}")
    click.echo(
        f"Giờ: {_local(found.now, zone)} ({_SOURCES.get(found.clock.source, found.clock.source)}{_error(found)})"
    )
    click.echo(f"Mục nhật ký chưa gửi: {found.unsent}")


def _mark(airing: RundownAiring) -> str:
    marks = [*(["khẩn cấp"] if airing.bulletin_class == "emergency" else []), *(["diễn tập"] if airing.drill else [])]
    return f"  ({', '.join(marks)})" if marks else ""


def _error(found: Status) -> str:
    return "" if found.clock.uncertainty_ms is None else f", sai số {found.clock.uncertainty_ms} ms"


def _local(instant: datetime, zone: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return instant.astimezone(ZoneInfo(zone)).strftime("%d/%m/%Y %H:%M:%S")
    except (ZoneInfoNotFoundError, ValueError):  # a bare machine may lack the table of zones
        return instant.strftime("%d/%m/%Y %H:%M:%S UTC")


@command.command(short_help="Đặt giờ cụm loa bằng tay.", epilog=_EXIT_CODES)
@_directory
@click.option(
    "--set",
    "instant",
    required=True,
    metavar="THỜI_ĐIỂM",
    help="Giờ đúng lúc này, có múi giờ: 2026-11-24T17:00:00+07:00.",
)
def clock(directory: Path, instant: str) -> None:
    """Đặt giờ cho cụm loa không liên lạc được với trung tâm; việc này được ghi vào nhật ký.

    Giờ đặt có giá trị đến khi máy tắt, hoặc đến khi liên lạc được với trung tâm.
    """
    from scheduler.canonical import NotCanonical, parse_instant
    from scheduler.errors import InvalidInput
    from scheduler.station.handset import set_by_hand
    from scheduler.station.main import open_store
    from scheduler.station.settings import load_settings

    settings = load_settings(directory.absolute())
    try:
        wanted = parse_instant(instant)
    except NotCanonical as error:
        what = f"{instant!r} không phải thời điểm có múi giờ, ví dụ 2026-11-24T17:00:00+07:00"
        raise InvalidInput(what=what) from error
    store = open_store(settings.store_path)
    try:
        set_by_hand(store, wanted)
    finally:
        store.close()
    click.echo(f"Đã đặt giờ: {_local(wanted, settings.zone)}.")
