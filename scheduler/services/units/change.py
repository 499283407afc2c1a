"""What a change of the units does, seen before it is done, and then done exactly as it was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from playlists.errors import PlaylistError
from playlists.network import ONE_DAY, Network
from playlists.scopes import lost_units
from playlists.slots import Slot
from playlists.soundness import Fault, Part, stay_faults, unit_faults
from scheduler.canonical import digest
from scheduler.db.units import StationUnit
from scheduler.db.units import Unit as UnitTable
from scheduler.errors import Conflict, InvalidInput
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.timetable.standing import standing_slots
from scheduler.services.units.register import Register, UnitChange, UnitRow, read_register

_MOST_DAYS = 60
_TOLD_MOST = 20


class EffectDiffers(Conflict):
    """Đơn vị, cụm loa hoặc lịch phát đã đổi trong lúc xem, chưa ghi gì. Hãy xem lại ảnh hưởng rồi xác nhận."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A station that stands elsewhere from ``day`` on; an empty name of a unit is no unit at all."""

    station_id: str
    station_name: str
    day: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LostSlot:
    """A slot that names a unit which no longer stands on ``day``, and what was formed from that unit."""

    slot_id: str
    title: str
    unit_name: str
    day: date
    successors: tuple[str, ...]


@dataclass(frozen=True)
class Prospect:
    """A change looked at: what it alters from ``today`` on, and the ``digest`` under which it may be carried out.

    ``faults`` are those that the change would bring; it can't be carried out with any.
    """

    change: UnitChange
    before: Register
    after: Register
    faults: tuple[Fault, ...]
    stations_astray: tuple[str, ...]
    shifts: tuple[Shift, ...]
    lost: tuple[LostSlot, ...]

    @property
    def ended(self) -> tuple[UnitRow, ...]:
        """The changed units that get a last day which they did not have."""
        return tuple(row for row in self.change.changed if row.valid_to != self.before.units[row.key].valid_to)

    @property
    def altered(self) -> tuple[UnitRow, ...]:
        """The units of which something else is changed."""
        return tuple(row for row in self.change.changed if row not in self.ended)

    @property
    def homeless(self) -> tuple[Shift, ...]:
        """The stations that would stand in no unit."""
        return tuple(shift for shift in self.shifts if not shift.after)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the change and of all that it does, in 64 digits."""
        return digest(
            self.change.told()
            | {
                "shifts": [[each.station_id, each.day.isoformat(), each.before, each.after] for each in self.shifts],
                "lost": [[each.slot_id, each.unit_name, each.day.isoformat()] for each in self.lost],
            }
        )


def look(
    session: Session, change: UnitChange, *, today: date, now: datetime, register: Register | None = None
) -> Prospect:
    """Return what ``change`` would do; nothing is written.

    Raises :class:`~scheduler.errors.InvalidInput` for a unit whose last day lies before its first.
    """
    before = register or read_register(session)
    for row in (*change.added, *change.changed):
        if row.valid_to is not None and row.valid_to < row.valid_from:
            raise InvalidInput(what=f"{row.name}: ngày hết hiệu lực ở trước ngày bắt đầu. Hãy sửa một trong hai ngày")
    after = before.after(change)
    try:
        old, new = before.network(), after.network()
    except PlaylistError as refusal:
        raise InvalidInput(what=str(refusal).rstrip(".")) from refusal
    known = {(fault.key, fault.part) for fault in unit_faults(old.units)}
    faults = tuple(fault for fault in unit_faults(new.units) if (fault.key, fault.part) not in known)
    days = _days(change, before, today)
    return Prospect(
        change=change,
        before=before,
        after=after,
        faults=faults,
        stations_astray=() if faults else _astray(before, after),
        shifts=() if faults else tuple(station_shifts(old, new, days)),
        lost=() if faults else tuple(_lost(standing_slots(session, now), old, new, days)),
    )


def carry_out(
    session: Session,
    actor: Actor | None,
    prospect: Prospect,
    *,
    deed: str,
    subject: str,
    facts: Mapping[str, object],
    seen: str | None,
    now: datetime,
) -> None:
    """Write what ``prospect`` tells and record it; the caller looked at it within this same transaction.

    ``seen`` is the digest that the person confirmed; null where nobody had to. Raises :class:`EffectDiffers` when it is
    another, and :class:`~scheduler.errors.InvalidInput` for a change with faults.
    """
    if actor is not None:
        require(actor, Deed.MANAGE_STATIONS)
    refuse(prospect)
    if seen is not None and seen != prospect.digest:
        raise EffectDiffers
    rows = {(row.code, row.valid_from): row for row in session.scalars(select(UnitTable))}
    for row in prospect.change.changed:
        for name, value in row.columns().items():
            setattr(rows[row.key], name, value)
    if prospect.change.added:
        session.execute(insert(UnitTable), [row.columns() for row in prospect.change.added])
    _move(session, actor, prospect, now)
    session.flush()
    told = {"added": len(prospect.change.added), "ended": len(prospect.ended), "changed": len(prospect.altered)}
    effect = {"stations": len(prospect.shifts), "slots": len(prospect.lost), "digest": prospect.digest}
    audit.record(
        session,
        person=actor.id if actor else None,
        deed=deed,
        subject_kind="unit",
        subject_id=subject,
        at=now,
        facts={**facts, **told, **effect},
    )


def refuse(prospect: Prospect) -> None:
    """Raise :class:`~scheduler.errors.InvalidInput` with a line for each fault, if there is any."""
    lines = [
        f"{prospect.after.units[fault.key].name} ({fault.key[0]}): {fault.what}; hãy {fault.remedy}"
        for fault in prospect.faults
    ]
    lines += prospect.stations_astray
    if len(lines) > _TOLD_MOST:
        lines = [*lines[:_TOLD_MOST], f"và {len(lines) - _TOLD_MOST} lỗi nữa"]
    if len(lines) == 1:
        raise InvalidInput(what=lines[0])
    if lines:
        raise InvalidInput(what="Chưa ghi gì, vì:\n- " + "\n- ".join(lines))


def _days(change: UnitChange, before: Register, today: date) -> list[date]:
    """The days from which something is another way; what lies in the past shows today."""
    borders = {row.valid_from for row in change.added} | {move.from_day for move in change.moves}
    for row in (*change.added, *change.changed):
        earlier = before.units.get(row.key)
        lasts = {row.valid_to, earlier.valid_to if earlier else None}
        borders |= {last + ONE_DAY for last in lasts if last is not None and last < date.max}
        borders.add(row.valid_from)
    return sorted({max(day, today) for day in borders})[:_MOST_DAYS]


def _astray(before: Register, after: Register) -> tuple[str, ...]:
    """Say which stations would be said to have moved into a unit that wasn't there."""
    old, new = before.by_code(), after.by_code()
    found = []
    for station in after.stations.values():
        wrong = [fault for fault in stay_faults(station.stays, new) if fault.part is Part.UNIT]
        if wrong and not stay_faults(before.stations[station.id].stays, old):
            found += [f"{station.name}: {fault.what}; hãy {fault.remedy}" for fault in wrong]
    return tuple(found)


