"""An admin's deeds on one unit: a new one, an end, another name; each is seen with its effect before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import LoaError, NotFound
from scheduler.rules.permissions import Deed
from scheduler.services import units
from scheduler.services.units.change import EffectDiffers, Prospect, carry_out, look, refuse
from scheduler.services.units.deeds import NewUnit, end_unit, new_unit, rename_unit
from scheduler.services.units.register import Register, UnitChange, UnitRow, read_register
from web import door
from web.days import shown_day, typed_day
from web.units.blueprint import pages

Build = Callable[[Register], UnitChange]
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Step:
    """One deed as its pages need it: what the audit calls it and on what, its words, and the form to go back to."""

    deed: str
    subject: str
    title: str
    done: str
    form: Callable[[LoaError | None], str]


@pages.route("/moi", methods=["GET", "POST"])
def new() -> Answer:
    """Show the form of a new unit, its effect, or add it."""
    door.may(Deed.MANAGE_STATIONS)

    def form(refusal: LoaError | None) -> str:
        with door.reading() as database:
            lines = units.units_on(database, door.today())
        return render_template(
            "units/new.html",
            parents=parent_choices(lines),
            kinds=list(units.KIND_WORDS.items()),
            typed=request.form if request.method == "POST" else request.args,
            typed_from=request.form.get("from", shown_day(door.today())),
            refusal=refusal,
        )

    if request.method == "GET":
        return form(None)
    code = request.form.get("code", "").strip()
    step = Step("unit-made", code, "Thêm đơn vị", "Đã thêm đơn vị.", form)
    return two_steps(step, lambda _register: new_unit(typed_unit(), from_day=typed_day(_typed("from"), "Từ ngày")))


@pages.route("/ma/<code>/<first>/ket-thuc", methods=["GET", "POST"])
def end(code: str, first: str) -> Answer:
    """Show the form that ends a unit, its effect, or end it."""
    door.may(Deed.MANAGE_STATIONS)
    row = _row(code, first)

    def form(refusal: LoaError | None) -> str:
        last = request.form.get("last", shown_day(door.today()))
        return render_template("units/end.html", row=row, kinds=units.KIND_WORDS, typed_last=last, refusal=refusal)

    if request.method == "GET":
        return form(None)
    step = Step("unit-ended", code, f"Kết thúc {row.name}", f"Đã ghi ngày cuối của {row.name}.", form)
    return two_steps(
        step, lambda register: end_unit(register, row.key, last_day=typed_day(_typed("last"), "Ngày cuối"))
    )


@pages.route("/ma/<code>/<first>/doi-ten", methods=["GET", "POST"])
def rename(code: str, first: str) -> Answer:
    """Show the form that gives a unit another name from a day on, its effect, or do so."""
    door.may(Deed.MANAGE_STATIONS)
    row = _row(code, first)

    def form(refusal: LoaError | None) -> str:
        tomorrow = shown_day(door.today() + timedelta(days=1))
        return render_template(
            "units/rename.html",
            row=row,
            typed_name=request.form.get("name", row.name),
            typed_from=request.form.get("from", tomorrow),
            refusal=refusal,
        )

    if request.method == "GET":
        return form(None)

    def build(register: Register) -> UnitChange:
        return rename_unit(register, row.key, name=_typed("name"), from_day=typed_day(_typed("from"), "Từ ngày"))

    return two_steps(Step("unit-renamed", code, f"Đổi tên {row.name}", "Đã ghi tên mới của đơn vị.", form), build)


def two_steps(step: Step, build: Build) -> Answer:
    """Show what a deed does; with the digest of what was shown, do it."""
    who = door.may(Deed.MANAGE_STATIONS)
    seen = request.form.get("seen")
    try:
        if seen is None:
            return effect_page(step, looked_at(build))
        with door.writing() as database:
            register = read_register(database)
            prospect = look(database, build(register), today=door.today(), now=door.now(), register=register)
            carry_out(
                database, who, prospect, deed=step.deed, subject=step.subject, facts={}, seen=seen, now=door.now()
            )
    except EffectDiffers as changed:
        return effect_page(step, looked_at(build), changed), 409
    except LoaError as refusal:
        return step.form(refusal), 422
    flash(step.done, "ok")
    return redirect(url_for("units.show", code=step.subject) if step.subject else url_for("units.index"), 303)


def looked_at(build: Build) -> Prospect:
    """Return what the change would do; raises for one that can't be done."""
    with door.reading() as database:
        register = read_register(database)
        prospect = look(database, build(register), today=door.today(), now=door.now(), register=register)
    refuse(prospect)
    return prospect


def effect_page(step: Step, prospect: Prospect, refusal: LoaError | None = None) -> str:
    """Return the page that shows an effect, with the form filled in again and what confirms it."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in {"seen", "csrf_token"}]
    return render_template(
        "units/effect.html",
        title=step.title,
        prospect=prospect,
        fields=fields,
        refusal=refusal,
        kinds=units.KIND_WORDS,
        action=request.path,
    )


def typed_unit(prefix: str = "") -> NewUnit:
    """Return the unit that the form's fields name."""
    return NewUnit(
        code=_typed(f"{prefix}code"),
        kind=_typed(f"{prefix}kind"),
        name=_typed(f"{prefix}name"),
        parent_code=_typed(f"{prefix}parent") or None,
        note=_typed(f"{prefix}note"),
    )


def parent_choices(lines: list[units.UnitLine]) -> list[tuple[str, str]]:
    """Return the units of a day as choices of a parent, deeper ones set in."""
    return [
        ("", "Không có (đơn vị cao nhất)"),
        *((line.code, f"{'– ' * line.depth}{line.name} ({line.code})") for line in lines),
    ]


def unit_key(text: str) -> tuple[str, date]:
    """Return the unit's key that a form wrote as ``code@2006-11-14``; raises NotFound."""
    code, _, first = text.rpartition("@")
    try:
        return code, date.fromisoformat(first)
    except ValueError as error:
        raise NotFound(what="đơn vị này") from error


def _row(code: str, first: str) -> UnitRow:
    key = unit_key(f"{code}@{first}")
    with door.reading() as database:
        row = read_register(database).units.get(key)
    if row is None:
        raise NotFound(what="đơn vị này")
    return row


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()
