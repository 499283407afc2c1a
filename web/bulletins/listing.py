"""All bulletins, found by state, class and words; and the starters that a new one may begin from."""

from __future__ import annotations

from flask import render_template, request

from scheduler.rules.approval import State
from scheduler.rules.permissions import Deed
from scheduler.services.bulletins import views
from scheduler.services.bulletins.fields import CLASSES, KINDS
from scheduler.starters import starters
from web import door
from web.bulletins.blueprint import pages
from web.looks import ITEM_KINDS

A_PAGE = 25
HOUSE = "house"


@pages.get("")
def index() -> str:
    """List bulletins, last saved first."""
    who = door.may(Deed.READ)
    state, bulletin_class = request.args.get("trang-thai", ""), request.args.get("loai", "")
    search, kind = request.args.get("tim", "").strip(), request.args.get("muc", "")
    house = kind == HOUSE
    with door.reading() as database:
        lines = views.bulletin_list(
            database,
            state=State(state) if state in set(State) else None,
            search=search,
            kinds=set(ITEM_KINDS) - set(KINDS) if house else KINDS,
        )
    if bulletin_class in CLASSES:
        lines = [line for line in lines if line.bulletin_class == bulletin_class]
    last = max(1, -(-len(lines) // A_PAGE))
    page = min(max(1, request.args.get("trang", 1, type=int)), last)
    return render_template(
        "bulletins/index.html",
        lines=lines[(page - 1) * A_PAGE : page * A_PAGE],
        total=len(lines),
        page=page,
        last=last,
        first_row=(page - 1) * A_PAGE + 1,
        filtered=bool(state or bulletin_class or search or house),
        chosen={"trang-thai": state, "loai": bulletin_class, "tim": search, "muc": kind},
        may_write=who.may(Deed.WRITE),
    )


@pages.get("/ban-mau")
def from_starter() -> str:
    """Show the starters, each with its whole script, to begin a bulletin from."""
    door.may(Deed.WRITE)
    return render_template("bulletins/starters.html", starters=starters())
