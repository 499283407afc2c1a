"""The timetable as it stands: the network, the slots as published last, public holidays, and what holds at stations.

A session that has begun stands as it was planned, whatever its slot has become; what a person planned by hand keeps its
time, and what a person called off stays so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from playlists.candidates import shift_of
from playlists.hours import Hours
from playlists.model import BulletinClass
from playlists.network import Network, Station, Stay, Unit
from playlists.settling import SessionKey, Taken
from playlists.slots import LONGEST, Anchor, Slot
from playlists.timetable import NOTHING_LOCAL, Local, Timetable
from scheduler.db import units as tables
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing
from scheduler.db.timetable import SlotVersion
from scheduler.services.plan_values import refusing
from scheduler.services.timetable.contents import slot_from_content
from scheduler.services.timetable.public_holidays import public_holidays

_AT_ONCE = 500
_DATED_AROUND = timedelta(days=60)  # a session may be dated some weeks from its start, over slots that follow others
_LONGEST_AHEAD = timedelta(days=400)
_TWO_DAYS = timedelta(days=2)


def network(session: Session) -> Network:
    """Return all units and the active stations with their stays."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    there = tables.StationUnit
    columns = select(there.station_id, there.unit_code, there.valid_from, there.valid_to)
    for station_id, code, first, last in session.execute(columns.order_by(there.valid_from, there.id)):
        stays[station_id].append(Stay(code, first, last))
    active = select(tables.Station.id, tables.Station.name, tables.Station.languages).where(tables.Station.active)
    with refusing():
        return Network(
            [_unit(row) for row in session.scalars(select(tables.Unit))],
            [
                Station(UUID(identity), name, frozenset(languages), tuple(stays[identity]))
                for identity, name, languages in session.execute(active)
            ],
        )


def _unit(row: tables.Unit) -> Unit:
    return Unit(row.code, row.name, row.valid_from, row.valid_to, row.parent_code, tuple(row.formed_from))


def current_versions() -> Select[SlotVersion]:
    """Return the query for the newest version of every slot, ended ones included."""
    newest = select(SlotVersion.slot_id, func.max(SlotVersion.number).label("number")).group_by(SlotVersion.slot_id)
    counted = newest.subquery()
    return select(SlotVersion).join(
        counted, and_(SlotVersion.slot_id == counted.c.slot_id, SlotVersion.number == counted.c.number)
    )


def standing_slots(session: Session, now: datetime) -> dict[UUID, Slot]:
    """Return the slots as they stand, by id; those whose last day passed long ago are left out."""
    found = {}
    gone = (now - _DATED_AROUND).date()
    for row in session.scalars(current_versions().where(SlotVersion.content.is_not(None))):
        slot = slot_of(row.slot_id, row.content or "")
        if not _over(slot, gone):
            found[slot.id] = slot
    return dict(sorted(found.items()))


@lru_cache(maxsize=16_384)
def slot_of(slot_id: str, content: str) -> Slot:
    """Return the slot that a version's content describes; the same object for the same text."""
    return slot_from_content(slot_id, content)


def _over(slot: Slot, day: date) -> bool:
    last = slot.calendar.last
    return last is not None and max((last, *slot.calendar.added)) < day


def standing_timetable(
    session: Session,
    *,
    hours: Hours,
    now: datetime,
    until: datetime,
    station_ids: Collection[UUID] | None = None,
    changing: Collection[UUID] = (),
) -> Timetable:
    """Return the timetable for planning ``[now, until)`` at all stations, or at ``station_ids`` alone.

    ``changing`` are slots that may be changed: what of them has begun holds for the changed timetable too. Sessions
    that start at ``now`` or before are told only where they have begun. Raises
    :class:`~scheduler.errors.InvalidInput` when slots follow each other in a circle.
    """
    timetable = refreshed_timetable(session, None, hours=hours, now=now, until=until)
    begun = with_begun(session, timetable.slots, timetable.local, now=now, station_ids=station_ids, changing=changing)
    return timetable.as_of(now, begun)


def refreshed_timetable(
    session: Session, before: Timetable | None, *, hours: Hours, now: datetime, until: datetime
) -> Timetable:
    """Return the timetable as it stands, with what people hold by hand at stations, and not yet with what has begun.

    What ``before`` knows is kept as far as it is still true. Raises as :func:`standing_timetable` does.
    """
    slots = standing_slots(session, now)
    places, holidays = network(session), holidays_around(session, until)
    with refusing():
        if (
            before is not None
            and (before.holidays, before.hours) == (holidays, hours)
            and _same(before.network, places)
        ):
            timetable = before.with_slots(slots)
        else:
            timetable = Timetable(places, slots.values(), holidays=holidays, hours=hours)
    return timetable.as_of(now, held_by_hand(session, slots, now))


def _same(one: Network, two: Network) -> bool:
    return one.units == two.units and one.stations == two.stations


def holidays_around(session: Session, until: datetime) -> frozenset[date]:
    """Return the public holidays of the years in which sessions may be dated that are planned up to ``until``."""
    first, last = (until - _LONGEST_AHEAD - _DATED_AROUND).year, (until + _DATED_AROUND).year
    return frozenset(public_holidays(session, date(first, 1, 1), date(last, 12, 31)))


