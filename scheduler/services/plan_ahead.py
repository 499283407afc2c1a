"""Turns the standing timetable into airings for the days ahead, the same ones however often it runs.

An airing that has started or whose start has passed is never touched. One that the timetable no longer yields is
cancelled, not deleted, with the reason :data:`NOT_IN_TIMETABLE`; it comes back if the timetable yields it again before
its start. What a person cancelled stays cancelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from playlists.hours import Hours
from playlists.model import NO_TIME, BulletinClass
from playlists.slots import Occurrence
from playlists.timetable import StationDays, Timetable
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing, AiringItem
from scheduler.db.units import Station
from scheduler.services import audit
from scheduler.services.local_days import local_day, midnight
from scheduler.services.one_off_places import bring_up_places
from scheduler.services.places import Places
from scheduler.services.plan_values import length_s, refusing
from scheduler.services.session_contents import AskedItem, Contents
from scheduler.services.timetable.standing import batches, refreshed_timetable, with_begun

NO_HOURS = Hours()
_NAMED_IN_AUDIT = 200


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The ids of the airings that one run added (or brought back), changed in place, and took out."""

    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.added or self.moved or self.removed)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run planned from: the next one looks only at stations for which any of it is different, and at those that
    are still ``waiting``.

    Losing it costs time alone: a run without it looks at all stations.
    """

    timetable: Timetable
    until: datetime
    marks: Mapping[str, object]
    campaigns: Mapping[UUID, object]
    by_hand: Mapping[UUID, object]
    waiting: Sequence[str] = ()


def plan_ahead(
    session: Session,
    *,
    now: datetime,
    days_ahead: int,
    default_zone: str,
    hours: Hours = NO_HOURS,
    cutoff: timedelta = NO_TIME,
) -> PlanChange:
    """Bring the airings between ``now`` and the local midnight ``days_ahead`` days later in line with the timetable.

    ``default_zone`` is where that midnight is; an approval counts for what a rotation chooses when it was made
    ``cutoff`` before the start. A run that finds nothing to do writes nothing.
    """
    change, _ = plan_what_changed(
        session, now=now, days_ahead=days_ahead, default_zone=default_zone, hours=hours, cutoff=cutoff, before=None
    )
    return change


def plan_what_changed(
    session: Session,
    *,
    now: datetime,
    days_ahead: int,
    default_zone: str,
    hours: Hours,
    before: Planned | None,
    cutoff: timedelta = NO_TIME,
    most: int | None = None,
) -> tuple[PlanChange, Planned]:
    """Do what :func:`plan_ahead` does for the stations whose days may differ from what the run ``before`` saw.

    Return also what this run saw; it counts only once the transaction is committed. Of more than ``most`` stations the
    others wait for the next run.
    """
    until = midnight(local_day(now, default_zone) + timedelta(days=days_ahead), default_zone)
    timetable = refreshed_timetable(session, before.timetable if before else None, hours=hours, now=now, until=until)
    last = local_day(now, default_zone) + timedelta(days=days_ahead - 1)
    contents = Contents(session, zone=default_zone, now=now, last=last, cutoff=cutoff)
    marks = contents.marks()
    by_hand = {
        station_id: [(each, marks.get(str(each.session.programme_id))) for each in found]
        for station_id, found in contents.by_hand().items()
    }
    planned = Planned(timetable, until, marks, contents.campaigns_at(), by_hand)
    wanted = _to_look_at(session, before, planned, now)
    part = wanted[:most]
    planned = replace(planned, waiting=wanted[len(part) :])
    change = PlanChange()
    if part:
        ids = frozenset(map(UUID, part))
        local = with_begun(session, timetable.slots, timetable.local, now=now, station_ids=ids)
        with refusing():
            days = timetable.as_of(now, local).plan(now, until, ids)
        change = _Plan(session, timetable, contents, now, until).bring_in_line(days, part)
        change = replace(change, moved=(*change.moved, *bring_up_places(session, part, now=now)))
    if change:
        session.flush()
        _record(session, change, now)
    return change, planned


def _differing(before: Planned | None, after: Planned, now: datetime) -> frozenset[UUID] | None:
    """Return the stations whose days may differ; None for all."""
    if before is None or before.until != after.until:
        return None
    old, new = before.timetable, after.timetable
    if (old.holidays, old.hours, old.network.units) != (new.holidays, new.hours, new.network.units):
        return None
    found = set(old.touched(new, now, after.until))
    of_stations: tuple[tuple[Mapping[UUID, object], Mapping[UUID, object]], ...] = (
        (old.network.stations, new.network.stations),
        (old.local, new.local),
        (before.campaigns, after.campaigns),
        (before.by_hand, after.by_hand),
    )
    for one, two in of_stations:
        found |= {each for each in one.keys() | two.keys() if one.get(each) != two.get(each)}
    refilled = {
        programme_id
        for programme_id in before.marks.keys() | after.marks.keys()
        if before.marks.get(programme_id) != after.marks.get(programme_id)
    }
    holding = [slot for slot in new.slots.values() if str(slot.programme_id) in refilled]
    return frozenset(found) | new.reached(holding, now, after.until)


def _to_look_at(session: Session, before: Planned | None, after: Planned, now: datetime) -> list[str]:
    """The stations to look at: those that have waited first, with those that have stopped where it may be all, since
    what was planned for them leaves."""
    differing = _differing(before, after, now)
    if before is None or differing is None:
        return list(session.scalars(select(Station.id).order_by(Station.id)))
    waiting = list(before.waiting)
    return [*waiting, *sorted({str(each) for each in differing} - set(waiting))]


Wanted = tuple[dict[str, object], tuple[AskedItem, ...]]


_PLANNED_NAMES = (
    "slot_id", "station_id", "title", "local_date", "ordinal", "starts_at", "ends_by", "start_rule", "grace_s",
    "gain_cb", "bulletin_class", "station_name", "unit_code", "unit_name",
)  # fmt: skip
_PLANNED = tuple(getattr(Airing, name) for name in _PLANNED_NAMES)
_STARTS_AT = _PLANNED_NAMES.index("starts_at")


@dataclass(frozen=True, slots=True)
class _Known:
    """An airing that is there, as far as a plan may change it."""

    cancelled_at: datetime | None
    cancel_reason: str | None
    values: tuple[Any, ...]
    items: list[AskedItem]

    @property
    def starts_at(self) -> datetime:
        """When it starts."""
        starts_at: datetime = self.values[_STARTS_AT]
        return starts_at

    def is_as(self, values: Mapping[str, object], items: Sequence[AskedItem]) -> bool:
        """Tell whether these columns and items are its own already."""
        return self.values == tuple(values[name] for name in _PLANNED_NAMES) and self.items == list(items)


class _Plan:
    """Airings that are to be, against those that are there, some stations at a time."""

    def __init__(
        self, session: Session, timetable: Timetable, contents: Contents, now: datetime, until: datetime
    ) -> None:
        self._session = session
        self._stations = timetable.network.stations
        self._contents = contents
        self._filled = {
            station_id: [str(each.session.id) for each in found if each.named is None]
            for station_id, found in contents.by_hand().items()
        }
        self._now, self._until = now, until
        self._added: list[str] = []
        self._moved: list[str] = []
        self._removed: list[str] = []

    def bring_in_line(self, days: Mapping[UUID, StationDays], station_ids: Sequence[str]) -> PlanChange:
        """Add, change and take out what differs at these stations."""
        places = Places(self._session, station_id=station_ids[0] if len(station_ids) == 1 else None)
        for part in batches(station_ids):
            wanted: dict[str, Wanted] = {}
            refilled: dict[str, tuple[AskedItem, ...]] = {}
            for station_id in part:
                found = days.get(UUID(station_id))
                filled = self._filled.get(UUID(station_id), ())
                if found is None or not (found.pattern.kept or filled):
                    continue
                asked = self._contents.of(station_id, found.sessions)
                wanted |= self._wanted(station_id, found.sessions, asked, places)
                refilled |= {each: asked[each] for each in filled}
            self._station_rows(wanted, part)
            self._refill(refilled)
        self._contents.keep_unmet(station_ids)
        return PlanChange(tuple(self._added), tuple(self._moved), tuple(sorted(self._removed)))

    def _wanted(
        self,
        station_id: str,
        sessions: Sequence[Occurrence],
        asked: Mapping[str, tuple[AskedItem, ...]],
        places: Places,
    ) -> dict[str, Wanted]:
        """Return, by airing id, the columns and items of the airings that a station is to have."""
        name = self._stations[UUID(station_id)].name
        found: dict[str, Wanted] = {}
        for each in sessions:
            place = places.on(station_id, each.date)
            values = _values(each, station_id) | {
                "station_name": name,
                "unit_code": place.unit_code,
                "unit_name": place.unit_name,
            }
            identity = str(each.id)
            found[identity] = values, asked[identity]
        return found

    def _station_rows(self, wanted: Mapping[str, Wanted], station_ids: Sequence[str]) -> None:
        known = self._known(wanted, station_ids)
        self._insert({each: told for each, told in wanted.items() if each not in known})
        back, differing = [], []
        for identity, (values, items) in wanted.items():
            row = known.get(identity)
            if row is None or row.starts_at <= self._now:
                continue
            if row.cancelled_at is not None and row.cancel_reason == NOT_IN_TIMETABLE:
                back.append(identity)
            elif row.cancelled_at is None and not row.is_as(values, items):
                differing.append(identity)
        self._added += self._changed(back, wanted)
        self._moved += self._changed(differing, wanted)
        removed = [each for each, row in known.items() if each not in wanted and row.cancelled_at is None]
        self._take_out(removed)
        self._removed += removed

    def _changed(self, airing_ids: Sequence[str], wanted: Mapping[str, Wanted]) -> list[str]:
        """Let these airings stand as they are wanted, but for those that a person called off since they were read."""
        done = []
        for part in batches(airing_ids):
            query = select(Airing).where(Airing.id.in_(part)).order_by(Airing.id).with_for_update()
            for row in self._session.scalars(query.execution_options(populate_existing=True)):
                if row.cancel_reason in {None, NOT_IN_TIMETABLE}:
                    row.cancelled_at = row.cancel_reason = None
                    self._bring_up(row, *wanted[row.id])
                    done.append(row.id)
        return done

    def _refill(self, asked: Mapping[str, Sequence[AskedItem]]) -> None:
        """Bring sessions outside of slots in line with what their templates hold now; all else of them stays."""
        for part in batches(sorted(asked)):
            for row in self._session.scalars(select(Airing).where(Airing.id.in_(part)).order_by(Airing.id)):
                if _asked(row) != list(asked[row.id]):
                    self._bring_up(row, {}, asked[row.id])
                    self._moved.append(row.id)

    def _insert(self, new: Mapping[str, Wanted]) -> None:
        """Write new airings at once: a first plan of a large network has hundreds of thousands of them."""
        if not new:
            return
        rows = [{"id": each, "planned_at": self._now, **values} for each, (values, _) in new.items()]
        items = [
            {"airing_id": each, "ordinal": ordinal, **_item_columns(item)}
            for each, (_, asked) in new.items()
            for ordinal, item in enumerate(asked)
        ]
        self._session.execute(insert(Airing.__table__), rows)  # type: ignore[arg-type]  # a mapped class's table
        if items:
            self._session.execute(insert(AiringItem.__table__), items)  # type: ignore[arg-type]  # as above
        self._added += new

    def _known(self, wanted: Mapping[str, Wanted], station_ids: Sequence[str]) -> dict[str, _Known]:
        """The slots' airings that have not started: those planned in the time looked at, and those moved into it."""
        planned = and_(
            Airing.station_id.in_(station_ids),
            Airing.slot_id.is_not(None),
            Airing.starts_at > self._now,
            Airing.starts_at < self._until,
        )
        known = self._rows(planned)
        for part in batches([identity for identity in wanted if identity not in known]):
            known |= self._rows(Airing.id.in_(part))
        return known

    def _rows(self, condition: ColumnElement[bool]) -> dict[str, _Known]:
        items: dict[str, list[AskedItem]] = defaultdict(list)
        columns = (getattr(AiringItem, name) for name in ("airing_id", "kind", "bulletin_id", "language", "why"))
        asked = select(*columns).join(Airing).where(condition).order_by(AiringItem.airing_id, AiringItem.ordinal)
        for identity, *item in self._session.execute(asked):
            items[identity].append(AskedItem(*item))
        airings = select(Airing.id, Airing.cancelled_at, Airing.cancel_reason, *_PLANNED).where(condition)
        return {
            identity: _Known(cancelled_at, reason, tuple(values), items[identity])
            for identity, cancelled_at, reason, *values in self._session.execute(airings)
        }

    def _bring_up(self, row: Airing, values: Mapping[str, object], items: Sequence[AskedItem]) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        row.planned_at = self._now
        if _asked(row) != list(items):
            row.items = []
            self._session.flush()  # the old items leave before new ones take their ordinals
            row.items = airing_items(items)

    def _take_out(self, airing_ids: Sequence[str]) -> None:
        # Conditional, so that what a person cancels at this moment keeps his or her reason and is not brought back.
        for part in batches(airing_ids):
            self._session.execute(
                update(Airing)
                .where(Airing.id.in_(part), Airing.cancelled_at.is_(None))
                .values(cancelled_at=self._now, cancel_reason=NOT_IN_TIMETABLE)
            )


