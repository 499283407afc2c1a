"""One airing is taken out of the plan, with a reason."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import planning
from scheduler.services.airing_story import Story, airing_story
from web import door
from web.timetable.blueprint import pages


@pages.route("/buoi/<airing_id>/bo", methods=["GET", "POST"])
def cancel(airing_id: str) -> Response | str | tuple[str, int]:
    """Ask for the reason, or take the airing out of the plan."""
    who = door.may(Deed.PUBLISH_SLOT)
    story = _story(airing_id)
    if request.method == "GET":
        return render_template("timetable/cancel.html", story=story, reason="", refusal=None)
    reason = request.form.get("reason", "")
    try:
        with door.writing() as database:
            planning.cancel_airing(database, who, airing_id=airing_id, reason=reason, now=door.now())
    except LoaError as refusal:
        return render_template("timetable/cancel.html", story=story, reason=reason, refusal=refusal), 422
    flash("Đã bỏ buổi phát khỏi lịch.", "ok")
    day = story.local_date.isoformat()
    return redirect(url_for("operator.show", station_id=story.station_id, ngay=day), 303)


def _story(airing_id: str) -> Story:
    allowance = timedelta(seconds=door.settings().reporting_allowance_s)
    with door.reading() as database:
        return airing_story(database, airing_id=airing_id, reporting_allowance=allowance, now=door.now())
