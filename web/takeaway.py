"""What people take along from a station's page: its playlist as a file, and the sheet for the wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from scheduler.errors import NotFound
from scheduler.rules.permissions import Actor, Deed
from scheduler.services.playlist_export import PlaylistForm, exported
from scheduler.services.station_playlist import Playlist, playlist
from web import door
from web.days import near_day

A_WEEK = 7
AIRY, CROWDED = 45, 70
"""So many lines are printed in large letters, more of them in smaller ones; a day of still more in two columns."""

A_LINE = 85
"""So many letters of a title stand on one line."""

TYPES = {PlaylistForm.M3U8: "application/vnd.apple.mpegurl", PlaylistForm.XSPF: "application/xspf+xml"}

pages = Blueprint("takeaway", __name__, url_prefix="/hom-nay")


@pages.get("/<station_id>/danh-sach-phat.<ending>")
def file(station_id: str, ending: str) -> Response:
    """Answer a day's playlist as a file whose sounds are read by whoever is signed in."""
    who = door.may(Deed.READ_PLAYLIST)
    if ending not in set(PlaylistForm):
        raise NotFound(what="dạng danh sách phát này")
    form, day = PlaylistForm(ending), near_day(request.args.get("ngay", ""), "Ngày", door.today())
    with door.reading() as database:
        told = _playlist(database, who, station_id, day)
    base = (door.settings().public_url or request.host_url).rstrip("/")
    text = exported(
        told,
        form,
        locate=lambda sha256: f"{base}{url_for('sound.play', sha256=sha256)}",
        zone=door.settings().zone,
    )
    answer = Response(text, content_type=f"{TYPES[form]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="danh-sach-phat-{day.isoformat()}.{form.value}"'
    return answer


@pages.get("/<station_id>/to-dan-tuong")
def sheet(station_id: str) -> str:
    """Show a day, or with ``so-ngay=7`` a week from that day on, as a sheet of A4 for the wall."""
    who = door.may(Deed.READ_PLAYLIST)
    settings, first = door.settings(), near_day(request.args.get("ngay", ""), "Ngày", door.today())
    days = A_WEEK if request.args.get("so-ngay") == str(A_WEEK) else 1
    with door.reading() as database:
        lists = [_playlist(database, who, station_id, first + timedelta(days=ahead)) for ahead in range(days)]
    return render_template(
        "duty/sheet.html",
        lists=lists,
        first=first,
        last=lists[-1].local_date,
        week=days == A_WEEK,
        dense=_lines(lists, headed=days == 1) > AIRY,
        crowded=days == 1 and _lines(lists, headed=True) > CROWDED,
        planned_until=door.today() + timedelta(days=settings.days_ahead - 1),
        now=door.now(),
        contact=settings.contact,
    )


def _lines(lists: Sequence[Playlist], *, headed: bool) -> int:
    """Return how many lines the items take, with those of a day's sessions over them."""
    sessions = [airing for told in lists for airing in told.airings]
    titles = [item.title for airing in sessions for item in airing.sounding]
    titles += [airing.title for airing in sessions] if headed else []
    return sum(-(-max(len(title), 1) // A_LINE) for title in titles)


def _playlist(database: Session, who: Actor, station_id: str, day: date) -> Playlist:
    settings = door.settings()
    return playlist(
        database,
        who,
        station_id=station_id,
        local_date=day,
        zone=settings.zone,
        reporting_allowance_s=settings.reporting_allowance_s,
        now=door.now(),
    )
