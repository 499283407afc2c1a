"""The week, or one day of it, of the whole network, a unit or a station, with what is proposed shown in place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from scheduler.errors import InvalidInput, NotAllowed
from scheduler.rules.permissions import Actor, Deed
from scheduler.services.station_playlist import PlaylistAiring, playlist
from scheduler.services.timetable.change_views import open_changes
from scheduler.services.timetable.drafts import read_draft
from scheduler.services.timetable.standing import network
from scheduler.services.timetable.week_marks import Proposed, open_proposals
from scheduler.services.timetable.weeks import MOST_STATIONS, Week, week
from web import door
from web.days import shown_day, typed_day
from web.timetable import places
from web.timetable.blueprint import pages
from web.timetable.grid import BANDS, Day, foremost, grid, monday_of
from web.timetable.looking import draft_look

A_WEEK = timedelta(days=7)
MOST_LISTS = 12
"""Of how many stations a day's contents are told."""


@pages.get("")
def index() -> str:
    """Show a week (``xem=tuan``) or a day (``xem=ngay``) of the place that ``noi`` names."""
    who = door.may(Deed.READ)
    day, wrong = _day()
    by_day = request.args.get("xem") == "ngay"
    first = day if by_day else monday_of(day)
    step = timedelta(days=1) if by_day else A_WEEK
    with door.reading() as database:
        known = network(database)
        place = places.chosen(known, first, request.args.get("noi", ""))
        too_many = len(place.station_ids) > MOST_STATIONS
        told = _week(database, who, first, 1 if by_day else 7, place)
        days = grid(told, door.settings().tz, place.unit_codes)
        look = draft_look(database, who)
        waiting = open_changes(database)
        contents = _contents(database, who, days[0]) if by_day else {}
    return render_template(
        "timetable/index.html",
        days=days,
        bands=BANDS,
        foremost=foremost,
        by_day=by_day,
        first=first,
        last=days[-1].date,
        typed=request.args.get("ngay", "") if wrong else shown_day(day),
        wrong=wrong,
        today=door.today(),
        place=place,
        too_many=too_many,
        choices=places.choices(known, first),
        names={station.id: station.name for station in told.stations},
        stations=len(place.station_ids),
        earlier=_address(first - step),
        later=_address(first + step),
        views=[("Tuần", _address(first, xem="tuan"), not by_day), ("Ngày", _address(day, xem="ngay"), by_day)],
        address=_address,
        look=look,
        waiting=waiting,
        contents=contents,
        has_slots=bool(told.slots),
        may_propose=who.may(Deed.PROPOSE_SLOT),
        may_publish=who.may(Deed.PUBLISH_SLOT),
    )


def _week(database: Session, who: Actor, first: date, days: int, place: places.Place) -> Week:
    settings, now = door.settings(), door.now()
    proposals = list(open_proposals(database))
    own = read_draft(database, who, now=now).steps
    if own:
        proposals.append(Proposed("", "Bản nháp của bạn", own))
    return week(
        database,
        first_day=first,
        days=days,
        station_ids=place.station_ids if len(place.station_ids) <= MOST_STATIONS else frozenset(),
        hours=settings.hours,
        zone=settings.zone,
        now=now,
        proposals=proposals,
    )


def _contents(database: Session, who: Actor, day: Day) -> dict[str, PlaylistAiring]:
    """What sounds in the day's sessions, by airing: that of the first station of each card which the reader may see."""
    settings = door.settings()
    found: dict[str, PlaylistAiring] = {}
    for station_id in list(dict.fromkeys(card.places[0].station_id for card in day.cards))[:MOST_LISTS]:
        try:
            told = playlist(
                database,
                who,
                station_id=station_id,
                local_date=day.date,
                zone=settings.zone,
                reporting_allowance_s=settings.reporting_allowance_s,
                now=door.now(),
            )
        except NotAllowed:
            continue
        found |= {airing.airing_id: airing for airing in told.airings}
    return found


def _day() -> tuple[date, str | None]:
    typed = request.args.get("ngay", "")
    if not typed.strip():
        return door.today(), None
    try:
        day = typed_day(typed, "Ngày")
    except InvalidInput as refusal:
        return door.today(), str(refusal)
    if not date(1971, 1, 4) <= day <= date(2198, 12, 1):
        return door.today(), "Ngày: hãy chọn một ngày gần hơn"
    return day, None


def _address(day: date, **changes: str) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in ("noi", "xem") if request.args.get(name)}
    return url_for("timetable.index", **(kept | {"ngay": day.isoformat()} | changes))
