"""Where a station stands, and what it speaks: dated moves with their effect, and moves ahead taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.network import Stay
from playlists.scopes import Reach
from scheduler.canonical import digest
from scheduler.db.units import StationUnit
from scheduler.errors import InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit, stations
from scheduler.services.timetable.standing import standing_slots
from scheduler.services.units import unit_on
from scheduler.services.units.change import EffectDiffers
from scheduler.services.units.register import Register, StationStays, moved, read_register


@dataclass(frozen=True, slots=True)
class StayLine:
    """One of a station's stays with the name that the unit has on its first day; ``ahead`` has not begun yet."""

    unit_code: str
    unit_name: str
    valid_from: date
    valid_to: date | None
    ahead: bool


@dataclass(frozen=True)
class SlotEffect:
    """The slots that reach a station no more, and those that newly do, by title; ``digest`` covers what was asked."""

    asked: tuple[str, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what was asked and what it does, in 64 digits."""
        return digest({"asked": list(self.asked), "lost": list(self.lost), "gained": list(self.gained)})


def stays(session: Session, *, station_id: str, today: date) -> list[StayLine]:
    """Return where a station stood, stands and will stand, the last first; raises NotFound."""
    register = read_register(session)
    station = _station(register, station_id)
    lines = []
    for stay in reversed(station.stays):
        unit = register.on(stay.unit_code, stay.valid_from)
        name = unit.name if unit is not None else stay.unit_code
        lines.append(StayLine(stay.unit_code, name, stay.valid_from, stay.valid_to, stay.valid_from > today))
    return lines


def look_at_move(session: Session, *, station_id: str, unit_code: str, from_day: date, now: datetime) -> SlotEffect:
    """Return what changes at a station that moves on ``from_day``; raises as :func:`stations.move_station` would."""
    register = read_register(session)
    station = _station(register, station_id)
    unit = unit_on(session, unit_code, from_day)
    last = station.stays[-1] if station.stays else None
    if last is not None and last.valid_from >= from_day:
        raise InvalidInput(
            what=f"Cụm loa đã chuyển đơn vị từ ngày {last.valid_from:%d/%m/%Y}. Hãy chọn ngày sau, hoặc bỏ lần đó"
        )
    here = register.on(last.unit_code, from_day) if last is not None and last.valid_to is None else None
    if here is not None and here.key == (unit.code, unit.valid_from):
        raise InvalidInput(what=f"Cụm loa đang đứng ở {unit.name}. Hãy chọn đơn vị khác")
    placed = moved(station.stays, unit_code, from_day)
    if placed == station.stays:  # it stood nowhere
        placed = (*station.stays, Stay(unit_code, from_day))
    asked = ("move", station.id, unit_code, from_day.isoformat())
    return _effect(session, register, replace(station, stays=placed), asked, from_day=from_day, now=now)


def move(
    session: Session,
    actor: Actor,
    *,
    station_id: str,
    unit_code: str,
    from_day: date,
    seen: str,
    now: datetime,
) -> None:
    """Move a station as it was seen under the digest ``seen``; raises EffectDiffers when that has changed meanwhile."""
    require(actor, Deed.MANAGE_STATIONS)
    effect = look_at_move(session, station_id=station_id, unit_code=unit_code, from_day=from_day, now=now)
    if effect.digest != seen:
        raise EffectDiffers
    stations.move_station(session, actor, station_id=station_id, unit_code=unit_code, from_day=from_day, now=now)


def take_back_move(
    session: Session, actor: Actor, *, station_id: str, from_day: date, today: date, now: datetime
) -> None:
    """Take back a move that has not come yet: the station stays where it was before; raises InvalidInput, NotFound."""
    require(actor, Deed.MANAGE_STATIONS)
    station = stations.find(session, station_id)
    rows = list(
        session.scalars(
            select(StationUnit).where(StationUnit.station_id == station.id).order_by(StationUnit.valid_from)
        )
    )
    row = next((each for each in rows if each.valid_from == from_day), None)
    if row is None:
        raise NotFound(what=f"lần chuyển ngày {from_day:%d/%m/%Y}")
    if from_day <= today:
        raise InvalidInput(what="Lần chuyển này đã có hiệu lực. Hãy ghi một lần chuyển mới nếu cụm loa đứng ở nơi khác")
    if row is not rows[-1]:
        raise InvalidInput(what="Hãy bỏ lần chuyển sau cùng trước")
    if len(rows) > 1 and rows[-2].valid_to == from_day - timedelta(days=1):
        rows[-2].valid_to = row.valid_to
    session.delete(row)
    session.flush()
    facts = {"unit": row.unit_code, "from_day": from_day.isoformat()}
    _record(session, actor, "station-move-taken-back", station.id, now=now, **facts)


def look_at_languages(
    session: Session, *, station_id: str, languages: Sequence[str], today: date, now: datetime
) -> SlotEffect:
    """Return what changes at a station that speaks other languages from today on; raises InvalidInput, NotFound."""
    register = read_register(session)
    station = _station(register, station_id)
    spoken = stations.checked_languages(languages)
    asked = ("languages", station.id, *spoken)
    return _effect(session, register, replace(station, languages=spoken), asked, from_day=today, now=now)


def set_languages(
    session: Session,
    actor: Actor,
    *,
    station_id: str,
    languages: Sequence[str],
    seen: str,
    today: date,
    now: datetime,
) -> None:
    """Note which languages a station speaks, as it was seen under the digest ``seen``; raises EffectDiffers."""
    require(actor, Deed.MANAGE_STATIONS)
    effect = look_at_languages(session, station_id=station_id, languages=languages, today=today, now=now)
    if effect.digest != seen:
        raise EffectDiffers
    station = stations.find(session, station_id)
    spoken, before = list(stations.checked_languages(languages)), list(station.languages)
    if spoken == before:
        return
    station.languages = spoken
    _record(session, actor, "station-languages-set", station.id, now=now, languages=spoken, before=before)


def _effect(
    session: Session,
    register: Register,
    after: StationStays,
    asked: tuple[str, ...],
    *,
    from_day: date,
    now: datetime,
) -> SlotEffect:
    changed = Register(register.units, {**register.stations, after.id: after})
    reaches = Reach(register.network()), Reach(changed.network())
    lost, gained = [], []
    for slot in standing_slots(session, now).values():
        last = slot.calendar.last
        if last is not None and max((last, *slot.calendar.added)) < from_day:
            continue
        day = max(from_day, slot.calendar.first)
        reached = [UUID(after.id) in reach.stations(slot.scope, day) for reach in reaches]
        if reached == [True, False]:
            lost.append(slot.title)
        elif reached == [False, True]:
            gained.append(slot.title)
    return SlotEffect(asked, tuple(sorted(lost)), tuple(sorted(gained)))


def _station(register: Register, station_id: str) -> StationStays:
    station = register.stations.get(station_id)
    if station is None:
        raise NotFound(what="cụm loa này")
    return station


def _record(session: Session, actor: Actor, deed: str, station_id: str, *, now: datetime, **facts: object) -> None:
    audit.record(
        session, person=actor.id, deed=deed, subject_kind="station", subject_id=station_id, at=now, facts=facts
    )
