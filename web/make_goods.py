"""Make-goods: what did not sound as planned, the time proposed for each, planned by one click or several at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Actor, Deed, Role
from scheduler.services import units
from scheduler.services.lateness import lateness
from scheduler.services.make_goods.cases import RESULTS, CaseFilters, CasePage, make_good_page
from scheduler.services.make_goods.verbs import LONGEST, Chosen, dismiss_make_good, plan_make_goods, request_make_good
from scheduler.services.station_overview import stations_on_duty
from web import door
from web.looks import look
from web.make_good_offers import may_ask_at, rules

A_PAGE = 50
FIELDS = ("don-vi", "cum-loa", "ket-qua", "de-nghi")

pages = Blueprint("make_goods", __name__, url_prefix="/phat-bu")


@pages.get("")
def index() -> str:
    """List what can be made good: asked for first, then the oldest."""
    return _page(door.may(Deed.READ_LOG))


@pages.post("")
def plan() -> Response | tuple[str, int]:
    """Plan the make-goods that were ticked, or the one whose button was pressed, at the times that the page showed."""
    who = door.may(Deed.PUBLISH_SLOT)
    try:
        chosen = [_chosen(each) for each in request.form.getlist("one") or request.form.getlist("chosen")]
        with door.writing() as database:
            made = plan_make_goods(database, who, chosen=chosen, rules=rules(), now=door.now())
            told = [(each.station_name, each.starts_at) for each in made]
    except LoaError as refusal:
        return _page(who, refusal=refusal), 422
    zone = door.settings().tz
    if len(told) == 1:
        station, at = told[0]
        flash(f"Đã xếp phát bù lúc {at.astimezone(zone):%H:%M ngày %d/%m/%Y} ở {station}.", "ok")
    else:
        flash(f"Đã xếp {len(told)} buổi phát bù.", "ok")
    return redirect(_back(), 303)


@pages.post("/<airing_id>/de-nghi")
def ask(airing_id: str) -> Response | tuple[str, int]:
    """Ask for a make-good: an approver sees it first in the list."""
    who = door.may(Deed.REQUEST_MAKE_GOOD)
    text = request.form.get("text", "")
    try:
        with door.writing() as database:
            request_make_good(database, who, airing_id=airing_id, text=text, rules=rules(), now=door.now())
    except LoaError as refusal:
        return _page(who, refusal=refusal), 422
    flash("Đã gửi đề nghị phát bù. Người duyệt thấy đề nghị ở đầu trang Phát bù.", "ok")
    return redirect(_back(), 303)


@pages.post("/<airing_id>/khong")
def dismiss(airing_id: str) -> Response | tuple[str, int]:
    """Decide that a session is not made good: it leaves the list, with the reason."""
    who = door.may(Deed.PUBLISH_SLOT)
    reason = request.form.get("reason", "")
    try:
        with door.writing() as database:
            dismiss_make_good(database, who, airing_id=airing_id, reason=reason, rules=rules(), now=door.now())
    except LoaError as refusal:
        return _page(who, refusal=refusal), 422
    flash("Đã ghi quyết định không phát bù.", "ok")
    return redirect(_back(), 303)


def _chosen(told: str) -> Chosen:
    airing_id, _, at = told.partition(" ")
    try:
        return Chosen(airing_id, datetime.fromisoformat(at).astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(what="Giờ phát bù không đúng dạng. Hãy tải lại trang rồi bấm lại") from error


def _back() -> str:
    """Return the page from which the button was pressed: an airing's story, a station's day, or this list."""
    airing_id, station_id = request.form.get("story", ""), request.form.get("duty", "")
    if airing_id:
        return url_for("airlog.story", airing_id=airing_id)
    if station_id:
        return url_for("operator.show", station_id=station_id, ngay=request.form.get("ngay") or None)
    return url_for("make_goods.index", **_asked())


def _asked() -> dict[str, Any]:
    return {name: request.args[name] for name in FIELDS if request.args.get(name)}


def _page(who: Actor, *, refusal: LoaError | None = None) -> str:
    number = max(1, request.args.get("trang", 1, type=int))
    with door.reading() as database:
        told = _read(database, who, number)
        last = max(1, -(-told.total // A_PAGE))
        if number > last:
            number, told = last, _read(database, who, last)
        late_of = lateness(database, [case.airing_id for case in told.cases])
        ask_at = may_ask_at(database, who, {case.station_id for case in told.cases})
        lines = units.units_on(database, door.today())
    return render_template(
        "make_goods/index.html",
        told=told,
        late_of=late_of,
        ask_at=ask_at,
        may_plan=who.may(Deed.PUBLISH_SLOT),
        longest=LONGEST,
        refusal=refusal,
        days=door.settings().make_good_days,
        units=[("", "Tất cả"), *((line.code, line.name) for line in lines)],
        results=[("", "Tất cả"), *((code, look(code, "result").word) for code in RESULTS)],
        asked=_asked(),
        number=number,
        last=last,
        size=A_PAGE,
        address=_address(),
    )


def _read(database: Session, who: Actor, number: int) -> CasePage:
    result = request.args.get("ket-qua", "")
    filters = CaseFilters(
        station_ids=_stations(database, who),
        unit_code=request.args.get("don-vi") or None,
        result=result if result in RESULTS else None,
        requested=request.args.get("de-nghi") == "1",
        dismissed=request.args.get("de-nghi") == "khong",
    )
    return make_good_page(database, filters=filters, rules=rules(), number=number, size=A_PAGE, now=door.now())


def _stations(database: Session, who: Actor) -> tuple[str, ...] | None:
    """Return the stations that the list is about: the one asked for, an operator's own places, or null for all."""
    one = request.args.get("cum-loa")
    if who.roles != {Role.OPERATOR}:
        return (one,) if one else None
    mine = stations_on_duty(database, who, zone=door.settings().zone, now=door.now())
    return tuple(each for each in mine if not one or each == one)


def _address() -> Callable[[int], str]:
    asked = _asked()
    return lambda number: url_for("make_goods.index", trang=number, **asked)
