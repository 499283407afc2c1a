"""``loa user``: accounts and roles from the command line of the centre's machine."""

from __future__ import annotations

from datetime import UTC, datetime

import click

_ROLES = ("editor", "approver", "operator", "auditor", "admin")


@click.group("user", short_help="Tài khoản và quyền.")
def command() -> None:
    """Tài khoản và quyền. Ai dùng được máy của trung tâm thì dùng được lệnh này; mỗi việc đều ghi sổ.

    Quyền: editor biên tập viên, approver người duyệt, operator trực đài, auditor thanh tra, admin quản trị.
    """


@command.command("add", short_help="Thêm tài khoản, in mật khẩu một lần.")
@click.argument("username", metavar="TÊN_ĐĂNG_NHẬP")
@click.option("--name", required=True, metavar="HỌ_TÊN", help="Tên hiện trên trang và trong sổ.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(_ROLES),
    help="Quyền; lặp lại để cho nhiều quyền.",
)
@click.option("--unit", metavar="MÃ", help="Trực đài: chỉ các cụm loa dưới đơn vị này.")
@click.option("--password-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào thay vì tự tạo.")
def add(username: str, name: str, roles: tuple[str, ...], unit: str | None, *, password_stdin: bool) -> None:
    """Thêm một tài khoản. Mật khẩu được tạo ngẫu nhiên và chỉ in ra một lần."""
    from scheduler.compose import open_centre
    from scheduler.rules.permissions import Grant, Role
    from scheduler.services import accounts

    password = click.get_text_stream("stdin").readline().rstrip("\n") if password_stdin else accounts.new_password()
    password_hash = accounts.hash_password(password)
    grants = [Grant(Role(role), unit if role == Role.OPERATOR else None) for role in dict.fromkeys(roles)]
    with open_centre() as centre, centre.writers.begin() as session:
        accounts.make_person(
            session,
            None,
            username=username,
            display_name=name,
            password_hash=password_hash,
            roles=grants,
            now=datetime.now(UTC),
        )
    click.echo(f"Đã thêm {username}." + ("" if password_stdin else f" Mật khẩu (chỉ in một lần): {password}"))


@command.command("list", short_help="Liệt kê tài khoản.")
def list_() -> None:
    """Liệt kê tài khoản, quyền đang có và tình trạng."""
    from scheduler.compose import open_centre
    from scheduler.rules.permissions import ROLE_WORDS
    from scheduler.services import accounts

    with open_centre() as centre, centre.readers() as session:
        for line in accounts.people(session):
            roles = ", ".join(
                ROLE_WORDS[grant.role] + (f" ({grant.unit_code})" if grant.unit_code else "") for grant in line.grants
            )
            click.echo(
                f"{line.username}\t{line.display_name}\t{roles or '-'}\t{'' if line.active else 'đã khóa'}".rstrip()
            )


@command.command("password", short_help="Đặt lại mật khẩu.")
@click.argument("username", metavar="TÊN_ĐĂNG_NHẬP")
def password(username: str) -> None:
    """Đặt mật khẩu mới ngẫu nhiên, in ra một lần; mọi phiên đăng nhập cũ đều hết hiệu lực."""
    from scheduler.compose import open_centre
    from scheduler.services import accounts

    fresh = accounts.new_password()
    password_hash = accounts.hash_password(fresh)
    with open_centre() as centre, centre.writers.begin() as session:
        person = accounts.person_by_username(session, username)
        accounts.change_password(session, None, person_id=person.id, password_hash=password_hash, now=datetime.now(UTC))
    click.echo(f"Mật khẩu mới của {username} (chỉ in một lần): {fresh}")


@command.command("grant", short_help="Cho thêm một quyền.")
@click.argument("username", metavar="TÊN_ĐĂNG_NHẬP")
@click.argument("role", metavar="QUYỀN", type=click.Choice(_ROLES))
@click.option("--unit", metavar="MÃ", help="Trực đài: chỉ các cụm loa dưới đơn vị này.")
def grant(username: str, role: str, unit: str | None) -> None:
    """Cho tài khoản thêm một quyền."""
    from scheduler.compose import open_centre
    from scheduler.rules.permissions import Grant, Role
    from scheduler.services import accounts

    with open_centre() as centre, centre.writers.begin() as session:
        person = accounts.person_by_username(session, username)
        accounts.grant_role(session, None, person_id=person.id, grant=Grant(Role(role), unit), now=datetime.now(UTC))
    click.echo(f"Đã cho {username} quyền {role}.")


@command.command("revoke", short_help="Thu một quyền.")
@click.argument("username", metavar="TÊN_ĐĂNG_NHẬP")
@click.argument("role", metavar="QUYỀN", type=click.Choice(_ROLES))
def revoke(username: str, role: str) -> None:
    """Thu lại một quyền của tài khoản; những gì đã làm bằng quyền ấy vẫn còn trong sổ."""
    from scheduler.compose import open_centre
    from scheduler.errors import NotFound
    from scheduler.services import accounts

    with open_centre() as centre, centre.writers.begin() as session:
        person = accounts.person_by_username(session, username)
        held = [each for each in accounts.person_line(session, person.id).grants if each.role == role]
        if not held:
            raise NotFound(what=f"quyền {role} của {username}")
        for each in held:
            accounts.revoke_role(session, None, grant_id=each.id, now=datetime.now(UTC))
    click.echo(f"Đã thu quyền {role} của {username}.")


@command.command("close", short_help="Khóa tài khoản.")
@click.argument("username", metavar="TÊN_ĐĂNG_NHẬP")
def close(username: str) -> None:
    """Khóa tài khoản và kết thúc mọi phiên đăng nhập của người đó."""
    from scheduler.compose import open_centre
    from scheduler.services import accounts

    with open_centre() as centre, centre.writers.begin() as session:
        person = accounts.person_by_username(session, username)
        accounts.set_active(session, None, person_id=person.id, active=False, now=datetime.now(UTC))
    click.echo(f"Đã khóa {username}.")
