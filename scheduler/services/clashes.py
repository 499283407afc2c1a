"""Two sessions at one station at one time: what is new against what stands, published or only proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from playlists import slots as values
from playlists.conflicts import Booking, airing_booking, refuse_clashes, slot_bookings
from scheduler.db.planning import Airing, Slot
from scheduler.db.units import Station
from scheduler.errors import NotFound
from scheduler.services.local_days import ONE_DAY, midnight
from scheduler.services.plan_values import airing_value, refusing, slot_value

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


def refuse_slot_clashes(session: Session, new: Sequence[Slot], *, names: Mapping[str, str], now: datetime) -> None:
    """Raise :class:`~scheduler.errors.Conflict` naming the first clash of ``new`` slots with slots that have not ended
    and with one-off airings to come."""
    stations = {slot.station_id for slot in new}
    standing = _standing_slots(session, stations, now)
    one_offs = _one_offs(session, stations, now)
    shown = {UUID(identity): name for identity, name in names.items()}
    with refusing():
        for slot in new:
            value = slot_value(slot)
            for other in standing:
                if other.station_id == slot.station_id and other.id != slot.id:
                    refuse_clashes(_pair(value, slot_value(other), UUID(slot.station_id), now), station_names=shown)
            for airing in one_offs:
                if airing.station_id == slot.station_id:
                    booked = slot_bookings([value], UUID(slot.station_id), airing.starts_at, airing.ends_by)
                    refuse_clashes([airing_booking(airing_value(airing), slot.zone), *booked], station_names=shown)


def refuse_airing_clashes(
    session: Session, new: Sequence[Airing], *, zone: str, names: Mapping[str, str], now: datetime
) -> None:
    """Raise :class:`~scheduler.errors.Conflict` naming the first clash of ``new`` one-off airings with what stands.

    A session that somebody took out of the plan leaves its time free.
    """
    stations = {airing.station_id for airing in new}
    standing = _standing_slots(session, stations, now)
    one_offs = _one_offs(session, stations, now)
    shown = {UUID(identity): name for identity, name in names.items()}
    with refusing():
        for airing in new:
            slots = [slot_value(slot) for slot in standing if slot.station_id == airing.station_id]
            there = slot_bookings(slots, UUID(airing.station_id), airing.starts_at, airing.ends_by)
            booked = _without_cancelled(session, there)
            others = [
                airing_booking(airing_value(other), zone) for other in one_offs if other.station_id == airing.station_id
            ]
            mine = airing_booking(airing_value(airing), zone)
            for booking in (*booked, *others):
                refuse_clashes([mine, booking], station_names=shown)


def _pair(new: values.Slot, other: values.Slot, station_id: UUID, now: datetime) -> list[Booking]:
    """Return what two slots book from the day on which both stand, for as long as their pattern takes to repeat."""
    first = max(midnight(_not_too_early(each.calendar.first), each.zone) for each in (new, other))
    since = max(first, now) - ONE_DAY
    span = _A_WEEK_AND_ITS_EDGES if new.zone == other.zone else _A_YEAR
    return list(slot_bookings([new, other], station_id, since, since + span))


def _not_too_early(day: date) -> date:
    return max(day, date(1971, 1, 1))


def _standing_slots(session: Session, stations: Iterable[str], now: datetime) -> list[Slot]:
    query = select(Slot).where(
        Slot.station_id.in_(stations),
        or_(Slot.ended_at.is_(None), Slot.ended_at > now),
        or_(Slot.valid_to.is_(None), Slot.valid_to >= (now - 2 * ONE_DAY).date()),
    )
    return list(session.scalars(query.order_by(Slot.starts, Slot.id)))


def _one_offs(session: Session, stations: Iterable[str], now: datetime) -> list[Airing]:
    query = select(Airing).where(
        Airing.station_id.in_(stations), Airing.slot_id.is_(None), Airing.cancelled_at.is_(None), Airing.ends_by > now
    )
    return list(session.scalars(query.order_by(Airing.starts_at, Airing.id)))


def _without_cancelled(session: Session, bookings: Sequence[Booking]) -> list[Booking]:
    identities = [str(booking.airing_id) for booking in bookings]
    cancelled = set(
        session.scalars(select(Airing.id).where(Airing.id.in_(identities), Airing.cancelled_at.is_not(None)))
    )
    return [booking for booking in bookings if str(booking.airing_id) not in cancelled]
