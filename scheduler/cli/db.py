"""``loa db``: bring the database to this version, or check it."""

from __future__ import annotations

import click


@click.group("db", short_help="Cơ sở dữ liệu: nâng cấp, kiểm tra.")
def command() -> None:
    """Cơ sở dữ liệu của trung tâm (LOA_DATABASE_URL; không đặt thì là SQLite trong LOA_DATA_DIR)."""


@command.command("upgrade", short_help="Đưa các bảng lên phiên bản này.")
def upgrade() -> None:
    """Đưa các bảng lên phiên bản của phần mềm này. Chạy lại nhiều lần cũng không sao. Nên sao lưu trước."""
    from scheduler.compose import open_centre
    from scheduler.db import migrate

    with open_centre(checked=False) as centre:
        migrate.upgrade(centre.engine)
        click.echo(f"Cơ sở dữ liệu ở phiên bản {migrate.check(centre.engine)}.")


@command.command("check", short_help="Kiểm tra phiên bản và cấu trúc bảng.")
def check() -> None:
    """Kiểm tra các bảng có đúng phiên bản và cấu trúc của phần mềm này không. Mã kết thúc 3 khi cần nâng cấp."""
    from scheduler.compose import open_centre
    from scheduler.db import migrate

    with open_centre(checked=False) as centre:
        version = migrate.check(centre.engine)
        differences = migrate.differences(centre.engine)
        for difference in differences:
            click.echo(f"khác: {difference}", err=True)
        if differences:
            raise click.exceptions.Exit(1)
        click.echo(f"Cơ sở dữ liệu đúng phiên bản {version}.")
