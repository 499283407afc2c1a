"""Programmes: the list, and the builder, whose form carries its items from one press of a button to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from playlists.model import BulletinClass
from playlists.templates import MOST_ROTATED
from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import planning, programme_views
from scheduler.services.campaigns.views import campaign_lines
from scheduler.services.programme_timing import timing
from scheduler.services.programmes import PlaceEntry, ProgrammePart, find_programme, parts_of
from web import door
from web.timetable import order
from web.timetable.blueprint import pages
from web.timetable.hours import typed_minutes, typed_number
from web.timetable.likely import Likely, likely_session


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
        title, items = found.title, parts_of(found)
    if request.method == "POST":
        door.may(Deed.PROPOSE_SLOT)
        return _take(programme_id)
    return _builder(programme_id, title, items, may_change=who.may(Deed.PROPOSE_SLOT))


def _take(programme_id: str | None) -> Response | str | tuple[str, int]:
    """Save the form when its last button says so; else show it again as the button changed it."""
    title, act = request.form.get("title", ""), request.form.get("act", "save")
    items: list[ProgrammePart] = []
    try:
        items = order.read_items(request.form.getlist("item"))
        items = [_with_limits(part) for part in items]
        if act == "save":
            return _save(programme_id, title, items)
        if act != "measure":
            items = order.changed(items, act, request.form.get("add", ""))
        return _builder(programme_id, title, items, room_min=_room_min())
    except LoaError as refusal:
        return _builder(programme_id, title, items, refusal=refusal), 422


def _with_limits(part: ProgrammePart) -> ProgrammePart:
    """A rotation with what the form's own fields say that it may take."""
    if not isinstance(part, PlaceEntry) or part.kind != "rotation" or "most" not in request.form:
        return part
    form = request.form
    most = typed_number(form.get("most", ""), "Nhiều nhất (bản tin)", least=Decimal(1), most=Decimal(MOST_ROTATED))
    longest = form.get("longest", "").strip()
    return replace(
        part,
        most=int(most),
        longest_s=typed_minutes(longest, "Dài nhất (phút)") if longest else None,
        sting_id=form.get("sting") or None,
        campaigns=tuple(form.getlist("campaign")),
    )


def _room_min() -> Decimal | None:
    typed = request.form.get("room", "").strip()
    label = "Khung giờ dài (phút)"
    return typed_number(typed, label, least=Decimal(1), most=Decimal(1440)) if typed else None


def _save(programme_id: str | None, title: str, items: Sequence[ProgrammePart]) -> Response:
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


def _likely(database: Session, programme_id: str | None) -> Likely | None:
    """The next session of what is saved, where it is a template."""
    if programme_id is None:
        return None
    saved = find_programme(database, programme_id)
    return likely_session(database, door.actor(), programme_id, saved.title) if saved.places else None


def _builder(
    programme_id: str | None,
    title: str,
    items: Sequence[ProgrammePart],
    *,
    refusal: LoaError | None = None,
    may_change: bool = True,
    room_min: Decimal | None = None,
) -> str:
    with door.reading() as database:
        known = programme_views.pieces(database, now=door.now())
        rotation = next((part for part in items if isinstance(part, PlaceEntry) and part.kind == "rotation"), None)
        served = rotation.campaigns if rotation is not None else ()
        lines = campaign_lines(database, today=door.today())
        likely = _likely(database, programme_id)
    measured = timing(items, known, room_ms=int(room_min * 60_000) if room_min is not None else None)
    return render_template(
        "timetable/builder.html",
        programme_id=programme_id,
        title_typed=title,
        items=[(order.written(key), key, None if isinstance(key, PlaceEntry) else known.get(key)) for key in items],
        timing=measured,
        rotation=rotation,
        room=request.form.get("room", ""),
        stings=[piece for piece in known.values() if piece.kind == "sting"],
        # One that is over stays ticked: without it the place would take all of them.
        campaigns=[line for line in lines if line.open or line.id in served],
        likely=likely,
        places=order.PLACES,
        house=sorted((piece for piece in known.values() if piece.of_house), key=lambda piece: piece.title),
        # An emergency is released by its approval; no session of the timetable ever tells it.
        spoken=sorted(
            (each for each in known.values() if not each.of_house and each.bulletin_class != BulletinClass.EMERGENCY),
            key=lambda piece: (not piece.approved, piece.title),
        ),
        written=order.written,
        duration_ms=measured.totals[0].total_ms,
        unmeasured=measured.unmeasured,
        refusal=refusal,
        may_change=may_change,
    )
