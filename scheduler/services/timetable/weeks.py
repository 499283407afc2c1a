"""Some days of some stations: what sounds and what doesn't and why, with what is proposed shown where it would be.

What begins later is told by the timetable as it stands now, not by the airings, which follow it within seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, lazyload

from playlists.hours import Breach, Hours
from playlists.model import BulletinClass
from playlists.network import Network
from playlists.recurrence import zone_named
from playlists.settling import Dropped, DropReason
from playlists.slots import Slot
from playlists.timetable import StationDays, Timetable
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing, AiringItem
from scheduler.errors import InvalidInput
from scheduler.services.local_days import local_day, midnight
from scheduler.services.timetable.drop_words import breach_words, drop_words
from scheduler.services.timetable.public_holidays import public_holidays
from scheduler.services.timetable.standing import batches, standing_timetable
from scheduler.services.timetable.week_marks import Mark, Marks, Proposed, marks_of

MOST_DAYS = 42
MOST_STATIONS = 1_000


@dataclass(frozen=True, slots=True)
class WeekSession:
    """One session, alike at all stations where it is equal to this.

    ``day`` is the local day on which it starts, ``date`` the one that its slot means. ``state`` is ``planned``,
    ``on-air``, ``past``, ``cancelled`` (a person took it out and said the ``reason``), ``dropped`` (its slot yields it
    and it doesn't take place; ``reason`` says why in words, ``by`` who has its time) or ``proposed`` (``mark`` says by
    what). ``owner`` is the
    name of the unit whose slot it is, empty for the network's; ``warning`` says which hours it breaks.
    """

    title: str
    day: date
    date: date
    starts_at: datetime
    ends_by: datetime
    state: str
    slot_id: str | None = None
    owner: str = ""
    owner_code: str = ""
    bulletin_class: str = BulletinClass.NORMAL.value
    drill: bool = False
    reason: str = ""
    by: str = ""
    warning: str = ""
    clash: bool = False
    mark: Mark | None = None

    @property
    def sounds(self) -> bool:
        """Whether it takes place as things stand."""
        return self.state in {"planned", "on-air", "past"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A session at one station; ``airing_id`` is empty while it isn't planned yet, and ``items`` unknown (0)."""

    station_id: str
    session: WeekSession
    airing_id: str = ""
    items: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class WeekStation:
    """A station with its unit of the first day."""

    id: str
    name: str
    unit_code: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Week:
    """Local days with the names of public holidays, and all that is placed on them."""

    days: tuple[tuple[date, str], ...]
    stations: tuple[WeekStation, ...]
    placed: tuple[Placed, ...]
    slots: Mapping[UUID, Slot]
    network: Network


