"""The glossary: how the loudspeakers say what is written; the district's own entries, and beside them the package's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.bulletins.views import fold
from scheduler.services.glossary import entries, table
from scheduler.services.glossary.wording import Wording
from tts.reading.glossary import built_in
from web import door
from web.days import shown_day, typed_day, typed_day_or_none
from web.glossary_words import PLACES, place_of, told_place

PER_PAGE = 100
SLACK = 64 * 1024
"""What a form may add around the file; a file a little too large is still refused in the form, with its own words."""

pages = Blueprint("glossary", __name__, url_prefix="/tu-dien")
pages.app_template_filter("told_place")(told_place)


@dataclass(frozen=True, slots=True)
class Form:
    """An entry's fields as text, just as they were typed; ``place`` and ``words`` together are its condition."""

    written: str = ""
    spoken: str = ""
    place: str = ""
    words: str = ""
    valid_from: str = ""
    valid_to: str = ""
    note: str = ""

    def wording(self) -> Wording:
        """Return the entry; raises :class:`~scheduler.errors.InvalidInput` for what is no day or no place."""
        if self.place not in PLACES:
            raise InvalidInput(what="Hãy chọn nơi dùng trong danh sách")
        beside = self.place in {"after", "before"}
        if beside and not self.words.strip():
            raise InvalidInput(what="Hãy ghi các từ đứng cạnh, cách nhau bằng dấu phẩy")
        return Wording(
            written=self.written,
            spoken=self.spoken,
            context=f"{self.place}={self.words}" if beside else self.place,
            valid_from=typed_day(self.valid_from, "Dùng từ ngày"),
            valid_to=typed_day_or_none(self.valid_to, "Đến hết ngày"),
            note=self.note,
        )


FIELDS = ("written", "spoken", "place", "words", "valid-from", "valid-to", "note")


@pages.url_value_preprocessor
def take_tables(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let a table in: the CSRF guard reads the form before any view could raise the limit."""
    if endpoint == "glossary.take_in":
        request.max_content_length = table.FILE_MOST + SLACK


@pages.get("")
def index() -> str:
    """List the district's own entries, searched by ``tim``; with ``ca-cu`` those that were ended too."""
    door.may(Deed.READ)
    return _list()


@pages.get("/co-san")
def packaged() -> str:
    """List the entries that come with the reading rules, searched by ``tim``: they can be read, not changed."""
    door.may(Deed.READ)
    wanted = request.args.get("tim", "")
    words = fold(wanted).split()
    found = [entry for entry in built_in() if entries.holds(words, entry.written, entry.spoken)]
    last = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, request.args.get("trang", 1, type=int)), last)
    return render_template(
        "glossary/packaged.html",
        rows=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(found),
        page=page,
        last=last,
        first_row=(page - 1) * PER_PAGE + 1,
        wanted=wanted,
        may_write=door.actor().may(Deed.WRITE),
    )


@pages.get("/tep")
def bring_out() -> Response:
    """Answer the entries in use as a table of rows, for a spreadsheet or another district."""
    door.may(Deed.READ)
    with door.reading() as database:
        content = table.export_table(database)
    answer = Response(content, mimetype="text/tab-separated-values")
    answer.headers["Content-Disposition"] = f'attachment; filename="tu-dien-{door.today():%Y-%m-%d}.tsv"'
    return answer


@pages.post("/nhap")
def take_in() -> AnyResponse | tuple[str, int]:
    """Bring in a table; what is wrong is told row by row, and then nothing has changed."""
    who = door.may(Deed.WRITE)
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    try:
        with door.writing() as database:
            told = table.import_table(database, who, content=content, day=door.today(), now=door.now())
    except LoaError as refusal:
        return _list(problems=[line.removeprefix("- ") for line in str(refusal).splitlines() if line.strip()]), 422
    flash(f"Đã nhập: {told.added} mục mới, {told.changed} mục thay đổi, {told.same} mục đã có như vậy.", "ok")
    return redirect(url_for("glossary.index"), 303)


@pages.route("/moi", methods=["GET", "POST"])
def new() -> AnyResponse | str | tuple[str, int]:
    """Show the form of a new entry, begun from ``viet`` and ``doc``, or add it."""
    who = door.may(Deed.WRITE)
    if request.method == "GET":
        begun = Form(request.args.get("viet", ""), request.args.get("doc", ""), valid_from=shown_day(door.today()))
        return _form(begun)
    typed = _typed()
    try:
        with door.writing() as database:
            written = entries.add(database, who, typed.wording(), now=door.now()).written
    except LoaError as refusal:
        return _form(typed, refusal=refusal), 422
    flash(f"Đã thêm “{written}”. Từ lần đọc sau, máy đọc theo từ điển.", "ok")
    return redirect(url_for("glossary.index", tim=written), 303)


@pages.route("/<int:entry_id>", methods=["GET", "POST"])
def edit(entry_id: int) -> AnyResponse | str | tuple[str, int]:
    """Show an entry for changing, or change it: the old one ends and stays in the list of those that ended."""
    who = door.may(Deed.WRITE)
    with door.reading() as database:
        line = entries.entry_line(database, entry_id, day=door.today())
    if request.method == "GET":
        return _form(_stored(line.wording), line=line)
    typed = _typed()
    try:
        with door.writing() as database:
            written = entries.change(database, who, entry_id, typed.wording(), now=door.now()).written
    except LoaError as refusal:
        return _form(typed, line=line, refusal=refusal), 422
    flash(f"Đã sửa “{written}”. Bản tin đã gửi duyệt giữ nguyên lời đọc cũ.", "ok")
    return redirect(url_for("glossary.index", tim=written), 303)


@pages.post("/<int:entry_id>/thoi-dung")
def end(entry_id: int) -> AnyResponse:
    """End an entry."""
    who = door.may(Deed.WRITE)
    with door.writing() as database:
        written = entries.end(database, who, entry_id, now=door.now()).written
    flash(f"Đã thôi dùng “{written}”. Bản tin đã gửi duyệt giữ nguyên lời đọc cũ.", "ok")
    return redirect(url_for("glossary.index"), 303)


def _typed() -> Form:
    return Form(*(request.form.get(name, "") for name in FIELDS))


def _stored(wording: Wording) -> Form:
    place, words = place_of(wording.context)
    return Form(
        wording.written,
        wording.spoken,
        place,
        words,
        shown_day(wording.valid_from),
        shown_day(wording.valid_to),
        wording.note,
    )


def _list(*, problems: list[str] | None = None) -> str:
    wanted = request.args.get("tim", "")
    ended = request.args.get("ca-cu", "") == "1"
    with door.reading() as database:
        lines = entries.entry_list(database, day=door.today(), words=wanted, ended=ended)
    return render_template(
        "glossary/index.html",
        lines=lines,
        wanted=wanted,
        ended=ended,
        problems=problems or [],
        may_write=door.actor().may(Deed.WRITE),
    )


def _form(form: Form, *, line: entries.EntryLine | None = None, refusal: LoaError | None = None) -> str:
    return render_template(
        "glossary/form.html", form=form, line=line, refusal=refusal, place_options=list(PLACES.items())
    )
