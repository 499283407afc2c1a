"""Slots for stations named one by one: proposed, published, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists.calendar import Calendar
from playlists.model import StartRule
from playlists.recurrence import zone_named
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.db import planning as tables
from scheduler.db.timetable import SlotVersion, TimetableChange
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.clashes import lock_stations, refuse_slot_clashes
from scheduler.services.local_days import local_day
from scheduler.services.plan_values import refusing
from scheduler.services.programmes import checked_title, find_programme
from scheduler.services.sounding import Sounding
from scheduler.services.timetable.contents import slot_as_value, slot_content
from scheduler.services.timetable.open_slots import OpenSlot, added_slots, adding


def propose_slot(
    session: Session,
    actor: Actor,
    *,
    station_ids: Sequence[str],
    programme_id: str,
    title: str,
    weekdays: Sequence[int],
    starts: time,
    max_duration_s: int,
    start_rule: str,
    grace_s: int,
    gain_cb: int,
    zone: str,
    valid_from: date,
    valid_to: date | None,
    now: datetime,
) -> OpenSlot:
    """Propose one weekly slot at these stations; nothing is planned before somebody publishes it.

    Raises :class:`~scheduler.errors.Conflict` naming the first clash with what else stands in the timetable, and
    :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput`, :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PROPOSE_SLOT)
    sounding = Sounding(start_rule, grace_s, gain_cb, max_duration_s)
    programme = find_programme(session, programme_id)
    shown = checked_title(title, "khung giờ")
    today = _today(now, zone)
    if valid_to is not None and valid_to < today:
        raise InvalidInput(what="Ngày cuối của khung giờ đã qua")
    stations = lock_stations(session, station_ids)
    with refusing():
        slot = Slot(
            id=UUID(str(uuid7())),
            title=shown,
            scope=Scope(stations=frozenset(UUID(station.id) for station in stations)),
            calendar=Calendar(valid_from, valid_to, frozenset(weekdays)),
            start=starts,
            max_duration=timedelta(seconds=sounding.max_duration_s),
            zone=zone,
            programme_id=UUID(programme.id),
            start_rule=StartRule(sounding.start_rule),
            grace=timedelta(seconds=sounding.grace_s),
            gain_cb=sounding.gain_cb,
        )
    refuse_slot_clashes(session, slot, names={station.id: station.name for station in stations}, now=now)
    change = TimetableChange(
        id=str(uuid7()), title=shown, note="", steps=adding([slot]), proposed_by=actor.id, proposed_at=now
    )
    session.add(change)
    session.flush()
    _record(session, actor, "slot-proposed", slot, now=now, change=change.id, content=slot_as_value(slot))
    return OpenSlot(slot, change.id, actor.id, now)


def _today(now: datetime, zone: str) -> date:
    with refusing():
        return local_day(now, zone_named(zone))


def publish_slots(session: Session, actor: Actor, *, slot_ids: Sequence[str], now: datetime) -> None:
    """Publish the changes that propose these slots: from the next planning on their sessions are in the timetable.

    One that is published already stays as it is. Raises :class:`~scheduler.errors.Conflict` for one that has ended.
    """
    require(actor, Deed.PUBLISH_SLOT)
    for slot_id in dict.fromkeys(slot_ids):
        change = _change_adding(session, slot_id)
        slots = {str(slot.id): slot for slot in added_slots(change)}
        if change.decision == "withdrawn" or _has_ended(session, slot_id):
            raise Conflict(what=f"Khung giờ “{slots[slot_id].title}” đã kết thúc, không công bố được")
        if change.decision is None:
            change.decision, change.decided_by, change.decided_at = "published", actor.id, now
            for identity, slot in slots.items():
                session.add(tables.Slot(id=identity))
                session.flush()
                _write_version(session, identity, slot_content(slot), actor, now=now, change_id=change.id)
                _record(session, actor, "slot-published", slot, now=now, change=change.id)


def end_slot(session: Session, actor: Actor, *, slot_id: str, now: datetime) -> None:
    """End a slot now: its sessions that have not started are taken out at the next planning.

    A published slot is ended by whoever may publish; a proposal also by whoever may propose.
    """
    change = _change_adding(session, slot_id)
    if change.decision is not None or not actor.may(Deed.PROPOSE_SLOT):
        require(actor, Deed.PUBLISH_SLOT)
    slots = {str(slot.id): slot for slot in added_slots(change)}
    if change.decision is None:
        change.decision, change.decided_by, change.decided_at = "withdrawn", actor.id, now
        session.flush()
    elif change.decision != "published" or _has_ended(session, slot_id):
        return
    else:
        _write_version(session, slot_id, None, actor, now=now)
    _record(session, actor, "slot-ended", slots[slot_id], now=now)


def _change_adding(session: Session, slot_id: str) -> TimetableChange:
    query = select(TimetableChange).where(TimetableChange.steps.contains(f'"slot":"{slot_id}"', autoescape=True))
    for change in session.scalars(query.with_for_update().execution_options(populate_existing=True)):
        if any(str(slot.id) == slot_id for slot in added_slots(change)):
            return change
    raise NotFound(what="khung giờ này")


def _has_ended(session: Session, slot_id: str) -> bool:
    newest = _newest(session, slot_id)
    return newest is not None and newest.content is None


def _newest(session: Session, slot_id: str) -> SlotVersion | None:
    query = select(SlotVersion).where(SlotVersion.slot_id == slot_id)
    return session.scalars(query.order_by(SlotVersion.number.desc()).limit(1)).one_or_none()


def _write_version(
    session: Session,
    slot_id: str,
    content: str | None,
    actor: Actor,
    *,
    now: datetime,
    change_id: str | None = None,
) -> None:
    newest = _newest(session, slot_id)
    session.add(
        SlotVersion(
            slot_id=slot_id,
            number=newest.number + 1 if newest is not None else 1,
            content=content,
            published_by=actor.id,
            published_at=now,
            change_id=change_id,
        )
    )
    session.flush()


def _record(session: Session, actor: Actor, deed: str, slot: Slot, *, now: datetime, **facts: object) -> None:
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind="slot",
        subject_id=str(slot.id),
        at=now,
        facts={"title": slot.title, **facts},
    )
