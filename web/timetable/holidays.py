"""At which hours the network sounds, and which days are public holidays here; a holiday is corrected by an approver."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.timetable.public_holidays import correct_holiday, public_holidays
from web import door
from web.days import typed_day
from web.timetable.blueprint import pages


@pages.get("/gio-va-ngay-le")
def holidays() -> str:
    """Show the hours of the settings and the holidays of this year and the next."""
    door.may(Deed.READ)
    return _page()


@pages.post("/gio-va-ngay-le")
def correct() -> Response | tuple[str, int]:
    """Say that a day is a public holiday here, or is none."""
    who = door.may(Deed.CORRECT_HOLIDAYS)
    form = request.form
    try:
        day = typed_day(form.get("day", ""), "Ngày")
        with door.writing() as database:
            correct_holiday(
                database, who, day=day, name=form.get("name", ""), holds=form.get("holds") != "no", now=door.now()
            )
    except LoaError as refusal:
        return _page(refusal), 422
    flash("Đã ghi. Các khung giờ nghỉ hoặc chỉ phát ngày lễ đổi theo.", "ok")
    return redirect(url_for("timetable.holidays"), 303)


def _page(refusal: LoaError | None = None) -> str:
    who, today = door.actor(), door.today()
    with door.reading() as database:
        found = public_holidays(database, today, date(today.year + 1, 12, 31))
    return render_template(
        "timetable/holidays.html",
        days=list(found.items()),
        hours=door.settings().hours,
        form=request.form,
        refusal=refusal,
        may_correct=who.may(Deed.CORRECT_HOLIDAYS),
    )
