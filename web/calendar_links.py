"""The secret address of a station's calendar: shown once when it is made, renewed, ended."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import stations
from scheduler.services.station_calendar.links import end_link, link_state, make_link
from web import door

pages = Blueprint("calendar_links", __name__, url_prefix="/cum-loa")


@pages.get("/<station_id>/lich")
def show(station_id: str) -> str:
    """Tell whether the station has a calendar's address, and how to make one."""
    return _page(station_id)


@pages.post("/<station_id>/lich")
def make(station_id: str) -> Response | tuple[str, int]:
    """Make an address, in place of the one before it, and show it this once."""
    who = door.may(Deed.SHARE_CALENDAR)
    try:
        with door.writing() as database:
            secret = make_link(database, who, station_id=station_id, zone=door.settings().zone, now=door.now())
    except LoaError as refusal:
        return _page(station_id, refusal=refusal), 422
    base = (door.settings().public_url or request.host_url).rstrip("/")
    answer = make_response(_page(station_id, address=f"{base}{url_for('calendar_feed.calendar', secret=secret)}"))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/<station_id>/lich/bo")
def end(station_id: str) -> AnyResponse | tuple[str, int]:
    """End the address."""
    who = door.may(Deed.SHARE_CALENDAR)
    try:
        with door.writing() as database:
            end_link(database, who, station_id=station_id, zone=door.settings().zone, now=door.now())
    except LoaError as refusal:
        return _page(station_id, refusal=refusal), 422
    flash("Đã bỏ đường dẫn lịch. Ai đang dùng đường dẫn cũ không xem được nữa.", "ok")
    return redirect(url_for("calendar_links.show", station_id=station_id), 303)


def _page(station_id: str, *, address: str = "", refusal: LoaError | None = None) -> str:
    who = door.may(Deed.SHARE_CALENDAR)
    with door.reading() as database:
        state = link_state(database, who, station_id=station_id, zone=door.settings().zone, now=door.now())
        station = stations.find(database, station_id)
    return render_template("calendar_links/show.html", station=station, link=state, address=address, refusal=refusal)
