"""Weekly slots: proposed for stations, published, ended."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.timetable import proposing
from web import door
from web.days import shown_day, typed_day, typed_day_or_none
from web.timetable.blueprint import pages
from web.timetable.hours import typed_time
from web.timetable.sounding import form_context, read_sounding


@pages.route("/khung-gio/moi", methods=["GET", "POST"])
def new_slot() -> Response | str | tuple[str, int]:
    """Show the form of new slots, or propose one for the chosen stations."""
    who = door.may(Deed.PROPOSE_SLOT)
    if request.method == "GET":
        return _form(_defaults(), stations=request.args.getlist("cum-loa"), weekdays=[str(day) for day in range(7)])
    form = request.form
    try:
        sounding = read_sounding()
        with door.writing() as database:
            made = proposing.propose_slot(
                database,
                who,
                station_ids=form.getlist("station"),
                programme_id=form.get("programme", ""),
                title=form.get("title", ""),
                weekdays=_weekdays(form.getlist("weekday")),
                starts=typed_time(form.get("starts", "")),
                max_duration_s=sounding.max_duration_s,
                start_rule=sounding.start_rule,
                grace_s=sounding.grace_s,
                gain_cb=sounding.gain_cb,
                zone=door.settings().zone,
                valid_from=typed_day(form.get("from", ""), "Từ ngày"),
                valid_to=typed_day_or_none(form.get("to", ""), "Đến hết ngày"),
                now=door.now(),
            )
            places = len(made.slot.scope.stations)
    except LoaError as refusal:
        return _form(form.to_dict(), form.getlist("station"), form.getlist("weekday"), refusal), 422
    flash(f"Đã đề xuất khung giờ cho {places} cụm loa. Người duyệt công bố thì mới vào lịch.", "ok")
    return redirect(url_for("timetable.index", _anchor="khung-gio"), 303)


@pages.post("/khung-gio/cong-bo")
def publish() -> Response:
    """Publish the slots that the form names."""
    who = door.may(Deed.PUBLISH_SLOT)
    with door.writing() as database:
        proposing.publish_slots(database, who, slot_ids=request.form.getlist("slot"), now=door.now())
    flash("Đã công bố. Các buổi phát vào lịch trong ít giây.", "ok")
    return redirect(url_for("timetable.index", _anchor="khung-gio"), 303)


@pages.post("/khung-gio/ket-thuc")
def end() -> Response:
    """End the slots that the form names: their sessions to come leave the timetable."""
    who = door.actor()
    with door.writing() as database:
        for slot_id in request.form.getlist("slot"):
            proposing.end_slot(database, who, slot_id=slot_id, now=door.now())
    flash("Đã kết thúc khung giờ. Các buổi chưa phát rời khỏi lịch trong ít giây.", "ok")
    return redirect(url_for("timetable.index", _anchor="khung-gio"), 303)


def _weekdays(typed: Sequence[str]) -> list[int]:
    if not typed or not all(day.isascii() and day.isdigit() for day in typed):
        raise InvalidInput(what="Hãy chọn ít nhất một ngày trong tuần")
    return [int(day) for day in typed]


def _defaults() -> dict[str, str]:
    settings = door.settings()
    return {
        "programme": request.args.get("chuong_trinh", ""),
        "title": "",
        "starts": "17:00",
        "minutes": "15",
        "rule": "hard",
        "grace": str(settings.grace_s),
        "quieter": "0",
        "from": shown_day(door.today()),
        "to": "",
    }


def _form(
    typed: dict[str, str], stations: Sequence[str], weekdays: Sequence[str], refusal: LoaError | None = None
) -> str:
    return render_template("timetable/slot.html", weekdays=weekdays, refusal=refusal, **form_context(typed, stations))
