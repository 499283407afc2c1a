"""What is to sound where and when: the days of many stations side by side, and the slots behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.conflicts import Booking, Overlap, overlaps
from playlists.hours import Hours
from playlists.model import BulletinClass
from playlists.scopes import Reach
from playlists.settling import DropReason
from playlists.slots import Anchor, Occurrence, Slot
from playlists.timetable import Timetable as Planner
from scheduler.db.accounts import Person
from scheduler.db.planning import Airing, Programme
from scheduler.db.units import Station
from scheduler.errors import InvalidInput
from scheduler.services.local_days import local_day, midnight
from scheduler.services.places import Places
from scheduler.services.plan_ahead import NO_HOURS
from scheduler.services.plan_values import length_s, refusing
from scheduler.services.session_contents import Contents
from scheduler.services.station_playlist import Playlist, PlaylistAiring, PlaylistItem, playlist
from scheduler.services.timetable.open_slots import OpenSlot, open_slots
from scheduler.services.timetable.standing import standing_timetable

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
    """A slot at one station as the timetable's page lists it; ``weekdays`` are digits (0 is Monday), ``starts`` is a
    local hour or says what it follows."""

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
    hours: Hours = NO_HOURS,
    now: datetime,
) -> Timetable:
    """Return what starts on ``days`` local days from ``first_day``, at all active stations or at those named.

    Sessions that published slots will yield beyond what is planned are told as ``planned`` too, within the network's
    ``hours``. Raises :class:`~scheduler.errors.InvalidInput` for less than 1 or more than 42 days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(what=f"Lịch phát xem được từ 1 đến {MOST_DAYS} ngày một lần")
    shown = tuple(first_day + timedelta(days=number) for number in range(days))
    stations = _stations(session, station_ids)
    slots = [each for each in open_slots(session) if _still_comes(each.slot, local_day(now, zone))]
    entries = _planned(session, stations, shown, now)
    taken = {entry.airing_id for _, _, entry in entries}
    until = midnight(shown[-1] + timedelta(days=1), zone)
    identities = [UUID(station.id) for station in stations]
    standing = standing_timetable(session, hours=hours, now=now, until=max(now, until), station_ids=identities)
    since = max(now, midnight(shown[0], zone))
    if since < until:
        ahead = _Ahead(standing, identities, Contents(session, zone=zone, now=now), zone, (since, until))
        expected = [*ahead.published(), *ahead.proposed(slots)]
        entries += [each for each in expected if each[2].airing_id not in taken]
    found = _overlaps(entries)
    return Timetable(
        days=shown,
        stations=_by_station(session, stations, shown, _with_clashes(entries, found)),
        slots=_slot_views(session, slots, stations, standing),
        clashes=len(found),
    )


Placed = tuple[str, date, TimetableEntry]
"""Station, local date, entry."""


def _stations(session: Session, station_ids: Sequence[str] | None) -> list[Station]:
    query = select(Station).order_by(Station.name)
    if station_ids is None:
        return list(session.scalars(query.where(Station.active)))
    return list(session.scalars(query.where(Station.id.in_(station_ids))))


def _still_comes(slot: Slot, today: date) -> bool:
    last = slot.calendar.last
    return last is None or max((last, *slot.calendar.added)) >= today


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


Span = tuple[datetime, datetime]


class _Ahead:
    """The sessions to come at some stations between two instants: those that slots will have, or would."""

    def __init__(
        self, standing: Planner, station_ids: Sequence[UUID], contents: Contents, zone: str, span: Span
    ) -> None:
        self._standing = standing
        self._station_ids = station_ids
        self._contents = contents
        self._zone = zone
        self._span = span

    def published(self) -> Iterator[Placed]:
        """Yield the sessions of what is published."""
        for station_id, days in self._standing.plan(*self._span, self._station_ids).items():
            yield from self._entries(str(station_id), days.sessions, "planned")

    def proposed(self, slots: Iterable[OpenSlot]) -> Iterator[Placed]:
        """Yield the sessions that proposed slots would have, those too for which there is no time."""
        for proposed in (each.slot for each in slots if each.published_at is None):
            with refusing():
                days_of = self._standing.with_slot(proposed).plan(*self._span, self._station_ids)
            for station_id, days in days_of.items():
                found = [each for each in days.sessions if each.slot.id == proposed.id]
                found += [
                    Occurrence(proposed, station_id, each.date, 0, each.starts_at, proposed.gain_cb)
                    for each in days.dropped
                    if each.slot.id == proposed.id and each.reason is DropReason.CLASH
                ]
                yield from self._entries(str(station_id), found, "proposed")

    def _entries(self, station_id: str, sessions: Sequence[Occurrence], state: str) -> Iterator[Placed]:
        asked = self._contents.of(station_id, sessions)
        for each in sessions:
            entry = TimetableEntry(
                airing_id=str(each.id),
                slot_id=str(each.slot.id),
                title=each.slot.title,
                starts_at=each.starts_at,
                ends_by=each.ends_at,
                state=state,
                bulletin_class=BulletinClass.NORMAL.value,
                one_off=False,
                items=len(asked[str(each.id)]),
                left_out=0,
                cancel_reason=None,
                clashes_with=(),
            )
            yield station_id, local_day(each.starts_at, self._zone), entry


def _overlaps(entries: Iterable[Placed]) -> tuple[Overlap, ...]:
    return overlaps(
        Booking(UUID(entry.airing_id), UUID(station_id), entry.title, entry.starts_at, entry.ends_by)
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
    session: Session, slots: Sequence[OpenSlot], stations: Sequence[Station], standing: Planner
) -> tuple[SlotView, ...]:
    """Each slot once for every station shown that it reaches, or will reach when it begins."""
    people = {row.id: row.display_name for row in session.execute(select(Person.id, Person.display_name))}
    programmes = {str(row.id): row.title for row in session.execute(select(Programme.id, Programme.title))}
    reach = Reach(standing.network)
    today = standing.passed.date() if standing.passed is not None else date.min
    found = []
    for each in slots:
        meant = reach.stations(each.slot.scope, max(each.slot.calendar.first, today))
        found += [
            _slot_view(each, station, programmes, people, standing.slots)
            for station in stations
            if UUID(station.id) in meant
        ]
    return tuple(found)


def _slot_view(
    each: OpenSlot,
    station: Station,
    programmes: Mapping[str, str],
    people: Mapping[str, str],
    others: Mapping[UUID, Slot],
) -> SlotView:
    slot = each.slot
    return SlotView(
        id=each.id,
        station_id=station.id,
        station_name=station.name,
        programme_id=str(slot.programme_id),
        programme_title=programmes.get(str(slot.programme_id), ""),
        title=slot.title,
        weekdays="".join(str(day) for day in sorted(slot.calendar.weekdays)),
        starts=_start_words(slot, others),
        max_duration_s=length_s(slot.max_duration),
        start_rule=slot.start_rule.value,
        grace_s=length_s(slot.grace),
        gain_cb=slot.gain_cb,
        valid_from=slot.calendar.first,
        valid_to=slot.calendar.last,
        proposed_by=people.get(each.proposed_by or "", ""),
        published_by=people.get(each.published_by or "") if each.published_at is not None else None,
        published_at=each.published_at,
    )


def _start_words(slot: Slot, others: Mapping[UUID, Slot]) -> str:
    if not isinstance(slot.start, Anchor):
        return f"{slot.start:%H:%M}"
    leader = others.get(slot.start.slot_id)
    return f"theo “{leader.title}”" if leader is not None else "theo khung giờ khác"
