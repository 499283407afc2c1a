"""What the forms of slots and one-offs share: where, what, and how it is to sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request

from scheduler.services.places import Places
from scheduler.services.programme_views import pieces, programme_lines
from scheduler.services.stations import all_stations
from web import door
from web.timetable.hours import typed_minutes, typed_number, typed_quieter_cb

LONGEST_GRACE_S = Decimal(3600)


@dataclass(frozen=True, slots=True)
class StationChoice:
    """A station to tick, under the name of its unit of today."""

    id: str
    name: str
    unit_code: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Sounding:
    """How a session is to sound, as the form says it."""

    start_rule: str
    grace_s: int
    gain_cb: int
    max_duration_s: int


def read_sounding() -> Sounding:
    """Return what the form says; raises :class:`~scheduler.errors.InvalidInput`."""
    form = request.form
    grace = typed_number(form.get("grace", ""), "Chờ tối đa (giây)", least=Decimal(0), most=LONGEST_GRACE_S)
    return Sounding(
        start_rule=form.get("rule", ""),
        grace_s=int(grace),
        gain_cb=typed_quieter_cb(form.get("quieter", "")),
        max_duration_s=typed_minutes(form.get("minutes", ""), "Dài nhất (phút)"),
    )


def station_choices() -> list[StationChoice]:
    """Return the active stations by unit and name."""
    today = door.today()
    with door.reading() as database:
        places = Places(database)
        found = []
        for station in all_stations(database):
            if station.active:
                place = places.on(station.id, today)
                found.append(StationChoice(station.id, station.name, place.unit_code, place.unit_name))
    return sorted(found, key=lambda each: (each.unit_name, each.name))


def form_context(typed: dict[str, Any], stations: Sequence[str]) -> dict[str, Any]:
    """Return what both forms show: programmes, stations, and what was typed."""
    with door.reading() as database:
        lines = programme_lines(database, pieces(database, now=door.now()))
    return {
        "programmes": lines,
        "stations": station_choices(),
        "chosen_stations": stations,
        "typed": typed,
    }
