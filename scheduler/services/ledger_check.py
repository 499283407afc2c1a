"""Checks every record that rests on the ledger against its ledger line."""

from __future__ import annotations

from sqlalchemy.orm import Session


def verify_records(session: Session) -> int:
    """Return how many records were checked: as-run entries, approvals, results of the air log.

    Raises :class:`~scheduler.ledger.LedgerBroken` naming the ledger number of the first record that disagrees.
    """
    raise NotImplementedError
