"""A station's calendar for phones and calendar programs, which cannot sign in: the secret address is the key."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Blueprint, Response, request

from scheduler.services.station_calendar.ics import Words, calendar_text
from scheduler.services.station_calendar.links import station_behind
from scheduler.services.station_calendar.sessions import calendar_sessions
from web import door
from web.looks import look
from web.reasons import told

FRESH_S = 300
WORDS = Words(
    result=lambda code: look(code, "result").word,
    kind=lambda code: look(code, "item").word,
    reason=told,
)

pages = Blueprint("calendar_feed", __name__)


@pages.get("/lich/<secret>.ics")
def calendar(secret: str) -> Response:
    """Answer the calendar behind a secret, or 304 to who has it already; any other secret is not found."""
    settings = door.settings()
    with door.reading() as database:
        station = station_behind(database, secret)
        if station is None:
            return _private(Response("Không tìm thấy lịch này.\n", 404, mimetype="text/plain"))
        sessions = calendar_sessions(
            database,
            station_id=station.id,
            days_ahead=settings.days_ahead,
            reporting_allowance=timedelta(seconds=settings.reporting_allowance_s),
            now=door.now(),
        )
        name = f"{station.name} - {settings.organisation}"
    text = calendar_text(sessions, name=name, words=WORDS)
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="lich-phat.ics"'
    answer.set_etag(hashlib.sha256(text).hexdigest())
    answer.make_conditional(request)
    return _private(answer)


def _private(answer: Response) -> Response:
    """Keep the answer out of shared caches and search engines, and the address out of what others are told."""
    answer.headers["Cache-Control"] = f"private, max-age={FRESH_S}" if answer.status_code != 404 else "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
