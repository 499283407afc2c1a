"""Files that wait between the look at what they would do and its confirmation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import request

from scheduler.errors import InvalidInput
from scheduler.services.registers.tables import FILE_MOST
from web import door

SLACK = 64 * 1024
"""What a form may add around the file; a file a little too large is still refused in the form, with its own words."""
_WAITS = timedelta(days=1)


def let_in() -> None:
    """Let a register's file in: to be called before the CSRF guard reads the form."""
    request.max_content_length = FILE_MOST + SLACK


def uploaded() -> bytes:
    """Return the file of the form and keep it for the confirmation; raises InvalidInput when there is none."""
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    if not content:
        raise InvalidInput(what="Hãy chọn một tệp CSV hoặc JSON có gì trong đó")
    _forget_old()
    door.centre().imports.put(content)
    return content


def kept(sha256: str) -> bytes:
    """Return a file that was looked at; raises :class:`~scheduler.files.FileMissing` when it waited too long."""
    return door.centre().imports.get(sha256)


def forget(sha256: str) -> None:
    """Let a file go that was taken in."""
    door.centre().imports.path(sha256).unlink(missing_ok=True)


def _forget_old() -> None:
    oldest = (datetime.now(UTC) - _WAITS).timestamp()
    for path in door.centre().imports.directory.glob("??/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
