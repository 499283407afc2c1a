"""How a station stands, as its own files tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.protocol import ClockState, RundownAiring
from scheduler.station.acceptance import authentic
from scheduler.station.errors import RundownRefused
from scheduler.station.media import MediaShelf
from scheduler.station.settings import StationSettings
from scheduler.station.store import Store
from scheduler.station.sync import missing_media
from scheduler.station.timekeeper import Timekeeper

__all__ = ["Status", "station_status"]


@dataclass(frozen=True, slots=True)
class Status:
    """What a keeper asks: the rundown held, what comes next, what is missing, the clock, what the centre hasn't got.

    ``sounding`` are the airings of that rundown that stand as started, ``held`` those that wait to go on.
    """

    sequence: int | None
    expires_at: datetime | None
    airings: tuple[RundownAiring, ...]
    sounding: tuple[RundownAiring, ...]
    held: tuple[RundownAiring, ...]
    media_missing: tuple[str, ...]
    now: datetime
    clock: ClockState
    unsent: int


def station_status(settings: StationSettings, store: Store, *, airings: int) -> Status:
    """Return how the station stands, with its next ``airings`` airings."""
    reference = store.reference()
    timekeeper = Timekeeper(rtc=settings.rtc, reference=reference, floor=store.floor(), keep=store.keep_reference)
    reading = timekeeper.read()
    try:
        envelope = settings.rundown_path.read_bytes()
        rundown = authentic(envelope, trusted=settings.centre_keys, station=settings.station).rundown
    except (FileNotFoundError, RundownRefused):
        rundown = None
    over = store.over()
    planned = () if rundown is None else rundown.airings
    coming = [airing for airing in planned if airing.id not in over]
    started = {each.airing for each in store.unended()}
    held = {each.airing for each in store.left_held()}
    present = MediaShelf(settings.media_directory).names()
    return Status(
        sequence=None if rundown is None else rundown.sequence,
        expires_at=None if rundown is None else rundown.expires_at,
        airings=tuple(sorted(coming, key=lambda each: each.starts_at)[:airings]),
        sounding=tuple(airing for airing in planned if airing.id in started),
        held=tuple(airing for airing in planned if airing.id in held),
        media_missing=tuple(missing_media(rundown, present, over)),
        now=reading.now,
        clock=reading.state,
        unsent=store.last_n() - store.received_through,
    )
