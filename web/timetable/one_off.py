"""One session outside of any slot: a make-good, or a special."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import planning
from web import door
from web.days import shown_day, typed_day
from web.timetable.blueprint import pages
from web.timetable.hours import typed_time
from web.timetable.sounding import form_context, read_sounding


@pages.route("/buoi-rieng", methods=["GET", "POST"])
def one_off() -> Response | str | tuple[str, int]:
    """Show the form of a one-off session, or plan it at each chosen station."""
    who = door.may(Deed.PUBLISH_SLOT)
    form = request.form
    if request.method == "GET":
        return _form(_defaults(), request.args.getlist("cum-loa"))
    try:
        sounding = read_sounding()
        starts_at = _starts_at(form.get("day", ""), form.get("starts", ""))
        with door.writing() as database:
            airings = planning.plan_one_off(
                database,
                who,
                station_ids=form.getlist("station"),
                programme_id=form.get("programme", ""),
                title=form.get("title", ""),
                starts_at=starts_at,
                start_rule=sounding.start_rule,
                grace_s=sounding.grace_s,
                gain_cb=sounding.gain_cb,
                zone=door.settings().zone,
                max_duration_s=sounding.max_duration_s,
                hours=door.settings().hours,
                now=door.now(),
            )
            made, filled = len(airings), airings[0].programme_id is not None
    except LoaError as refusal:
        return _form(form.to_dict(), form.getlist("station"), refusal), 422
    day = starts_at.astimezone(door.settings().tz).date()
    flash(f"Đã xếp buổi phát tại {made} cụm loa.{_places_words(day) if filled else ''}", "ok")
    return redirect(url_for("timetable.index", ngay=day.isoformat()), 303)


def _places_words(day: date) -> str:
    """Tell when the places of a template are filled."""
    ahead = door.settings().days_ahead
    if (day - door.today()).days < ahead:
        return " Chỗ xoay vòng tự xếp trong ít giây."
    return f" Chỗ xoay vòng tự xếp khi buổi phát còn cách {ahead} ngày."


def _starts_at(day: str, hour: str) -> datetime:
    """Return the instant of a local day and hour; the first of the two where a clock change brings it twice."""
    local = datetime.combine(typed_day(day, "Ngày phát"), typed_time(hour), tzinfo=door.settings().tz)
    return local.astimezone(UTC)


def _defaults() -> dict[str, str]:
    return {
        "programme": request.args.get("chuong_trinh", ""),
        "title": request.args.get("ten", ""),
        "day": request.args.get("ngay") or shown_day(door.today()),
        "starts": "",
        "minutes": "15",
        "rule": "hard",
        "grace": str(door.settings().grace_s),
        "quieter": "0",
    }


def _form(typed: dict[str, str], stations: Sequence[str], refusal: LoaError | None = None) -> str:
    return render_template("timetable/one_off.html", refusal=refusal, **form_context(typed, stations))
