"""The slots that stand: listed, and a new one, another content or an end put into the draft of a change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from playlists.changes import Add, Edit, End
from playlists.network import Network
from playlists.scopes import Reach, producer
from playlists.slots import Slot
from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.programme_views import pieces, programme_lines
from scheduler.services.timetable.changes import new_slot_id
from scheduler.services.timetable.drafts import read_draft
from scheduler.services.timetable.handovers import handovers
from scheduler.services.timetable.standing import network, standing_slots
from scheduler.services.timetable.step_words import slot_words
from web import door
from web.days import shown_day
from web.looks import LANGUAGES
from web.timetable import places
from web.timetable.blueprint import pages
from web.timetable.looking import put, slot_in
from web.timetable.slot_form import MONTH_ROWS, Form, Frame, read_slot, shown_slot, unit_value


@pages.get("/khung-gio")
def slots() -> str:
    """List the slots that stand, with what they are and whom they reach today."""
    who = door.may(Deed.READ)
    with door.reading() as database:
        known, today = network(database), door.today()
        lines = {line.id: line.title for line in programme_lines(database, pieces(database, now=door.now()))}
        reach = Reach(known)
        rows = [
            {
                "id": str(slot.id),
                "title": slot.title,
                "words": slot_words(slot, known),
                "programme_id": str(slot.programme_id),
                "programme": lines.get(str(slot.programme_id), ""),
                "owner": _owner_name(slot, known),
                "stations": len(reach.stations(slot.scope, max(slot.calendar.first, today))),
            }
            for slot in standing_slots(database, door.now()).values()
            if slot.calendar.last is None or max((slot.calendar.last, *slot.calendar.added)) >= today
        ]
        drafted = read_draft(database, who, now=door.now()).slots_as_far_as_known()
        to_hand_over = handovers(database, drafted, day=today)
    rows.sort(key=lambda row: str(row["title"]))
    return render_template(
        "timetable/slots.html", rows=rows, handovers=to_hand_over, may_propose=who.may(Deed.PROPOSE_SLOT)
    )


@pages.route("/khung-gio/moi", methods=["GET", "POST"])
def new_slot() -> Response | str | tuple[str, int]:
    """Show the form of a new slot, or put the slot into the draft."""
    door.may(Deed.PROPOSE_SLOT)
    if request.method == "GET":
        return _form(_defaults())
    try:
        slot = read_slot(request.form, _frame(UUID(new_slot_id()), door.settings().zone))
        put(lambda _: (Add(slot),))
    except LoaError as refusal:
        return _form(request.form, refusal=refusal), 422
    return _to_draft(f"“{slot.title}” đã vào bản nháp. Xem ảnh hưởng rồi đề xuất.")


@pages.route("/khung-gio/<slot_id>/sua", methods=["GET", "POST"])
def edit_slot(slot_id: str) -> Response | str | tuple[str, int]:
    """Show a slot in its form as the draft leaves it, or put what the form says into the draft."""
    who = door.may(Deed.PROPOSE_SLOT)
    with door.reading() as database:
        was = slot_in(read_draft(database, who, now=door.now()).slots_as_far_as_known(), slot_id)
    frame = _frame(was.id, was.zone)
    if request.method == "GET":
        typed = shown_slot(was)
        if frame.owner(was.scope, was.calendar.first) == was.owner:
            typed["owner"] = ""  # it goes on following the places
        return _form(typed, was)
    try:
        slot = read_slot(request.form, frame)
        put(lambda slots: (Edit(slot_in(slots, slot_id), slot),))
    except LoaError as refusal:
        return _form(request.form, was, refusal), 422
    return _to_draft(f"“{slot.title}” đã vào bản nháp. Xem ảnh hưởng rồi đề xuất.")


@pages.post("/khung-gio/<slot_id>/ket-thuc")
def end_slot(slot_id: str) -> Response:
    """Put the end of a slot into the draft."""
    put(lambda slots: (End(slot_in(slots, slot_id).id, slot_in(slots, slot_id).title),))
    return _to_draft("Việc kết thúc khung giờ đã vào bản nháp. Xem ảnh hưởng rồi đề xuất.")


def _to_draft(words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for("timetable.draft"), 303)


def _frame(slot_id: UUID, zone: str) -> Frame:
    with door.reading() as database:
        known = network(database)
    return Frame(slot_id, zone, lambda scope, first: producer(scope, known, max(first, door.today())))


def _defaults() -> Form:
    settings = door.settings()
    told = [
        ("programme", request.args.get("chuong_trinh", "")),
        ("where", "some"),
        ("repeat", "week"),
        ("every", "1"),
        ("holidays", "as-usual"),
        ("start", "clock"),
        ("starts", request.args.get("gio", "17:00")),
        ("minutes", "15"),
        ("rule", "hard"),
        ("grace", str(settings.grace_s)),
        ("quieter", "0"),
        ("from", shown_day(door.today())),
        *(("weekday", str(day)) for day in range(7)),
    ]
    place = request.args.get("noi", "")
    if place.startswith(places.STATION):
        told.append(("station", place.removeprefix(places.STATION)))
    if place.startswith(places.UNIT):
        with door.reading() as database:
            unit = network(database).on(door.today()).units.get(place.removeprefix(places.UNIT))
        told += [("unit", unit_value(unit.key))] if unit is not None else []
    return MultiDict(told)


def _form(typed: Form, was: Slot | None = None, refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        context = _choices(database, typed, was)
    rows = list(zip(typed.getlist("month_nth"), typed.getlist("month_weekday"), strict=False))
    rows = [row for row in rows if row[0]]
    return render_template(
        "timetable/slot_form.html",
        typed=typed,
        was=was,
        refusal=refusal,
        chosen={UUID(each) for each in typed.getlist("station") if _is_uuid(each)},
        month_rows=rows + [("", "0")] * max(1, MONTH_ROWS - len(rows)),
        **context,
    )


def _choices(database: Session, typed: Form, was: Slot | None) -> dict[str, Any]:
    known, today = network(database), door.today()
    tree = known.on(today)
    slots = read_draft(database, door.actor(), now=door.now()).slots_as_far_as_known()
    gone = sorted(key for key in (was.scope.units if was else ()) if not tree.holds(key))
    owners = sorted(tree.units.values(), key=lambda unit: unit.name)
    return {
        "programmes": programme_lines(database, pieces(database, now=door.now())),
        "branches": places.tree_of(known, today),
        "homeless": places.homeless(known, today),
        "gone": [(unit_value(key), unit.name if (unit := known.unit(key)) else key[0]) for key in gone],
        "unit_value": unit_value,
        "languages": [
            (each, LANGUAGES[each].word if each in LANGUAGES else each)
            for each in sorted({each for station in known.stations.values() for each in station.languages})
        ],
        "owners": [("", "tự chọn theo nơi phát"), ("network", "toàn mạng")]
        + [(unit_value(unit.key), unit.name) for unit in owners],
        "others": sorted(
            ((str(slot.id), slot.title) for slot in slots.values() if was is None or slot.id != was.id),
            key=lambda each: each[1],
        ),
        "opened": _opened(typed),
    }


def _opened(typed: Form) -> dict[str, bool]:
    """Which rare fields say something, so that a form never hides what counts."""
    return {
        "days": typed.get("repeat") == "month"
        or typed.get("every", "1") != "1"
        or typed.get("holidays", "as-usual") != "as-usual"
        or bool(typed.get("skipped") or typed.get("added") or typed.get("moved")),
        "start": typed.get("start") == "follow" or typed.get("rule") == "soft",
        "sound": bool(typed.get("night")) or typed.get("quieter", "0") != "0",
        "where": bool(typed.getlist("language") or typed.get("owner")),
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _owner_name(slot: Slot, known: Network) -> str:
    if slot.owner is None:
        return ""
    unit = known.unit(slot.owner)
    return unit.name if unit is not None else slot.owner[0]
