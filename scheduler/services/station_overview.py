"""How the stations are: heard from, ready, and what they will play next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """Something at a station (null: at the centre) that nobody has looked at yet."""

    id: int
    kind: str
    at: datetime
    station_id: str | None
    station_name: str | None
    detail: dict[str, object]


@dataclass(frozen=True, slots=True)
class NextAiring:
    """The next session that is to start."""

    airing_id: str
    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class StationState:
    """One station now. ``online``: heard from within the last minutes; ``readiness`` is that for its next airing:
    ready, loading, not-ready or unknown."""

    station_id: str
    name: str
    active: bool
    enrolled: bool
    unit_code: str
    unit_name: str
    languages: tuple[str, ...]
    last_contact: datetime | None
    online: bool
    readiness: str
    playing: str | None
    held_sequence: int | None
    newest_sequence: int | None
    media_missing: int
    clock_source: str | None
    clock_offset_ms: int | None
    clock_uncertainty_ms: int | None
    disk_free_mb: int | None
    unsent: int | None
    versions: dict[str, object]
    alarms: tuple[OpenAlarm, ...]
    next_airing: NextAiring | None


@dataclass(frozen=True, slots=True)
class StationOverview:
    """All stations by name, and the alarms that concern none of them."""

    stations: tuple[StationState, ...]
    centre_alarms: tuple[OpenAlarm, ...]

    @property
    def open_alarms(self) -> int:
        """How many alarms wait for somebody."""
        return len(self.centre_alarms) + sum(len(station.alarms) for station in self.stations)


def station_overview(session: Session, *, zone: str, now: datetime) -> StationOverview:
    """Return the state of every station."""
    raise NotImplementedError
