"""What operators say to a proposed change for their stations: they confirm it, or object and say why.

An objection doesn't stand in the way of a change, but whoever publishes it must have seen it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import digest
from scheduler.db.accounts import Person
from scheduler.db.timetable import TimetableStance
from scheduler.db.units import Station
from scheduler.errors import InvalidInput, NotAllowed
from scheduler.rules.permissions import Actor, Deed, require_station
from scheduler.services import audit, stations
from scheduler.services.local_days import local_day
from scheduler.services.timetable.change_rows import SUBJECT, checked_reason, open_change
from scheduler.services.timetable.effect_views import EffectView
from scheduler.services.timetable.effects import Outlook, stations_that_differ
from scheduler.services.timetable.steps import steps_from_text

CONFIRM, OBJECT = "confirm", "object"


@dataclass(frozen=True, slots=True)
class Stance:
    """The latest word about one station; ``reason`` is empty for a confirmation."""

    id: int
    station_id: str
    station_name: str
    person_name: str
    stance: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stances:
    """The latest words about the ``asked`` stations that a change touches, by station."""

    asked: int
    told: tuple[Stance, ...]

    @property
    def confirmed(self) -> int:
        """How many stations are confirmed."""
        return sum(each.stance == CONFIRM for each in self.told)

    @property
    def objections(self) -> tuple[Stance, ...]:
        """Who objects."""
        return tuple(each for each in self.told if each.stance == OBJECT)

    @property
    def words(self) -> str:
        """``12/14 cụm loa đã xác nhận, 1 phản đối: Búng Lao – trùng giờ chợ phiên``."""
        told = f"{self.confirmed}/{self.asked} cụm loa đã xác nhận"
        if not self.objections:
            return told
        reasons = "; ".join(f"{each.station_name} – {each.reason}" for each in self.objections)
        return f"{told}, {len(self.objections)} phản đối: {reasons}"


def standing_stances(session: Session, change_id: str, station_ids: Collection[str]) -> Stances:
    """Return the latest word about each of the stations that a change touches."""
    asked = set(station_ids)
    query = (
        select(TimetableStance, Station.name, Person.display_name)
        .join(Station, Station.id == TimetableStance.station_id)
        .join(Person, Person.id == TimetableStance.person_id)
        .where(TimetableStance.change_id == change_id)
        .order_by(TimetableStance.id)
    )
    latest = {
        row.station_id: Stance(row.id, row.station_id, station, person, row.stance, row.reason or "", row.at)
        for row, station, person in session.execute(query)
        if row.station_id in asked
    }
    return Stances(len(asked), tuple(sorted(latest.values(), key=lambda each: (each.station_name, each.station_id))))


def seen_digest(effect: EffectView, stances: Stances) -> str:
    """Return what tells that somebody saw this effect and these objections: a confirmation more changes nothing."""
    return digest({"effect": effect.digest, "objections": [each.id for each in stances.objections]})


def say(
    session: Session,
    actor: Actor,
    *,
    change_id: str,
    station_ids: Sequence[str],
    stance: str,
    reason: str = "",
    now: datetime,
    outlook: Outlook,
) -> None:
    """Record that an operator confirms (``confirm``) an open change for stations, or objects (``object``) and why.

    Raises :class:`~scheduler.errors.InvalidInput` for an objection without a reason or a station that the change
    doesn't touch, :class:`~scheduler.errors.NotAllowed` for a station that isn't the actor's,
    :class:`~scheduler.errors.Conflict` for a change that was decided.
    """
    if stance not in {CONFIRM, OBJECT}:
        raise InvalidInput(what="Hãy chọn xác nhận hoặc phản đối")
    said = checked_reason(reason, "phản đối") if stance == OBJECT else None
    wanted = list(dict.fromkeys(station_ids))
    if not wanted:
        raise InvalidInput(what="Hãy chọn ít nhất một cụm loa")
    for station_id in wanted:
        require_speaker(session, actor, station_id, local_day(now, outlook.zone))
    change = open_change(session, change_id)
    (touched,) = stations_that_differ(session, [steps_from_text(change.steps)], wanted, now=now, outlook=outlook)
    if not touched.issuperset(wanted):
        what = "Thay đổi này không đụng tới cụm loa đã chọn, hoặc không còn khớp với lịch; hãy xem lại đề xuất"
        raise InvalidInput(what=what)
    session.add_all(
        TimetableStance(
            change_id=change_id, station_id=station_id, person_id=actor.id, stance=stance, reason=said, at=now
        )
        for station_id in wanted
    )
    session.flush()
    audit.record(
        session,
        person=actor.id,
        deed="timetable-confirmed" if stance == CONFIRM else "timetable-objected",
        subject_kind=SUBJECT,
        subject_id=change_id,
        at=now,
        facts={"title": change.title, "stations": wanted} | ({"reason": said} if said else {}),
    )


def may_speak_for(session: Session, actor: Actor, station_ids: Sequence[str], day: date) -> list[str]:
    """Return those of the stations for which the actor may confirm or object on ``day``."""
    found = []
    for station_id in station_ids if actor.may(Deed.CONFIRM_TIMETABLE) else ():
        try:
            require_speaker(session, actor, station_id, day)
        except NotAllowed:
            continue
        found.append(station_id)
    return found


def require_speaker(session: Session, actor: Actor, station_id: str, day: date) -> None:
    """Raise :class:`~scheduler.errors.NotAllowed` unless the actor is an operator of the station."""
    above = stations.unit_codes_above(session, station_id, day)
    require_station(actor, Deed.CONFIRM_TIMETABLE, station_id, above)
