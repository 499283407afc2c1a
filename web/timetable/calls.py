"""What of the timetable waits for the reader, told on the first page of each role and counted in the bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request

from scheduler.rules.permissions import Deed
from scheduler.services.timetable.change_views import ChangeLine, count_to_decide, open_changes
from scheduler.services.timetable.drafts import read_draft
from scheduler.services.timetable.handovers import handovers
from scheduler.services.timetable.stance_calls import StanceCall, stance_calls
from web import door
from web.timetable.blueprint import pages
from web.timetable.looking import outlook

ENDPOINT = "timetable.index"


@dataclass(frozen=True, slots=True)
class Calls:
    """``drafted`` steps of one's own, one's proposals that wait, those to decide, those to speak to, and how many slots
    there are to be handed over to what came of their units."""

    drafted: int
    to_hand_over: int
    own: Sequence[ChangeLine]
    to_decide: Sequence[ChangeLine]
    to_say: Sequence[StanceCall]


_NOTHING = Calls(0, 0, (), (), ())


@pages.before_app_request
def count_waiting() -> None:
    """Tell the bars of a whole page how many changes wait for this person's decision."""
    who = g.get("actor")
    if who is None or not who.may(Deed.PUBLISH_SLOT) or request.headers.get("HX-Request"):
        return
    if request.endpoint == "static" or request.method != "GET":
        return
    with door.reading() as database:
        waiting = count_to_decide(database, who.id)
    g.setdefault("waiting", {})[ENDPOINT] = waiting


@pages.app_context_processor
def for_templates() -> dict[str, Any]:
    """Give pages ``timetable_calls(station_id)``: what waits, at one station alone when it is named."""
    return {"timetable_calls": timetable_calls}


def timetable_calls(station_id: str = "") -> Calls:
    """Return what of the timetable waits for the reader.

    Nothing for a page that asks anew for a part of itself every few seconds: it shows none of it there, and what a
    change does takes long to find out.
    """
    if request.headers.get("HX-Request"):
        return _NOTHING
    who, now = door.actor(), door.now()
    with door.reading() as database:
        draft = read_draft(database, who, now=now) if who.may(Deed.PROPOSE_SLOT) else None
        ended = handovers(database, draft.slots_as_far_as_known(), day=door.today()) if draft is not None else []
        waiting = open_changes(database)
        to_say = stance_calls(database, who, waiting, now=now, outlook=outlook())
    return Calls(
        drafted=len(draft.steps) if draft is not None else 0,
        to_hand_over=len(ended),
        own=[line for line in waiting if line.proposer_id == who.id],
        to_decide=[line for line in waiting if line.proposer_id != who.id] if who.may(Deed.PUBLISH_SLOT) else [],
        to_say=[call for call in to_say if not station_id or station_id in call.station_ids],
    )
