"""The effect of a change, told before anybody makes it: what it adds, moves, removes and pushes out, and where.

A change is made on the timetable as it stands; both are planned as far as the change may reach, and compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.changes import Step, apply, written_slots
from playlists.comparing import plans_compared
from playlists.effect import Alike, effects_alike
from playlists.errors import PlaylistError
from playlists.hours import Hours
from playlists.recurrence import zone_named
from playlists.slots import Occurrence
from playlists.timetable import Timetable
from scheduler.canonical import digest, format_instant
from scheduler.db.planning import ProgrammePlace
from scheduler.services.local_days import ONE_DAY, local_day, midnight
from scheduler.services.plan_values import refusing
from scheduler.services.timetable.effect_losses import Scene, losses, out_of_hours, where
from scheduler.services.timetable.effect_views import EffectLine, EffectView, Kind, counted
from scheduler.services.timetable.effect_warnings import warnings
from scheduler.services.timetable.standing import standing_timetable

LOOKS_AHEAD = timedelta(days=400)
"""How far clashes are looked for; a change lies within it."""
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Outlook:
    """By what a network's timetable is looked at: its zone, how many days are counted, and its hours."""

    zone: str
    days_ahead: int
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True, slots=True)
class Prospect:
    """The timetable as it stands, as it would be, and what is different."""

    before: Timetable
    after: Timetable
    effect: EffectView


def change_effect(
    session: Session, steps: Sequence[Step], *, now: datetime, outlook: Outlook, templates: Collection[UUID] = ()
) -> EffectView:
    """Return what the steps would do to the timetable as it stands, after ``now``; raises as :func:`prospect` does."""
    return prospect(session, steps, now=now, outlook=outlook, templates=templates).effect


def prospect(
    session: Session, steps: Sequence[Step], *, now: datetime, outlook: Outlook, templates: Collection[UUID] = ()
) -> Prospect:
    """Return the timetable before and after the steps, with their effect after ``now``.

    ``templates`` are programmes that nobody has kept yet and that each session will fill anew. Raises
    :class:`~scheduler.errors.Conflict` for a step that doesn't fit what stands any more, and
    :class:`~scheduler.errors.InvalidInput` for steps that contradict each other or make a circle.
    """
    tz = zone_named(outlook.zone)
    today = local_day(now, tz)
    until = midnight(today + LOOKS_AHEAD, tz)
    written, filled_anew = written_slots(steps), _filled_anew(session) | frozenset(templates)
    before = standing_timetable(session, hours=outlook.hours, now=now, until=until, changing=written)
    with refusing():
        after = apply(before, steps)
        plans = plans_compared(before, after, now, until, filled_anew=filled_anew)
    found = effects_alike(*plans, now=now)
    first = _first_day(found, today, outlook)
    last = first + timedelta(days=outlook.days_ahead) - ONE_DAY
    scene = Scene(after, written, now, until, tz)
    inside = [(alike, _within(alike, last, scene)) for alike in found]
    lines = _lines(inside, scene)
    view = EffectView(
        first=first,
        last=last,
        soon=first == today,
        counts=counted([(each.kind, len(alike.station_ids)) for alike, told in inside for each in told]),
        station_ids=tuple(sorted(str(each) for alike in found for each in alike.station_ids)),
        counted_stations=sum(len(alike.station_ids) for alike, told in inside if told),
        lines=tuple(lines[:MOST_LINES]),
        lines_left=len(lines[MOST_LINES:]),
        lost=losses(found, scene),
        out_of_hours=out_of_hours(found, scene),
        warnings=warnings(found, plans, scene, filled_anew=filled_anew),
        detail=_detail(found),
    )
    return Prospect(before, after, view)


