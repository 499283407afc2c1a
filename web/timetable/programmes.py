"""Programmes: the list, and the builder, whose form carries its items from one press of a button to the next."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import planning, programme_views
from scheduler.services.programmes import ProgrammeEntry, find_programme
from web import door
from web.timetable import order
from web.timetable.blueprint import pages


@pages.get("/chuong-trinh")
def programmes() -> str:
    """List the programmes with their measured lengths."""
    who = door.may(Deed.READ)
    with door.reading() as database:
        lines = programme_views.programme_lines(database, programme_views.pieces(database, now=door.now()))
    return render_template("timetable/programmes.html", lines=lines, may_propose=who.may(Deed.PROPOSE_SLOT))


@pages.route("/chuong-trinh/moi", methods=["GET", "POST"])
def new_programme() -> Response | str | tuple[str, int]:
    """Show the builder of a new programme, or take what it sends."""
    door.may(Deed.PROPOSE_SLOT)
    if request.method == "POST":
        return _take(None)
    with door.reading() as database:
        items = order.beginning(programme_views.pieces(database, now=door.now()))
    return _builder(None, "", items)


@pages.route("/chuong-trinh/<programme_id>", methods=["GET", "POST"])
def programme(programme_id: str) -> Response | str | tuple[str, int]:
    """Show a programme in the builder, or take what it sends."""
    who = door.may(Deed.READ)
    with door.reading() as database:
        found = find_programme(database, programme_id)
        title, items = found.title, [(item.kind, item.bulletin_id, item.language) for item in found.items]
    if request.method == "POST":
        door.may(Deed.PROPOSE_SLOT)
        return _take(programme_id)
    return _builder(programme_id, title, items, may_change=who.may(Deed.PROPOSE_SLOT))


def _take(programme_id: str | None) -> Response | str | tuple[str, int]:
    """Save the form when its last button says so; else show it again as the button changed it."""
    title, act = request.form.get("title", ""), request.form.get("act", "save")
    items: list[ProgrammeEntry] = []
    try:
        items = order.read_items(request.form.getlist("item"))
        if act == "save":
            return _save(programme_id, title, items)
        return _builder(programme_id, title, order.changed(items, act, request.form.get("add", "")))
    except LoaError as refusal:
        return _builder(programme_id, title, items, refusal=refusal), 422


def _save(programme_id: str | None, title: str, items: Sequence[ProgrammeEntry]) -> Response:
    who = door.actor()
    with door.writing() as database:
        if programme_id is None:
            planning.make_programme(database, who, title=title, items=items, now=door.now())
        else:
            planning.change_programme(
                database, who, programme_id=programme_id, title=title, items=items, now=door.now()
            )
    flash("Đã lưu chương trình.", "ok")
    return redirect(url_for("timetable.programmes"), 303)


def _builder(
    programme_id: str | None,
    title: str,
    items: Sequence[ProgrammeEntry],
    *,
    refusal: LoaError | None = None,
    may_change: bool = True,
) -> str:
    with door.reading() as database:
        known = programme_views.pieces(database, now=door.now())
    duration_ms, unmeasured = programme_views.measure(items, known)
    return render_template(
        "timetable/builder.html",
        programme_id=programme_id,
        title_typed=title,
        items=[(order.written(key), key, known.get(key)) for key in items],
        house=sorted((piece for piece in known.values() if piece.of_house), key=lambda piece: piece.title),
        spoken=sorted(
            (piece for piece in known.values() if not piece.of_house),
            key=lambda piece: (not piece.approved, piece.title),
        ),
        written=order.written,
        duration_ms=duration_ms,
        unmeasured=unmeasured,
        refusal=refusal,
        may_change=may_change,
    )