def _values(each: Occurrence, station_id: str) -> dict[str, object]:
    slot = each.slot
    return {
        "slot_id": str(slot.id),
        "station_id": station_id,
        "title": slot.title,
        "local_date": each.date,
        "ordinal": each.ordinal,
        "starts_at": each.starts_at,
        "ends_by": each.ends_at,
        "start_rule": slot.start_rule.value,
        "grace_s": length_s(slot.grace),
        "gain_cb": each.gain_cb,
        "bulletin_class": BulletinClass.NORMAL.value,
    }


def _asked(row: Airing) -> list[AskedItem]:
    return [AskedItem(item.kind, item.bulletin_id, item.language, item.why) for item in row.items]


def airing_items(items: Iterable[AskedItem]) -> list[AiringItem]:
    """Return new rows for what an airing asks for, in order."""
    return [AiringItem(ordinal=ordinal, **_item_columns(item)) for ordinal, item in enumerate(items)]


def _item_columns(item: AskedItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "bulletin_id": item.bulletin_id,
        "language": item.language,
        "why": item.why,
        "campaign_id": item.campaign_id,
    }


def _record(session: Session, change: PlanChange, now: datetime) -> None:
    facts: dict[str, object] = {}
    for name in ("added", "moved", "removed"):
        identities = getattr(change, name)
        facts[name] = len(identities)
        facts[f"{name}_ids"] = list(identities[:_NAMED_IN_AUDIT])
    audit.record(session, person=None, deed="planned-ahead", subject_kind="plan", subject_id="*", at=now, facts=facts)
