"""Two sessions that would sound at one station at the same time.

Sessions are half-open intervals of absolute time, so one may begin at the instant at which another ends. Emergencies
interrupt by right and clash with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from playlists.errors import PlaylistError
from playlists.model import Airing, BulletinClass, PlannedAiring, require, require_instant
from playlists.recurrence import starts, zone_named
from playlists.slots import Slot, occurrence_id

ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Booking:
    """The time that one session takes at a station, ``[starts_at, ends_at)``; ``zone`` is for telling people."""

    airing_id: UUID
    station_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    slot_id: UUID | None = None
    bulletin_class: BulletinClass = BulletinClass.NORMAL

    def __post_init__(self) -> None:
        require_instant(self.starts_at, "bắt đầu")
        require_instant(self.ends_at, "kết thúc")
        require(that=self.ends_at >= self.starts_at, what=f"“{self.title}” có giờ kết thúc trước giờ bắt đầu")

    @property
    def hours(self) -> str:
        """The local hours, as offices write them: 17:00–17:45."""
        zone = zone_named(self.zone)
        return f"{self.starts_at.astimezone(zone):%H:%M}–{self.ends_at.astimezone(zone):%H:%M}"


@dataclass(frozen=True, slots=True)
class Overlap:
    """The time that two bookings of one station share; ``first`` begins first."""

    first: Booking
    second: Booking

    @property
    def station_id(self) -> UUID:
        """The station at which both would sound."""
        return self.first.station_id

    @property
    def date(self) -> date:
        """The local date on which the shared time begins."""
        return self.second.starts_at.astimezone(zone_named(self.second.zone)).date()

    @property
    def shared(self) -> timedelta:
        """How long both would sound."""
        return min(self.first.ends_at, self.second.ends_at) - self.second.starts_at

    @property
    def minutes(self) -> int:
        """How long both would sound, in minutes begun."""
        return -(-self.shared // ONE_MINUTE)


class Clash(PlaylistError):
    """Trùng giờ phát tại {station}: {detail}."""

    station: str
    detail: str
    overlaps: tuple[Overlap, ...]


def slot_bookings(slots: Iterable[Slot], station_id: UUID, since: datetime, until: datetime) -> tuple[Booking, ...]:
    """Return what ``slots`` would book at a station in ``[since, until)``, with sessions that began before and still
    run.

    Whether the station lies in their scope is not looked at. Raises as :func:`playlists.recurrence.starts` does.
    """
    return tuple(
        Booking(
            occurrence_id(slot.id, station_id, day),
            station_id,
            slot.title,
            starts_at,
            starts_at + slot.max_duration,
            slot.zone,
            slot.id,
        )
        for slot in slots
        for day, starts_at in starts(slot, since - slot.max_duration, until)
        if starts_at + slot.max_duration > since
    )


def airing_booking(planned: PlannedAiring | Airing, zone: str) -> Booking:
    """Return what an airing books: its greatest length where it has one, else how long its items sound."""
    airing = planned.airing if isinstance(planned, PlannedAiring) else planned
    ends_at = planned.ends_at if isinstance(planned, PlannedAiring) else airing.starts_at
    if airing.max_duration is not None:
        ends_at = airing.starts_at + airing.max_duration
    return Booking(
        airing_id=airing.id,
        station_id=airing.station_id,
        title=airing.title,
        starts_at=airing.starts_at,
        ends_at=ends_at,
        zone=zone,
        slot_id=airing.slot_id,
        bulletin_class=airing.bulletin_class,
    )


def overlaps(bookings: Iterable[Booking]) -> tuple[Overlap, ...]:
    """Return every pair of ``bookings`` that share time at one station, by when the shared time begins.

    The same airing given twice does not clash with itself; a booking without length takes no time.
    """
    found: list[Overlap] = []
    sounding: dict[UUID, list[Booking]] = {}
    counted = {each for each in bookings if each.ends_at > each.starts_at}
    for booking in sorted(counted, key=lambda each: (each.starts_at, each.ends_at, each.airing_id)):
        if booking.bulletin_class is BulletinClass.EMERGENCY:
            continue
        still = [each for each in sounding.get(booking.station_id, []) if each.ends_at > booking.starts_at]
        found.extend(Overlap(each, booking) for each in still if each.airing_id != booking.airing_id)
        sounding[booking.station_id] = [*still, booking]
    return tuple(found)


def refuse_clashes(bookings: Iterable[Booking], *, station_names: Mapping[UUID, str] | None = None) -> None:
    """Raise :class:`~playlists.errors.Clash` if two of ``bookings`` share time at one station.

    The error names the first pair in words and carries every pair as ``overlaps``. ``station_names`` are the names
    that people know the stations by.
    """
    found = overlaps(bookings)
    if not found:
        return
    first = found[0]
    station = (station_names or {}).get(first.station_id, str(first.station_id))
    more = f"; và {len(found) - 1} lần trùng khác" if len(found) > 1 else ""
    detail = (
        f"khung giờ “{first.first.title}” ({first.first.hours}) và “{first.second.title}” ({first.second.hours}) "
        f"ngày {office_date(first.date)}, trùng {first.minutes} phút{more}"
    )
    raise Clash(station=station, detail=detail, overlaps=found)


def office_date(day: date) -> str:
    """Return ``day`` as offices write it: a day under 10 and the months 1 and 2 take a zero (Decree 30/2020/NĐ-CP)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
