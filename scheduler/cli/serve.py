"""``loa serve``: the web and the clock as two processes that live and die together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import click

from scheduler.children import end_all
from scheduler.tether import tethered

STOP_WAIT_S = 10.0
LOOK_S = 0.2


@click.command("serve", short_help="Chạy trung tâm: trang web và đồng hồ phát.")
def command() -> None:
    """Chạy trung tâm: trang web và đồng hồ phát, mỗi phần một tiến trình; dừng gọn khi nhận SIGTERM hoặc Ctrl+C.

    Lần chạy đầu tạo cơ sở dữ liệu, khóa ký, tài khoản quản trị (mật khẩu chỉ in ra một lần) và các mục dùng chung. Khi
    một tiến trình dừng bất thường thì tiến trình kia cũng được dừng, mã kết thúc 1, để trình quản lý dịch vụ chạy lại
    cả hai.
    """
    from scheduler.compose import FIRST_ADMIN, child_environment, open_centre, prepare
    from scheduler.furnishing import furnish

    with open_centre(checked=False) as centre:
        first = prepare(centre, now=datetime.now(UTC))
        for kind in furnish(centre, now=datetime.now(UTC)):
            click.echo(f"Đã thêm mục dùng chung, chờ duyệt: {kind}")
        settings = centre.settings
    if first.admin_password is not None:
        click.echo(f"Tài khoản quản trị đầu tiên: {FIRST_ADMIN}\nMật khẩu (chỉ in một lần):   {first.admin_password}")
    click.echo(f"Trang web: http://{settings.host}:{settings.port}")
    environment = child_environment(settings, os.environ)
    raise click.exceptions.Exit(_run_both(environment))


def _run_both(environment: dict[str, str]) -> int:
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children = [
        subprocess.Popen(tethered([sys.executable, "-m", module], signal.SIGTERM), env=environment)
        for module in ("web", "scheduler.clock")
    ]
    try:
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(LOOK_S)
    finally:
        end_all(children, wait_s=STOP_WAIT_S)
    return 0 if stopping else 1
