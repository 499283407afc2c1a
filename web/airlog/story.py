"""The story of one airing: from the letter to the loudspeaker, with its proofs."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from scheduler.rules.permissions import Deed
from scheduler.services.airing_story import Story, StoryItem, airing_story
from scheduler.services.explanations import CALLS_FOR_ONE, LONGEST, may_explain
from scheduler.services.lateness import lateness
from web import door, seal
from web.airlog.blueprint import pages
from web.airlog.listing import allowance
from web.airlog.timeline import steps
from web.make_good_offers import offers

LACKING = frozenset({"missed", "interrupted", "partly", "unknown", "left-out", "cancelled"})


@pages.get("/buoi/<airing_id>")
def story(airing_id: str) -> str:
    """Show an airing with one of its items: the one that ``muc`` numbers, else the first bulletin."""
    return story_page(airing_id, request.args.get("muc", type=int))


def story_page(airing_id: str, ordinal: int | None, *, typed: str = "", refusal: str = "") -> str:
    """Return the page; ``typed`` is an explanation that was refused, ``refusal`` says why."""
    who = door.may(Deed.READ_LOG)
    with door.reading() as database:
        told = airing_story(database, airing_id=airing_id, reporting_allowance=allowance(), now=door.now())
        late_of = lateness(database, [airing_id])
        made = offers(database, who, airing_ids=[airing_id], station_ids=[told.station_id])
        explains = may_explain(database, who, station_id=told.station_id, day=told.local_date)
    item = _chosen(told, ordinal)
    return render_template(
        "airlog/story.html",
        story=told,
        item=item,
        steps=steps(told, item, late_of.get(airing_id)),
        seal=seal.seal(),
        late_of=late_of,
        offers=made,
        may_make_good=who.may(Deed.PUBLISH_SLOT) and told.result in LACKING,
        make_good_url=url_for("timetable.one_off", **_make_good(told)),
        may_explain=explains and (told.result in CALLS_FOR_ONE or bool(refusal)),
        longest=LONGEST,
        typed=typed,
        refusal=refusal,
    )


def _chosen(told: Story, ordinal: int | None) -> StoryItem | None:
    if not told.items:
        return None
    asked = next((item for item in told.items if item.row.ordinal == ordinal), None)
    return asked or next((item for item in told.items if item.row.kind == "bulletin"), told.items[0])


def _make_good(told: Story) -> dict[str, Any]:
    return {"cum-loa": told.station_id, "ten": f"Phát bù {told.title}"}
