"""Units: the tree as it stood on a day, and a file of units to bring in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import units
from web import door
from web.days import shown_day, typed_day

MOST_FILE = 8 * 1024 * 1024

pages = Blueprint("units", __name__, url_prefix="/don-vi")


@pages.get("")
def index() -> str:
    """Show the tree of a day: today's, or that of ``ngay``."""
    door.may(Deed.READ)
    return _tree(request.args.get("ngay", ""))


@pages.post("/nhap")
def take_in() -> Response | tuple[str, int]:
    """Bring in a file of units; what is wrong is told row by row, and then nothing has changed."""
    who = door.may(Deed.MANAGE_STATIONS)
    request.max_content_length = MOST_FILE
    try:
        content = _uploaded()
        with door.writing() as database:
            changed = units.import_units(database, who, content=content, now=door.now())
    except LoaError as refusal:
        return _tree("", problems=_lines(refusal)), 422
    flash(
        f"Đã nhập: {changed} đơn vị mới hoặc thay đổi." if changed else "Tệp không có gì khác với đơn vị đang có.", "ok"
    )
    return redirect(url_for("units.index"), 303)


def _uploaded() -> bytes:
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    if not content:
        raise InvalidInput(what="Hãy chọn một tệp JSON có danh sách đơn vị")
    return content


def _lines(refusal: LoaError) -> list[str]:
    return [line.removeprefix("- ") for line in str(refusal).splitlines() if line.strip()]


def _tree(typed: str, *, problems: list[str] | None = None) -> str:
    day, wrong = door.today(), None
    if typed.strip():
        try:
            day = typed_day(typed, "Ngày")
        except InvalidInput as refusal:
            wrong = str(refusal)
    with door.reading() as database:
        lines = units.units_on(database, day)
    return render_template(
        "units/index.html",
        lines=lines,
        kinds=units.KIND_WORDS,
        day=day,
        typed=typed if wrong else shown_day(day),
        wrong=wrong,
        problems=problems or [],
        may_import=door.actor().may(Deed.MANAGE_STATIONS),
    )