def stations_that_differ(
    session: Session,
    changes: Sequence[Sequence[Step]],
    station_ids: Collection[str],
    *,
    now: datetime,
    outlook: Outlook,
) -> list[frozenset[str]]:
    """Return for each change, looked at for itself, at which of these stations it makes a difference after ``now``.

    One that doesn't fit what stands makes none. To look at some stations costs less than the whole effect.
    """
    tz = zone_named(outlook.zone)
    until = midnight(local_day(now, tz) + LOOKS_AHEAD, tz)
    wanted = frozenset(map(UUID, station_ids))
    written = frozenset().union(*map(written_slots, changes))
    before = standing_timetable(
        session, hours=outlook.hours, now=now, until=until, station_ids=wanted, changing=written
    )
    found = []
    for steps in changes:
        try:
            plans = plans_compared(before, apply(before, steps), now, until, station_ids=wanted)
        except PlaylistError:
            found.append(frozenset[str]())
            continue
        differing = (each for alike in effects_alike(*plans, now=now) for each in alike.station_ids)
        found.append(frozenset(map(str, differing)))
    return found


def _filled_anew(session: Session) -> frozenset[UUID]:
    """The programmes that each session fills from campaigns: to air one twice is not to air the same twice."""
    return frozenset(UUID(each) for each in session.scalars(select(ProgrammePlace.programme_id).distinct()))


@dataclass(frozen=True, slots=True)
class _Told:
    kind: Kind
    session: Occurrence
    was_at: datetime | None = None


def _differences(alike: Alike) -> Iterator[_Told]:
    found = alike.effect
    yield from (_Told(Kind.ADDED, each) for each in found.added)
    yield from (_Told(Kind.MOVED, after, before.starts_at) for before, after in found.moved)
    yield from (_Told(Kind.CHANGED, after) for _, after in found.changed)
    yield from (_Told(Kind.REMOVED, each) for each in found.removed)


def _first_day(found: Sequence[Alike], today: date, outlook: Outlook) -> date:
    """Today, unless nothing differs in the days ahead: then the first day on which anything does."""
    tz = zone_named(outlook.zone)
    days = [local_day(each.session.starts_at, tz) for alike in found for each in _differences(alike)]
    first = min(days, default=today)
    return today if first < today + timedelta(days=outlook.days_ahead) else first


def _within(alike: Alike, last: date, scene: Scene) -> list[_Told]:
    end = midnight(last + ONE_DAY, scene.tz)
    return [
        each for each in _differences(alike) if min(each.session.starts_at, each.was_at or each.session.starts_at) < end
    ]


def _lines(inside: Sequence[tuple[Alike, list[_Told]]], scene: Scene) -> list[EffectLine]:
    together: dict[tuple[object, ...], tuple[_Told, list[UUID]]] = {}
    for alike, told in inside:
        for each in told:
            key = each.kind, each.session.slot.id, each.session.date, each.session.starts_at, each.was_at
            together.setdefault(key, (each, []))[1].extend(alike.station_ids)
    lines = [
        EffectLine(
            kind=each.kind,
            slot_id=str(each.session.slot.id),
            title=each.session.slot.title,
            date=each.session.date,
            starts_at=each.session.starts_at,
            was_at=each.was_at,
            where=where(stations, scene.timetable.network),
            zone=scene.tz,
        )
        for each, stations in together.values()
    ]
    return sorted(lines, key=lambda line: (line.starts_at, line.title, line.slot_id, line.kind))


def _detail(found: Sequence[Alike]) -> str:
    """The digest of every difference over all the time that was looked at, station by station."""
    return digest(
        [
            {
                "stations": [str(each) for each in alike.station_ids],
                "sessions": [_told_value(each) for each in _differences(alike)],
                "lost": [
                    [str(each.slot.id), each.date.isoformat(), each.reason.value, each.by.title if each.by else None]
                    for _, each in (*alike.effect.pushed_out, *alike.effect.forbidden)
                ],
                "warned": [[str(each.slot.id), each.date.isoformat()] for _, each in alike.effect.warned],
            }
            for alike in sorted(found, key=lambda alike: alike.station_ids)
        ]
    )


def _told_value(each: _Told) -> list[str]:
    was = format_instant(each.was_at) if each.was_at is not None else ""
    starts_at = format_instant(each.session.starts_at)
    return [each.kind.name, str(each.session.slot.id), each.session.date.isoformat(), starts_at, was]