def held_by_hand(session: Session, slots: Mapping[UUID, Slot], now: datetime) -> dict[UUID, Local]:
    """Return, by station, the one-off sessions that are not over yet, and what people called off.

    Emergencies interrupt by right and take nobody's time.
    """
    taken: dict[UUID, list[Taken]] = defaultdict(list)
    one_offs = select(Airing.station_id, Airing.starts_at, Airing.ends_by, Airing.title).where(
        Airing.slot_id.is_(None),
        Airing.cancelled_at.is_(None),
        Airing.bulletin_class != BulletinClass.EMERGENCY.value,
        Airing.starts_at > now - LONGEST,
        Airing.ends_by > now,
    )
    for station_id, starts_at, ends_by, title in session.execute(one_offs.order_by(Airing.starts_at, Airing.id)):
        taken[UUID(station_id)].append(Taken(starts_at, ends_by, title))
    off: dict[UUID, set[SessionKey]] = defaultdict(set)
    called_off = select(Airing.station_id, Airing.slot_id, Airing.local_date).where(
        Airing.slot_id.is_not(None),
        Airing.cancelled_at.is_not(None),
        Airing.cancel_reason != NOT_IN_TIMETABLE,
        Airing.starts_at > now - _looks_back(slots),
    )
    for station_id, slot_id, day in session.execute(called_off):
        off[UUID(station_id)].add((UUID(slot_id), day))
    return {each: Local(tuple(taken[each]), frozenset(off[each])) for each in sorted({*taken, *off})}


def with_begun(
    session: Session,
    slots: Mapping[UUID, Slot],
    by_hand: Mapping[UUID, Local],
    *,
    now: datetime,
    station_ids: Collection[UUID] | None = None,
    changing: Collection[UUID] = (),
) -> dict[UUID, Local]:
    """Return ``by_hand`` with the sessions of slots that have begun: their time as far as it lasts, and their keys.

    Of sessions that are over only the keys of slots matter that others follow or that changed of late (or are
    ``changing``): such a slot may yield the same date again at another time. ``station_ids`` None reads those of all
    stations.
    """
    taken: dict[UUID, list[Taken]] = defaultdict(list)
    begun: dict[UUID, set[SessionKey]] = defaultdict(set)
    for station_id, slot_id, day, starts_at, ends_by, title in _begun(session, slots, now, station_ids, changing):
        station, slot = UUID(station_id), UUID(slot_id)
        begun[station].add((slot, day))
        if ends_by > now:
            taken[station].append(Taken(starts_at, ends_by, title, slot))
    found = dict(by_hand)
    for station, keys in begun.items():
        here = by_hand.get(station, NOTHING_LOCAL)
        found[station] = Local((*here.taken, *taken[station]), here.cancelled, frozenset(keys))
    return found


def _begun(
    session: Session,
    slots: Mapping[UUID, Slot],
    now: datetime,
    station_ids: Collection[UUID] | None,
    changing: Collection[UUID],
) -> Iterator[Row[str, str | None, date, datetime, datetime, str]]:
    running = and_(Airing.starts_at > now - LONGEST, Airing.ends_by > now)
    minded = _minded(session, slots, now, changing)
    over = and_(Airing.starts_at > now - _looks_back(slots), Airing.slot_id.in_(minded))
    query = (
        select(Airing.station_id, Airing.slot_id, Airing.local_date, Airing.starts_at, Airing.ends_by, Airing.title)
        .where(
            Airing.slot_id.is_not(None),
            Airing.cancelled_at.is_(None),
            Airing.starts_at <= now,
            or_(running, over) if minded else running,
        )
        .order_by(Airing.starts_at, Airing.id)
    )
    if station_ids is None:
        yield from session.execute(query)
        return
    for part in batches(sorted(str(each) for each in station_ids)):
        yield from session.execute(query.where(Airing.station_id.in_(part)))


def _minded(session: Session, slots: Mapping[UUID, Slot], now: datetime, changing: Collection[UUID]) -> list[str]:
    """The slots of whose sessions even those matter that are over."""
    led = {str(slot.start.slot_id) for slot in slots.values() if isinstance(slot.start, Anchor)}
    changed = select(SlotVersion.slot_id).where(
        SlotVersion.number > 1, SlotVersion.published_at > now - _looks_back(slots)
    )
    late = {*session.scalars(changed), *(str(each) for each in changing)}
    followers = {str(slot.id) for slot in slots.values() if isinstance(slot.start, Anchor)} if late else set()
    return sorted(led | late | followers)


def _looks_back(slots: Mapping[UUID, Slot]) -> timedelta:
    """How long ago a session may have begun whose date can still lie ahead."""
    return _TWO_DAYS + max((_shifts(slot, slots) for slot in slots.values()), default=timedelta(0))


def _shifts(slot: Slot, slots: Mapping[UUID, Slot]) -> timedelta:
    total, current = timedelta(0), slot
    while isinstance(current.start, Anchor) and current.start.slot_id in slots:
        leader = slots[current.start.slot_id]
        total += abs(shift_of(current.start, leader))
        current = leader
    return total


def batches(identities: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield parts of ``identities`` that a database takes in one question."""
    for first in range(0, len(identities), _AT_ONCE):
        yield identities[first : first + _AT_ONCE]
