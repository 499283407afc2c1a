"""The air log's rule: what was planned, against what the station says (``docs/protocol.md``, "The air log").

Nothing is guessed. What a station does not tell is planned, on the air, or, when the time for its report has passed,
unknown; the result depends on the entries alone and not on when, how often or in which order they arrived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from playlists.model import (
    AiringResult,
    AsRun,
    BulletinClass,
    Item,
    ItemKind,
    OmissionReason,
    PlannedAiring,
    RowResult,
    require_instant,
)
from playlists.outcomes import AiringOutcome, Note, Reason, RowOutcome
from playlists.testimony import ItemWords, Testimony, hear, in_time_order, rundown_named, why_cut
from playlists.timing import start_instants

UNCLEAN = frozenset({Reason.POWER, Reason.CRASH})
"""Interruptions that are told only after a restart, so that the entry's instant is not that of the cut."""

LATEST_START = timedelta(days=1)
"""How far a start that a station tells of may put off the time at which silence becomes ``unknown``."""

PENDING = frozenset({RowResult.PLANNED, RowResult.ON_AIR})
# With nothing whole and nothing cut, the first of these that any row has is the airing's.
FOLD_ORDER = (RowResult.UNKNOWN, RowResult.MISSED, RowResult.CANCELLED, RowResult.LEFT_OUT)

RowKey = tuple[ItemKind, UUID, str]
Verdict = tuple[RowResult, str | None]


@dataclass(frozen=True, slots=True)
class _Case:
    """One airing before the judge: the plan that counts, what is said, and the time."""

    plan: PlannedAiring
    in_force: PlannedAiring
    told: Testimony
    cancelled: bool
    now: datetime
    deadline: datetime

    @property
    def off(self) -> bool:
        """Whether it was taken out of the plan, and nothing says that it sounded all the same."""
        return self.cancelled and not self.told.sounded

    @property
    def differs(self) -> bool:
        """Whether the station was told to play something else than the plan in force holds."""
        return _orders(self.plan) != _orders(self.in_force)

    @property
    def old_plan(self) -> bool:
        return self.differs or (self.cancelled and self.told.sounded)


def _orders(plan: PlannedAiring) -> tuple[object, ...]:
    # What a rundown says of an airing; titles and classes of items are for people.
    items = tuple((_key(item), item.revision, item.media, item.approval) for item in plan.items)
    return plan.airing.starts_at, items


def reconcile(
    planned: PlannedAiring,
    entries: Iterable[AsRun],
    *,
    now: datetime,
    allowance: timedelta,
    cancelled: bool = False,
    versions: Mapping[int, PlannedAiring] | None = None,
) -> AiringOutcome:
    """Return what became of ``planned`` at its station.

    ``planned`` is the airing as last dispatched before its start; ``versions`` is the same airing by the sequence of
    each rundown in which it changed, so that an entry that names an older one is judged by that. ``entries`` may come
    from several chains, in any order, more than once. ``cancelled``: it was taken out of the plan before its start.
    ``allowance`` is how long after end and grace a report is waited for. Raises
    :class:`~playlists.errors.InvalidPlan` for an entry about another airing.
    """
    require_instant(now, "hiện tại")
    heard = in_time_order(entries, planned.airing.id)
    rundown = rundown_named(heard)
    plan = _plan_named(rundown, planned, versions or {})
    told = hear(heard, plan.items)
    case = _Case(plan, planned, told, cancelled, now, _deadline(plan, told, allowance))
    rows = (*_item_rows(case), *_rows_not_in_old_plan(case), *_omission_rows(case))
    result = _fold(case, rows)
    return AiringOutcome(
        airing_id=planned.airing.id,
        result=result,
        rows=rows,
        settled=_is_settled(case, rows),
        rundown=rundown,
        reason=_airing_reason(case, result, rows),
        actual_start=min((entry.at for entry in told.started), default=None),
        actual_end=_airing_end(case, rows),
        notes=_sorted(told.notes | _airing_notes(case)),
    )


def _plan_named(rundown: int | None, planned: PlannedAiring, versions: Mapping[int, PlannedAiring]) -> PlannedAiring:
    # A version stands from the sequence that brought it until the next one.
    known = [sequence for sequence in versions if rundown is not None and sequence <= rundown]
    return versions[max(known)] if known else planned


