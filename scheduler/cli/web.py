"""``loa web``: becomes the process ``python -m web``."""

from __future__ import annotations

import os
import sys

import click


@click.command("web", short_help="Chỉ chạy trang web.")
def command() -> None:
    """Chạy riêng trang web và giao diện cho cụm loa. Không đọc khóa ký.

    Cơ sở dữ liệu phải đã được nâng cấp (loa db upgrade) và trung tâm đã có khóa (loa key init).
    """
    os.execv(sys.executable, [sys.executable, "-m", "web"])  # noqa: S606 - no shell: this very interpreter
