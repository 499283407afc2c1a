"""Which proposed changes still wait for an operator's word, and for which stations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.rules.permissions import Actor, Deed
from scheduler.services.local_days import local_day
from scheduler.services.station_overview import stations_on_duty
from scheduler.services.timetable.change_views import ChangeLine
from scheduler.services.timetable.effect_views import EffectView
from scheduler.services.timetable.effects import Outlook, stations_that_differ
from scheduler.services.timetable.stances import may_speak_for, standing_stances


@dataclass(frozen=True, slots=True)
class StanceCall:
    """An open change that touches ``station_ids``, of which the operator has not spoken yet."""

    line: ChangeLine
    station_ids: tuple[str, ...]


def speaks_for(session: Session, actor: Actor, effect: EffectView, *, now: datetime, zone: str) -> list[str]:
    """Return the stations that a change touches and for which the actor may confirm or object."""
    if not actor.may(Deed.CONFIRM_TIMETABLE):
        return []
    touched = set(effect.station_ids)
    near = [each for each in stations_on_duty(session, actor, zone=zone, now=now) if each in touched]
    return may_speak_for(session, actor, near, local_day(now, zone))


def stance_calls(
    session: Session, actor: Actor, lines: Sequence[ChangeLine], *, now: datetime, outlook: Outlook
) -> list[StanceCall]:
    """Return which of the open changes wait for the actor's word, in their order, without those that no longer fit."""
    if not lines or not actor.may(Deed.CONFIRM_TIMETABLE):
        return []
    near = stations_on_duty(session, actor, zone=outlook.zone, now=now)
    if not near:
        return []
    differing = stations_that_differ(session, [line.told for line in lines], near, now=now, outlook=outlook)
    touched = frozenset().union(*differing)
    mine = may_speak_for(session, actor, [each for each in near if each in touched], local_day(now, outlook.zone))
    found = []
    for line, there in zip(lines, differing, strict=True):
        said = {each.station_id for each in standing_stances(session, line.id, there).told}
        if unsaid := tuple(each for each in mine if each in there - said):
            found.append(StanceCall(line, unsaid))
    return found