def week(
    session: Session,
    *,
    first_day: date,
    days: int,
    station_ids: Collection[UUID],
    hours: Hours,
    zone: str,
    now: datetime,
    proposals: Sequence[Proposed] = (),
) -> Week:
    """Return ``days`` local days from ``first_day`` at these stations, with ``proposals`` shown in place.

    Raises :class:`~scheduler.errors.InvalidInput` for less than 1 or more than 42 days, or over 1.000 stations.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(what=f"Lịch phát xem được từ 1 đến {MOST_DAYS} ngày một lần")
    if len(station_ids) > MOST_STATIONS:
        raise InvalidInput(what=f"Lịch phát xem được tối đa {MOST_STATIONS} cụm loa một lần; hãy chọn một đơn vị")
    shown = [first_day + timedelta(days=number) for number in range(days)]
    since, until = max(now, midnight(shown[0], zone)), midnight(shown[-1] + timedelta(days=1), zone)
    standing = standing_timetable(session, hours=hours, now=now, until=max(now, until), station_ids=station_ids)
    board = _Board(standing, zone_named(zone), now)
    rows = list(_airings(session, sorted(str(each) for each in station_ids), shown[0], shown[-1]))
    counts = _counts(session, rows)
    placed = list(board.of_airings(rows, counts))
    if since < until:
        plan = standing.plan(since, until, station_ids)
        marks = marks_of(standing, plan, proposals, since=since, until=until, now=now, tz=zone_named(zone))
        placed += board.ahead(plan, marks, {_key(row): row for row in rows if row.cancelled_at is None}, counts)
    holidays = public_holidays(session, shown[0], shown[-1])
    return Week(
        days=tuple((day, holidays.get(day, "")) for day in shown),
        stations=_stations(standing.network, station_ids, shown[0]),
        placed=tuple(sorted(placed, key=lambda each: (each.session.starts_at, each.session.title, each.station_id))),
        slots=standing.slots,
        network=standing.network,
    )


_Key = tuple[UUID, UUID, date]


def _airings(session: Session, station_ids: Sequence[str], first: date, last: date) -> Iterator[Airing]:
    query = select(Airing).where(Airing.local_date.between(first - timedelta(days=1), last))
    for part in batches(station_ids):
        yield from session.scalars(query.where(Airing.station_id.in_(part)).options(lazyload(Airing.items)))


def _counts(session: Session, rows: Sequence[Airing]) -> dict[str, tuple[int, int]]:
    """How many items each airing asks for, and how many of them the newest rundown leaves out."""
    omitted = func.sum(case((AiringItem.omitted.is_not(None), 1), else_=0))
    query = select(AiringItem.airing_id, func.count(), omitted).group_by(AiringItem.airing_id)
    found = {}
    for part in batches([row.id for row in rows]):
        for airing_id, items, left_out in session.execute(query.where(AiringItem.airing_id.in_(part))):
            found[airing_id] = items, left_out
    return found


def _key(row: Airing) -> _Key:
    return UUID(row.station_id), UUID(row.slot_id or row.id), row.local_date


class _Board:
    """Puts sessions in their places."""

    def __init__(self, standing: Timetable, tz: ZoneInfo, now: datetime) -> None:
        self._standing = standing
        self._tz = tz
        self._now = now

    def of_airings(self, rows: Iterable[Airing], counts: Mapping[str, tuple[int, int]]) -> Iterator[Placed]:
        """Yield what has begun, what was planned by hand, and what a person took out."""
        for row in rows:
            called_off = row.cancelled_at is not None
            told_by_slots = row.slot_id is not None and not called_off and row.starts_at > self._now
            if not told_by_slots and not (called_off and row.cancel_reason == NOT_IN_TIMETABLE):
                yield Placed(row.station_id, self._aired(row), row.id, *counts.get(row.id, (0, 0)))

    def _aired(self, row: Airing) -> WeekSession:
        slot = self._standing.slots.get(UUID(row.slot_id)) if row.slot_id is not None else None
        owner, owner_code = self._owner(slot)
        return WeekSession(
            title=row.title,
            day=local_day(row.starts_at, self._tz),
            date=row.local_date,
            starts_at=row.starts_at,
            ends_by=row.ends_by,
            state=self._state(row),
            slot_id=row.slot_id,
            bulletin_class=row.bulletin_class,
            drill=row.drill,
            reason=row.cancel_reason or "",
            owner=owner,
            owner_code=owner_code,
        )

    def _state(self, row: Airing) -> str:
        if row.cancelled_at is not None:
            return "cancelled"
        if row.ends_by <= self._now or (row.settled_at is not None and row.starts_at <= self._now):
            return "past"
        return "on-air" if row.starts_at <= self._now else "planned"

    def ahead(
        self,
        plan: Mapping[UUID, StationDays],
        marks: Marks,
        rows: Mapping[_Key, Airing],
        counts: Mapping[str, tuple[int, int]],
    ) -> Iterator[Placed]:
        """Yield what slots will have, what they won't and why, and what is proposed."""
        proposed = {(new.station_id, new.session.slot.id, new.session.date) for new in marks.new}
        for station_id, days in plan.items():
            breaches = {each.key: each.breaches for each in days.warned}
            for each in days.sessions:
                mark = marks.on(station_id, each.slot.id, each.date)
                if mark is not None and mark.leaves:
                    continue
                row = rows.get((station_id, each.slot.id, each.date))
                told = self._slot_session(each.slot, each.date, each.starts_at, "planned", mark=mark)
                told = self._warned(told, breaches.get((each.slot.id, each.date), ()))
                airing_id = row.id if row is not None else ""
                yield Placed(str(station_id), told, airing_id, *counts.get(airing_id, (0, 0)))
            for lost in days.dropped:
                told_anew = (station_id, lost.slot.id, lost.date) in proposed
                if lost.reason is not DropReason.CANCELLED and not told_anew:
                    told = self._slot_session(lost.slot, lost.date, lost.starts_at, "dropped")
                    told = replace(told, reason=drop_words(lost, self._tz), by=_by(lost), clash=lost.tied)
                    yield Placed(str(station_id), told)
        for new in marks.new:
            slot, day, at = new.session.slot, new.session.date, new.session.starts_at
            told = self._slot_session(slot, day, at, "dropped" if new.lost_to else "proposed", mark=new.mark)
            if isinstance(new.session, Dropped):
                told = replace(told, reason=new.lost_to, by=_by(new.session), clash=True)
            yield Placed(str(new.station_id), told)

    def _slot_session(
        self, slot: Slot, day: date, starts_at: datetime, state: str, mark: Mark | None = None
    ) -> WeekSession:
        owner, owner_code = self._owner(slot)
        return WeekSession(
            title=slot.title,
            day=local_day(starts_at, self._tz),
            date=day,
            starts_at=starts_at,
            ends_by=starts_at + slot.max_duration,
            state=state,
            slot_id=str(slot.id),
            owner=owner,
            owner_code=owner_code,
            mark=mark,
        )

    def _warned(self, told: WeekSession, breaches: Sequence[Breach]) -> WeekSession:
        words = ", ".join(breach_words(each) for each in breaches)
        return replace(told, warning=words) if words else told

    def _owner(self, slot: Slot | None) -> tuple[str, str]:
        """The name and the code of the unit whose slot it is."""
        if slot is None or slot.owner is None:
            return "", ""
        unit = self._standing.network.unit(slot.owner)
        return (unit.name if unit is not None else slot.owner[0]), slot.owner[0]


def _by(lost: Dropped) -> str:
    return lost.by.title if lost.by is not None else ""


def _stations(network: Network, station_ids: Collection[UUID], day: date) -> tuple[WeekStation, ...]:
    tree = network.on(day)
    found = []
    for each in (network.stations[identity] for identity in station_ids if identity in network.stations):
        code = tree.unit_of.get(each.id, "")
        found.append(WeekStation(str(each.id), each.name, code, tree.units[code].name if code else ""))
    return tuple(sorted(found, key=lambda station: (station.unit_name, station.name, station.id)))
