"""Text that PostgreSQL doesn't keep, and no keyboard writes, is refused before any page reads it."""

from __future__ import annotations

from flask import Flask, request

from scheduler.errors import InvalidInput

NUL = "\0"
STATIONS = "station_api"
"""Stations send documents, no forms; what in these isn't storable is kept apart as evidence."""
SAID_THERE = frozenset({("bulletins", "title"), ("bulletins", "script")})
"""Blueprints and fields whose page tells of it beside what was typed, so that no work is lost."""


def install(app: Flask) -> None:
    """Let every page refuse a NUL in its address or its form."""
    app.before_request(_refuse)


def _refuse() -> None:
    said = [request.path, *(value for _, value in request.args.items(multi=True))]
    if request.blueprint != STATIONS:
        form = request.form.items(multi=True)
        said += [value for field, value in form if (request.blueprint, field) not in SAID_THERE]
    if any(NUL in each for each in said):
        raise InvalidInput(
            what="Có ký tự không dùng được trong địa chỉ hoặc trong ô đã điền. Hãy gõ lại bằng tay rồi gửi lại"
        )
