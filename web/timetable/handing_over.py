"""Slots that still name units which end: one press puts what came of these into the reader's draft."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from playlists.changes import Edit
from scheduler.errors import LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.timetable.drafts import put_steps, read_draft
from scheduler.services.timetable.handovers import handovers
from web import door
from web.timetable.blueprint import pages
from web.timetable.looking import outlook


@pages.post("/khung-gio/ke-tuc")
def hand_over() -> Response:
    """Put the heirs of units into the places of all slots that name them, in the draft; the effect is seen there."""
    who = door.may(Deed.PROPOSE_SLOT)
    try:
        with door.writing() as database:
            slots = read_draft(database, who, now=door.now()).slots()
            found = handovers(database, slots, day=door.today())
            if found:
                steps = [Edit(each.slot, each.after) for each in found]
                put_steps(database, who, steps, now=door.now(), outlook=outlook())
    except LoaError as refusal:
        flash(str(refusal), "bad")
        return redirect(url_for("timetable.slots"), 303)
    if not found:
        flash("Không còn khung giờ nào phải đổi đơn vị.", "ok")
        return redirect(url_for("timetable.slots"), 303)
    flash(f"{len(found)} khung giờ đã vào bản nháp với đơn vị kế tục. Xem ảnh hưởng rồi đề xuất.", "ok")
    return redirect(url_for("timetable.draft"), 303)
