"""A programme is heard whole before it airs; a template with what its next session holds."""

from __future__ import annotations

from flask import request, url_for

from scheduler.rules.permissions import Deed
from scheduler.services.programme_preview import programme_preview
from scheduler.services.programmes import find_programme
from web import door
from web.listening import listening_page
from web.timetable.blueprint import pages
from web.timetable.likely import STATION, likely_session


@pages.get("/chuong-trinh/<programme_id>/nghe-thu")
def listen(programme_id: str) -> str:
    """Show the programme's preview; with ``cho=1`` also what waits for its approval or its day.

    Of a template it is the next session at a station (``cum-loa``), as far as one is planned.
    """
    who = door.may(Deed.READ)
    with_waiting = request.args.get("cho") == "1"
    plain = url_for("timetable.listen", programme_id=programme_id)
    with door.reading() as database:
        programme = find_programme(database, programme_id)
        title, template = programme.title, bool(programme.places)
        likely = likely_session(database, who, programme_id, title) if template else None
        preview = (
            likely.preview
            if likely is not None
            else programme_preview(
                database,
                who,
                programme_id=programme_id,
                zone=door.settings().zone,
                now=door.now(),
                with_waiting=with_waiting,
            )
        )
    steps = [
        ("Lịch phát", url_for("timetable.index")),
        ("Chương trình", url_for("timetable.programmes")),
        (title, url_for("timetable.programme", programme_id=programme_id)),
    ]
    if likely is not None:
        here = f"{plain}?{STATION}={likely.session.station_id}"
        return listening_page(preview, here=here, steps=steps, likely=likely, template=True)
    waiting_too = url_for("timetable.listen", programme_id=programme_id, cho="1")
    return listening_page(
        preview,
        here=waiting_too if with_waiting else plain,
        steps=steps,
        other_url=plain if with_waiting else waiting_too,
        with_waiting=with_waiting,
        template=template,
    )
