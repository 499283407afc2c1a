"""The lines of the ledger as people read them: with the names of whom they tell."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import parse_instant
from scheduler.db.accounts import LedgerEntry, Person
from scheduler.db.units import Station


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line: ``body`` is what was hashed; the names are null for a line that tells of no person or no station."""

    seq: int
    at: datetime
    kind: str
    hash: str
    body: Mapping[str, Any]
    person_name: str | None
    station_name: str | None


def ledger_lines(session: Session, *, newest: int, most: int) -> tuple[LedgerLine, ...]:
    """Return at most ``most`` lines from number ``newest`` down, newest first."""
    query = select(LedgerEntry).where(LedgerEntry.seq <= newest).order_by(LedgerEntry.seq.desc()).limit(most)
    told = [(row, _body(row.line)) for row in session.scalars(query)]
    people = _people(session, {_person(body) for _, body in told})
    stations = _stations(session, {str(body.get("station")) for _, body in told})
    return tuple(
        LedgerLine(
            seq=row.seq,
            at=parse_instant(row.at),
            kind=row.kind,
            hash=row.hash,
            body=body,
            person_name=people.get(_person(body)),
            station_name=stations.get(str(body.get("station"))),
        )
        for row, body in told
    )


def _body(line: str) -> Mapping[str, Any]:
    """Return what a line tells, nothing of one that somebody made unreadable: the check of the ledger names it."""
    try:
        body = json.loads(line)["body"]
    except (ValueError, KeyError, TypeError):
        return {}
    return body if isinstance(body, dict) else {}


def _person(body: Mapping[str, Any]) -> str:
    return str(body.get("person") or body.get("approver"))


def _people(session: Session, identities: Collection[str]) -> dict[str, str]:
    query = select(Person.id, Person.display_name).where(Person.id.in_(identities))
    return {row.id: row.display_name for row in session.execute(query)}


def _stations(session: Session, identities: Collection[str]) -> dict[str, str]:
    query = select(Station.id, Station.name).where(Station.id.in_(identities))
    return {row.id: row.name for row in session.execute(query)}
