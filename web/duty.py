"""Today at a station, for whoever is on duty: the answer first, then the list, and how the station is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, Role
from scheduler.services.station_overview import StationState, station_overview
from scheduler.services.stations import unit_codes_above
from scheduler.services.timetable_views import Playlist, PlaylistAiring, playlist
from web import door
from web.days import typed_day

COMING_DAYS = 2
NOT_OVER = frozenset({"planned", "on-air"})

pages = Blueprint("operator", __name__, url_prefix="/hom-nay")


@pages.get("")
def index() -> Response | str:
    """Send whoever has one station to it; let others choose."""
    who = door.may(Deed.READ_PLAYLIST)
    with door.reading() as database:
        overview = station_overview(database, zone=door.settings().zone, now=door.now())
        mine = _own(database, who, [each for each in overview.stations if each.active])
    if len(mine) == 1:
        return redirect(url_for("operator.show", station_id=mine[0].station_id))
    return render_template("duty/index.html", stations=mine, today=door.today())


@pages.get("/<station_id>")
def show(station_id: str) -> str:
    """Show today's sessions of a station, or those of ``ngay``."""
    who = door.may(Deed.READ_PLAYLIST)
    day = _day()
    with door.reading() as database:
        shown = _playlist(database, who, station_id, day)
        coming = [
            _playlist(database, who, station_id, day + timedelta(days=ahead)) for ahead in range(1, COMING_DAYS + 1)
        ]
        overview = station_overview(database, zone=door.settings().zone, now=door.now())
        state = next((each for each in overview.stations if each.station_id == station_id), None)
        several = len(_own(database, who, [each for each in overview.stations if each.active])) > 1
    if state is None:
        raise NotFound(what="cụm loa này")
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
        may_read_log=who.may(Deed.READ_LOG),
    )


def _own(database: Session, who: Actor, states: Sequence[StationState]) -> list[StationState]:
    """Return the stations that concern the reader: an operator's own places, all of them for everybody else."""
    if any(grant.role is not Role.OPERATOR or not (grant.unit_code or grant.station_id) for grant in who.grants):
        return list(states)
    stations = {grant.station_id for grant in who.grants}
    units = {grant.unit_code for grant in who.grants if grant.unit_code}
    today = door.today()
    return [
        each
        for each in states
        if each.station_id in stations or units & set(unit_codes_above(database, each.station_id, today))
    ]


def _day() -> date:
    typed = request.args.get("ngay", "")
    if not typed:
        return door.today()
    day = typed_day(typed, "Ngày")
    if not date(1971, 1, 4) <= day <= date(2198, 12, 1):
        raise InvalidInput(what="Ngày: hãy chọn một ngày gần hơn")
    return day


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
