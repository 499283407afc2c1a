"""Appends many lines to the ledger in one go: the head is locked once, the rows written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.db.accounts import LedgerEntry, LedgerHead
from scheduler.ledger import GENESIS, Head, make_line


def append_all(session: Session, *, kind: str, bodies: Sequence[Mapping[str, object]], at: datetime) -> list[int]:
    """Append one line of ``kind`` for each of ``bodies``, in order, and return their numbers.

    The head row stays locked until the transaction ends.
    """
    if not bodies:
        return []
    query = select(LedgerHead).where(LedgerHead.id == 1).with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = LedgerHead(id=1, seq=0, hash=GENESIS)
        session.add(row)
    head = Head(row.seq, row.hash)
    lines = []
    for body in bodies:
        line = make_line(head, at=at, kind=kind, body=body)
        lines.append(
            {"seq": line.seq, "prev": line.prev, "hash": line.hash, "at": line.at, "kind": kind, "line": line.text}
        )
        head = Head(line.seq, line.hash)
    session.execute(insert(LedgerEntry), lines)
    row.seq, row.hash = head.seq, head.hash
    session.flush()
    return [head.seq - len(lines) + place for place in range(1, len(lines) + 1)]
