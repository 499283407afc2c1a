"""Weekly slots and one-off airings: who may put what into the timetable, and take it out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists.model import BulletinClass, StartRule
from playlists.recurrence import zone_named
from scheduler.canonical import clean_text, format_instant
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing, Slot
from scheduler.db.units import Station
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.clashes import lock_stations, refuse_airing_clashes, refuse_slot_clashes
from scheduler.services.local_days import local_day
from scheduler.services.places import Places
from scheduler.services.plan_ahead import PlanChange, airing_items, plan_ahead
from scheduler.services.plan_values import refusing, slot_value
from scheduler.services.programmes import (
    ProgrammeEntry,
    change_programme,
    checked_title,
    find_programme,
    make_programme,
)

__all__ = [
    "PlanChange",
    "ProgrammeEntry",
    "cancel_airing",
    "change_programme",
    "end_slot",
    "make_programme",
    "plan_ahead",
    "plan_one_off",
    "propose_slots",
    "publish_slots",
]

LONGEST_S = 86_400
LONGEST_GRACE_S = 3_600
QUIETEST_CB = -6_000
_FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Sounding:
    """How a session is to sound, checked."""

    start_rule: str
    grace_s: int
    gain_cb: int
    max_duration_s: int


def _sounding(start_rule: str, grace_s: int, gain_cb: int, max_duration_s: int) -> _Sounding:
    if start_rule not in set(StartRule):
        raise InvalidInput(what="Cách bắt đầu phải là hard (đúng giờ) hoặc soft (nối tiếp)")
    if not 0 <= grace_s <= LONGEST_GRACE_S:
        raise InvalidInput(what=f"Thời gian chờ cần từ 0 đến {LONGEST_GRACE_S} giây")
    if not QUIETEST_CB <= gain_cb <= 0:
        raise InvalidInput(what="Âm lượng chỉ giảm được từ 0 đến 60 dB so với bản đã duyệt")
    if not 1 <= max_duration_s <= LONGEST_S:
        raise InvalidInput(what="Độ dài cần từ 1 giây đến 24 giờ")
    return _Sounding(start_rule, grace_s, gain_cb, max_duration_s)


def propose_slots(
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
) -> list[Slot]:
    """Propose one slot for each station; nothing is planned before somebody publishes them.

    Raises :class:`~scheduler.errors.Conflict` naming the first clash with what else stands in the timetable, and
    :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput`, :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PROPOSE_SLOT)
    sounding = _sounding(start_rule, grace_s, gain_cb, max_duration_s)
    programme = find_programme(session, programme_id)
    shown = checked_title(title, "khung giờ")
    with refusing():
        zone_named(zone)
    if valid_to is not None and valid_to < local_day(now, zone):
        raise InvalidInput(what="Ngày cuối của khung giờ đã qua")
    stations = lock_stations(session, station_ids)
    slots = [
        Slot(
            id=str(uuid7()),
            station_id=station.id,
            programme_id=programme.id,
            title=shown,
            weekdays="".join(str(day) for day in sorted(set(weekdays))),
            starts=starts,
            max_duration_s=sounding.max_duration_s,
            start_rule=sounding.start_rule,
            grace_s=sounding.grace_s,
            gain_cb=sounding.gain_cb,
            zone=zone,
            valid_from=valid_from,
            valid_to=valid_to,
            proposed_by=actor.id,
            proposed_at=now,
        )
        for station in stations
    ]
    _check_slots(slots, weekdays)
    refuse_slot_clashes(session, slots, names={station.id: station.name for station in stations}, now=now)
    session.add_all(slots)
    session.flush()
    for slot in slots:
        _record(session, actor, "slot-proposed", slot, now=now, **_slot_facts(slot))
    return slots


def _check_slots(slots: Sequence[Slot], weekdays: Sequence[int]) -> None:
    if any(day not in range(7) for day in weekdays):
        raise InvalidInput(what="Ngày trong tuần phải từ 0 (thứ Hai) đến 6 (Chủ nhật)")
    with refusing():
        for slot in slots:
            slot_value(slot)


def _slot_facts(slot: Slot) -> dict[str, object]:
    return {
        "programme": slot.programme_id,
        "weekdays": slot.weekdays,
        "starts": slot.starts.isoformat(),
        "max_duration_s": slot.max_duration_s,
        "start_rule": slot.start_rule,
        "grace_s": slot.grace_s,
        "gain_cb": slot.gain_cb,
        "zone": slot.zone,
        "valid_from": slot.valid_from.isoformat(),
        "valid_to": slot.valid_to.isoformat() if slot.valid_to else None,
    }


def publish_slots(session: Session, actor: Actor, *, slot_ids: Sequence[str], now: datetime) -> list[Slot]:
    """Publish proposed slots: from the next planning on their sessions are in the timetable.

    One that is published already stays as it is. Raises :class:`~scheduler.errors.Conflict` for one that has ended.
    """
    require(actor, Deed.PUBLISH_SLOT)
    slots = [_find_slot(session, identity) for identity in dict.fromkeys(slot_ids)]
    for slot in slots:
        if slot.ended_at is not None:
            raise Conflict(what=f"Khung giờ “{slot.title}” đã kết thúc, không công bố được")
        if slot.published_at is None:
            slot.published_by, slot.published_at = actor.id, now
            _record(session, actor, "slot-published", slot, now=now)
    return slots


def end_slot(session: Session, actor: Actor, *, slot_id: str, now: datetime) -> Slot:
    """End a slot now: its sessions that have not started are taken out at the next planning.

    A published slot is ended by whoever may publish; a proposal also by whoever may propose.
    """
    slot = _find_slot(session, slot_id)
    if slot.published_at is not None or not actor.may(Deed.PROPOSE_SLOT):
        require(actor, Deed.PUBLISH_SLOT)
    if slot.ended_at is None:
        slot.ended_by, slot.ended_at = actor.id, now
        _record(session, actor, "slot-ended", slot, now=now)
    return slot


def _find_slot(session: Session, slot_id: str) -> Slot:
    query = select(Slot).where(Slot.id == slot_id).with_for_update().execution_options(populate_existing=True)
    slot = session.scalars(query).one_or_none()
    if slot is None:
        raise NotFound(what="khung giờ này")
    return slot


def plan_one_off(
    session: Session,
    actor: Actor,
    *,
    station_ids: Sequence[str],
    programme_id: str,
    title: str,
    starts_at: datetime,
    start_rule: str,
    grace_s: int,
    gain_cb: int,
    zone: str,
    max_duration_s: int = 900,
    now: datetime,
) -> list[Airing]:
    """Plan one session at each station, outside of any slot (a make-good, a special), with the programme's items.

    Raises :class:`~scheduler.errors.Conflict` naming the first clash, and :class:`~scheduler.errors.NotAllowed`,
    :class:`~scheduler.errors.InvalidInput`, :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PUBLISH_SLOT)
    sounding = _sounding(start_rule, grace_s, gain_cb, max_duration_s)
    programme = find_programme(session, programme_id)
    shown = checked_title(title, "buổi phát")
    with refusing():
        zone_named(zone)
    if not now < starts_at <= now + _FURTHEST:
        raise InvalidInput(what="Giờ phát phải sau lúc này và trong vòng một năm")
    stations = lock_stations(session, station_ids)
    airings = _one_off_rows(session, stations, zone, starts_at=starts_at.astimezone(UTC), sounding=sounding)
    for airing in airings:
        airing.title, airing.planned_by, airing.planned_at = shown, actor.id, now
        airing.items = airing_items((item.kind, item.bulletin_id, item.language) for item in programme.items)
    names = {station.id: station.name for station in stations}
    refuse_airing_clashes(session, airings, zone=zone, names=names, now=now)
    session.add_all(airings)
    session.flush()
    for airing in airings:
        _record(
            session,
            actor,
            "airing-planned",
            airing,
            now=now,
            programme=programme.id,
            starts_at=format_instant(airing.starts_at),
        )
    return airings


def _one_off_rows(
    session: Session, stations: Sequence[Station], zone: str, *, starts_at: datetime, sounding: _Sounding
) -> list[Airing]:
    places = Places(session)
    day = local_day(starts_at, zone)
    rows = []
    for station in stations:
        place = places.on(station.id, day)
        rows.append(
            Airing(
                id=str(uuid7()),
                station_id=station.id,
                local_date=day,
                ordinal=0,
                starts_at=starts_at,
                ends_by=starts_at + timedelta(seconds=sounding.max_duration_s),
                start_rule=sounding.start_rule,
                grace_s=sounding.grace_s,
                gain_cb=sounding.gain_cb,
                bulletin_class=BulletinClass.NORMAL.value,
                station_name=station.name,
                unit_code=place.unit_code,
                unit_name=place.unit_name,
            )
        )
    return rows


def cancel_airing(session: Session, actor: Actor, *, airing_id: str, reason: str, now: datetime) -> Airing:
    """Take an airing that has not started out of the plan; it stays so whatever its slot yields.

    Raises :class:`~scheduler.errors.Conflict` once its start has come.
    """
    require(actor, Deed.PUBLISH_SLOT)
    said = clean_text(reason).strip()
    if not 3 <= len(said) <= 500 or said == NOT_IN_TIMETABLE:
        raise InvalidInput(what="Hãy ghi lý do bỏ buổi phát, từ 3 đến 500 ký tự")
    query = select(Airing).where(Airing.id == airing_id).with_for_update().execution_options(populate_existing=True)
    airing = session.scalars(query).one_or_none()
    if airing is None:
        raise NotFound(what="buổi phát này")
    if airing.starts_at <= now:
        raise Conflict(what="Buổi phát đã đến giờ, không bỏ được nữa. Hãy thu hồi bản tin nếu cần dừng ngay")
    if airing.cancelled_at is None or airing.cancel_reason == NOT_IN_TIMETABLE:
        airing.cancelled_at = airing.cancelled_at or now
        airing.cancel_reason = said
        _record(session, actor, "airing-cancelled", airing, now=now, reason=said)
    return airing


def _record(
    session: Session, actor: Actor, deed: str, subject: Slot | Airing, *, now: datetime, **facts: object
) -> None:
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        at=now,
        facts={"station": subject.station_id, "title": subject.title, **facts},
    )
