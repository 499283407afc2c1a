"""What is to sound where and when: a week of many stations, and one day's playlist of one station."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from scheduler.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class TimetableEntry:
    """One session at one station on one day.

    ``state`` is ``proposed`` (a slot that nobody published yet; then ``airing_id`` is the id that it would have),
    ``planned``, ``on-air``, ``past`` or ``cancelled``; ``one_off`` has no slot; ``clashes_with`` names the titles of
    what it overlaps at that station; ``left_out`` counts items that the newest rundown leaves out of ``items``.
    """

    airing_id: str
    slot_id: str | None
    title: str
    starts_at: datetime
    ends_by: datetime
    state: str
    bulletin_class: str
    one_off: bool
    items: int
    left_out: int
    cancel_reason: str | None
    clashes_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimetableDay:
    """The sessions of one station that start on one local date, by start."""

    date: date
    entries: tuple[TimetableEntry, ...]


@dataclass(frozen=True, slots=True)
class TimetableStation:
    """A station with its days; the unit's name is that of the first day."""

    station_id: str
    station_name: str
    unit_code: str
    unit_name: str
    days: tuple[TimetableDay, ...]


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot as the timetable's page lists it; ``weekdays`` as in the table (0 is Monday)."""

    id: str
    station_id: str
    station_name: str
    programme_id: str
    programme_title: str
    title: str
    weekdays: str
    starts: str
    max_duration_s: int
    start_rule: str
    grace_s: int
    gain_cb: int
    valid_from: date
    valid_to: date | None
    proposed_by: str
    published_by: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Timetable:
    """Some days of some stations; ``slots`` are those that have not ended, proposed ones first."""

    days: tuple[date, ...]
    stations: tuple[TimetableStation, ...]
    slots: tuple[SlotView, ...]
    clashes: int


def timetable(
    session: Session,
    *,
    first_day: date,
    days: int = 7,
    station_ids: Sequence[str] | None = None,
    zone: str,
    now: datetime,
) -> Timetable:
    """Return what starts on ``days`` local days from ``first_day``, at all active stations or at those named."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """One item as it will sound, or one left out (``omitted`` says why: a code of the left-out reasons).

    ``starts_at`` and ``duration_ms`` are null for one left out. ``result`` is a row result (``planned`` before);
    ``held`` tells whether the station has the sound (null: it has not said).
    """

    ordinal: int
    kind: str
    title: str
    bulletin_id: str
    revision: int | None
    language: str
    starts_at: datetime | None
    duration_ms: int | None
    media_sha256: str | None
    approval_digest: str | None
    approver_name: str | None
    omitted: str | None
    held: bool | None
    result: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class PlaylistAiring:
    """One session: ``ends_at`` is when its items end if it starts on time; ``readiness`` is ready, loading, not-ready
    or unknown, null once it has started or when nothing of it will sound."""

    airing_id: str
    slot_id: str | None
    title: str
    starts_at: datetime
    ends_at: datetime
    start_rule: str
    grace_s: int
    gain_cb: int
    bulletin_class: str
    drill: bool
    result: str
    reason: str | None
    cancel_reason: str | None
    readiness: str | None
    actual_start: datetime | None
    actual_end: datetime | None
    items: tuple[PlaylistItem, ...]

    @property
    def sounding(self) -> tuple[PlaylistItem, ...]:
        """The items that are to sound."""
        return tuple(item for item in self.items if item.omitted is None)


@dataclass(frozen=True, slots=True)
class Playlist:
    """One day of one station. ``held_sequence`` is the rundown that the station says it holds, ``newest_sequence`` the
    last one issued to it, ``media_missing`` the SHA-256 of sounds that it says it lacks."""

    station_id: str
    station_name: str
    unit_code: str
    unit_name: str
    local_date: date
    last_contact: datetime | None
    held_sequence: int | None
    newest_sequence: int | None
    media_missing: tuple[str, ...]
    airings: tuple[PlaylistAiring, ...]


def playlist(
    session: Session,
    actor: Actor,
    *,
    station_id: str,
    local_date: date,
    zone: str,
    reporting_allowance_s: int,
    now: datetime,
) -> Playlist:
    """Return one day of a station for whoever may read it (an operator: his or her own places).

    Raises :class:`~scheduler.errors.NotFound` and :class:`~scheduler.errors.NotAllowed`.
    """
    raise NotImplementedError
