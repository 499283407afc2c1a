"""Looks for the time of make-goods: what is left to air of a session, and when its station is free for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists.make_goods import free_start, left_to_air
from playlists.model import NO_TIME, BulletinClass, Item, ItemKind, OmissionReason, PlannedAiring, RowResult
from playlists.recurrence import zone_named
from playlists.timing import total_duration
from scheduler.db.planning import Airing, AiringItem
from scheduler.db.reports import Settlement
from scheduler.db.units import Station
from scheduler.services.bulletins.standing import StandingTrack, standing_approvals
from scheduler.services.local_days import ONE_DAY, end_of, local_day, midnight
from scheduler.services.log_names import Names
from scheduler.services.make_goods.requests import newest_requests, standing_dismissals
from scheduler.services.make_goods.views import Hindrance, LeftBehind, MakeGoodCase, MakeGoodItem, MakeGoodRules
from scheduler.services.plan_values import airing_value, refusing
from scheduler.services.rundown_plan import plan_rows
from scheduler.services.timetable.standing import standing_timetable

LEAD = timedelta(minutes=10)
"""A station needs its new rundown, and the sounds in it, before the start."""

ONE_MINUTE = timedelta(minutes=1)
ONE_MILLISECOND = timedelta(milliseconds=1)

Span = tuple[datetime, datetime]
"""From an instant up to another."""

Asked = tuple[str, str, str]
"""One item that a make-good asks for: (kind, bulletin id, language)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case, with what its make-good asks for and how long it books."""

    case: MakeGoodCase
    items: tuple[Asked, ...] = ()
    room: timedelta = NO_TIME


class Search:
    """Finds the make-goods of airings one by one; what it reads from the database it reads once.

    Proposals for one station take turns: each keeps off the time that was proposed before it. ``taken`` is time at
    stations that is given away though no airing tells of it yet.
    """

    def __init__(
        self,
        session: Session,
        rows: Iterable[Airing],
        *,
        rules: MakeGoodRules,
        now: datetime,
        taken: Mapping[str, Sequence[Span]] | None = None,
    ) -> None:
        known = list(rows)
        self._session = session
        self._rules = rules
        self._now = now
        bulletins = {item.bulletin_id for row in known for item in row.items}
        self._tracks = standing_approvals(session, at=now, bulletin_ids=bulletins)
        self._valid_to = _ends(self._tracks, rules.zone)
        self._names = Names(session)
        self._names.learn_bulletins(bulletins)
        self._requests = newest_requests(session, [row.id for row in known])
        self._dismissals = standing_dismissals(session, [row.id for row in known])
        stations = {row.station_id for row in known}
        self._active = frozenset(session.scalars(select(Station.id).where(Station.id.in_(stations), Station.active)))
        # Beyond the planned days nobody knows yet what a station will sound.
        self._horizon = horizon(rules, now)
        self._taken = _booked(session, stations, now, self._horizon)
        for station_id in stations:
            self._taken[station_id].extend((taken or {}).get(station_id, ()))

    def was_dismissed(self, row: Airing) -> bool:
        """Tell whether somebody said that it shall not be made good."""
        return row.id in self._dismissals

    def find(self, row: Airing, settlement: Settlement, *, since: datetime | None = None) -> Found:
        """Return the case of ``row`` with the first free time from ``since`` on; null is as soon as a station can."""
        first = since or self._now + LEAD
        until = min(row.starts_at + self._rules.within, self._horizon)
        rest = _Rest(row, settlement)
        planned = self._planned_of(rest, first)
        if row.station_id not in self._active:
            return self._told(rest, until, planned, hindrance=Hindrance.STATION_STOPPED)
        if not planned:
            return self._told(rest, until, planned, hindrance=Hindrance.NOTHING_LEFT)
        while planned:
            limit = min([until, *self._ends_of(rest)])
            room = _room(total_duration(planned))
            at = self._free(row.station_id, room, first, limit)
            if at is not None:
                self._taken[row.station_id].append((at, at + room))
                return self._told(rest, limit, planned, at=at, room=room)
            if limit == until:
                break
            # What is over first stands in the way of the rest: without it there may be a time.
            rest.leave({each: OmissionReason.EXPIRED for each in rest.places if self._end_of(rest, each) == limit})
            planned = self._planned_of(rest, first)
        return self._told(rest, until, planned, hindrance=Hindrance.NO_FREE_TIME)

    def _planned_of(self, rest: _Rest, at: datetime) -> tuple[Item, ...]:
        """Return what would sound of the rest from ``at`` on, as dispatch would tell it; what would not is left."""
        while rest.places:
            planned = self._planned(rest, at)
            if not planned.omissions:
                return planned.items
            rest.leave({rest.places[each.item_ordinal]: each.reason for each in planned.omissions})
        return ()

    def _planned(self, rest: _Rest, at: datetime) -> PlannedAiring:
        row = rest.row
        trial = Airing(
            id=str(uuid7()),
            station_id=row.station_id,
            title=row.title,
            local_date=row.local_date,
            ordinal=0,
            starts_at=at,
            ends_by=at + ONE_DAY,
            start_rule=row.start_rule,
            grace_s=row.grace_s,
            gain_cb=row.gain_cb,
            bulletin_class=row.bulletin_class,
            drill=row.drill,
            items=[
                AiringItem(ordinal=place, kind=kind, bulletin_id=bulletin_id, language=language)
                for place, (kind, bulletin_id, language) in enumerate(rest.asked)
            ],
        )
        planned, _ = plan_rows(
            self._session,
            [trial],
            self._tracks,
            zone=self._rules.zone,
            cutoff=self._rules.approval_cutoff,
            now=self._now,
        )
        return planned[trial.id]

    def _free(self, station_id: str, room: timedelta, since: datetime, until: datetime) -> datetime | None:
        if until - since < room or room > ONE_DAY:
            return None
        zone = zone_named(self._rules.zone)
        return free_start(self._taken[station_id], room, since, until, hours=self._rules.hours, zone=zone)

    def _ends_of(self, rest: _Rest) -> list[datetime]:
        return [end for each in rest.places if (end := self._end_of(rest, each)) is not None]

    def _end_of(self, rest: _Rest, place: int) -> datetime | None:
        return self._valid_to.get(rest.row.items[place].bulletin_id)

    def _told(
        self,
        rest: _Rest,
        until: datetime,
        planned: Sequence[Item],
        *,
        at: datetime | None = None,
        room: timedelta = NO_TIME,
        hindrance: Hindrance | None = None,
    ) -> Found:
        row = rest.row
        told = [each for each in planned if each.kind.is_content] or planned
        case = MakeGoodCase(
            airing_id=row.id,
            title=row.title,
            station_id=row.station_id,
            station_name=row.station_name,
            unit_name=row.unit_name,
            local_date=row.local_date,
            starts_at=row.starts_at,
            result=rest.result,
            content=tuple(MakeGoodItem(each.kind.value, each.title, each.duration // ONE_MILLISECOND) for each in told),
            left_behind=tuple(
                LeftBehind(self._names.title(row.items[place].bulletin_id), reason.value)
                for place, reason in sorted(rest.left.items())
                if ItemKind(row.items[place].kind).is_content
            ),
            proposed_at=at,
            proposed_end=at + total_duration(planned) if at is not None else None,
            until=until,
            hindrance=hindrance,
            request=self._requests.get(row.id),
            dismissal=self._dismissals.get(row.id),
        )
        return Found(case, rest.asked if at is not None else (), room)


class _Rest:
    """What is left to air of one session, by its places; less and less as reasons against them are found."""

    def __init__(self, row: Airing, settlement: Settlement) -> None:
        self.row = row
        self.result = settlement.result
        self.left: dict[int, OmissionReason] = {}
        self._programme = airing_value(row).programme
        self._sounded = sounded_places(row.items, settlement)
        self.places = left_to_air(self._programme, self._sounded)

    def leave(self, places: Mapping[int, OmissionReason]) -> None:
        """Take places out of it, for a reason each."""
        self.left |= places
        frame = left_to_air(self._programme, self._sounded | self.left.keys())
        self.places = tuple(place for place in frame if place not in self.left)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What a make-good would ask for."""
        items = (self.row.items[place] for place in self.places)
        return tuple((item.kind, item.bulletin_id, item.language) for item in items)


