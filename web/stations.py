"""Stations: how they are, what waits for somebody, and an admin's deeds on one of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.errors import LoaError, NotFound
from scheduler.rules.permissions import Actor, Deed
from scheduler.services import stations, units
from scheduler.services.audit import history
from scheduler.services.station_calendar.links import may_share
from scheduler.services.station_overview import StationOverview, StationState, station_overview
from scheduler.services.station_stays import (
    SlotEffect,
    look_at_languages,
    look_at_move,
    set_languages,
    stays,
    take_back_move,
)
from scheduler.services.station_stays import move as move_seen
from scheduler.services.units.change import EffectDiffers
from web import door
from web.days import shown_day, typed_day
from web.deeds import deed_words

pages = Blueprint("stations", __name__, url_prefix="/cum-loa")


@pages.get("")
def index() -> str:
    """List all stations; alarms of the centre stand above them."""
    who = door.may(Deed.READ)
    overview = _overview()
    return render_template(
        "stations/index.html",
        overview=overview,
        active=[each for each in overview.stations if each.active],
        stopped=[each for each in overview.stations if not each.active],
        may_manage=who.may(Deed.MANAGE_STATIONS),
    )


@pages.route("/moi", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    """Show the form of a new station, or make it."""
    who = door.may(Deed.MANAGE_STATIONS)
    if request.method == "GET":
        return _form()
    try:
        with door.writing() as database:
            made = stations.make_station(
                database,
                who,
                name=request.form.get("name", ""),
                unit_code=request.form.get("unit", ""),
                languages=request.form.getlist("language"),
                today=door.today(),
                now=door.now(),
            )
            station_id = made.id
    except LoaError as refusal:
        return _form(refusal), 422
    flash("Đã thêm cụm loa. Hãy tạo mã ghi danh để nối máy ở cụm loa với trung tâm.", "ok")
    return redirect(url_for("stations.show", station_id=station_id), 303)


@pages.get("/<station_id>")
def show(station_id: str) -> str:
    """Show one station."""
    door.may(Deed.READ)
    return _page(station_id)


@pages.post("/<station_id>/ma-ghi-danh")
def token(station_id: str) -> Response | str | tuple[str, int]:
    """Make an enrolment token and show it, this once, with the command to type at the station."""
    who = door.may(Deed.MANAGE_STATIONS)
    try:
        with door.writing() as database:
            made = stations.make_token(
                database,
                who,
                station_id=station_id,
                centre_public=door.centre().public_key,
                valid=door.centre().token_valid,
                now=door.now(),
            )
    except LoaError as refusal:
        return _page(station_id, refusal=refusal), 422
    return _page(station_id, made_token=made)


@pages.post("/<station_id>/chuyen")
def move(station_id: str) -> Response | str | tuple[str, int]:
    """Show what changes when the station stands in another unit from a day on; with the digest of that, move it."""

    def look(database: Session) -> SlotEffect:
        from_day = typed_day(request.form.get("from", ""), "Từ ngày")
        unit_code = request.form.get("unit", "")
        return look_at_move(database, station_id=station_id, unit_code=unit_code, from_day=from_day, now=door.now())

    def deed(database: Session, who: Actor, seen: str) -> None:
        from_day = typed_day(request.form.get("from", ""), "Từ ngày")
        code = request.form.get("unit", "")
        move_seen(database, who, station_id=station_id, unit_code=code, from_day=from_day, seen=seen, now=door.now())

    return _two_steps(station_id, "Chuyển đơn vị", look, deed, "Đã ghi đơn vị mới của cụm loa.")


@pages.post("/<station_id>/ngon-ngu")
def speak(station_id: str) -> Response | str | tuple[str, int]:
    """Show what changes when the station speaks other languages; with the digest of that, note them."""
    languages = request.form.getlist("language")

    def look(database: Session) -> SlotEffect:
        return look_at_languages(
            database, station_id=station_id, languages=languages, today=door.today(), now=door.now()
        )

    def deed(database: Session, who: Actor, seen: str) -> None:
        set_languages(
            database,
            who,
            station_id=station_id,
            languages=languages,
            seen=seen,
            today=door.today(),
            now=door.now(),
        )

    return _two_steps(station_id, "Ngôn ngữ phát", look, deed, "Đã ghi ngôn ngữ phát của cụm loa.")


@pages.post("/<station_id>/bo-chuyen")
def take_back(station_id: str) -> Response | tuple[str, int]:
    """Take back a move that has not come yet."""

    def deed(database: Session, who: Actor) -> None:
        from_day = typed_day(request.form.get("from", ""), "Từ ngày")
        take_back_move(database, who, station_id=station_id, from_day=from_day, today=door.today(), now=door.now())

    return _do(station_id, deed, "Đã bỏ lần chuyển đơn vị.")


@pages.post("/<station_id>/ngung")
def stop(station_id: str) -> Response | tuple[str, int]:
    """Stop a station: its token ends."""
    return _do(station_id, _activity(station_id, active=False), "Đã ngừng cụm loa. Muốn chạy lại phải ghi danh lại.")


@pages.post("/<station_id>/hoat-dong")
def resume(station_id: str) -> Response | tuple[str, int]:
    """Let a stopped station work again; it must enrol anew."""
    words = "Cụm loa hoạt động trở lại. Hãy tạo mã ghi danh mới."
    return _do(station_id, _activity(station_id, active=True), words)


@pages.post("/canh-bao/<int:alarm_id>")
def settle(alarm_id: int) -> Response:
    """Note that somebody has looked at an alarm."""
    who = door.may(Deed.MANAGE_STATIONS)
    with door.writing() as database:
        stations.settle_alarm(database, who, alarm_id=alarm_id, now=door.now())
    flash("Đã ghi là đã xem cảnh báo.", "ok")
    station_id = request.form.get("station", "")
    return redirect(url_for("stations.show", station_id=station_id) if station_id else url_for("stations.index"), 303)


def _activity(station_id: str, *, active: bool) -> Callable[[Session, Actor], None]:
    def deed(database: Session, who: Actor) -> None:
        stations.set_active(database, who, station_id=station_id, active=active, now=door.now())

    return deed


def _do(station_id: str, deed: Callable[[Session, Actor], None], done: str) -> Response | tuple[str, int]:
    who = door.may(Deed.MANAGE_STATIONS)
    try:
        with door.writing() as database:
            deed(database, who)
    except LoaError as refusal:
        return _page(station_id, refusal=refusal), 422
    flash(done, "ok")
    return redirect(url_for("stations.show", station_id=station_id), 303)


def _two_steps(
    station_id: str,
    title: str,
    look: Callable[[Session], SlotEffect],
    deed: Callable[[Session, Actor, str], None],
    done: str,
) -> Response | str | tuple[str, int]:
    """Show what a deed changes at the station; when that very thing was seen, do it."""
    who = door.may(Deed.MANAGE_STATIONS)
    seen = request.form.get("seen")
    try:
        if seen is None:
            return _effect(station_id, title, look)
        with door.writing() as database:
            deed(database, who, seen)
    except EffectDiffers as changed:
        return _effect(station_id, title, look, changed), 409
    except LoaError as refusal:
        return _page(station_id, refusal=refusal), 422
    flash(done, "ok")
    return redirect(url_for("stations.show", station_id=station_id), 303)


def _effect(station_id: str, title: str, look: Callable[[Session], SlotEffect], refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        effect = look(database)
        name = stations.find(database, station_id).name
    return render_template(
        "stations/effect.html",
        station_id=station_id,
        station_name=name,
        title=f"{title}: {name}",
        effect=effect,
        fields=[pair for pair in request.form.items(multi=True) if pair[0] not in {"seen", "csrf_token"}],
        action=request.path,
        refusal=refusal,
    )


def _overview() -> StationOverview:
    with door.reading() as database:
        return station_overview(database, zone=door.settings().zone, now=door.now())


def _state(station_id: str) -> StationState:
    for each in _overview().stations:
        if each.station_id == station_id:
            return each
    raise NotFound(what="cụm loa này")


def _page(station_id: str, *, refusal: LoaError | None = None, made_token: str | None = None) -> str:
    state = _state(station_id)
    with door.reading() as database:
        lines = units.units_on(database, door.today())
        stood = stays(database, station_id=station_id, today=door.today())
        past = [
            (event.at, deed_words(event.deed, event.facts))
            for event in reversed(history(database, "station", station_id))
        ]
        shared = may_share(database, door.actor(), station_id=station_id, zone=door.settings().zone, now=door.now())
    return render_template(
        "stations/show.html",
        station=state,
        units=[(line.code, f"{line.name} ({line.code})") for line in lines],
        past=past[:12],
        stays=stood,
        languages=stations.LANGUAGES,
        refusal=refusal,
        made_token=made_token,
        centre_url=door.settings().public_url or request.host_url.rstrip("/"),
        token_hours=door.settings().token_valid_h,
        typed_from=request.form.get("from", shown_day(door.today())),
        typed_unit=request.form.get("unit", state.unit_code),
        may_manage=door.actor().may(Deed.MANAGE_STATIONS),
        may_share=shared,
    )


def _form(refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        lines = units.units_on(database, door.today())
    return render_template(
        "stations/new.html",
        units=[("", "Chọn đơn vị"), *((line.code, f"{line.name} ({line.code})") for line in lines)],
        languages=stations.LANGUAGES,
        chosen=request.form.getlist("language") or ["vi"],
        typed=request.form,
        refusal=refusal,
    )
