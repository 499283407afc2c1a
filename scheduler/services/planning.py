"""One-off airings: who may put what into the plan outside of any slot, and call off what is planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists.hours import Hours
from playlists.model import BulletinClass
from playlists.recurrence import zone_named
from scheduler.canonical import clean_text, format_instant
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing
from scheduler.db.units import Station
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.clashes import lock_stations, refuse_airing_clashes
from scheduler.services.local_days import local_day
from scheduler.services.places import Places
from scheduler.services.plan_ahead import NO_HOURS, PlanChange, airing_items, plan_ahead
from scheduler.services.plan_values import refusing
from scheduler.services.programmes import (
    ProgrammeEntry,
    change_programme,
    checked_title,
    find_programme,
    make_programme,
)
from scheduler.services.session_contents import AskedItem
from scheduler.services.sounding import Sounding
from scheduler.services.timetable.turns import take_turn

__all__ = [
    "PlanChange",
    "ProgrammeEntry",
    "cancel_airing",
    "change_programme",
    "make_programme",
    "plan_ahead",
    "plan_one_off",
]

_FURTHEST = timedelta(days=366)


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
    hours: Hours = NO_HOURS,
    now: datetime,
) -> list[Airing]:
    """Plan one session at each station, outside of any slot (a make-good, a special), with the programme's items.

    What a template's places hold follows with the next planning, and again until the start, like that of a slot's
    sessions.

    Raises :class:`~scheduler.errors.Conflict` naming the first clash, or the hours that refuse it, with what can be
    done, and :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput`,
    :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PUBLISH_SLOT)
    sounding = Sounding(start_rule, grace_s, gain_cb, max_duration_s)
    programme = find_programme(session, programme_id)
    shown = checked_title(title, "buổi phát")
    with refusing():
        zone_named(zone)
    if not now < starts_at <= now + _FURTHEST:
        raise InvalidInput(what="Giờ phát phải sau lúc này và trong vòng một năm")
    take_turn(session)
    stations = lock_stations(session, station_ids)
    airings = _one_off_rows(session, stations, zone, starts_at=starts_at.astimezone(UTC), sounding=sounding)
    for airing in airings:
        airing.title, airing.planned_by, airing.planned_at = shown, actor.id, now
        airing.programme_id = programme.id if programme.places else None
        airing.items = airing_items(AskedItem(item.kind, item.bulletin_id, item.language) for item in programme.items)
    refuse_airing_clashes(session, airings, zone=zone, hours=hours, now=now)
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
    session: Session, stations: Sequence[Station], zone: str, *, starts_at: datetime, sounding: Sounding
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


def _record(session: Session, actor: Actor, deed: str, subject: Airing, *, now: datetime, **facts: object) -> None:
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        at=now,
        facts={"station": subject.station_id, "title": subject.title, **facts},
    )