def sounded_places(items: Sequence[AiringItem], settlement: Settlement) -> frozenset[int]:
    """Return the places of ``items`` that sounded to their end, as the air log tells them.

    The log names kind, bulletin and the language that sounded, which may be the station's own instead of the one asked
    for; where a bulletin is asked for more than once, its rows count in order.
    """
    results: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in settlement.rows:
        results[row.kind, row.bulletin_id].append(row.result)
    found = set()
    for place, item in enumerate(items):
        told = results[item.kind, item.bulletin_id]
        if told and told.pop(0) == RowResult.AIRED.value:
            found.add(place)
    return frozenset(found)


def _ends(tracks: Iterable[StandingTrack], zone: str) -> Mapping[str, datetime | None]:
    return {track.bulletin_id: end_of(track.valid_to, zone) if track.valid_to is not None else None for track in tracks}


def horizon(rules: MakeGoodRules, now: datetime) -> datetime:
    """Return the end of the planned days."""
    return midnight(local_day(now, rules.zone) + rules.days_ahead * ONE_DAY, rules.zone)


def given_away(
    session: Session, station_ids: Collection[str], *, rules: MakeGoodRules, now: datetime
) -> dict[str, list[Span]]:
    """Return the times of the sessions that the timetable yields at each station, planned as airings or not yet."""
    ids = {UUID(each) for each in station_ids}
    until = horizon(rules, now)
    timetable = standing_timetable(session, hours=rules.hours, now=now, until=until, station_ids=ids)
    with refusing():
        days = timetable.plan(now, until, ids)
    return {str(each): [(kept.starts_at, kept.ends_at) for kept in days[each].pattern.kept] for each in ids}


def _booked(session: Session, station_ids: Collection[str], since: datetime, until: datetime) -> dict[str, list[Span]]:
    """Return the times that planned sessions book at each station; emergencies interrupt by right and book none."""
    found: dict[str, list[Span]] = {station_id: [] for station_id in station_ids}
    query = select(Airing.station_id, Airing.starts_at, Airing.ends_by).where(
        Airing.station_id.in_(station_ids),
        Airing.cancelled_at.is_(None),
        Airing.bulletin_class != BulletinClass.EMERGENCY.value,
        Airing.starts_at > since - ONE_DAY,
        Airing.starts_at < until,
        Airing.ends_by > since,
    )
    for station_id, starts_at, ends_by in session.execute(query.order_by(Airing.starts_at, Airing.id)):
        found[station_id].append((starts_at, ends_by))
    return found


def _room(duration: timedelta) -> timedelta:
    """Return how long a make-good books: its length in minutes begun, and one more for a start within the grace."""
    return -(-duration // ONE_MINUTE) * ONE_MINUTE + ONE_MINUTE
