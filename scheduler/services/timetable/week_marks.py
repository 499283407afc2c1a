"""What proposed changes would do to the sessions of some days, to be shown where they would do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.changes import Step, apply
from playlists.effect import Effect, effects_alike
from playlists.errors import PlaylistError
from playlists.settling import Dropped
from playlists.slots import Occurrence
from playlists.timetable import StationDays, Timetable
from scheduler.db.timetable import TimetableChange
from scheduler.services.timetable.drop_words import drop_words
from scheduler.services.timetable.effect_views import Kind
from scheduler.services.timetable.steps import steps_from_text

MOST_PROPOSALS = 20


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change that isn't published: ``change_id`` is empty for the reader's own draft."""

    change_id: str
    title: str
    steps: tuple[Step, ...]


def open_proposals(session: Session) -> list[Proposed]:
    """Return the changes that wait for a decision, the newest :data:`MOST_PROPOSALS` of them, oldest first."""
    query = select(TimetableChange).where(TimetableChange.decision.is_(None))
    newest = query.order_by(TimetableChange.proposed_at.desc(), TimetableChange.id.desc()).limit(MOST_PROPOSALS)
    return [Proposed(row.id, row.title, steps_from_text(row.steps)) for row in reversed(list(session.scalars(newest)))]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a change would do to a session: ``was_at`` is its start before a move, ``reason`` why it would lose its time
    and ``by`` to what; ``leaves`` tells that it would stand elsewhere or otherwise, where another mark tells so."""

    change_id: str
    change_title: str
    kind: Kind
    was_at: datetime | None = None
    reason: str = ""
    by: str = ""
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A session where a change would put it; with ``lost_to`` it would find no time there, in words."""

    station_id: UUID
    session: Occurrence | Dropped
    mark: Mark
    lost_to: str = ""


_Key = tuple[UUID, UUID, date]


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of sessions that stand, by station, slot and date, and the sessions that don't stand yet."""

    standing: dict[_Key, Mark] = field(default_factory=dict)
    new: list[NewPlace] = field(default_factory=list)

    def on(self, station_id: UUID, slot_id: UUID, day: date) -> Mark | None:
        """Return the mark of a session that stands."""
        return self.standing.get((station_id, slot_id, day))


def marks_of(
    standing: Timetable,
    plan: Mapping[UUID, StationDays],
    proposals: Sequence[Proposed],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    tz: ZoneInfo,
) -> Marks:
    """Return the marks that proposals leave on a plan of ``[since, until)``, each looked at for itself.

    One that no longer fits what stands leaves none; of two that touch the same session the later one is told.
    """
    marks = Marks()
    for proposal in proposals:
        try:
            changed = apply(standing, proposal.steps)
            touched = standing.touched(changed, since, until) & plan.keys()
            after = changed.plan(since, until, touched)
        except PlaylistError:
            continue
        for alike in effects_alike({each: plan[each] for each in touched}, after, now=now):
            for station_id in alike.station_ids:
                _mark(marks, station_id, alike.effect, _Marker(proposal, tz))
    return marks


@dataclass(frozen=True, slots=True)
class _Marker:
    """Makes the marks of one proposal."""

    proposal: Proposed
    tz: ZoneInfo

    def of(
        self, kind: Kind, was_at: datetime | None = None, lost: Dropped | None = None, *, leaves: bool = False
    ) -> Mark:
        by = lost.by.title if lost is not None and lost.by is not None else ""
        return Mark(self.proposal.change_id, self.proposal.title, kind, was_at, self.lost_to(lost), by, leaves)

    def lost_to(self, lost: Dropped | None) -> str:
        return drop_words(lost, self.tz) if lost is not None else ""


def _mark(marks: Marks, station_id: UUID, found: Effect, marker: _Marker) -> None:
    """Mark what an effect does at a station."""
    lost = {(each.slot.id, each.date): each for _, each in (*found.pushed_out, *found.forbidden)}
    twice = ((Kind.MOVED, found.moved), (Kind.CHANGED, found.changed))
    for kind, old, new in ((kind, old, new) for kind, pairs in twice for old, new in pairs):
        marks.standing[station_id, new.slot.id, new.date] = marker.of(kind, leaves=True)
        marks.new.append(NewPlace(station_id, new, marker.of(kind, old.starts_at)))
    for each in found.removed:
        to = lost.pop((each.slot.id, each.date), None)
        marks.standing[station_id, each.slot.id, each.date] = marker.of(Kind.REMOVED, lost=to)
    marks.new.extend(NewPlace(station_id, each, marker.of(Kind.ADDED)) for each in found.added)
    marks.new.extend(NewPlace(station_id, each, marker.of(Kind.ADDED), marker.lost_to(each)) for each in lost.values())
