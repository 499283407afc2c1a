"""Whoever writes into the timetable takes turns, so that each sees what the one before has made."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_THE_TIMETABLE = 0x6C6F61_7474


def take_turn(session: Session) -> None:
    """Wait until nobody else writes into the timetable, and keep others waiting until this transaction ends.

    SQLite lets one transaction write at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _THE_TIMETABLE})
