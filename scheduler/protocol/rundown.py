"""The rundown: what a station may play in its days ahead, and what was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from scheduler.canonical import canonical_bytes, format_instant, parse_instant, sha256_hex
from scheduler.protocol.fields import DocumentRefused, items, named, optional, read_document, text, whole

RUNDOWN_TYPE = "loa.rundown/1"
RESUME = "resume"
DROP = "drop"


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
    """One airing of one station, its items in playing order; ``start`` is ``hard`` or ``soft``.

    ``expires_at`` is an emergency's alone: nothing of it may begin or go on from then. ``after_interruption`` is what
    becomes of an airing that an emergency has cut: ``resume`` with its next item, or ``drop`` the rest.
    """

    id: str
    starts_at: datetime
    start: str
    grace_s: int
    bulletin_class: str
    drill: bool
    gain_cb: int
    items: tuple[RundownItem, ...]
    expires_at: datetime | None = None
    after_interruption: str = RESUME

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
        "expires_at": format_instant(airing.expires_at) if airing.expires_at is not None else None,
        "after_interruption": airing.after_interruption,
        "items": [asdict(item) for item in airing.items],
    }


def read_rundown(content: bytes) -> Rundown:
    """Return the rundown in ``content``; raises :class:`DocumentRefused` naming the field that is wrong."""
    return read_document(content, RUNDOWN_TYPE, _rundown)


def _rundown(told: Mapping[str, Any]) -> Rundown:
    airings = tuple(_airing(each) for each in items(told["airings"]))
    media = {str(name): MediaFact(whole(fact["bytes"]), str(fact["type"])) for name, fact in told["media"].items()}
    for airing in airings:
        for item in airing.items:
            if item.media not in media:
                raise DocumentRefused(reason=f"thiếu cỡ tệp của {item.media}")
    return Rundown(
        station=text(told["station"]),
        sequence=whole(told["sequence"]),
        issued_at=parse_instant(told["issued_at"]),
        expires_at=parse_instant(told["expires_at"]),
        from_=parse_instant(told["from"]),
        to=parse_instant(told["to"]),
        zone=text(told["zone"]),
        airings=airings,
        media=media,
        withdrawn=tuple(named(each) for each in items(told["withdrawn"])),
        checkpoint=told.get("checkpoint"),
    )


def _airing(told: Mapping[str, Any]) -> RundownAiring:
    if told["start"] not in {"hard", "soft"}:
        raise DocumentRefused(reason=f"cách bắt đầu {told['start']!r} không hiểu được")
    expires_at = optional(told.get("expires_at"))
    return RundownAiring(
        id=text(told["id"]),
        starts_at=parse_instant(told["starts_at"]),
        start=told["start"],
        grace_s=whole(told["grace_s"]),
        bulletin_class=text(told["class"]),
        drill=bool(told.get("drill", False)),
        gain_cb=whole(told.get("gain_cb", 0), negative=True),
        items=tuple(_item(each) for each in items(told["items"])),
        expires_at=parse_instant(expires_at) if expires_at is not None else None,
        # A rule that a later centre may bring is read as the usual one, like any field that is not known.
        after_interruption=DROP if told.get("after_interruption") == DROP else RESUME,
    )


def _item(told: Mapping[str, Any]) -> RundownItem:
    return RundownItem(
        kind=text(told["kind"]),
        media=named(told["media"]),
        duration_ms=whole(told["duration_ms"]),
        bulletin=text(told["bulletin"]),
        revision=whole(told["revision"]),
        language=text(told["language"]),
        approval=named(told["approval"]),
    )
