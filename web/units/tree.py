"""The tree of units as it stood on a day, and everything that ever had a code."""

from __future__ import annotations

from datetime import date

from flask import render_template, request

from scheduler.errors import InvalidInput
from scheduler.rules.permissions import Deed
from scheduler.services import units
from scheduler.services.units.history import tree, unit_page
from web import door
from web.days import shown_day, typed_day
from web.units.blueprint import pages


@pages.get("")
def index() -> str:
    """Show the tree of a day, today's or that of ``ngay``; ``tim`` keeps the units that hold its words."""
    door.may(Deed.READ)
    day, wrong = asked_day()
    words = request.args.get("tim", "").strip()
    with door.reading() as database:
        lines = tree(database, day=day, words=words)
    return render_template(
        "units/index.html",
        lines=lines,
        kinds=units.KIND_WORDS,
        day=day,
        is_today=day == door.today(),
        typed=request.args.get("ngay", "") if wrong else shown_day(day),
        wrong=wrong,
        words=words,
        may_manage=door.actor().may(Deed.MANAGE_STATIONS),
    )


@pages.get("/ma/<code>")
def show(code: str) -> str:
    """Show what is known of a code: the unit that has it on the day, and all that ever had it."""
    door.may(Deed.READ)
    day, wrong = asked_day()
    with door.reading() as database:
        told = unit_page(database, code, day=day)
    return render_template(
        "units/show.html",
        told=told,
        kinds=units.KIND_WORDS,
        typed=request.args.get("ngay", "") if wrong else shown_day(day),
        wrong=wrong,
        is_today=day == door.today(),
        may_manage=door.actor().may(Deed.MANAGE_STATIONS),
    )


def asked_day() -> tuple[date, str | None]:
    """Return the day that the address asks for, today when it asks for none; and what is wrong with it."""
    typed = request.args.get("ngay", "")
    if not typed.strip():
        return door.today(), None
    try:
        return typed_day(typed, "Ngày"), None
    except InvalidInput as refusal:
        return door.today(), str(refusal)
