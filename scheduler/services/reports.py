"""Everything that a page or a command may read about what was planned and what sounded, in one place."""

from __future__ import annotations

from scheduler.services.airing_story import Story, airing_story
from scheduler.services.airlog import AirLogFilters, AirLogPage, AirLogRow, Page, air_log, all_rows
from scheduler.services.airlog_csv import air_log_csv
from scheduler.services.coverage import Coverage, CoverageCell, CoverageRow, coverage
from scheduler.services.station_overview import (
    NextAiring,
    OpenAlarm,
    StationOverview,
    StationState,
    station_overview,
    station_state,
    stations_on_duty,
)
from scheduler.services.station_playlist import Playlist, PlaylistAiring, PlaylistItem, playlist

__all__ = [
    "AirLogFilters",
    "AirLogPage",
    "AirLogRow",
    "Coverage",
    "CoverageCell",
    "CoverageRow",
    "NextAiring",
    "OpenAlarm",
    "Page",
    "Playlist",
    "PlaylistAiring",
    "PlaylistItem",
    "StationOverview",
    "StationState",
    "Story",
    "air_log",
    "air_log_csv",
    "airing_story",
    "all_rows",
    "coverage",
    "playlist",
    "station_overview",
    "station_state",
    "stations_on_duty",
]
