"""From the official letter to the loudspeaker: all that is on record about one airing, with its proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import parse_instant
from scheduler.db.accounts import LedgerEntry, Person
from scheduler.db.planning import Airing, RundownIssue
from scheduler.db.reports import AsRunRow, Settlement
from scheduler.db.timetable import TimetableChange
from scheduler.errors import NotFound
from scheduler.protocol import Event, read_entry
from scheduler.services import dispatch, units
from scheduler.services.airlog import AirLogRow, rows_of, settled_rows
from scheduler.services.explanations import explanations
from scheduler.services.issued import Issues
from scheduler.services.judging import Judge, Judged
from scheduler.services.story_items import story_items
from scheduler.services.story_views import (
    Story,
    StoryApproval,
    StoryDirective,
    StoryEntry,
    StoryItem,
    StoryLine,
    StoryObligation,
    StoryPlan,
    StoryRecording,
    StoryRevision,
    StoryRundown,
    StorySettlement,
)
from scheduler.services.timetable.open_slots import version_then

__all__ = [
    "Story",
    "StoryApproval",
    "StoryDirective",
    "StoryEntry",
    "StoryItem",
    "StoryLine",
    "StoryObligation",
    "StoryPlan",
    "StoryRecording",
    "StoryRevision",
    "StoryRundown",
    "StorySettlement",
    "airing_story",
]


def airing_story(session: Session, *, airing_id: str, reporting_allowance: timedelta, now: datetime) -> Story:
    """Return the story of one airing; raises :class:`~scheduler.errors.NotFound`."""
    row = session.get(Airing, airing_id)
    if row is None:
        raise NotFound(what="lượt phát này")
    judge = Judge(session, allowance=reporting_allowance, now=now)
    (judged,) = judge.judge([row])
    entries = _entries(session, row)
    settlements = _settlements(session, row)
    issue = Issues(session).numbered(row.station_id, judged.sequence) if judged.sequence is not None else None
    rundown = _rundown(session, issue) if issue is not None else None
    unit_chain = units.chain_above(session, row.unit_code, row.local_date)
    outcome = judged.outcome
    return Story(
        airing_id=row.id,
        title=row.title,
        station_id=row.station_id,
        station_name=row.station_name,
        unit_code=row.unit_code,
        unit_path=(row.unit_name, *(unit.name for unit in unit_chain[1:])),
        unit_valid_from=unit_chain[0].valid_from if unit_chain else None,
        local_date=row.local_date,
        starts_at=row.starts_at,
        ends_by=row.ends_by,
        result=outcome.result.value,
        reason=outcome.reason,
        notes=tuple(note.value for note in outcome.notes),
        actual_start=outcome.actual_start,
        actual_end=outcome.actual_end,
        cancelled_at=row.cancelled_at,
        cancel_reason=row.cancel_reason,
        plan=_plan(session, row),
        rundown=rundown,
        items=story_items(session, _rows(judged, judge, settlements), entries),
        entries=tuple(_entry(each) for each in entries),
        settlements=tuple(_settlement(each) for each in settlements),
        ledger=_lines(session, _numbers(rundown, entries, settlements)),
        bulletin_class=row.bulletin_class,
        drill=row.drill,
        explanation=explanations(session, [row.id]).get(row.id),
    )


def _rows(judged: Judged, judge: Judge, settlements: Sequence[Settlement]) -> Sequence[AirLogRow]:
    """Return the rows as the newest settlement wrote them, told live while there is none that counts."""
    if judged.row.settled_at is not None and settlements:
        return settled_rows(judged.row, settlements[-1])
    return rows_of(judged, judge.names)


def _entries(session: Session, row: Airing) -> list[AsRunRow]:
    query = select(AsRunRow).where(AsRunRow.airing_id == row.id, AsRunRow.station_id == row.station_id)
    return list(session.scalars(query.order_by(AsRunRow.at, AsRunRow.ledger_seq)))


def _settlements(session: Session, row: Airing) -> list[Settlement]:
    query = select(Settlement).where(Settlement.airing_id == row.id)
    return list(session.scalars(query.order_by(Settlement.ordinal)))


def _plan(session: Session, row: Airing) -> StoryPlan:
    version = version_then(session, row.slot_id, row.planned_at) if row.slot_id is not None else None
    change = session.get(TimetableChange, version.change_id) if version and version.change_id else None
    return StoryPlan(
        slot_id=row.slot_id,
        proposed_by=_name(session, change.proposed_by) if change else None,
        proposed_at=change.proposed_at if change else None,
        published_by=_name(session, version.published_by) if version else None,
        published_at=version.published_at if version else None,
        planned_by=_name(session, row.planned_by),
        planned_at=row.planned_at,
    )


def _name(session: Session, person_id: str | None) -> str | None:
    person = session.get(Person, person_id) if person_id is not None else None
    return person.display_name if person is not None else None


def _rundown(session: Session, issue: RundownIssue) -> StoryRundown:
    query = select(AsRunRow).where(
        AsRunRow.station_id == issue.station_id,
        AsRunRow.rundown_sequence == issue.sequence,
        AsRunRow.event == Event.ACCEPTED.value,
    )
    accepted = session.scalars(query.order_by(AsRunRow.id).limit(1)).first()
    return StoryRundown(
        sequence=issue.sequence,
        issued_at=issue.issued_at,
        expires_at=issue.expires_at,
        envelope_sha256=issue.envelope_sha256 or "",
        ledger_seq=dispatch.ledger_number(session, issue),
        accepted_at=accepted.at if accepted is not None else None,
        accepted_ledger_seq=accepted.ledger_seq if accepted is not None else None,
    )


def _entry(row: AsRunRow) -> StoryEntry:
    told = read_entry(row.line)
    clock = told.clock
    edge = (told.detail or {}).get("edge")
    return StoryEntry(
        chain=row.chain,
        n=row.n,
        at=row.at,
        event=row.event,
        item=row.item,
        edge=edge if isinstance(edge, str) else None,
        reason=row.reason,
        clock_offset_ms=clock.offset_ms,
        clock_uncertainty_ms=clock.uncertainty_ms,
        clock_source=clock.source,
        hash=row.hash,
        received_at=row.received_at,
        ledger_seq=row.ledger_seq,
    )


def _settlement(row: Settlement) -> StorySettlement:
    return StorySettlement(ordinal=row.ordinal, at=row.at, result=row.result, ledger_seq=row.ledger_seq)


def _numbers(rundown: StoryRundown | None, entries: Iterable[AsRunRow], settlements: Iterable[Settlement]) -> set[int]:
    numbers = {each.ledger_seq for each in entries} | {each.ledger_seq for each in settlements}
    told = (rundown.ledger_seq, rundown.accepted_ledger_seq) if rundown is not None else ()
    return numbers | {number for number in told if number is not None}


def _lines(session: Session, numbers: set[int]) -> tuple[StoryLine, ...]:
    query = select(LedgerEntry).where(LedgerEntry.seq.in_(numbers)).order_by(LedgerEntry.seq)
    return tuple(
        StoryLine(seq=row.seq, at=parse_instant(row.at), kind=row.kind, prev=row.prev, hash=row.hash)
        for row in session.scalars(query)
    )
