"""What is to sound where and when: the days of many stations side by side, and the slots behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from playlists.conflicts import Booking, Overlap, overlaps
from playlists.model import BulletinClass
from scheduler.db.accounts import Person
from scheduler.db.planning import Airing, Programme, Slot
from scheduler.db.units import Station
from scheduler.errors import InvalidInput
from scheduler.services.local_days import local_day, midnight
from scheduler.services.places import Places
from scheduler.services.plan_values import refusing, slot_sessions
from scheduler.services.station_playlist import Playlist, PlaylistAiring, PlaylistItem, playlist

__all__ = [
    "Playlist",
    "PlaylistAiring",
    "PlaylistItem",
    "SlotView",
    "Timetable",
    "TimetableDay",
    "TimetableEntry",
    "TimetableStation",
    "playlist",
    "timetable",
]

MOST_DAYS = 42


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
    """Return what starts on ``days`` local days from ``first_day``, at all active stations or at those named.

    Sessions that published slots will yield beyond what is planned are told as ``planned`` too. Raises
    :class:`~scheduler.errors.InvalidInput` for less than 1 or more than 42 days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(what=f"Lịch phát xem được từ 1 đến {MOST_DAYS} ngày một lần")
    shown = tuple(first_day + timedelta(days=number) for number in range(days))
    stations = _stations(session, station_ids)
    slots = _open_slots(session, [station.id for station in stations], now)
    programmes = {programme.id: programme for programme in session.scalars(select(Programme))}
    entries = _planned(session, stations, shown, now)
    taken = {entry.airing_id for _, _, entry in entries}
    entries += [each for each in _expected(slots, programmes, shown, zone, now) if each[2].airing_id not in taken]
    found = _overlaps(entries, zone)
    return Timetable(
        days=shown,
        stations=_by_station(session, stations, shown, _with_clashes(entries, found)),
        slots=_slot_views(session, slots, stations, programmes),
        clashes=len(found),
    )


Placed = tuple[str, date, TimetableEntry]
"""Station, local date, entry."""


def _stations(session: Session, station_ids: Sequence[str] | None) -> list[Station]:
    query = select(Station).order_by(Station.name)
    if station_ids is None:
        return list(session.scalars(query.where(Station.active)))
    return list(session.scalars(query.where(Station.id.in_(station_ids))))


def _open_slots(session: Session, station_ids: Sequence[str], now: datetime) -> list[Slot]:
    query = select(Slot).where(Slot.station_id.in_(station_ids), or_(Slot.ended_at.is_(None), Slot.ended_at > now))
    return list(session.scalars(query.order_by(Slot.published_at.is_not(None), Slot.starts, Slot.id)))


def _planned(session: Session, stations: Sequence[Station], shown: Sequence[date], now: datetime) -> list[Placed]:
    query = select(Airing).where(
        Airing.station_id.in_([station.id for station in stations]),
        Airing.local_date.between(shown[0], shown[-1]),
    )
    return [(row.station_id, row.local_date, _entry(row, now)) for row in session.scalars(query)]


def _entry(row: Airing, now: datetime) -> TimetableEntry:
    return TimetableEntry(
        airing_id=row.id,
        slot_id=row.slot_id,
        title=row.title,
        starts_at=row.starts_at,
        ends_by=row.ends_by,
        state=_state(row, now),
        bulletin_class=row.bulletin_class,
        one_off=row.slot_id is None,
        items=len(row.items),
        left_out=sum(item.omitted is not None for item in row.items),
        cancel_reason=row.cancel_reason,
        clashes_with=(),
    )


def _state(row: Airing, now: datetime) -> str:
    if row.cancelled_at is not None:
        return "cancelled"
    if row.ends_by <= now or (row.settled_at is not None and row.starts_at <= now):
        return "past"
    return "on-air" if row.starts_at <= now else "planned"


def _expected(
    slots: Iterable[Slot], programmes: Mapping[str, Programme], shown: Sequence[date], zone: str, now: datetime
) -> list[Placed]:
    """Return the sessions to come that slots will yield, published or only proposed."""
    since, until = midnight(shown[0], zone), midnight(shown[-1] + timedelta(days=1), zone)
    found = []
    for slot in slots:
        with refusing():
            sessions = slot_sessions(slot, since, until)
        for each in sessions:
            if each.starts_at > now:
                entry = TimetableEntry(
                    airing_id=str(each.id),
                    slot_id=slot.id,
                    title=slot.title,
                    starts_at=each.starts_at,
                    ends_by=each.ends_at,
                    state="proposed" if slot.published_at is None else "planned",
                    bulletin_class=BulletinClass.NORMAL.value,
                    one_off=False,
                    items=len(programmes[slot.programme_id].items),
                    left_out=0,
                    cancel_reason=None,
                    clashes_with=(),
                )
                found.append((slot.station_id, local_day(each.starts_at, zone), entry))
    return found


def _overlaps(entries: Iterable[Placed], zone: str) -> tuple[Overlap, ...]:
    return overlaps(
        Booking(UUID(entry.airing_id), UUID(station_id), entry.title, entry.starts_at, entry.ends_by, zone)
        for station_id, _, entry in entries
        if entry.state not in {"cancelled", "past"}
    )


def _with_clashes(entries: Iterable[Placed], found: Iterable[Overlap]) -> list[Placed]:
    against: dict[str, list[str]] = defaultdict(list)
    for overlap in found:
        against[str(overlap.first.airing_id)].append(overlap.second.title)
        against[str(overlap.second.airing_id)].append(overlap.first.title)
    return [
        (station_id, day, replace(entry, clashes_with=tuple(against.get(entry.airing_id, ()))))
        for station_id, day, entry in entries
    ]


def _by_station(
    session: Session, stations: Sequence[Station], shown: Sequence[date], entries: Iterable[Placed]
) -> tuple[TimetableStation, ...]:
    cells: dict[tuple[str, date], list[TimetableEntry]] = defaultdict(list)
    for station_id, day, entry in entries:
        cells[station_id, day].append(entry)
    places = Places(session)
    rows = []
    for station in stations:
        place = places.on(station.id, shown[0])
        days = (sorted(cells[station.id, day], key=lambda each: (each.starts_at, each.airing_id)) for day in shown)
        told = tuple(TimetableDay(day, tuple(found)) for day, found in zip(shown, days, strict=True))
        rows.append(TimetableStation(station.id, station.name, place.unit_code, place.unit_name, told))
    return tuple(rows)


def _slot_views(
    session: Session, slots: Sequence[Slot], stations: Sequence[Station], programmes: Mapping[str, Programme]
) -> tuple[SlotView, ...]:
    people = {row.id: row.display_name for row in session.execute(select(Person.id, Person.display_name))}
    names = {station.id: station.name for station in stations}
    return tuple(
        SlotView(
            id=slot.id,
            station_id=slot.station_id,
            station_name=names[slot.station_id],
            programme_id=slot.programme_id,
            programme_title=programmes[slot.programme_id].title,
            title=slot.title,
            weekdays=slot.weekdays,
            starts=f"{slot.starts:%H:%M}",
            max_duration_s=slot.max_duration_s,
            start_rule=slot.start_rule,
            grace_s=slot.grace_s,
            gain_cb=slot.gain_cb,
            valid_from=slot.valid_from,
            valid_to=slot.valid_to,
            proposed_by=people[slot.proposed_by],
            published_by=people[slot.published_by] if slot.published_by is not None else None,
            published_at=slot.published_at,
        )
        for slot in slots
    )
