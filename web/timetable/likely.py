"""What a template is likely to hold: the next planned session of it at a station that the reader chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request
from sqlalchemy.orm import Session

from scheduler.rules.permissions import Actor
from scheduler.services.next_sessions import NextSession, next_sessions
from scheduler.services.programme_preview import Preview, airing_preview
from web import door

STATION = "cum-loa"
"""The address's word for the station."""


@dataclass(frozen=True, slots=True)
class Likely:
    """The next session at the chosen station with what will sound; ``stations`` are the others that have one."""

    session: NextSession
    preview: Preview
    stations: Sequence[tuple[str, str]]


def likely_session(database: Session, who: Actor, programme_id: str, title: str) -> Likely | None:
    """Return it for the station that the address names, else for the one whose session comes first; null for none."""
    settings, now = door.settings(), door.now()
    found = next_sessions(database, who, programme_id=programme_id, zone=settings.zone, now=now)
    if not found:
        return None
    asked = request.args.get(STATION, "")
    soonest = min(found, key=lambda each: each.starts_at)
    chosen = next((each for each in found if each.station_id == asked), soonest)
    preview = airing_preview(
        database,
        who,
        airing_id=chosen.airing_id,
        zone=settings.zone,
        reporting_allowance_s=settings.reporting_allowance_s,
        now=now,
    )
    stations = [(each.station_id, each.station_name) for each in found]
    return Likely(chosen, replace(preview, title=title), stations)
