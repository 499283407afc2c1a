"""Checks every record that rests on the ledger against its ledger line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler.canonical import digest, format_instant, media_name, sha256_hex
from scheduler.db.accounts import LedgerEntry
from scheduler.db.bulletins import Approval, Revision
from scheduler.db.planning import Airing, RundownIssue
from scheduler.db.reports import AsRunRow, Settlement
from scheduler.ledger import Head, LedgerBroken
from scheduler.protocol import DocumentRefused
from scheduler.services import audit, dispatch, log_rows
from scheduler.services.as_run_lines import columns_told, ledger_body, read_line
from scheduler.services.ledger_witness import OF_WITNESSES, Told

_BATCH = 500
_GONE = "thiếu bản ghi của mục này"


@dataclass(frozen=True, slots=True)
class Verified:
    """A ledger that is whole: its head, and how many records that rest on it were checked."""

    head: Head
    records: int


def verify_all(session: Session) -> Verified:
    """Check the ledger and every record that rests on it, as they stood at one moment; nobody who writes is held up.

    To be called first in its transaction. Raises :class:`~scheduler.ledger.LedgerBroken` naming the first bad line.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return Verified(audit.verify(session), verify_records(session))


def verify_records(session: Session) -> int:
    """Return how many records were checked: as-run entries, results of the air log, approvals and their ends, rundowns
    and roles; stations' chains and the heads that they witness are checked with them.

    To be called after :func:`scheduler.services.audit.verify`, which checks the ledger itself. Raises
    :class:`~scheduler.ledger.LedgerBroken` naming the least ledger number whose record is gone or disagrees.
    """
    checked = 0
    first: LedgerBroken | None = None
    for check in (*_OF_RECORDS, *OF_WITNESSES):
        for seq, wrong in check(session):
            checked += 1
            if wrong is not None and (first is None or seq < first.seq):
                first = LedgerBroken(seq=seq, reason=wrong)
    if first is not None:
        raise first
    return checked


def _body(entry: LedgerEntry) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(entry.line)["body"]
    return body


def _as_run(session: Session) -> Iterator[Told]:
    query = select(AsRunRow, LedgerEntry).join(LedgerEntry, LedgerEntry.seq == AsRunRow.ledger_seq)
    query = query.order_by(AsRunRow.id).execution_options(yield_per=_BATCH, populate_existing=True)
    for row, entry in session.execute(query):
        agrees = entry.kind == "as-run" and _as_run_agrees(entry, row)
        yield entry.seq, None if agrees else "dòng nhật ký của cụm loa khác nội dung trong sổ"
    yield from _gone(session, "as-run", select(AsRunRow.ledger_seq))


def _as_run_agrees(entry: LedgerEntry, row: AsRunRow) -> bool:
    try:
        told = columns_told(row.line, read_line(row.line, row.chain))
    except DocumentRefused:
        return False
    if any(getattr(row, name) != value for name, value in told.items()):
        return False
    return _body(entry) == ledger_body(row.station_id, told) and format_instant(row.received_at) == entry.at


def _results(session: Session) -> Iterator[Told]:
    query = (
        select(Settlement, Airing, LedgerEntry)
        .join(Airing, Airing.id == Settlement.airing_id)
        .join(LedgerEntry, LedgerEntry.seq == Settlement.ledger_seq)
        .order_by(Settlement.id)
    )
    for row, airing, entry in session.execute(query.execution_options(yield_per=_BATCH, populate_existing=True)):
        agrees = (
            entry.kind == "result"
            and format_instant(row.at) == entry.at
            and _body(entry) == log_rows.ledger_body(airing, row, row.rows)
        )
        yield entry.seq, None if agrees else "dòng nhật ký phát sóng khác nội dung trong sổ"
    yield from _gone(session, "result", select(Settlement.ledger_seq))


def _gone(session: Session, kind: str, resting: Select[int]) -> Iterator[Told]:
    """Yield the first ledger line of a kind on which no record rests."""
    query = select(LedgerEntry.seq).where(LedgerEntry.kind == kind, LedgerEntry.seq.not_in(resting))
    for seq in session.scalars(query.order_by(LedgerEntry.seq).limit(1)):
        yield seq, _GONE


def _approvals(session: Session) -> Iterator[Told]:
    lines = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "approval").order_by(LedgerEntry.seq))
    seqs = {digest(_body(entry)): entry.seq for entry in lines}
    query = select(Approval, Revision).join(Revision, Revision.id == Approval.revision_id)
    found: dict[int, str | None] = {}
    for row, revision in session.execute(query.execution_options(yield_per=_BATCH, populate_existing=True)):
        agrees = row.digest in seqs and _approval_agrees(row, revision)
        # An approval without a line of its own is told at the end of the ledger, where its line is missing.
        seq = seqs.get(row.digest, audit.head(session).seq)
        found[seq] = found.get(seq) if agrees else "bản duyệt khác nội dung trong sổ"
    for seq in sorted({*seqs.values(), *found}):
        yield seq, found.get(seq, _GONE)


def _approval_agrees(row: Approval, revision: Revision) -> bool:
    if _sha256(row.document) != row.digest:
        return False
    told = json.loads(row.document)
    columns = {
        "bulletin": row.bulletin_id,
        "revision": revision.number,
        "title": _sha256(revision.title),
        "class": revision.bulletin_class,
        "valid_from": revision.valid_from.isoformat(),
        "valid_to": revision.valid_to.isoformat() if revision.valid_to else None,
        "directive": revision.directive_id,
        "script": media_name(_sha256(revision.script)),
        "reading": media_name(_sha256(revision.reading) if revision.reading is not None else ""),
        "approver": row.approver_id,
        "approved_at": format_instant(row.approved_at),
    }
    if told.get("emergency") != (json.loads(revision.emergency) if revision.emergency is not None else None):
        return False
    return revision.bulletin_id == row.bulletin_id and all(told[name] == value for name, value in columns.items())


def _sha256(text: str) -> str:
    return sha256_hex(text.encode("utf-8", "surrogatepass"))


def _rundowns(session: Session) -> Iterator[Told]:
    lines = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "rundown").order_by(LedgerEntry.seq))
    bodies = {(body["station"], body["sequence"]): (entry.seq, body) for entry in lines if (body := _body(entry))}
    query = select(RundownIssue).where(RundownIssue.envelope.is_not(None))
    found: dict[int, str | None] = {}
    for issue in session.scalars(query.execution_options(yield_per=_BATCH, populate_existing=True)):
        seq, body = bodies.get((issue.station_id, issue.sequence), (audit.head(session).seq, {}))
        agrees = body == dispatch.ledger_body(issue) and issue.envelope_sha256 == _sha256(issue.envelope or "")
        found[seq] = found.get(seq) if agrees else "lịch đã ký khác nội dung trong sổ"
    for seq in sorted({*(seq for seq, _ in bodies.values()), *found}):
        yield seq, found.get(seq, _GONE)


_OF_RECORDS = (_as_run, _results, _approvals, _rundowns)
