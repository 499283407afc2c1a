"""The ledger's seal on a page: how the ledger stands, and whether the reader may have it checked."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.rules.permissions import Deed
from scheduler.services import ledger_seal
from scheduler.services.ledger_seal import Finding, LedgerState
from web import door


@dataclass(frozen=True, slots=True)
class Seal:
    """What a page shows of the ledger."""

    state: LedgerState
    may_check: bool


def seal() -> Seal:
    """Return the seal for a page of the reader."""
    with door.reading() as database:
        state = ledger_seal.ledger_state(database)
    return Seal(state, door.actor().may(Deed.READ_LEDGER))


def check() -> Finding:
    """Check every line of the ledger and every record that rests on it, now, and keep what was found.

    Reading takes long and holds up nobody who writes; only what was found is written.
    """
    who = door.may(Deed.READ_LEDGER)
    with door.reading() as database:
        finding = ledger_seal.check_ledger(database, who)
    with door.writing() as database:
        ledger_seal.keep_finding(database, who, finding=finding, now=door.now())
    return finding