def _deadline(plan: PlannedAiring, told: Testimony, allowance: timedelta) -> datetime:
    latest_end = plan.ends_at + plan.airing.grace
    if told.started:
        late = min(told.started[0].at - plan.airing.starts_at, LATEST_START)
        latest_end = max(latest_end, plan.ends_at + late)
    return latest_end + allowance


def _item_rows(case: _Case) -> Iterable[RowOutcome]:
    starts = start_instants(case.plan.items, case.plan.airing.starts_at)
    for ordinal, (item, planned_start) in enumerate(zip(case.plan.items, starts, strict=True)):
        words = case.told.items.get(ordinal, ItemWords())
        result, reason = _verdict(case, ordinal, words, item, planned_start)
        yield RowOutcome(
            kind=item.kind,
            bulletin_id=item.bulletin_id,
            language=item.language,
            result=result,
            ordinal=ordinal,
            revision=item.revision,
            media=item.media,
            approval=item.approval,
            planned_start=planned_start,
            planned_end=planned_start + item.duration,
            reason=reason,
            actual_start=words.starts[0].at if words.starts else None,
            actual_end=_item_end(words, reason),
            played=_played(words, item, result),
            position=words.cut.position if words.cut else None,
            interrupted_by=reason if words.cut else None,
            title=item.title,
            clock_offset=words.first.clock_offset if words.first else None,
            clock_uncertainty=words.first.clock_uncertainty if words.first else None,
            notes=_row_notes(case, ordinal, words, result),
        )


def _verdict(case: _Case, ordinal: int, words: ItemWords, item: Item, planned_start: datetime) -> Verdict:
    if case.off:
        return RowResult.CANCELLED, None
    if words.cut:
        return RowResult.INTERRUPTED, why_cut(words.cut, item.duration)
    if words.wholes or case.told.vouched:
        return RowResult.AIRED, None
    if words.starts:
        return (RowResult.ON_AIR if case.now < case.deadline else RowResult.UNKNOWN), None
    if words.misses:
        return RowResult.MISSED, words.misses[0].reason
    return _verdict_without_words(case, ordinal, planned_start)


def _verdict_without_words(case: _Case, ordinal: int, planned_start: datetime) -> Verdict:
    told = case.told
    if ordinal not in told.contradicted:
        if told.interruptions and told.last_item is None:
            # The airing was cut, and nothing tells where.
            return RowResult.UNKNOWN, told.interruptions[0].reason
        if told.interruptions and told.last_item is not None and ordinal > told.last_item:
            reason = told.interruptions[-1].reason
            if reason == Reason.EMERGENCY:
                # It may have gone on: a station says of each item that it gives up.
                return _by_time(case, planned_start), None
            return RowResult.MISSED, reason
        if told.missed:
            return RowResult.MISSED, told.missed[0].reason
    return _by_time(case, planned_start), None


def _by_time(case: _Case, planned_start: datetime) -> RowResult:
    if case.now >= case.deadline:
        return RowResult.UNKNOWN
    return RowResult.ON_AIR if case.now >= planned_start else RowResult.PLANNED


def _item_end(words: ItemWords, reason: str | None) -> datetime | None:
    if words.cut is None:
        return words.wholes[0].at if words.wholes else None
    if reason not in UNCLEAN:
        return words.cut.at
    if not words.starts or words.cut.position is None:
        return None
    try:
        return words.starts[0].at + words.cut.position
    except OverflowError:
        return None


def _played(words: ItemWords, item: Item, result: RowResult) -> timedelta | None:
    if result is RowResult.AIRED:
        return item.duration
    return words.cut.position if words.cut else None


def _row_notes(case: _Case, ordinal: int, words: ItemWords, result: RowResult) -> tuple[Note, ...]:
    notes = set(words.notes) | _airing_notes(case)
    if len(words.wholes) > 1 or len(words.starts) > 1:
        notes.add(Note.REPEATED)
    if ordinal in case.told.contradicted:
        notes.add(Note.OTHER_MEDIA)
    if result in PENDING and case.now >= case.plan.ends_at:
        notes.add(Note.AWAITING_REPORT)
    return _sorted(notes)


