"""What centre and station say to each other: rundown, as-run entry, heartbeat, enrolment; versioned JSON, pure.

Documents carry ``type`` (``loa.rundown/1``): an unknown major version is refused, unknown fields are ignored. Values
here are the documents' own: instants are aware UTC, durations milliseconds, gains hundredths of a decibel.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from scheduler.canonical import NotCanonical, canonical_bytes, format_instant, media_sha256, parse_instant, sha256_hex
from scheduler.errors import LoaError

RUNDOWN_TYPE = "loa.rundown/1"
AS_RUN_TYPE = "loa.as-run/1"
HEARTBEAT_TYPE = "loa.heartbeat/1"
ENROL_TYPE = "loa.enrol/1"

T = TypeVar("T")

BATCH_LIMIT = 500
CHAIN_START = "0" * 64


class DocumentRefused(LoaError):
    """Văn bản máy gửi không dùng được: {reason}."""

    reason: str


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
class RundownItem:
    """One medium to play: ``media`` and ``approval`` are names (``sha256:…``); ``duration_ms`` is measured."""

    kind: str
    media: str
    duration_ms: int
    bulletin: str
    revision: int
    language: str
    approval: str


@dataclass(frozen=True, slots=True)
class RundownAiring:
    """One airing of one station, its items in playing order; ``start`` is ``hard`` or ``soft``."""

    id: str
    starts_at: datetime
    start: str
    grace_s: int
    bulletin_class: str
    drill: bool
    gain_cb: int
    items: tuple[RundownItem, ...]

    @property
    def duration_ms(self) -> int:
        """How long the items sound, in milliseconds."""
        return sum(item.duration_ms for item in self.items)


@dataclass(frozen=True, slots=True)
class MediaFact:
    """What is known of a medium before it is fetched: its size in bytes and its media type."""

    bytes: int
    type: str = "audio/mpeg"


@dataclass(frozen=True, slots=True)
class Rundown:
    """A station's days ahead: what it may play, in ``[from_, to)``, and what was withdrawn."""

    station: str
    sequence: int
    issued_at: datetime
    expires_at: datetime
    from_: datetime
    to: datetime
    zone: str
    airings: tuple[RundownAiring, ...] = ()
    media: Mapping[str, MediaFact] = field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()
    checkpoint: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, object]:
        """Return the document of ``docs/protocol.md`` (section Rundown)."""
        return {
            "type": RUNDOWN_TYPE,
            "station": self.station,
            "sequence": self.sequence,
            "issued_at": format_instant(self.issued_at),
            "expires_at": format_instant(self.expires_at),
            "from": format_instant(self.from_),
            "to": format_instant(self.to),
            "zone": self.zone,
            "airings": [_airing_json(airing) for airing in self.airings],
            "media": {name: asdict(fact) for name, fact in sorted(self.media.items())},
            "withdrawn": sorted(self.withdrawn),
            "checkpoint": dict(self.checkpoint) if self.checkpoint is not None else None,
        }

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return canonical_bytes(self.to_json())

    def content_digest(self) -> str:
        """Return the digest of what the station must know; equal digests need no new issue.

        Sequence, times of issue and expiry, and the ledger's checkpoint are left out.
        """
        content = self.to_json()
        for key in ("sequence", "issued_at", "expires_at", "checkpoint"):
            del content[key]
        return sha256_hex(canonical_bytes(content))


def _airing_json(airing: RundownAiring) -> dict[str, object]:
    return {
        "id": airing.id,
        "starts_at": format_instant(airing.starts_at),
        "start": airing.start,
        "grace_s": airing.grace_s,
        "class": airing.bulletin_class,
        "drill": airing.drill,
        "gain_cb": airing.gain_cb,
        "items": [asdict(item) for item in airing.items],
    }


def read_rundown(content: bytes) -> Rundown:
    """Return the rundown in ``content``; raises :class:`DocumentRefused` naming the field that is wrong."""
    return _read(content, RUNDOWN_TYPE, _rundown)


def _rundown(told: Mapping[str, Any]) -> Rundown:
    airings = tuple(_airing(each) for each in told["airings"])
    media = {str(name): MediaFact(_whole(fact["bytes"]), str(fact["type"])) for name, fact in told["media"].items()}
    for airing in airings:
        for item in airing.items:
            if item.media not in media:
                raise DocumentRefused(reason=f"thiếu cỡ tệp của {item.media}")
    return Rundown(
        station=_text(told["station"]),
        sequence=_whole(told["sequence"]),
        issued_at=parse_instant(told["issued_at"]),
        expires_at=parse_instant(told["expires_at"]),
        from_=parse_instant(told["from"]),
        to=parse_instant(told["to"]),
        zone=_text(told["zone"]),
        airings=airings,
        media=media,
        withdrawn=tuple(_named(each) for each in told["withdrawn"]),
        checkpoint=told.get("checkpoint"),
    )


def _airing(told: Mapping[str, Any]) -> RundownAiring:
    if told["start"] not in {"hard", "soft"}:
        raise DocumentRefused(reason=f"cách bắt đầu {told['start']!r} không hiểu được")
    return RundownAiring(
        id=_text(told["id"]),
        starts_at=parse_instant(told["starts_at"]),
        start=told["start"],
        grace_s=_whole(told["grace_s"]),
        bulletin_class=_text(told["class"]),
        drill=bool(told.get("drill", False)),
        gain_cb=_whole(told.get("gain_cb", 0), negative=True),
        items=tuple(_item(each) for each in told["items"]),
    )


