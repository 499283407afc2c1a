"""Mergers and splits: old units and new ones on a day, then where everything below comes, with the effect."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from playlists.network import UnitKey
from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services import units
from scheduler.services.units.change import EffectDiffers, carry_out, look
from scheduler.services.units.deeds import NewUnit, Reorganisation, reorganise, stations_in, units_below
from scheduler.services.units.register import read_register
from web import door
from web.days import shown_day, typed_day
from web.units.blueprint import pages
from web.units.deeds import looked_at, parent_choices, typed_unit, unit_key

NEW_MOST = 4


@pages.get("/sap-nhap")
def reorganising() -> str:
    """Show the form: the day, which units are no more, which stand in their place."""
    door.may(Deed.MANAGE_STATIONS)
    return _form(None)


@pages.post("/sap-nhap")
def reorganise_units() -> Response | str | tuple[str, int]:
    """Show where everything comes and what changes; with the digest of what was shown, do it."""
    who = door.may(Deed.MANAGE_STATIONS)
    if "again" in request.form:
        return _form(None)
    seen = request.form.get("seen") if "do" in request.form else None
    try:
        if seen is None:
            return _placing(None)
        told = _told()
        with door.writing() as database:
            register = read_register(database)
            change = reorganise(register, told)
            prospect = look(database, change, today=door.today(), now=door.now(), register=register)
            facts = {"old": [code for code, _ in told.old], "new": [unit.code for unit in told.new]}
            carry_out(
                database,
                who,
                prospect,
                deed="units-reorganised",
                subject=told.new[0].code,
                facts=facts | {"from_day": told.day.isoformat()},
                seen=seen,
                now=door.now(),
            )
    except EffectDiffers as changed:
        return _placing(changed), 409
    except LoaError as refusal:
        return _form(refusal), 422
    flash("Đã ghi sắp xếp đơn vị. Hãy sửa các khung giờ còn gọi tên đơn vị cũ nếu có.", "ok")
    return redirect(url_for("units.show", code=told.new[0].code, ngay=shown_day(told.day)), 303)


def _told() -> Reorganisation:
    form = request.form
    children = {unit_key(name.removeprefix("child:")): code for name, code in form.items() if name.startswith("child:")}
    stations = {name.removeprefix("station:"): code for name, code in form.items() if name.startswith("station:")}
    new = _new_units()
    codes = {unit.code for unit in new}
    return Reorganisation(
        day=typed_day(form.get("from", ""), "Từ ngày"),
        old=_old_units(),
        new=new,
        # What was placed under a unit that the form no longer names is placed anew.
        children={key: code for key, code in children.items() if code in codes},
        stations={station: code for station, code in stations.items() if code in codes},
    )


def _old_units() -> tuple[UnitKey, ...]:
    return tuple(unit_key(each) for each in request.form.getlist("old"))


def _new_units() -> tuple[NewUnit, ...]:
    units_ = (typed_unit(f"new{number}-") for number in range(NEW_MOST))
    return tuple(unit for unit in units_ if unit.code or unit.name)


def _placing(refusal: LoaError | None) -> str:
    told = _told()
    prospect = looked_at(lambda register: reorganise(register, told))
    register = prospect.before
    placed = {move.station_id: move.unit_code for move in prospect.change.moves}
    parents = {row.code: row.parent_code for row in (*prospect.change.changed, *prospect.change.added)}
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"seen", "csrf_token", "do", "look"} and not name.startswith(("child:", "station:"))
    ]
    return render_template(
        "units/placing.html",
        told=told,
        prospect=prospect,
        children=[
            (f"child:{row.code}@{row.valid_from.isoformat()}", row, parents.get(row.code, row.parent_code))
            for row in units_below(register, told.old, told.day)
        ],
        stations=[
            (f"station:{station.id}", station.name, placed.get(station.id, code))
            for station, code in stations_in(register, told.old, told.day)
        ],
        choices=[(unit.code, f"{unit.name} ({unit.code})") for unit in told.new],
        fields=fields,
        refusal=refusal,
        kinds=units.KIND_WORDS,
    )


def _form(refusal: LoaError | None) -> str:
    day = _day_or(door.today() + timedelta(days=1))
    with door.reading() as database:
        standing = units.units_on(database, day - timedelta(days=1))
        after = units.units_on(database, day)
    return render_template(
        "units/reorganising.html",
        standing=[(f"{line.code}@{line.valid_from.isoformat()}", line) for line in standing],
        parents=parent_choices(after),
        kinds=list(units.KIND_WORDS.items()),
        chosen=request.form.getlist("old") or request.args.getlist("cu"),
        typed=request.form,
        typed_from=request.form.get("from") or request.args.get("ngay") or shown_day(day),
        numbers=range(NEW_MOST),
        refusal=refusal,
    )


def _day_or(otherwise: date) -> date:
    try:
        return typed_day(request.form.get("from") or request.args.get("ngay", ""), "Từ ngày")
    except LoaError:
        return otherwise
