"""Changes that wait for a decision and those that were decided: seen with their effect, published, refused, withdrawn,
confirmed or objected to."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.errors import Conflict, LoaError
from scheduler.rules.permissions import Actor, Deed
from scheduler.services.campaigns.views import campaign_of_change
from scheduler.services.timetable import changes as services
from scheduler.services.timetable import stances
from scheduler.services.timetable.change_views import ChangeView, change_view, decided_changes, open_changes
from scheduler.services.timetable.stance_calls import speaks_for
from scheduler.services.timetable.standing import network
from web import door
from web.timetable.blueprint import pages
from web.timetable.looking import outlook

MOST_NAMED = 200


@pages.get("/thay-doi")
def changes() -> str:
    """List what waits and what was decided."""
    who = door.may(Deed.READ)
    with door.reading() as database:
        waiting, decided = open_changes(database), decided_changes(database)
    return render_template(
        "timetable/changes.html", waiting=waiting, decided=decided, may_propose=who.may(Deed.PROPOSE_SLOT)
    )


@pages.get("/thay-doi/<change_id>")
def change(change_id: str) -> str:
    """Show a change: what it is to do, what it does as things stand, who said what."""
    door.may(Deed.READ)
    return _page(change_id)


@pages.post("/thay-doi/<change_id>/cong-bo")
def publish_change(change_id: str) -> Response | tuple[str, int]:
    """Publish a change that does what its publisher saw; else show what it does now."""
    who = door.may(Deed.PUBLISH_SLOT)
    try:
        with door.writing() as database:
            effect = services.publish(
                database,
                who,
                change_id=change_id,
                seen=request.form.get("seen", ""),
                now=door.now(),
                outlook=outlook(),
            )
    except LoaError as refusal:
        return _page(change_id, refusal), 409
    flash(f"Đã công bố: {effect.words}. Lịch đổi theo trong ít giây.", "ok")
    return redirect(url_for("timetable.change", change_id=change_id), 303)


@pages.post("/thay-doi/<change_id>/tu-choi")
def refuse_change(change_id: str) -> Response | tuple[str, int]:
    """Refuse a change with a reason."""
    who = door.may(Deed.PUBLISH_SLOT)
    try:
        with door.writing() as database:
            services.refuse(database, who, change_id=change_id, reason=request.form.get("reason", ""), now=door.now())
    except LoaError as refusal:
        return _page(change_id, refusal), 422
    flash("Đã từ chối đề xuất.", "ok")
    return redirect(url_for("timetable.changes"), 303)


@pages.post("/thay-doi/<change_id>/rut")
def withdraw_change(change_id: str) -> Response | tuple[str, int]:
    """Take one's own proposal back."""
    who = door.actor()
    try:
        with door.writing() as database:
            services.withdraw(database, who, change_id=change_id, now=door.now())
    except Conflict as refusal:
        return _page(change_id, refusal), 409
    flash("Đã rút đề xuất.", "ok")
    return redirect(url_for("timetable.changes"), 303)


@pages.post("/thay-doi/<change_id>/y-kien")
def say(change_id: str) -> Response | tuple[str, int]:
    """Confirm a change for one's stations, or object with a reason."""
    who = door.may(Deed.CONFIRM_TIMETABLE)
    form = request.form
    try:
        with door.writing() as database:
            stances.say(
                database,
                who,
                change_id=change_id,
                station_ids=form.getlist("station"),
                stance=form.get("stance", ""),
                reason=form.get("reason", ""),
                now=door.now(),
                outlook=outlook(),
            )
    except LoaError as refusal:
        return _page(change_id, refusal), 422
    flash("Đã ghi ý kiến của bạn.", "ok")
    return redirect(url_for("timetable.change", change_id=change_id), 303)


def _page(change_id: str, refusal: LoaError | None = None) -> str:
    who = door.actor()
    with door.reading() as database:
        view = change_view(database, change_id, now=door.now(), outlook=outlook())
        names = {str(each.id): each.name for each in network(database).stations.values()}
        mine = _mine(database, who, view)
        campaign = campaign_of_change(database, change_id)
    return render_template(
        "timetable/change.html",
        view=view,
        line=view.line,
        kept=_kept(view),
        names=names,
        reached=[(each, names.get(each, "")) for each in view.effect.station_ids[:MOST_NAMED]] if view.effect else [],
        said={each.station_id: each for each in view.stances.told},
        mine=mine,
        campaign=campaign,
        refusal=refusal,
        form=request.form,
        is_own=view.line.proposer_id == who.id,
        may_publish=who.may(Deed.PUBLISH_SLOT),
    )


def _mine(database: Session, who: Actor, view: ChangeView) -> list[str]:
    """The stations that the change touches and that the reader may speak for."""
    if view.effect is None:
        return []
    return speaks_for(database, who, view.effect, now=door.now(), zone=door.settings().zone)


def _kept(view: ChangeView) -> dict[str, Any] | None:
    """What a published change was seen to do."""
    if view.kept_effect is None:
        return None
    found: dict[str, Any] = json.loads(view.kept_effect)
    return found