def _item(told: Mapping[str, Any]) -> RundownItem:
    return RundownItem(
        kind=_text(told["kind"]),
        media=_named(told["media"]),
        duration_ms=_whole(told["duration_ms"]),
        bulletin=_text(told["bulletin"]),
        revision=_whole(told["revision"]),
        language=_text(told["language"]),
        approval=_named(told["approval"]),
    )


@dataclass(frozen=True, slots=True)
class ClockState:
    """How a station knows the time: centre time = system time + offset, give or take the uncertainty.

    ``source`` is ``centre`` (estimated from heartbeats), ``kernel`` (reported synchronised), ``rtc``, ``set`` (by hand)
    or ``unset``; then offset and uncertainty are null.
    """

    offset_ms: int | None
    uncertainty_ms: int | None
    source: str


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
    return _guard(lambda: _entry(_loads(line.encode("utf-8", "surrogatepass"))))


def _entry(told: Mapping[str, Any]) -> AsRunEntry:
    clock = told["clock"]
    detail = told.get("detail")
    if detail is not None and not isinstance(detail, Mapping):
        raise DocumentRefused(reason="detail không phải đối tượng")
    return AsRunEntry(
        chain=_text(told["chain"]),
        n=_whole(told["n"]),
        id=_text(told["id"]),
        prev=_text(told["prev"]),
        at=parse_instant(told["at"]),
        clock=ClockState(
            None if clock["offset_ms"] is None else _whole(clock["offset_ms"], negative=True),
            None if clock["uncertainty_ms"] is None else _whole(clock["uncertainty_ms"]),
            _text(clock["source"]),
        ),
        boot=_text(told["boot"]),
        event=Event(told["event"]),
        rundown=None if told.get("rundown") is None else _whole(told["rundown"]),
        airing=_optional(told.get("airing")),
        item=None if told.get("item") is None else _whole(told["item"]),
        media=_optional(told.get("media")),
        reason=_optional(told.get("reason")),
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
    return _read(content, AS_RUN_TYPE, _batch)


def _batch(told: Mapping[str, Any]) -> Batch:
    lines = tuple(_text(line) for line in told["entries"])
    if len(lines) > BATCH_LIMIT:
        raise DocumentRefused(reason=f"quá {BATCH_LIMIT} mục trong một lần gửi")
    return Batch(_text(told["station"]), _text(told["chain"]), lines)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a station says of itself; ``t1`` is its own opaque tick, echoed by the centre."""

    t1: int
    sequence: int | None
    media_missing: tuple[str, ...]
    playing: str | None
    clock: ClockState
    disk_free_mb: int
    unsent: int
    versions: Mapping[str, str]

    def to_json(self) -> dict[str, object]:
        """Return the document that is posted."""
        return {"type": HEARTBEAT_TYPE, **asdict(self), "media_missing": list(self.media_missing)}


def read_heartbeat(content: bytes) -> Heartbeat:
    """Return the heartbeat in ``content``; raises :class:`DocumentRefused`."""
    return _read(content, HEARTBEAT_TYPE, _heartbeat)


def _heartbeat(told: Mapping[str, Any]) -> Heartbeat:
    clock = told["clock"]
    return Heartbeat(
        t1=_whole(told["t1"], negative=True),
        sequence=None if told["sequence"] is None else _whole(told["sequence"]),
        media_missing=tuple(_named(each) for each in told["media_missing"]),
        playing=_optional(told["playing"]),
        clock=ClockState(
            None if clock["offset_ms"] is None else _whole(clock["offset_ms"], negative=True),
            None if clock["uncertainty_ms"] is None else _whole(clock["uncertainty_ms"]),
            _text(clock["source"]),
        ),
        disk_free_mb=_whole(told["disk_free_mb"]),
        unsent=_whole(told["unsent"]),
        versions={str(name): str(version) for name, version in told["versions"].items()},
    )


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A station's request: the token's secret and its own public key (64 hexadecimal digits)."""

    secret: str
    public_key: str

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that the station signs with the key it names."""
        return canonical_bytes({"type": ENROL_TYPE, **asdict(self)})


def read_enrol_request(content: bytes) -> EnrolRequest:
    """Return the request in ``content``; raises :class:`DocumentRefused`."""
    return _read(content, ENROL_TYPE, lambda told: EnrolRequest(_text(told["secret"]), _text(told["public_key"])))


def _read(content: bytes, kind: str, build: Callable[[Mapping[str, Any]], T]) -> T:
    def checked() -> T:
        told = _loads(content)
        _expect_type(told, kind)
        return build(told)

    return _guard(checked)


def _guard(build: Callable[[], T]) -> T:
    try:
        return build()
    except KeyError as error:
        raise DocumentRefused(reason=f"thiếu trường {error.args[0]}") from error
    except (NotCanonical, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise DocumentRefused(reason=f"trường sai kiểu ({error})") from error


def _loads(content: bytes) -> Mapping[str, Any]:
    told = json.loads(content.decode("utf-8"), parse_float=_no_float)
    if not isinstance(told, Mapping):
        raise DocumentRefused(reason="không phải đối tượng JSON")
    return told


def _no_float(text: str) -> float:
    raise DocumentRefused(reason=f"số thập phân {text} không được phép")


def _expect_type(told: Mapping[str, Any], expected: str) -> None:
    found = told["type"]
    if found != expected:
        raise DocumentRefused(reason=f"loại {str(found)[:60]} không hỗ trợ, cần {expected}; hãy nâng cấp phần mềm")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise DocumentRefused(reason=f"cần chữ, gặp {type(value).__name__}")
    return value


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _named(value: object) -> str:
    name = _text(value)
    media_sha256(name)
    return name


def _whole(value: object, *, negative: bool = False) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or (value < 0 and not negative):
        raise DocumentRefused(reason=f"cần số nguyên, gặp {value!r:.40}")
    return value
