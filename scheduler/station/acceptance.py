"""Which rundowns a station accepts (pure): the checks in the order of ``docs/protocol.md``, section Rundown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.canonical import sha256_hex
from scheduler.protocol import DocumentRefused, Rundown, read_rundown
from scheduler.signing import RUNDOWN, SignatureRefused, verify
from scheduler.station.errors import RundownRefused

__all__ = ["ISSUED_AHEAD", "Held", "Offered", "accept", "authentic"]

ISSUED_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """The newest rundown that the station ever accepted: its sequence and the SHA-256 of its signed payload.

    ``whole`` is false when the copy on disk was lost or damaged: then the same bytes are taken again.
    """

    sequence: int
    payload_sha256: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Offered:
    """A rundown whose signature, type and addressee are right, and the SHA-256 of its signed payload."""

    rundown: Rundown
    payload_sha256: str


def authentic(envelope: bytes, *, trusted: Mapping[str, bytes], station: str) -> Offered:
    """Return the rundown in ``envelope`` when a pinned key signed it, its type is known and it is for ``station``.

    Raises :class:`RundownRefused` with the code ``signature``, ``document`` or ``other-station``.
    """
    try:
        payload = verify(envelope, RUNDOWN, trusted)
    except SignatureRefused as error:
        raise RundownRefused(code="signature", why=error.reason, sequence=None) from error
    try:
        rundown = read_rundown(payload)
    except DocumentRefused as error:
        raise RundownRefused(code="document", why=error.reason, sequence=None) from error
    if rundown.station != station:
        raise RundownRefused(code="other-station", why="lịch phát của cụm loa khác", sequence=rundown.sequence)
    return Offered(rundown, sha256_hex(payload))


def accept(
    envelope: bytes, *, trusted: Mapping[str, bytes], station: str, held: Held | None, now: datetime | None
) -> Offered | None:
    """Return the rundown to take in place of ``held``, or None when ``envelope`` says what is held already.

    ``now`` is centre time, None while the station's clock is unset: then the two checks of time are left out, and
    an expired rundown still plays nothing. Raises :class:`RundownRefused` with the code of the first check that fails:
    ``signature``, ``document``, ``other-station``, ``sequence-old``, ``sequence-conflict``, ``issued-ahead`` or
    ``expired``.
    """
    offered = authentic(envelope, trusted=trusted, station=station)
    rundown = offered.rundown
    if held is not None and not _newer(offered, held):
        return None
    if now is not None and rundown.issued_at - now > ISSUED_AHEAD:
        raise RundownRefused(
            code="issued-ahead", why="lịch phát ghi giờ ký ở tương lai, hãy xem lại đồng hồ", sequence=rundown.sequence
        )
    if now is not None and now >= rundown.expires_at:
        raise RundownRefused(code="expired", why="lịch phát đã hết hạn", sequence=rundown.sequence)
    return offered


def _newer(offered: Offered, held: Held) -> bool:
    sequence = offered.rundown.sequence
    if sequence < held.sequence:
        raise RundownRefused(
            code="sequence-old", why=f"số {sequence} cũ hơn số {held.sequence} đang giữ", sequence=sequence
        )
    if sequence > held.sequence:
        return True
    if offered.payload_sha256 != held.payload_sha256:
        raise RundownRefused(
            code="sequence-conflict", why=f"số {sequence} đã dùng cho một lịch phát khác", sequence=sequence
        )
    return not held.whole
