"""``loa clock``: becomes the process ``python -m scheduler.clock``."""

from __future__ import annotations

import os
import sys

import click


@click.command("clock", short_help="Chỉ chạy đồng hồ phát.")
def command() -> None:
    """Chạy riêng đồng hồ phát: tạo giọng, xếp lịch, ký danh sách phát, ghi sổ. Chỉ tiến trình này đọc khóa ký.

    Cơ sở dữ liệu phải đã được nâng cấp (loa db upgrade) và trung tâm đã có khóa (loa key init).
    """
    os.execv(sys.executable, [sys.executable, "-m", "scheduler.clock"])  # noqa: S606 - no shell: this very interpreter
