"""Turns published slots into airings for the days ahead, the same ones however often it runs.

An airing that has started or whose start has passed is never touched. One that its slot no longer yields is cancelled,
not deleted, with the reason :data:`NOT_IN_TIMETABLE`; it comes back if the slot yields it again before its start. What
a person cancelled stays cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from playlists.model import BulletinClass
from playlists.slots import Occurrence
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing, AiringItem, Programme, Slot
from scheduler.db.units import Station
from scheduler.services import audit
from scheduler.services.local_days import local_day, midnight
from scheduler.services.places import Places
from scheduler.services.plan_values import refusing, slot_sessions

_NAMED_IN_AUDIT = 200
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PlanChange:
    """The ids of the airings that one run added (or brought back), changed in place, and took out."""

    added: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.added or self.moved or self.removed)


def plan_ahead(session: Session, *, now: datetime, days_ahead: int, default_zone: str) -> PlanChange:
    """Bring the airings between ``now`` and the local midnight ``days_ahead`` days later in line with the slots.

    ``default_zone`` is where that midnight is. A run that finds nothing to do writes nothing.
    """
    until = midnight(local_day(now, default_zone) + timedelta(days=days_ahead), default_zone)
    wanted = _wanted(session, now, until)
    known = _known(session, now, until, wanted)
    added, moved = [], []
    for identity, (values, items) in wanted.items():
        row = known.get(identity)
        if row is None:
            session.add(Airing(id=identity, planned_at=now, items=airing_items(items), **values))
            added.append(identity)
        elif row.starts_at <= now:
            continue
        elif row.cancelled_at is not None and row.cancel_reason == NOT_IN_TIMETABLE:
            row.cancelled_at = row.cancel_reason = None
            _bring_up(session, row, values, items, now)
            added.append(identity)
        elif row.cancelled_at is None and _differs(row, values, items):
            _bring_up(session, row, values, items, now)
            moved.append(identity)
    removed = [row.id for row in known.values() if row.id not in wanted and row.cancelled_at is None]
    _take_out(session, removed, now)
    change = PlanChange(tuple(added), tuple(moved), tuple(sorted(removed)))
    if change:
        session.flush()
        _record(session, change, now)
    return change


Wanted = tuple[dict[str, object], tuple[tuple[str, str, str], ...]]


def _wanted(session: Session, now: datetime, until: datetime) -> dict[str, Wanted]:
    """Return, by airing id, the columns and items of every airing that the slots yield after ``now``."""
    rows = {row.id: row for row in session.scalars(_published(now)) if row.ended_at is None or row.ended_at > now}
    stations = {row.id: row for row in session.scalars(select(Station).where(Station.active))}
    with refusing():
        found = [each for row in rows.values() if row.station_id in stations for each in slot_sessions(row, now, until)]
    programmes = {row.id: row for row in session.scalars(select(Programme))} if found else {}
    places = Places(session) if found else None
    wanted: dict[str, Wanted] = {}
    for each in found:
        row = rows[str(each.slot.id)]
        if each.starts_at <= now or places is None or (row.ended_at is not None and each.starts_at >= row.ended_at):
            continue
        programme = programmes[row.programme_id]
        place = places.on(row.station_id, each.date)
        values = _values(each, row, stations[row.station_id].name, place.unit_code, place.unit_name)
        wanted[str(each.id)] = (values, tuple((item.kind, item.bulletin_id, item.language) for item in programme.items))
    return wanted


def _published(now: datetime) -> Select[Slot]:
    return select(Slot).where(
        Slot.published_at.is_not(None),
        or_(Slot.ended_at.is_(None), Slot.ended_at > now),
        or_(Slot.valid_to.is_(None), Slot.valid_to >= (now - timedelta(days=2)).date()),
    )


def _values(each: Occurrence, row: Slot, station_name: str, unit_code: str, unit_name: str) -> dict[str, object]:
    return {
        "slot_id": row.id,
        "station_id": row.station_id,
        "title": row.title,
        "local_date": each.date,
        "ordinal": each.ordinal,
        "starts_at": each.starts_at,
        "ends_by": each.ends_at,
        "start_rule": row.start_rule,
        "grace_s": row.grace_s,
        "gain_cb": row.gain_cb,
        "bulletin_class": BulletinClass.NORMAL.value,
        "station_name": station_name,
        "unit_code": unit_code,
        "unit_name": unit_name,
    }


def _known(session: Session, now: datetime, until: datetime, wanted: Mapping[str, Wanted]) -> dict[str, Airing]:
    """Return the slots' airings that have not started: those planned in the time looked at, and those moved into it."""
    planned = session.scalars(
        select(Airing).where(Airing.slot_id.is_not(None), Airing.starts_at > now, Airing.starts_at < until)
    )
    known = {row.id: row for row in planned}
    others = [identity for identity in wanted if identity not in known]
    for first in range(0, len(others), _AT_ONCE):
        part = others[first : first + _AT_ONCE]
        known |= {row.id: row for row in session.scalars(select(Airing).where(Airing.id.in_(part)))}
    return known


def _differs(row: Airing, values: Mapping[str, object], items: Iterable[tuple[str, str, str]]) -> bool:
    if any(getattr(row, name) != value for name, value in values.items()):
        return True
    return [(item.kind, item.bulletin_id, item.language) for item in row.items] != list(items)


def _bring_up(
    session: Session,
    row: Airing,
    values: Mapping[str, object],
    items: tuple[tuple[str, str, str], ...],
    now: datetime,
) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.planned_at = now
    if [(item.kind, item.bulletin_id, item.language) for item in row.items] != list(items):
        row.items = []
        session.flush()  # the old items leave before new ones take their ordinals
        row.items = airing_items(items)


def _take_out(session: Session, airing_ids: Sequence[str], now: datetime) -> None:
    # Conditional, so that what a person cancels at this moment keeps his or her reason and is not brought back.
    for first in range(0, len(airing_ids), _AT_ONCE):
        part = airing_ids[first : first + _AT_ONCE]
        session.execute(
            update(Airing)
            .where(Airing.id.in_(part), Airing.cancelled_at.is_(None))
            .values(cancelled_at=now, cancel_reason=NOT_IN_TIMETABLE)
        )


def airing_items(items: Iterable[tuple[str, str, str]]) -> list[AiringItem]:
    """Return new rows for what an airing asks for: (kind, bulletin id, language) in order."""
    return [
        AiringItem(ordinal=ordinal, kind=kind, bulletin_id=bulletin_id, language=language)
        for ordinal, (kind, bulletin_id, language) in enumerate(items)
    ]


def _record(session: Session, change: PlanChange, now: datetime) -> None:
    facts: dict[str, object] = {}
    for name in ("added", "moved", "removed"):
        identities = getattr(change, name)
        facts[name] = len(identities)
        facts[f"{name}_ids"] = list(identities[:_NAMED_IN_AUDIT])
    audit.record(session, person=None, deed="planned-ahead", subject_kind="plan", subject_id="*", at=now, facts=facts)