def _airing_notes(case: _Case) -> set[Note]:
    notes = {Note.OLD_PLAN} if case.old_plan else set()
    airing = case.plan.airing
    if not case.told.started or airing.bulletin_class is BulletinClass.EMERGENCY:
        return notes
    start = case.told.started[0]
    if start.clock_uncertainty is None or start.clock_uncertainty > airing.grace:
        notes.add(Note.UNCERTAIN_CLOCK)
    elif start.at > airing.starts_at + airing.grace + start.clock_uncertainty:
        notes.add(Note.LATE_START)
    return notes


def _sorted(notes: Iterable[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes))


def _rows_not_in_old_plan(case: _Case) -> Iterable[RowOutcome]:
    """Content of the plan in force that the older plan, which the station played from, does not hold."""
    if not case.differs:
        return
    held = Counter(_key(item) for item in case.plan.items)
    starts = start_instants(case.in_force.items, case.in_force.airing.starts_at)
    for item, planned_start in zip(case.in_force.items, starts, strict=True):
        if held[_key(item)] > 0:
            held[_key(item)] -= 1
        elif item.kind.is_content:
            yield RowOutcome(
                kind=item.kind,
                bulletin_id=item.bulletin_id,
                language=item.language,
                result=RowResult.MISSED,
                revision=item.revision,
                media=item.media,
                approval=item.approval,
                planned_start=planned_start,
                planned_end=planned_start + item.duration,
                reason=Reason.OLD_PLAN,
                title=item.title,
                notes=(Note.OLD_PLAN,),
            )


def _key(item: Item) -> RowKey:
    return item.kind, item.bulletin_id, item.language


def _omission_rows(case: _Case) -> Iterable[RowOutcome]:
    played = {_key(item) for item in case.plan.items} if case.differs else set()
    for omission in case.in_force.omissions:
        if (omission.kind, omission.bulletin_id, omission.language) in played:
            continue
        reason: OmissionReason | None = None if case.off else omission.reason
        yield RowOutcome(
            kind=omission.kind,
            bulletin_id=omission.bulletin_id,
            language=omission.language,
            result=RowResult.CANCELLED if case.off else RowResult.LEFT_OUT,
            programme_ordinal=omission.item_ordinal,
            reason=reason,
        )


def _fold(case: _Case, rows: Sequence[RowOutcome]) -> AiringResult:
    results = {row.result for row in rows}
    if RowResult.INTERRUPTED in results:
        return AiringResult.INTERRUPTED
    if results & PENDING:
        under_way = case.told.sounded or case.now >= case.plan.airing.starts_at
        return AiringResult.ON_AIR if under_way else AiringResult.PLANNED
    if case.told.interruptions and case.told.last_item is None:
        return AiringResult.INTERRUPTED
    if RowResult.AIRED in results:
        return AiringResult.AIRED if len(results) == 1 else AiringResult.PARTLY
    for result in FOLD_ORDER:
        if result in results:
            return AiringResult(result.value)
    return _empty_airing(case)


def _empty_airing(case: _Case) -> AiringResult:
    if case.off:
        return AiringResult.CANCELLED
    return AiringResult.LEFT_OUT if case.now >= case.plan.airing.starts_at else AiringResult.PLANNED


def _is_settled(case: _Case, rows: Sequence[RowOutcome]) -> bool:
    if case.off:
        return True
    if any(row.result in PENDING for row in rows):
        return False
    # What is left out may still be approved and brought back before the start.
    started = case.now >= case.plan.airing.starts_at or case.told.sounded
    return started or all(row.result is not RowResult.LEFT_OUT for row in rows)


def _airing_reason(case: _Case, result: AiringResult, rows: Sequence[RowOutcome]) -> str | None:
    if result is AiringResult.INTERRUPTED:
        by_rows = (row.interrupted_by for row in rows if row.result is RowResult.INTERRUPTED)
        return next(chain(by_rows, (entry.reason for entry in case.told.interruptions)), None)
    return next((str(row.reason) for row in rows if row.reason is not None), None)


def _airing_end(case: _Case, rows: Sequence[RowOutcome]) -> datetime | None:
    if case.told.finished:
        return max(entry.at for entry in case.told.finished)
    ends = [row.actual_end for row in rows if row.actual_end is not None]
    unfinished = any(row.result in PENDING for row in rows)
    return None if unfinished else max(ends, default=None)
