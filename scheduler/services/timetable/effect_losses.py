"""Who loses time by a change or breaks the network's hours, and what can be done about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from playlists.effect import Alike
from playlists.hours import Breach
from playlists.make_goods import free_start
from playlists.network import ONE_DAY, Network
from playlists.settling import Dropped, Taken
from playlists.slots import LONGEST, Slot
from playlists.timetable import NOTHING_LOCAL, Timetable
from scheduler.services.local_days import local_day, midnight
from scheduler.services.timetable.drop_words import breach_words
from scheduler.services.timetable.effect_views import LostTime, OutOfHours, Remedy, Where

_EARLIEST = time(5)
"""No earlier hour is proposed on the day of a clash."""
_ONE_MINUTE = timedelta(minutes=1)
_NAMED = 2

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Scene:
    """What an effect is told before: the changed timetable, the slots that the change writes, and from when to
    when."""

    timetable: Timetable
    written: Collection[UUID]
    now: datetime
    until: datetime
    tz: ZoneInfo

    def clock(self, instant: datetime) -> str:
        """Return the local hour, 17:00."""
        return f"{instant.astimezone(self.tz):%H:%M}"

    def hours(self, span: Span) -> str:
        """Return local hours as offices write them, 17:00–17:45."""
        return f"{self.clock(span[0])}–{self.clock(span[1])}"


def where(station_ids: Iterable[UUID], network: Network) -> Where:
    """Return stations with the names of the first two, by name."""
    named = sorted((network.stations[each].name, str(each)) for each in set(station_ids))
    return Where(tuple(identity for _, identity in named), tuple(name for name, _ in named[:_NAMED]))


def losses(found: Sequence[Alike], scene: Scene) -> tuple[LostTime, ...]:
    """Return the sessions that lose their time, those alike in slots and hours told together, ties first."""
    together: dict[tuple[object, ...], list[tuple[Alike, Dropped, Taken]]] = {}
    for alike in found:
        for _, each in alike.effect.pushed_out:
            if each.by is not None:
                hours = scene.hours(_span(each)), scene.hours((each.by.starts_at, each.by.ends_at))
                key = each.slot.id, each.by.slot_id or each.by.title, hours, each.tied
                together.setdefault(key, []).append((alike, each, each.by))
    told = [_lost_time(group, scene) for group in together.values()]
    return tuple(sorted(told, key=lambda each: (not each.tied, each.first, each.hours, each.title, each.by_hours)))


def _lost_time(group: Sequence[tuple[Alike, Dropped, Taken]], scene: Scene) -> LostTime:
    alike, lost, by = min(group, key=lambda each: (each[1].starts_at, each[0].station_ids))
    span, taken = _span(lost), (by.starts_at, by.ends_at)
    return LostTime(
        slot_id=str(lost.slot.id),
        title=lost.slot.title,
        hours=scene.hours(span),
        by_title=by.title,
        by_hours=scene.hours(taken),
        minutes=minutes_shared(span, taken),
        first=local_day(lost.starts_at, scene.tz),
        sessions=len({each.date for _, each, _ in group}),
        where=where((station_id for one, _, _ in group for station_id in one.station_ids), scene.timetable.network),
        tied=lost.tied,
        remedies=_remedies(alike.station_ids[0], lost, by, _from(group, scene)),
    )


def minutes_shared(one: Span, two: Span) -> int:
    """Return how long two spans that meet share, in minutes begun."""
    return -(-(min(one[1], two[1]) - max(one[0], two[0])) // _ONE_MINUTE)


def _from(group: Sequence[tuple[Alike, Dropped, Taken]], scene: Scene) -> Scene:
    """The scene in which a remedy is looked for: what comes again on later days may move to an hour that has passed
    today."""
    again = len({each.date for _, each, _ in group}) > 1
    return replace(scene, now=scene.now - ONE_DAY) if again else scene


def _span(lost: Dropped) -> Span:
    return lost.starts_at, lost.starts_at + lost.slot.max_duration


def _remedies(station_id: UUID, lost: Dropped, by: Taken, scene: Scene) -> tuple[Remedy, ...]:
    """Return what can be done, as deeds with whichever of the two slots the change is about."""
    mine = Claim(lost.slot.id, lost.slot.title, _span(lost))
    winner = Claim(by.slot_id, by.title, (by.starts_at, by.ends_at))
    if by.slot_id in scene.written and lost.slot.id not in scene.written:
        return remedies(winner, mine.span, station_id, scene)
    return remedies(mine, winner.span, station_id, scene)


@dataclass(frozen=True, slots=True)
class Claim:
    """The time that somebody wants for a session; ``slot_id`` is null for one outside of any slot."""

    slot_id: UUID | None
    title: str
    span: Span


def remedies(claim: Claim, other: Span, station_id: UUID, scene: Scene) -> tuple[Remedy, ...]:
    """Return what can be done with ``claim`` so that ``other`` keeps its time."""
    of = Remedy(str(claim.slot_id) if claim.slot_id is not None else None, claim.title)
    found = []
    free = free_time(claim, [other], station_id, scene)
    if free is not None:
        found.append(replace(of, start=free.astimezone(scene.tz).time()))
    whole = (other[0] - claim.span[0]) // _ONE_MINUTE * _ONE_MINUTE
    if whole > timedelta(0):
        found.append(replace(of, max_duration=whole))
    return (*found, of)


def free_time(claim: Claim, others: Sequence[Span], station_id: UUID, scene: Scene) -> datetime | None:
    """Return the next free time of that length on the local day of ``claim``, else the first one of that day; None when
    there is none."""
    span = claim.span
    day = local_day(span[0], scene.tz)
    first, until = midnight(day, scene.tz), midnight(day + ONE_DAY, scene.tz)
    planned = scene.timetable.plan(first - LONGEST, until, [station_id])[station_id].pattern
    taken = [
        *others,
        *((each.starts_at, each.ends_at) for each in scene.timetable.local.get(station_id, NOTHING_LOCAL).taken),
        *((each.starts_at, each.ends_at) for each in planned.kept if each.slot.id != claim.slot_id),
    ]
    morning = first + timedelta(hours=_EARLIEST.hour)
    length = span[1] - span[0]
    for since in (span[0], max(morning, scene.now)):
        free = free_start(taken, length, since, until, hours=scene.timetable.hours, zone=scene.tz)
        if free is not None:
            return free
    return None


def out_of_hours(found: Sequence[Alike], scene: Scene) -> tuple[OutOfHours, ...]:
    """Return the sessions that break the network's hours, those alike told together, refused ones first."""
    together: dict[tuple[object, ...], list[tuple[Alike, _Breaking]]] = {}
    for alike in found:
        breaking = [
            *(_Breaking(each.slot, each.starts_at, each.breaches, refused=True) for _, each in alike.effect.forbidden),
            *(_Breaking(each.slot, each.starts_at, each.breaches, refused=False) for _, each in alike.effect.warned),
        ]
        for each in breaking:
            key = each.slot.id, scene.hours(each.span), each.breaches, each.refused
            together.setdefault(key, []).append((alike, each))
    told = [_out_of_hours(group, scene) for group in together.values()]
    return tuple(sorted(told, key=lambda each: (not each.refused, each.first, each.hours, each.title)))


@dataclass(frozen=True, slots=True)
class _Breaking:
    slot: Slot
    starts_at: datetime
    breaches: tuple[Breach, ...]
    refused: bool

    @property
    def span(self) -> Span:
        return self.starts_at, self.starts_at + self.slot.max_duration


def _out_of_hours(group: Sequence[tuple[Alike, _Breaking]], scene: Scene) -> OutOfHours:
    first = min((each for _, each in group), key=lambda each: each.starts_at)
    days: set[date] = {local_day(each.starts_at, scene.tz) for _, each in group}
    return OutOfHours(
        slot_id=str(first.slot.id),
        title=first.slot.title,
        hours=scene.hours(first.span),
        rule=", ".join(breach_words(each) for each in first.breaches),
        first=min(days),
        sessions=len(days),
        where=where((station_id for alike, _ in group for station_id in alike.station_ids), scene.timetable.network),
        refused=first.refused,
    )
