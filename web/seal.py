"""The ledger's seal: when this process last checked the whole ledger, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from scheduler.errors import NotAllowed
from scheduler.ledger import Head, LedgerBroken
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit, ledger_check
from web import door

_KEPT = "loa-seal"
_KEEPERS = frozenset({Role.AUDITOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the whole ledger; ``broken`` tells the first line that is not right, null when all are."""

    head: Head
    at: datetime
    broken: str | None


@dataclass(frozen=True, slots=True)
class Seal:
    """What a page shows: how long the ledger is, the last check if there was one, and whether the reader may check."""

    head: Head
    last: Check | None
    may_check: bool


def may_keep(who: Actor) -> bool:
    """Tell whether somebody may read the ledger and have it checked."""
    return bool(who.roles & _KEEPERS)


def require_keeper() -> Actor:
    """Return who acts when he may read the ledger; raises :class:`~scheduler.errors.NotAllowed`."""
    who = door.actor()
    if not may_keep(who):
        raise NotAllowed(what="xem sổ")
    return who


def seal() -> Seal:
    """Return the seal for a page of the reader."""
    with door.reading() as database:
        head = audit.head(database)
    return Seal(head, current_app.extensions.get(_KEPT), may_keep(door.actor()))


def check() -> Check:
    """Check every line of the ledger and every record that rests on it, now, and keep what was found."""
    with door.reading() as database:
        head = audit.head(database)
        broken = None
        try:
            head = audit.verify(database)
            ledger_check.verify_records(database)
        except LedgerBroken as refusal:
            broken = str(refusal)
    found = Check(head, door.now(), broken)
    current_app.extensions[_KEPT] = found
    return found
