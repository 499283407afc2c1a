"""Today at a station, for whoever is on duty: the answer first, then the list, and how the station is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.rules.permissions import Actor, Deed
from scheduler.services.explanations import CALLS_FOR_ONE, explanations, may_explain
from scheduler.services.lateness import lateness
from scheduler.services.programme_preview import airing_preview
from scheduler.services.station_calendar.links import may_share
from scheduler.services.station_overview import station_overview, station_state, stations_on_duty
from scheduler.services.station_playlist import Playlist, PlaylistAiring, playlist
from scheduler.services.tie_orders import ties
from web import door
from web.days import near_day
from web.listening import listening_page
from web.make_good_offers import offers

COMING_DAYS = 2
NOT_OVER = frozenset({"planned", "on-air"})

pages = Blueprint("operator", __name__, url_prefix="/hom-nay")


@pages.get("")
def index() -> Response | str:
    """Send whoever has one station to it; let others choose."""
    who = door.may(Deed.READ_PLAYLIST)
    zone, now = door.settings().zone, door.now()
    with door.reading() as database:
        mine = stations_on_duty(database, who, zone=zone, now=now)
        if len(mine) == 1:
            return redirect(url_for("operator.show", station_id=mine[0]))
        states = station_overview(database, zone=zone, now=now).stations if mine else ()
    shown = [each for each in states if each.station_id in mine]
    return render_template("duty/index.html", stations=shown, today=door.today())


@pages.get("/<station_id>")
def show(station_id: str) -> str:
    """Show today's sessions of a station, or those of ``ngay``."""
    who = door.may(Deed.READ_PLAYLIST)
    day = near_day(request.args.get("ngay", ""), "Ngày", door.today())
    with door.reading() as database:
        shown = _playlist(database, who, station_id, day)
        coming = [
            _playlist(database, who, station_id, day + timedelta(days=ahead)) for ahead in range(1, COMING_DAYS + 1)
        ]
        state = station_state(database, station_id=station_id, zone=door.settings().zone, now=door.now())
        may_say_why = may_explain(database, who, station_id=station_id, day=day)
        said_of = explanations(database, {airing.airing_id for airing in shown.airings})
        late_of = lateness(database, [airing.airing_id for airing in shown.airings if airing.result in CALLS_FOR_ONE])
        tied = ties(
            database,
            who,
            station_id=station_id,
            airing_ids=[airing.airing_id for airing in shown.airings],
            zone=door.settings().zone,
            now=door.now(),
        )
        made = offers(
            database, who, airing_ids=[airing.airing_id for airing in shown.airings], station_ids=[station_id]
        )
        shared = may_share(database, who, station_id=station_id, zone=door.settings().zone, now=door.now())
        several = len(stations_on_duty(database, who, zone=door.settings().zone, now=door.now())) > 1
    today, now = door.today(), door.now()
    return render_template(
        "duty/show.html",
        day=day,
        today=today,
        now=now,
        playlist=shown,
        coming=coming,
        station=state,
        several=several,
        next=_next((shown, *coming), now) if day == today else None,
        strip=_strip(shown.airings, day),
        now_hour=_hour(now, day) if day == today else None,
        may_cancel=who.may(Deed.PUBLISH_SLOT),
        calls_for_one=CALLS_FOR_ONE,
        said_of=said_of,
        late_of=late_of,
        offers=made,
        may_share=shared,
        contact=door.settings().contact,
        tied=tied,
        may_explain=may_say_why,
        may_read_log=who.may(Deed.READ_LOG),
    )


@pages.get("/buoi/<airing_id>/nghe-thu")
def listen(airing_id: str) -> str:
    """Show what of a planned session will sound, to be heard beforehand."""
    who = door.may(Deed.READ_PLAYLIST)
    settings = door.settings()
    with door.reading() as database:
        preview = airing_preview(
            database,
            who,
            airing_id=airing_id,
            zone=settings.zone,
            reporting_allowance_s=settings.reporting_allowance_s,
            now=door.now(),
        )
    day = preview.starts_at.astimezone(settings.tz).date() if preview.starts_at else door.today()
    back = url_for("operator.show", station_id=preview.station_id, ngay=day.isoformat())
    here = url_for("operator.listen", airing_id=airing_id)
    return listening_page(preview, here=here, steps=[("Danh sách phát", back)])


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


def _next(lists: Sequence[Playlist], now: datetime) -> PlaylistAiring | None:
    """Return the session that sounds or is to start next, of those in which anything will sound."""
    for each in lists:
        for airing in each.airings:
            if airing.result in NOT_OVER and airing.ends_at > now and airing.sounding:
                return airing
    return None


def _hour(instant: datetime, day: date) -> float:
    """Return the hours of ``day`` that have passed at an instant."""
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=door.settings().tz)
    return (instant - midnight) / timedelta(hours=1)


def _strip(airings: Sequence[PlaylistAiring], day: date) -> list[tuple[float, float, str]]:
    kinds = {"planned": "next", "on-air": "next", "aired": "done", "partly": "done"}
    return [
        (
            _hour(airing.starts_at, day),
            (airing.ends_at - airing.starts_at) / timedelta(hours=1),
            kinds.get(airing.result, "own" if airing.result == "cancelled" else "bad"),
        )
        for airing in airings
    ]
