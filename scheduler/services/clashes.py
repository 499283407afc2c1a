"""Two sessions at one station at one time: what is new against what stands, published or only proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.conflicts import Booking, airing_booking, refuse_clashes, slot_bookings
from playlists.model import BulletinClass
from playlists.scopes import Reach
from playlists.slots import Slot
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import NotFound
from scheduler.services.local_days import ONE_DAY, midnight
from scheduler.services.plan_values import airing_value, refusing
from scheduler.services.timetable.open_slots import open_slots
from scheduler.services.timetable.standing import network

# Every weekday once, and a session that runs past midnight on either side.
_A_WEEK_AND_ITS_EDGES = timedelta(days=9)
# Zones with and without daylight saving drift against each other through the year.
_A_YEAR = timedelta(days=366)


def lock_stations(session: Session, station_ids: Sequence[str]) -> list[Station]:
    """Return active stations in the order asked for, locked, so that two planners at one of them take turns.

    Raises :class:`~scheduler.errors.NotFound`.
    """
    wanted = list(dict.fromkeys(station_ids))
    query = select(Station).where(Station.id.in_(wanted), Station.active).order_by(Station.id)
    found = {row.id: row for row in session.scalars(query.with_for_update(key_share=True))}
    if not wanted or len(found) != len(wanted):
        raise NotFound(what="cụm loa đã chọn (hoặc cụm loa đã ngừng)")
    return [found[identity] for identity in wanted]


def refuse_slot_clashes(session: Session, new: Slot, *, names: Mapping[str, str], now: datetime) -> None:
    """Raise :class:`~scheduler.errors.Conflict` naming the first clash of a new slot at the stations of ``names`` with
    what stands or is proposed for the same unit's times, and with one-off airings to come."""
    one_offs = _one_offs(session, names, now)
    reach = _Reached(session)
    shown = {UUID(identity): name for identity, name in names.items()}
    with refusing():
        for identity in names:
            station_id = UUID(identity)
            for other in reach.slots(station_id, now, max(new.calendar.first, now.date())):
                if other.id != new.id and other.owner == new.owner:
                    refuse_clashes(_pair(new, other, station_id, now), station_names=shown)
            for airing in one_offs:
                if airing.station_id == identity:
                    booked = slot_bookings([new], station_id, airing.starts_at, airing.ends_by)
                    refuse_clashes([airing_booking(airing_value(airing), new.zone), *booked], station_names=shown)


class _Reached:
    """The slots that stand or are proposed, found by the station that they reach."""

    def __init__(self, session: Session) -> None:
        self._slots = [each.slot for each in open_slots(session)]
        self._reach = Reach(network(session))

    def slots(self, station_id: UUID, now: datetime, day: date) -> list[Slot]:
        """Return those that are not over and reach a station on ``day``."""
        return [
            slot
            for slot in self._slots
            if (slot.calendar.last is None or slot.calendar.last >= (now - 2 * ONE_DAY).date())
            and station_id in self._reach.stations(slot.scope, day)
        ]


def refuse_airing_clashes(
    session: Session, new: Sequence[Airing], *, zone: str, names: Mapping[str, str], now: datetime
) -> None:
    """Raise :class:`~scheduler.errors.Conflict` naming the first clash of ``new`` one-off airings with what stands.

    A session that somebody took out of the plan leaves its time free.
    """
    stations = {airing.station_id for airing in new}
    reach = _Reached(session)
    one_offs = _one_offs(session, stations, now)
    shown = {UUID(identity): name for identity, name in names.items()}
    with refusing():
        for airing in new:
            slots = reach.slots(UUID(airing.station_id), now, airing.local_date)
            there = slot_bookings(slots, UUID(airing.station_id), airing.starts_at, airing.ends_by)
            booked = _without_cancelled(session, there)
            others = [
                airing_booking(airing_value(other), zone) for other in one_offs if other.station_id == airing.station_id
            ]
            mine = airing_booking(airing_value(airing), zone)
            for booking in (*booked, *others):
                refuse_clashes([mine, booking], station_names=shown)


def _pair(new: Slot, other: Slot, station_id: UUID, now: datetime) -> list[Booking]:
    """Return what two slots book from the day on which both stand, for as long as their pattern takes to repeat."""
    first = max(midnight(_not_too_early(each.calendar.first), each.zone) for each in (new, other))
    since = max(first, now) - ONE_DAY
    span = _A_WEEK_AND_ITS_EDGES if new.zone == other.zone else _A_YEAR
    return list(slot_bookings([new, other], station_id, since, since + span))


def _not_too_early(day: date) -> date:
    return max(day, date(1971, 1, 1))


def _one_offs(session: Session, stations: Iterable[str], now: datetime) -> list[Airing]:
    # An emergency interrupts by right and takes nobody's time.
    query = select(Airing).where(
        Airing.station_id.in_(stations),
        Airing.slot_id.is_(None),
        Airing.cancelled_at.is_(None),
        Airing.bulletin_class != BulletinClass.EMERGENCY.value,
        Airing.ends_by > now,
    )
    return list(session.scalars(query.order_by(Airing.starts_at, Airing.id)))


def _without_cancelled(session: Session, bookings: Sequence[Booking]) -> list[Booking]:
    identities = [str(booking.airing_id) for booking in bookings]
    cancelled = set(
        session.scalars(select(Airing.id).where(Airing.id.in_(identities), Airing.cancelled_at.is_not(None)))
    )
    return [booking for booking in bookings if str(booking.airing_id) not in cancelled]
