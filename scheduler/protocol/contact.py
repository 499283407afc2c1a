"""What a station says when it calls: a heartbeat, and once its enrolment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scheduler.canonical import canonical_bytes
from scheduler.protocol.as_run import ClockState, read_clock
from scheduler.protocol.fields import items, named, optional, read_document, text, whole

HEARTBEAT_TYPE = "loa.heartbeat/1"
ENROL_TYPE = "loa.enrol/1"


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
    return read_document(content, HEARTBEAT_TYPE, _heartbeat)


def _heartbeat(told: Mapping[str, Any]) -> Heartbeat:
    return Heartbeat(
        t1=whole(told["t1"], negative=True),
        sequence=None if told["sequence"] is None else whole(told["sequence"]),
        media_missing=tuple(named(each) for each in items(told["media_missing"])),
        playing=optional(told["playing"]),
        clock=read_clock(told["clock"]),
        disk_free_mb=whole(told["disk_free_mb"]),
        unsent=whole(told["unsent"]),
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
    return read_document(content, ENROL_TYPE, lambda told: EnrolRequest(text(told["secret"]), text(told["public_key"])))
