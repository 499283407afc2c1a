"""Units found by day: one, the chain above it, the whole tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from scheduler.db.units import Unit
from scheduler.errors import NotFound

KIND_WORDS: Mapping[str, str] = {
    "tinh": "tỉnh",
    "huyen": "huyện",
    "xa": "xã",
    "thi_tran": "thị trấn",
    "phuong": "phường",
    "thon": "thôn",
}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as it was or is; ``depth`` counts from 0 at the top."""

    code: str
    kind: str
    name: str
    parent_code: str | None
    valid_from: date
    valid_to: date | None
    formed_from: tuple[str, ...]
    note: str
    depth: int


def unit_on(session: Session, code: str, day: date) -> Unit:
    """Return the unit that had ``code`` on ``day``; raises :class:`~scheduler.errors.NotFound`."""
    unit = session.scalars(_on(day).where(Unit.code == code)).one_or_none()
    if unit is None:
        raise NotFound(what=f"đơn vị mã {code} vào ngày {day:%d/%m/%Y}")
    return unit


def chain_above(session: Session, code: str, day: date) -> list[Unit]:
    """Return the unit of ``code`` on ``day`` and all units above it, nearest first; empty when there is none."""
    by_code = {unit.code: unit for unit in session.scalars(_on(day))}
    chain: list[Unit] = []
    current = by_code.get(code)
    while current is not None and current not in chain:
        chain.append(current)
        current = by_code.get(current.parent_code) if current.parent_code else None
    return chain


def units_on(session: Session, day: date) -> list[UnitLine]:
    """Return all units of ``day`` as a tree in reading order, children after their parent by name."""
    rows = list(session.scalars(_on(day)))
    codes = {row.code for row in rows}
    children: dict[str | None, list[Unit]] = {}
    for row in rows:
        children.setdefault(row.parent_code if row.parent_code in codes else None, []).append(row)
    lines: list[UnitLine] = []

    def walk(parent: str | None, depth: int) -> None:
        for row in sorted(children.pop(parent, []), key=lambda each: each.name):
            lines.append(_line(row, depth))
            walk(row.code, depth + 1)

    walk(None, 0)
    return lines


def _line(row: Unit, depth: int) -> UnitLine:
    return UnitLine(
        row.code,
        row.kind,
        row.name,
        row.parent_code,
        row.valid_from,
        row.valid_to,
        tuple(row.formed_from),
        row.note,
        depth,
    )


def _on(day: date) -> Select[Unit]:
    return select(Unit).where(Unit.valid_from <= day, or_(Unit.valid_to.is_(None), Unit.valid_to >= day))
