"""The register of stations as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from scheduler.services.station_files import HEADER, export_stations, import_station_file, read_station_file
from web import kept_files
from web.register_pages import Register, add_register_pages

pages = Blueprint("station_files", __name__, url_prefix="/cum-loa")

add_register_pages(
    pages,
    Register(
        folder="stations",
        file_name="cum-loa",
        listed_at="stations.index",
        header=HEADER,
        export=lambda database, form: export_stations(database, form=form),
        look=lambda database, content, today, _now: read_station_file(database, content=content, today=today),
        take_in=import_station_file,
        words=lambda told: f"{len(told.added)} cụm loa mới, {len(told.changed)} cụm loa thay đổi",
    ),
)


@pages.url_value_preprocessor
def take_files(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let a file of stations in: the CSRF guard reads the form before any view could raise the limit."""
    if endpoint == "station_files.look_at_file":
        kept_files.let_in()
