"""The register of units as a file: out, and in by way of a look at what it would change."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.canonical import sha256_hex
from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import units
from scheduler.services.registers.faults import FileRefused
from scheduler.services.units.change import EffectDiffers
from scheduler.services.units.files import HEADER, export_units, import_unit_file, read_unit_file
from web import door, kept_files
from web.units.blueprint import pages

TYPES = {"csv": "text/csv", "json": "application/json"}


@pages.get("/tep.<form>")
def bring_out(form: str) -> Response:
    """Answer all units, those of old too, as ``csv`` or ``json``."""
    door.may(Deed.READ)
    if form not in TYPES:
        abort(404)
    with door.reading() as database:
        content = export_units(database, form=form)
    answer = Response(content, mimetype=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="don-vi-{door.today():%Y-%m-%d}.{form}"'
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
            told = import_unit_file(database, who, content=content, seen=seen, today=door.today(), now=door.now())
    except EffectDiffers as changed:
        return _preview(content, changed), 409
    except LoaError as refusal:
        return _form(refusal), 422
    kept_files.forget(name)
    change = told.prospect.change
    flash(f"Đã nhập: {len(change.added) + len(change.changed)} đơn vị mới hoặc thay đổi.", "ok")
    return redirect(url_for("units.index"), 303)


def _preview(content: bytes, refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        told = read_unit_file(database, content=content, today=door.today(), now=door.now())
    return render_template(
        "units/preview.html", told=told, file=sha256_hex(content), refusal=refusal, kinds=units.KIND_WORDS
    )


def _form(refusal: LoaError | None) -> str:
    return render_template(
        "units/file.html",
        refusal=refusal,
        faults=refusal.faults if isinstance(refusal, FileRefused) else (),
        total=refusal.total if isinstance(refusal, FileRefused) else 0,
        columns=[(words[0], field, field in HEADER.needed) for field, words in HEADER.words.items()],
    )
