"""``loa key``: the centre's signing key."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("key", short_help="Khóa ký của trung tâm: tạo, xem, sao lưu.")
def command() -> None:
    """Khóa Ed25519 mà trung tâm dùng để ký danh sách phát. Chỉ tiến trình đồng hồ phát đọc khóa riêng.

    Mất khóa thì phải ghi danh lại mọi cụm loa: hãy sao lưu và cất nơi an toàn.
    """


@command.command("init", short_help="Tạo khóa mới (không bao giờ ghi đè).")
def init() -> None:
    """Tạo khóa của trung tâm trong LOA_DATA_DIR/keys. Không bao giờ ghi đè khóa đang có."""
    from scheduler.compose import make_key, settings_from_environment
    from scheduler.signing import fingerprint

    settings = settings_from_environment()
    public = make_key(settings)
    click.echo(f"Đã tạo khóa {settings.key_path}. Vân tay: {fingerprint(public)}")
    click.echo("Hãy sao lưu ngay: loa key backup TỆP")


@command.command("show", short_help="In khóa công khai và vân tay.")
def show() -> None:
    """In khóa công khai và vân tay (128 bit) có trong mã ghi danh của cụm loa."""
    from scheduler.compose import open_centre
    from scheduler.signing import fingerprint, key_id

    with open_centre(checked=False) as centre:
        public = centre.public_key
    click.echo(
        f"Khóa công khai: {public.hex()}\nMã khóa:        {key_id(public)}\nVân tay:        {fingerprint(public)}"
    )


@command.command("backup", short_help="Chép khóa riêng ra một tệp.")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Chép khóa riêng ra TỆP (chỉ chủ tệp đọc được), để cất nơi an toàn. Không ghi đè tệp đang có."""
    from scheduler.compose import settings_from_environment
    from scheduler.signing import load_private_key, save_private_key

    save_private_key(load_private_key(settings_from_environment().key_path), file)
    click.echo(f"Đã chép khóa ra {file}. Ai có tệp này ký được danh sách phát: hãy cất kỹ.")
