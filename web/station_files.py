"""The register of stations as a file: out, and in by way of a look at what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.canonical import sha256_hex
from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.registers.faults import FileRefused
from scheduler.services.station_files import HEADER, export_stations, import_station_file, read_station_file
from scheduler.services.units.change import EffectDiffers
from web import door, kept_files

TYPES = {"csv": "text/csv", "json": "application/json"}

pages = Blueprint("station_files", __name__, url_prefix="/cum-loa")


@pages.url_value_preprocessor
def take_files(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let a file of stations in: the CSRF guard reads the form before any view could raise the limit."""
    if endpoint == "station_files.look_at_file":
        kept_files.let_in()


@pages.get("/tep.<form>")
def bring_out(form: str) -> Response:
    """Answer all stations with where they stood, as ``csv`` or ``json``."""
    door.may(Deed.READ)
    if form not in TYPES:
        abort(404)
    with door.reading() as database:
        content = export_stations(database, form=form)
    answer = Response(content, mimetype=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="cum-loa-{door.today():%Y-%m-%d}.{form}"'
    return answer


@pages.get("/nhap")
def take_in() -> str:
    """Show the form for a file, and which columns it has."""
    door.may(Deed.MANAGE_STATIONS)
    return _form(None)


@pages.post("/nhap")
def look_at_file() -> str | tuple[str, int]:
    """Show what a file would change; what is wrong is told row by row."""
    door.may(Deed.MANAGE_STATIONS)
    try:
        return _preview(kept_files.uploaded())
    except LoaError as refusal:
        return _form(refusal), 422


@pages.post("/nhap/ghi")
def take_in_seen() -> AnyResponse | str | tuple[str, int]:
    """Take a file in, just as it was seen."""
    who = door.may(Deed.MANAGE_STATIONS)
    name = request.form.get("file", "")
    try:
        content = kept_files.kept(name)
        seen = request.form.get("seen", "")
        with door.writing() as database:
            told = import_station_file(database, who, content=content, seen=seen, today=door.today(), now=door.now())
    except EffectDiffers as changed:
        return _preview(content, changed), 409
    except LoaError as refusal:
        return _form(refusal), 422
    kept_files.forget(name)
    flash(f"Đã nhập: {len(told.added)} cụm loa mới, {len(told.changed)} cụm loa thay đổi.", "ok")
    return redirect(url_for("stations.index"), 303)


def _preview(content: bytes, refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        told = read_station_file(database, content=content, today=door.today())
    return render_template("stations/preview.html", told=told, file=sha256_hex(content), refusal=refusal)


def _form(refusal: LoaError | None) -> str:
    return render_template(
        "stations/file.html",
        refusal=refusal,
        faults=refusal.faults if isinstance(refusal, FileRefused) else (),
        total=refusal.total if isinstance(refusal, FileRefused) else 0,
        columns=[(words[0], field, field in HEADER.needed) for field, words in HEADER.words.items()],
    )
