"""The week, or one day of it, at all stations, those of a unit, or one; and the slots behind it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for

from scheduler.errors import InvalidInput
from scheduler.rules.permissions import Deed
from scheduler.services.timetable_views import Timetable, timetable
from web import door
from web.days import shown_day, typed_day
from web.timetable.blueprint import pages
from web.timetable.grid import BANDS, dawn_repeats, grid, monday_of, slot_groups, weekdays_words
from web.timetable.sounding import StationChoice, station_choices

A_WEEK = timedelta(days=7)
UNIT, STATION = "u:", "s:"


@pages.get("")
def index() -> str:
    """Show a week (``xem=tuan``) or a day (``xem=ngay``) of the place that ``noi`` names."""
    who = door.may(Deed.READ)
    day, wrong = _day()
    by_day = request.args.get("xem") == "ngay"
    place = request.args.get("noi", "")
    choices = station_choices()
    first = day if by_day else monday_of(day)
    told = _timetable(first, 1 if by_day else 7, _chosen(choices, place))
    step = timedelta(days=1) if by_day else A_WEEK
    return render_template(
        "timetable/index.html",
        days=grid(told, door.settings().tz),
        told=told,
        bands=BANDS,
        by_day=by_day,
        first=first,
        last=told.days[-1],
        typed=request.args.get("ngay", "") if wrong else shown_day(day),
        wrong=wrong,
        today=door.today(),
        place=place,
        places=_places(choices),
        place_name=_place_name(choices, place),
        earlier=_address(first - step),
        later=_address(first + step),
        views=[("Tuần", _address(first, xem="tuan"), not by_day), ("Ngày", _address(day, xem="ngay"), by_day)],
        address=_address,
        proposed=slot_groups([slot for slot in told.slots if slot.published_at is None]),
        published=slot_groups([slot for slot in told.slots if slot.published_at is not None]),
        weekdays_words=weekdays_words,
        repeats=dawn_repeats(told.slots),
        may_propose=who.may(Deed.PROPOSE_SLOT),
        may_publish=who.may(Deed.PUBLISH_SLOT),
    )


def _timetable(first: date, days: int, station_ids: list[str] | None) -> Timetable:
    with door.reading() as database:
        return timetable(
            database,
            first_day=first,
            days=days,
            station_ids=station_ids,
            zone=door.settings().zone,
            now=door.now(),
        )


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


def _chosen(choices: list[StationChoice], place: str) -> list[str] | None:
    if place.startswith(UNIT):
        return [each.id for each in choices if each.unit_code == place.removeprefix(UNIT)]
    if place.startswith(STATION):
        return [each.id for each in choices if each.id == place.removeprefix(STATION)]
    return None


def _places(choices: list[StationChoice]) -> list[tuple[str, str]]:
    units = dict.fromkeys((each.unit_code, each.unit_name) for each in choices if each.unit_code)
    rows = [("", "Tất cả cụm loa")]
    rows += [(UNIT + code, name) for code, name in units]
    return rows + [(STATION + each.id, each.name) for each in choices]


def _place_name(choices: list[StationChoice], place: str) -> str:
    return next((name for value, name in _places(choices) if value == place and place), "")


def _address(day: date, **changes: str) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in ("noi", "xem") if request.args.get(name)}
    return url_for("timetable.index", **(kept | {"ngay": day.isoformat()} | changes))
