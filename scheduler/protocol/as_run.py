"""As-run entries: what happened at a station, one line an entry, sent in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from scheduler.canonical import canonical_bytes, format_instant, parse_instant, sha256_hex
from scheduler.protocol.fields import DocumentRefused, guard, items, loads, optional, read_document, text, whole

AS_RUN_TYPE = "loa.as-run/1"
BATCH_LIMIT = 500
CHAIN_START = "0" * 64


class Event(StrEnum):
    """What an as-run entry tells."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"
    ITEM = "item"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    MISSED = "missed"
    SILENCE = "silence"
    FAULT = "fault"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class ClockState:
    """How a station knows the time: centre time = system time + offset, give or take the uncertainty.

    ``source`` is ``centre`` (estimated from heartbeats), ``kernel`` (reported synchronised), ``rtc``, ``set`` (by hand)
    or ``unset``; then offset and uncertainty are null.
    """

    offset_ms: int | None
    uncertainty_ms: int | None
    source: str


def read_clock(told: Mapping[str, Any]) -> ClockState:
    """Return how a station says that it knows the time."""
    offset, uncertainty = told["offset_ms"], told["uncertainty_ms"]
    return ClockState(
        offset_ms=None if offset is None else whole(offset, negative=True),
        uncertainty_ms=None if uncertainty is None else whole(uncertainty),
        source=text(told["source"]),
    )


@dataclass(frozen=True, slots=True)
class AsRunEntry:
    """One thing that happened at a station; ``item`` is the item's index in its airing, ``at`` in centre time."""

    chain: str
    n: int
    id: str
    prev: str
    at: datetime
    clock: ClockState
    boot: str
    event: Event
    rundown: int | None = None
    airing: str | None = None
    item: int | None = None
    media: str | None = None
    reason: str | None = None
    detail: Mapping[str, Any] | None = None

    def to_line(self) -> str:
        """Return the canonical line that is hashed, stored and sent."""
        told = asdict(self)
        told["at"] = format_instant(self.at)
        told["event"] = self.event.value
        return canonical_bytes(told).decode("utf-8")


def line_hash(line: str) -> str:
    """Return the SHA-256 of a stored line: the next entry's ``prev``."""
    return sha256_hex(line.encode("utf-8", "surrogatepass"))


def read_entry(line: str) -> AsRunEntry:
    """Return the entry in ``line``; raises :class:`DocumentRefused`."""
    return guard(lambda: _entry(loads(line.encode("utf-8", "surrogatepass"))))


def _entry(told: Mapping[str, Any]) -> AsRunEntry:
    detail = told.get("detail")
    if detail is not None and not isinstance(detail, Mapping):
        raise DocumentRefused(reason="detail không phải đối tượng")
    return AsRunEntry(
        chain=text(told["chain"]),
        n=whole(told["n"]),
        id=text(told["id"]),
        prev=text(told["prev"]),
        at=parse_instant(told["at"]),
        clock=read_clock(told["clock"]),
        boot=text(told["boot"]),
        event=Event(told["event"]),
        rundown=None if told.get("rundown") is None else whole(told["rundown"]),
        airing=optional(told.get("airing")),
        item=None if told.get("item") is None else whole(told["item"]),
        media=optional(told.get("media")),
        reason=optional(told.get("reason")),
        detail=detail,
    )


def batch_bytes(station: str, chain: str, lines: Sequence[str]) -> bytes:
    """Return the batch that a station signs: at most :data:`BATCH_LIMIT` raw lines of one chain, in order."""
    return canonical_bytes({"type": AS_RUN_TYPE, "station": station, "chain": chain, "entries": list(lines)})


@dataclass(frozen=True, slots=True)
class Batch:
    """A station's batch of raw lines, not yet read."""

    station: str
    chain: str
    lines: tuple[str, ...]


def read_batch(content: bytes) -> Batch:
    """Return the batch in ``content``; raises :class:`DocumentRefused`."""
    return read_document(content, AS_RUN_TYPE, _batch)


def _batch(told: Mapping[str, Any]) -> Batch:
    lines = tuple(text(line) for line in items(told["entries"]))
    if len(lines) > BATCH_LIMIT:
        raise DocumentRefused(reason=f"quá {BATCH_LIMIT} mục trong một lần gửi")
    return Batch(text(told["station"]), text(told["chain"]), lines)
