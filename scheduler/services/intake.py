"""Takes in what stations report: chains of as-run entries, and heartbeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.db.units import Station
from scheduler.protocol import Heartbeat


def receive_batch(session: Session, *, station: Station, envelope: bytes, now: datetime) -> tuple[str, int]:
    """Take in a signed batch; return its chain and the number through which the centre holds it without a gap.

    Raises :class:`~scheduler.signing.SignatureRefused` and :class:`~scheduler.protocol.DocumentRefused`.
    """
    raise NotImplementedError


def receive_heartbeat(session: Session, *, station: Station, content: bytes, now: datetime) -> Heartbeat:
    """Keep the station's latest words about itself and return them; raises ``DocumentRefused``."""
    raise NotImplementedError
