"""Writes into the air log what became of each airing, as soon as it can be told, and never rewrites it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session


def settle(session: Session, *, now: datetime, reporting_allowance: timedelta, limit: int = 200) -> int:
    """Settle at most ``limit`` airings whose outcome can be told or has changed; return how many rows were added."""
    raise NotImplementedError
