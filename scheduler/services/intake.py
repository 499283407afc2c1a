"""Takes in what stations report: chains of as-run entries, and heartbeats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.db.reports import AsRunChain, AsRunEvidence, AsRunRow
from scheduler.db.units import Alarm, Station, StationReport
from scheduler.protocol import (
    CHAIN_START,
    AsRunEntry,
    DocumentRefused,
    Event,
    Heartbeat,
    line_hash,
    read_batch,
    read_heartbeat,
)
from scheduler.services.as_run_lines import (
    LARGEST_BIG_INT,
    LARGEST_INT,
    check_chain_name,
    columns_told,
    ledger_body,
    read_line,
    shown,
    storable,
)
from scheduler.services.ledger_batch import append_all
from scheduler.signing import AS_RUN, SignatureRefused, key_id, verify

FORKED = "chain-forked"
BROKEN = "chain-conflict"
MALFORMED = "entry-malformed"


@dataclass(slots=True)
class _Batch:
    """A batch against what is held of its chain: what may be appended, and what contradicts it."""

    chain: str
    through: int
    head: str
    known: Mapping[int, str]
    accepted: list[dict[str, Any]] = field(default_factory=list)
    aside: list[tuple[int, str, str]] = field(default_factory=list)


def receive_batch(session: Session, *, station: Station, envelope: bytes, now: datetime) -> tuple[str, int]:
    """Take in a signed batch; return its chain and the number through which the centre holds it without a gap.

    A repeat changes nothing. What contradicts an entry held, breaks the chain or cannot be read is kept aside with an
    alarm, and nothing that follows it is taken in. Raises :class:`~scheduler.signing.SignatureRefused` and
    :class:`~scheduler.protocol.DocumentRefused`.
    """
    batch = read_batch(verify(envelope, AS_RUN, _keys(station)))
    if batch.station != station.id:
        raise DocumentRefused(reason="lô nhật ký của cụm loa khác")
    chain = check_chain_name(batch.chain)
    # Batches of one station take turns: a repeat that runs beside the first try waits, then finds everything held.
    session.execute(select(Station.id).where(Station.id == station.id).with_for_update(key_share=True))
    held = session.get(AsRunChain, (station.id, chain), populate_existing=True)
    through, head = (held.received_through, held.head_hash) if held else (0, CHAIN_START)
    entries = _read_lines(batch.lines, chain)
    repeats = [entry.n for _, entry in entries if entry is not None and entry.n <= through]
    judged = _Batch(chain, through, head, _known(session, station.id, chain, repeats))
    _judge(judged, entries)
    if judged.accepted:
        _append(session, station, held, judged, now)
    _keep_aside(session, station, judged, now)
    session.flush()
    return chain, judged.through


def _keys(station: Station) -> dict[str, bytes]:
    if station.public_key is None:
        raise SignatureRefused(reason="cụm loa chưa ghi danh")
    public = bytes.fromhex(station.public_key)
    return {key_id(public): public}


def _read_lines(lines: Sequence[str], chain: str) -> list[tuple[str, AsRunEntry | None]]:
    """Return each line with its entry, as far as lines can be read; the first that cannot has none and is the last."""
    entries: list[tuple[str, AsRunEntry | None]] = []
    for line in lines:
        try:
            entries.append((line, read_line(line, chain)))
        except DocumentRefused:
            entries.append((line, None))
            break
    return entries


def _known(session: Session, station_id: str, chain: str, numbers: Sequence[int]) -> Mapping[int, str]:
    if not numbers:
        return {}
    query = select(AsRunRow.n, AsRunRow.hash).where(
        AsRunRow.station_id == station_id, AsRunRow.chain == chain, AsRunRow.n.in_(numbers)
    )
    return {row.n: row.hash for row in session.execute(query)}


def _judge(batch: _Batch, entries: Sequence[tuple[str, AsRunEntry | None]]) -> None:
    for line, entry in entries:
        if entry is None:
            batch.aside.append((batch.through + 1, line, MALFORMED))
        elif entry.n <= batch.through:
            if batch.known.get(entry.n, _accepted_hash(batch, entry.n)) != line_hash(line):
                batch.aside.append((entry.n, line, FORKED))
        elif batch.aside or (entry.n == batch.through + 1 and entry.prev != batch.head):
            batch.aside.append((entry.n, line, BROKEN))
        elif entry.n > batch.through + 1:
            return
        else:
            batch.accepted.append(columns_told(line, entry))
            batch.through, batch.head = entry.n, line_hash(line)


def _accepted_hash(batch: _Batch, n: int) -> str | None:
    return next((columns["hash"] for columns in batch.accepted if columns["n"] == n), None)


def _append(session: Session, station: Station, held: AsRunChain | None, batch: _Batch, now: datetime) -> None:
    bodies = [ledger_body(station.id, columns) for columns in batch.accepted]
    numbers = append_all(session, kind="as-run", bodies=bodies, at=now)
    rows = [
        {**columns, "station_id": station.id, "received_at": now, "ledger_seq": seq}
        for columns, seq in zip(batch.accepted, numbers, strict=True)
    ]
    session.execute(insert(AsRunRow), rows)
    if held is None:
        _begin_chain(session, station, batch, now)
    else:
        held.received_through, held.head_hash = batch.through, batch.head
    _reopen(session, station, {columns["airing_id"] for columns in batch.accepted})
    for columns in batch.accepted:
        if columns["event"] == Event.REFUSED.value:
            detail = {"chain": batch.chain, "n": columns["n"], "reason": columns["reason"]}
            session.add(Alarm(station_id=station.id, kind="rundown-refused", at=now, detail=detail))


def _reopen(session: Session, station: Station, airing_ids: Iterable[str | None]) -> None:
    """Let the next settling look again at what was settled before these words about it came."""
    named = sorted(airing_id for airing_id in airing_ids if airing_id is not None)
    session.execute(
        update(Airing)
        .where(Airing.id.in_(named), Airing.station_id == station.id, Airing.settled_at.is_not(None))
        .values(settled_at=None)
    )


def _begin_chain(session: Session, station: Station, batch: _Batch, now: datetime) -> None:
    before = session.scalars(select(AsRunChain.chain).where(AsRunChain.station_id == station.id)).all()
    session.add(
        AsRunChain(
            station_id=station.id,
            chain=batch.chain,
            received_through=batch.through,
            head_hash=batch.head,
            started_at=now,
        )
    )
    if before:
        detail = {"chain": batch.chain, "before": sorted(before)}
        session.add(Alarm(station_id=station.id, kind="store-lost", at=now, detail=detail))


def _keep_aside(session: Session, station: Station, batch: _Batch, now: datetime) -> None:
    """Keep what contradicts the chain, once however often it is sent, with one alarm for what is new."""
    if not batch.aside:
        return
    query = select(AsRunEvidence.n, AsRunEvidence.line).where(
        AsRunEvidence.station_id == station.id,
        AsRunEvidence.chain == batch.chain,
        AsRunEvidence.n.in_([n for n, _, _ in batch.aside]),
    )
    known = {(row.n, line_hash(row.line)) for row in session.execute(query)}
    new = []
    for n, line, why in batch.aside:
        key = (n, line_hash(shown(line)))
        if key not in known:
            known.add(key)
            new.append((n, line, why))
    for n, line, why in new:
        session.add(
            AsRunEvidence(station_id=station.id, chain=batch.chain, n=n, line=shown(line), why=why, received_at=now)
        )
    if new:
        first_n, _, why = new[0]
        detail = {"chain": batch.chain, "n": first_n, "entries": len(new)}
        session.add(Alarm(station_id=station.id, kind=why, at=now, detail=detail))


def receive_heartbeat(session: Session, *, station: Station, content: bytes, now: datetime) -> Heartbeat:
    """Keep the station's latest words about itself and return them.

    Raises :class:`~scheduler.protocol.DocumentRefused`, also for values that no column holds.
    """
    told = read_heartbeat(content)
    _check_heartbeat(told)
    session.execute(select(Station.id).where(Station.id == station.id).with_for_update(key_share=True))
    report = session.get(StationReport, station.id, populate_existing=True)
    if report is None:
        report = StationReport(station_id=station.id)
        session.add(report)
    report.at = now
    report.sequence = told.sequence
    report.media_missing = list(told.media_missing)
    report.playing = told.playing
    report.clock_offset_ms = told.clock.offset_ms
    report.clock_uncertainty_ms = told.clock.uncertainty_ms
    report.clock_source = told.clock.source
    report.disk_free_mb = told.disk_free_mb
    report.unsent = told.unsent
    report.versions = dict(told.versions)
    session.flush()
    return told


def _check_heartbeat(told: Heartbeat) -> None:
    texts = (told.playing or "", told.clock.source, *told.versions, *told.versions.values())
    if max(told.disk_free_mb, told.unsent) > LARGEST_INT:
        raise DocumentRefused(reason="số quá lớn")
    wide = (told.clock.offset_ms, told.clock.uncertainty_ms, told.sequence)
    if any(number is not None and abs(number) > LARGEST_BIG_INT for number in wide):
        raise DocumentRefused(reason="số quá lớn")
    if not all(storable(text) and len(text) <= 64 for text in texts) or len(told.versions) > 20:
        raise DocumentRefused(reason="chữ quá dài hoặc không lưu được")
    if len(told.playing or "") > 36 or len(told.clock.source) > 16 or len(told.media_missing) > 10_000:
        raise DocumentRefused(reason="giá trị quá dài")
