"""Dated units: imported from a file, found by day, and the chain of units above one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from scheduler.canonical import clean_text
from scheduler.db.units import Unit
from scheduler.errors import InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit

KIND_WORDS: Mapping[str, str] = {
    "tinh": "tỉnh",
    "huyen": "huyện",
    "xa": "xã",
    "thi_tran": "thị trấn",
    "phuong": "phường",
    "thon": "thôn",
}
_MOST = 20_000


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


def import_units(session: Session, actor: Actor | None, *, content: bytes, now: datetime) -> int:
    """Add the units of a JSON file like ``{"units": [{code, kind, name, parent, valid_from, valid_to, …}]}``.

    A unit that stands with the same code and first day is brought up to date. Returns how many were added or changed.
    Raises :class:`~scheduler.errors.InvalidInput` with a line for each bad row, and then changes nothing.
    """
    if actor is not None:
        require(actor, Deed.MANAGE_STATIONS)
    rows = _read(content)
    known = {(unit.code, unit.valid_from): unit for unit in session.scalars(select(Unit))}
    changed = 0
    for row in rows:
        unit = known.get((row["code"], row["valid_from"]))
        if unit is None:
            session.add(Unit(**row))
            changed += 1
        elif any(getattr(unit, name) != value for name, value in row.items()):
            for name, value in row.items():
                setattr(unit, name, value)
            changed += 1
    session.flush()
    if changed:
        audit.record(
            session,
            person=actor.id if actor else None,
            deed="units-imported",
            subject_kind="unit",
            subject_id="*",
            at=now,
            facts={"rows": len(rows), "changed": changed},
        )
    return changed


def _read(content: bytes) -> list[dict[str, Any]]:
    try:
        told = json.loads(content.decode("utf-8-sig"))
        rows = told["units"] if isinstance(told, dict) else told
    except (ValueError, KeyError, RecursionError) as error:
        raise InvalidInput(what="Tệp đơn vị phải là JSON (UTF-8) có danh sách “units”") from error
    if not isinstance(rows, list) or not 0 < len(rows) <= _MOST:
        raise InvalidInput(what=f"Tệp đơn vị cần từ 1 đến {_MOST} dòng")
    problems: list[str] = []
    units = [unit for index, row in enumerate(rows, 1) if (unit := _unit(index, row, problems)) is not None]
    keys = [(unit["code"], unit["valid_from"]) for unit in units]
    problems += [
        f"mã {code} từ {start:%d/%m/%Y} có hai dòng" for code, start in sorted({k for k in keys if keys.count(k) > 1})
    ]
    problems += _overlaps(units)
    codes = {unit["code"] for unit in units}
    problems += [
        f"đơn vị {unit['name']}: không có đơn vị cấp trên mã {unit['parent_code']}"
        for unit in units
        if unit["parent_code"] is not None and unit["parent_code"] not in codes
    ]
    if problems:
        raise InvalidInput(what="Tệp đơn vị có lỗi, chưa nhập dòng nào:\n- " + "\n- ".join(problems[:50]))
    return units


def _unit(index: int, row: object, problems: list[str]) -> dict[str, Any] | None:
    try:
        if not isinstance(row, dict):
            raise TypeError("không phải đối tượng")
        end = row.get("valid_to")
        unit: dict[str, Any] = {
            "code": _word(row["code"], 16),
            "kind": _word(row["kind"], 16),
            "name": _word(row["name"], 120),
            "parent_code": None if row.get("parent") is None else _word(row["parent"], 16),
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": None if end is None else date.fromisoformat(end),
            "formed_from": [_word(code, 16) for code in row.get("formed_from") or []],
            "note": clean_text(str(row.get("note") or "")),
        }
    except KeyError as error:
        problems.append(f"dòng {index}: thiếu “{error.args[0]}”")
        return None
    except (TypeError, ValueError) as error:
        problems.append(f"dòng {index}: {error}")
        return None
    if unit["valid_to"] is not None and unit["valid_to"] < unit["valid_from"]:
        problems.append(f"dòng {index}: ngày hết hiệu lực trước ngày bắt đầu")
    return unit


def _word(value: object, most: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= most:
        raise ValueError(f"{value!r:.40} phải là chữ, từ 1 đến {most} ký tự")
    return clean_text(value).strip()


def _overlaps(units: Sequence[Mapping[str, Any]]) -> list[str]:
    problems = []
    ordered = sorted(units, key=lambda unit: (unit["code"], unit["valid_from"]))
    for earlier, later in pairwise(ordered):
        open_until = earlier["valid_to"] or date.max
        if earlier["code"] == later["code"] and earlier["valid_from"] < later["valid_from"] <= open_until:
            problems.append(f"mã {later['code']}: {earlier['name']} và {later['name']} trùng thời gian hiệu lực")
    return problems


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
