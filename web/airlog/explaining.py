"""An operator says why an airing went as it did: what the form on its story page sends."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import Conflict, InvalidInput
from scheduler.rules.permissions import Deed
from scheduler.services.explanations import explain_airing
from web import door
from web.airlog.blueprint import pages
from web.airlog.story import story_page
from web.filters import number

FORM = "giai-trinh"


@pages.post("/buoi/<airing_id>/giai-trinh")
def explain(airing_id: str) -> Response | tuple[str, int]:
    """Record an explanation, or show the form again with what was typed and why it was refused."""
    who = door.may(Deed.EXPLAIN)
    text = request.form.get("text", "")
    item = request.form.get("muc", type=int)
    try:
        with door.writing() as database:
            seq = explain_airing(database, who, airing_id=airing_id, text=text, now=door.now())
    except (InvalidInput, Conflict) as refusal:
        return story_page(airing_id, item, typed=text, refusal=str(refusal)), 422
    flash(f"Đã ghi giải trình vào sổ, mục {number(seq)}.", "ok")
    return redirect(url_for("airlog.story", airing_id=airing_id, muc=item, _anchor=FORM), 303)
