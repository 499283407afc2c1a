"""What became of planned airings: their rows, the rundowns that were issued and the stations' words, put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.model import (
    AsRun,
    AsRunEvent,
    BulletinClass,
    Item,
    ItemKind,
    ItemPhase,
    Omission,
    OmissionReason,
    PlannedAiring,
    StartRule,
)
from playlists.outcomes import AiringOutcome
from playlists.reconcile import reconcile
from playlists.rundown import languages_to_try
from scheduler.canonical import media_sha256
from scheduler.db.planning import Airing, AiringItem
from scheduler.db.reports import AsRunRow
from scheduler.db.units import Station
from scheduler.protocol import AsRunEntry, RundownAiring, RundownItem, read_entry
from scheduler.services.bulletins.standing import StandingTrack, standing_approvals
from scheduler.services.issued import Issues
from scheduler.services.log_names import Names
from scheduler.services.plan_values import airing_value

_AT_ONCE = 500
_LONGEST_POSITION_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Judged:
    """An airing, the plan in force at its start, what became of it, and the sequence of the rundown that counted."""

    row: Airing
    plan: PlannedAiring
    outcome: AiringOutcome
    sequence: int | None


class Judge:
    """Judges airings as of ``now``; what it reads from the database it reads once."""

    def __init__(self, session: Session, *, allowance: timedelta, now: datetime) -> None:
        self._session = session
        self._allowance = allowance
        self._now = now
        self._issues = Issues(session)
        self._standing: dict[datetime, dict[tuple[str, str, str], StandingTrack]] = {}
        self.names = Names(session)

    def judge(self, rows: Sequence[Airing]) -> list[Judged]:
        """Return what became of ``rows``, in their order."""
        entries = _entries(self._session, rows)
        self.names.learn_bulletins({item.bulletin_id for row in rows for item in row.items})
        return [self._one(row, entries.get(row.id, ())) for row in rows]

    def _one(self, row: Airing, entries: Sequence[AsRunRow]) -> Judged:
        plan, sequence = self._in_force(row)
        words = [_words(entry, UUID(row.id)) for entry in entries]
        outcome = reconcile(
            plan,
            words,
            now=self._now,
            allowance=self._allowance,
            cancelled=row.cancelled_at is not None,
            versions=self._versions(row, words),
        )
        return Judged(row, plan, outcome, outcome.rundown if outcome.rundown is not None else sequence)

    def _in_force(self, row: Airing) -> tuple[PlannedAiring, int | None]:
        """Return the plan as last dispatched before the start (or before it was cancelled), and its sequence.

        An emergency is dispatched at its start, not before: the first that told of it counts.
        """
        if row.bulletin_class == BulletinClass.EMERGENCY.value:
            issue = self._issues.first_telling(row.station_id, row.id, row.planned_at)
        else:
            issue = self._issues.at(row.station_id, min(row.starts_at, row.cancelled_at or row.starts_at))
        told = self._issues.airing(issue, row.id) if issue is not None else None
        if issue is not None and told is not None:
            return self._as_told(row, told), issue.sequence
        asked = airing_value(row)
        if row.cancelled_at is not None:
            every = tuple(_omission(row, item, item.omitted or OmissionReason.NOT_APPROVED) for item in row.items)
            return PlannedAiring(asked, (), tuple(each for each in every if each.kind.is_content), sent=False), None
        if any(item.omitted is not None for item in row.items):
            return PlannedAiring(asked, (), _omissions(row), sent=False), None
        return self._undispatched(row), None

    def _as_told(self, row: Airing, told: RundownAiring) -> PlannedAiring:
        airing = replace(
            airing_value(row),
            starts_at=told.starts_at,
            grace=timedelta(seconds=told.grace_s),
            start_rule=StartRule(told.start),
            bulletin_class=BulletinClass(told.bulletin_class),
            gain_cb=told.gain_cb,
            drill=told.drill,
        )
        items = tuple(self._item(item) for item in told.items)
        return PlannedAiring(airing, items, _omissions(row), sent=bool(items))

    def _item(self, told: RundownItem) -> Item:
        return Item(
            kind=ItemKind(told.kind),
            media=media_sha256(told.media),
            duration=timedelta(milliseconds=told.duration_ms),
            bulletin_id=UUID(told.bulletin),
            revision=told.revision,
            language=told.language,
            approval=media_sha256(told.approval),
            title=self.names.title(told.bulletin, told.revision),
        )

    def _undispatched(self, row: Airing) -> PlannedAiring:
        """Return what would sound by the newest approvals: no rundown names the airing yet, or ever did."""
        # An emergency starts at the very millisecond of its approval, which may bear microseconds.
        starts_at = row.starts_at if row.expires_at is None else max(row.starts_at, row.planned_at)
        standing = self._standing_at(min(starts_at, self._now))
        spoken = self._session.get_one(Station, row.station_id).languages
        items: list[Item] = []
        omissions: list[Omission] = []
        for asked in row.items:
            tried = (
                standing.get((asked.bulletin_id, asked.kind, each)) for each in languages_to_try(asked.language, spoken)
            )
            track = next((each for each in tried if each is not None and each.ended is None), None)
            if track is None:
                omissions.append(_omission(row, asked, OmissionReason.NOT_APPROVED))
            else:
                items.append(_item_of(track))
        return PlannedAiring(airing_value(row), tuple(items), tuple(omissions), sent=bool(items))

    def _standing_at(self, moment: datetime) -> Mapping[tuple[str, str, str], StandingTrack]:
        if moment not in self._standing:
            tracks = standing_approvals(self._session, at=moment)
            self._standing[moment] = {(track.bulletin_id, track.kind, track.language): track for track in tracks}
        return self._standing[moment]

    def _versions(self, row: Airing, words: Iterable[AsRun]) -> dict[int, PlannedAiring]:
        versions = {}
        for sequence in {each.rundown for each in words if each.rundown is not None}:
            issue = self._issues.numbered(row.station_id, sequence)
            told = self._issues.airing(issue, row.id) if issue is not None else None
            if told is not None:
                versions[sequence] = self._as_told(row, told)
        return versions


def _omissions(row: Airing) -> tuple[Omission, ...]:
    return tuple(_omission(row, item, item.omitted) for item in row.items if item.omitted is not None)


def _omission(row: Airing, item: AiringItem, reason: str) -> Omission:
    return Omission(
        UUID(row.id), item.ordinal, UUID(item.bulletin_id), ItemKind(item.kind), item.language, OmissionReason(reason)
    )


def _item_of(track: StandingTrack) -> Item:
    return Item(
        kind=ItemKind(track.kind),
        media=track.media_sha256,
        duration=timedelta(milliseconds=track.duration_ms),
        bulletin_id=UUID(track.bulletin_id),
        revision=track.revision,
        language=track.language,
        approval=track.approval,
        title=track.title,
        bulletin_class=BulletinClass(track.bulletin_class),
    )


def _entries(session: Session, rows: Sequence[Airing]) -> dict[str, list[AsRunRow]]:
    """Return what each airing's own station said of it, by airing."""
    stations = {row.id: row.station_id for row in rows if row.starts_at is not None}
    identities = sorted(stations)
    found: dict[str, list[AsRunRow]] = defaultdict(list)
    for first in range(0, len(identities), _AT_ONCE):
        part = identities[first : first + _AT_ONCE]
        for entry in session.scalars(select(AsRunRow).where(AsRunRow.airing_id.in_(part)).order_by(AsRunRow.id)):
            if entry.airing_id is not None and entry.station_id == stations[entry.airing_id]:
                found[entry.airing_id].append(entry)
    return found


def _words(row: AsRunRow, airing_id: UUID) -> AsRun:
    entry = read_entry(row.line)
    clock = entry.clock
    return AsRun(
        chain=entry.chain,
        n=entry.n,
        event=AsRunEvent(entry.event.value),
        airing_id=airing_id,
        at=entry.at,
        item=entry.item,
        media=media_sha256(entry.media) if entry.media is not None else None,
        reason=entry.reason,
        phase=_phase(entry),
        position=_position(entry),
        rundown=entry.rundown,
        clock_offset=_span(clock.offset_ms),
        clock_uncertainty=_span(clock.uncertainty_ms),
    )


def _phase(entry: AsRunEntry) -> ItemPhase | None:
    told = (entry.detail or {}).get("edge")
    return ItemPhase(told) if isinstance(told, str) and told in set(ItemPhase) else None


def _position(entry: AsRunEntry) -> timedelta | None:
    detail = entry.detail or {}
    told = detail.get("position_ms", detail.get("duration_ms"))
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told <= _LONGEST_POSITION_MS:
        return None
    return timedelta(milliseconds=told)


def _span(milliseconds: int | None) -> timedelta | None:
    try:
        return None if milliseconds is None else timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
