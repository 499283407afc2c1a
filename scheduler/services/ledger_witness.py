"""Checks what only rests on a deed's line in the ledger, and what stations and signed rundowns witness of its past."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import format_instant
from scheduler.db.accounts import AuditEvent, LedgerEntry, RoleGrant
from scheduler.db.bulletins import Approval, ApprovalEnd
from scheduler.db.planning import RundownIssue
from scheduler.db.reports import AsRunChain, AsRunRow
from scheduler.protocol import CHAIN_START
from scheduler.services import audit

_BATCH = 500
_ENDS = ("revision-superseded", "revision-withdrawn", "revision-expired")
_GRANTED = ("role-granted", "first-admin-made")

Told = tuple[int, str | None]
"""A ledger number, and what is wrong with its record: null for a record that agrees."""


def _ends(session: Session) -> Iterator[Told]:
    """Tell of each approval's end whether row and deed agree: without its end an approval would stand again."""
    events = {event.facts["approval"]: event for event in _events(session, *_ENDS)}
    rows = {row.digest: row for row in session.scalars(select(ApprovalEnd))}
    last = audit.head(session).seq
    for digest in sorted({*events, *rows}):
        event, row = events.get(digest), rows.get(digest)
        agrees = event is not None and row is not None and _end_agrees(row, event)
        yield (
            event.ledger_seq if event else last,
            None if agrees else "việc hết hiệu lực bản duyệt khác nội dung trong sổ",
        )


def _end_agrees(row: ApprovalEnd, event: AuditEvent) -> bool:
    told = (event.deed, format_instant(event.at), event.person_id, event.facts["reason"])
    return told == (f"revision-{row.kind}", format_instant(row.at), row.person_id, row.reason)


def _heard(session: Session) -> Iterator[Told]:
    """Tell of each approval whether the share heard is the one that was told when it was made."""
    heard = {
        row.digest: row.heard_permille for row in session.execute(select(Approval.digest, Approval.heard_permille))
    }
    for event in _events(session, "revision-approved"):
        agrees = heard.get(event.facts["approval"]) == event.facts["heard_permille"]
        yield event.ledger_seq, None if agrees else "phần đã nghe của bản duyệt khác nội dung trong sổ"


def _grants(session: Session) -> Iterator[Told]:
    """Tell of each role given or taken back whether row and deed agree."""
    rows = list(session.scalars(select(RoleGrant).order_by(RoleGrant.id)))
    given = Counter(_grant(row, row.granted_by, format_instant(row.granted_at)) for row in rows)
    taken = Counter(
        _grant(row, row.revoked_by, format_instant(row.revoked_at)) for row in rows if row.revoked_at is not None
    )
    yield from _matched(session, given, _GRANTED)
    yield from _matched(session, taken, ("role-revoked",))


Key = tuple[str | None, ...]


def _grant(row: RoleGrant, by: str | None, at: str) -> Key:
    return row.person_id, row.role, row.unit_code, row.station_id, by, at


def _told_grant(event: AuditEvent) -> Key:
    facts = event.facts if event.deed != "first-admin-made" else {"role": "admin"}
    places = facts.get("unit"), facts.get("station")
    return event.subject_id, facts["role"], *places, event.person_id, format_instant(event.at)


def _matched(session: Session, rows: Counter[Key], deeds: tuple[str, ...]) -> Iterator[Told]:
    for event in _events(session, *deeds):
        key = _told_grant(event)
        agrees = rows[key] > 0
        rows[key] -= 1
        yield event.ledger_seq, None if agrees else "quyền của tài khoản khác nội dung trong sổ"
    if any(count > 0 for count in rows.values()):
        yield audit.head(session).seq, "có quyền không ghi trong sổ"


def _events(session: Session, *deeds: str) -> Iterator[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.deed.in_(deeds)).order_by(AuditEvent.ledger_seq)
    yield from session.scalars(query.execution_options(populate_existing=True))


def _chains(session: Session) -> Iterator[Told]:
    """Tell where a station's chain, as the centre holds it, has a gap, a break or another end than was recorded."""
    columns = (AsRunRow.station_id, AsRunRow.chain, AsRunRow.n, AsRunRow.hash, AsRunRow.line, AsRunRow.ledger_seq)
    query = select(*columns).order_by(AsRunRow.station_id, AsRunRow.chain, AsRunRow.n)
    ends: dict[tuple[str, str], tuple[int, str]] = {}
    for row in session.execute(query.execution_options(yield_per=_BATCH)):
        n, before = ends.get((row.station_id, row.chain), (0, CHAIN_START))
        if (row.n, _told(row.line).get("prev")) != (n + 1, before):
            yield row.ledger_seq, "chuỗi nhật ký của cụm loa bị đứt trước mục này"
        ends[row.station_id, row.chain] = row.n, row.hash
    held = {
        (each.station_id, each.chain): (each.received_through, each.head_hash)
        for each in session.scalars(select(AsRunChain))
    }
    if held != ends:
        yield audit.head(session).seq, "phần cuối chuỗi nhật ký của cụm loa khác mốc đã ghi"


def _checkpoints(session: Session) -> Iterator[Told]:
    """Tell which heads of the ledger, signed into rundowns or sent back by stations, are not its lines any more."""
    issued = select(RundownIssue.envelope).where(RundownIssue.envelope.is_not(None)).order_by(RundownIssue.id)
    accepted = select(AsRunRow.line).where(AsRunRow.event == "accepted").order_by(AsRunRow.id)
    witnessed: dict[int, set[str]] = {}
    for envelope in session.scalars(issued.execution_options(yield_per=_BATCH)):
        _note(witnessed, _in_envelope(envelope or "").get("checkpoint"))
    for line in session.scalars(accepted.execution_options(yield_per=_BATCH)):
        _note(witnessed, (_told(line).get("detail") or {}).get("checkpoint"))
    query = select(LedgerEntry.seq, LedgerEntry.hash).order_by(LedgerEntry.seq)
    for row in session.execute(query.execution_options(yield_per=_BATCH)):
        if not witnessed.pop(row.seq, set()) <= {row.hash}:
            yield row.seq, "mục này khác mốc mà lịch đã ký và cụm loa còn giữ"
    if witnessed:
        yield min(witnessed), "cụm loa hoặc lịch đã ký còn giữ mốc của mục này, nhưng sổ không còn mục"


def _note(witnessed: dict[int, set[str]], checkpoint: object) -> None:
    """Take down a head that was signed; the empty ledger's tells nothing."""
    match checkpoint:
        case {"seq": int(seq), "hash": str(hashed)} if seq > 0:
            witnessed.setdefault(seq, set()).add(hashed)


def _in_envelope(envelope: str) -> Mapping[str, Any]:
    try:
        return _told(base64.b64decode(_told(envelope)["payload"]))
    except (KeyError, TypeError, ValueError):
        return {}  # what is no envelope is told by the check of rundowns


def _told(text: str | bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, Mapping) else {}


OF_WITNESSES = (_ends, _heard, _grants, _chains, _checkpoints)