def station_shifts(old: Network, new: Network, days: Iterable[date]) -> Iterable[Shift]:
    """Yield each station that stands in another unit in ``new`` than in ``old``, with the first of ``days`` it does."""
    told: set[UUID] = set()
    for day in days:
        here, there = old.on(day), new.on(day)
        if old.stations.keys() == new.stations.keys() and here.unit_of == there.unit_of and here.units == there.units:
            continue
        for station in sorted(new.stations.values(), key=lambda each: each.name):
            was, is_ = here.unit_of.get(station.id), there.unit_of.get(station.id)
            before = here.units[was] if was is not None else None
            after = there.units[is_] if is_ is not None else None
            if station.id in told or (before.key if before else None) == (after.key if after else None):
                continue
            told.add(station.id)
            yield Shift(str(station.id), station.name, day, before.name if before else "", after.name if after else "")


def _lost(slots: Mapping[UUID, Slot], old: Network, new: Network, days: Iterable[date]) -> Iterable[LostSlot]:
    told: set[tuple[UUID, object]] = set()
    for border in days:
        for slot in slots.values():
            last = slot.calendar.last
            if last is not None and max((last, *slot.calendar.added)) < border:
                continue
            day = max(border, slot.calendar.first)
            known = {each.key for each in lost_units(slot.scope, old, day)}
            for each in lost_units(slot.scope, new, day):
                if each.key not in known and (slot.id, each.key) not in told:
                    told.add((slot.id, each.key))
                    name = each.unit.name if each.unit is not None else each.key[0]
                    after = tuple(unit.name for unit in each.successors)
                    yield LostSlot(str(slot.id), slot.title, name, day, after)


def _move(session: Session, actor: Actor | None, prospect: Prospect, now: datetime) -> None:
    for move in prospect.change.moves:
        first = StationUnit.valid_from
        stays = session.scalars(
            select(StationUnit).where(StationUnit.station_id == move.station_id, first <= move.from_day).order_by(first)
        )
        stay = next(each for each in reversed(list(stays)) if each.valid_to is None or each.valid_to >= move.from_day)
        if stay.valid_from == move.from_day:
            stay.unit_code = move.unit_code
        else:
            last, stay.valid_to = stay.valid_to, move.from_day - ONE_DAY
            session.add(
                StationUnit(
                    station_id=move.station_id, unit_code=move.unit_code, valid_from=move.from_day, valid_to=last
                )
            )
        audit.record(
            session,
            person=actor.id if actor else None,
            deed="station-moved",
            subject_kind="station",
            subject_id=move.station_id,
            at=now,
            facts={"unit": move.unit_code, "from_day": move.from_day.isoformat()},
        )
