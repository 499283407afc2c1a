"""A programme is heard whole before it airs."""

from __future__ import annotations

from flask import request, url_for

from scheduler.rules.permissions import Deed
from scheduler.services.programme_preview import programme_preview
from web import door
from web.listening import listening_page
from web.timetable.blueprint import pages


@pages.get("/chuong-trinh/<programme_id>/nghe-thu")
def listen(programme_id: str) -> str:
    """Show the programme's preview; with ``cho=1`` also what waits for its approval or its day."""
    who = door.may(Deed.READ)
    with_waiting = request.args.get("cho") == "1"
    with door.reading() as database:
        preview = programme_preview(
            database,
            who,
            programme_id=programme_id,
            zone=door.settings().zone,
            now=door.now(),
            with_waiting=with_waiting,
        )
    plain = url_for("timetable.listen", programme_id=programme_id)
    waiting_too = url_for("timetable.listen", programme_id=programme_id, cho="1")
    return listening_page(
        preview,
        here=waiting_too if with_waiting else plain,
        steps=[
            ("Lịch phát", url_for("timetable.index")),
            ("Chương trình", url_for("timetable.programmes")),
            (preview.title, url_for("timetable.programme", programme_id=programme_id)),
        ],
        other_url=plain if with_waiting else waiting_too,
        with_waiting=with_waiting,
    )
