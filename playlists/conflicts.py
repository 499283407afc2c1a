"""Two sessions that would sound at one station at the same time, as a page shows them before anything is settled.

Sessions are half-open intervals of absolute time, so one may begin at the instant at which another ends. Emergencies
interrupt by right and clash with nothing. Who has the time, and who loses it, says :mod:`playlists.settling`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from playlists.model import BulletinClass, require, require_instant


@dataclass(frozen=True, slots=True)
class Booking:
    """The time that one session takes at a station, ``[starts_at, ends_at)``."""

    airing_id: UUID
    station_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    bulletin_class: BulletinClass = BulletinClass.NORMAL

    def __post_init__(self) -> None:
        require_instant(self.starts_at, "bắt đầu")
        require_instant(self.ends_at, "kết thúc")
        require(that=self.ends_at >= self.starts_at, what=f"“{self.title}” có giờ kết thúc trước giờ bắt đầu")


@dataclass(frozen=True, slots=True)
class Overlap:
    """The time that two bookings of one station share; ``first`` begins first."""

    first: Booking
    second: Booking


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


def office_date(day: date) -> str:
    """Return ``day`` as offices write it: a day under 10 and the months 1 and 2 take a zero (Decree 30/2020/NĐ-CP)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
