"""The order of a session's priority bulletins, moved up and down by the operator on duty; without script."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput
from scheduler.rules.permissions import Deed
from scheduler.services.tie_orders import order_priorities
from web import door

pages = Blueprint("priorities", __name__, url_prefix="/hom-nay/buoi")


@pages.post("/<airing_id>/thu-tu")
def move(airing_id: str) -> Response:
    """Move one priority bulletin (``up`` or ``down`` holds its id) by a place, and go back to the day's list."""
    who = door.may(Deed.ORDER_PRIORITIES)
    order = request.form.getlist("order")
    bulletins = _moved(order, request.form.get("up", ""), -1) or _moved(order, request.form.get("down", ""), 1)
    if bulletins is None:
        raise InvalidInput(what="Hãy chọn tin cần đưa lên hoặc xuống rồi bấm lại")
    with door.writing() as database:
        order_priorities(
            database, who, airing_id=airing_id, bulletins=bulletins, zone=door.settings().zone, now=door.now()
        )
    flash("Đã xếp lại tin ưu tiên. Cụm loa nhận thứ tự mới ngay khi có mạng.", "ok")
    station_id, day = request.form.get("station", ""), request.form.get("day", "")
    return redirect(url_for("operator.show", station_id=station_id, ngay=day or None, _anchor=f"b-{airing_id}"), 303)


def _moved(order: list[str], bulletin_id: str, by: int) -> list[str] | None:
    if bulletin_id not in order:
        return None
    here = order.index(bulletin_id)
    there = min(max(here + by, 0), len(order) - 1)
    rest = [each for each in order if each != bulletin_id]
    return [*rest[:there], bulletin_id, *rest[there:]]
