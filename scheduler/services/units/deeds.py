"""What people do to units: a new one, an end, another name from a day on, a merger or a split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from playlists.network import ONE_DAY, UnitKey, covers
from scheduler.errors import InvalidInput, NotFound
from scheduler.services.units.register import (
    LONGEST_KIND,
    LONGEST_NAME,
    LONGEST_NOTE,
    Placement,
    Register,
    StationStays,
    UnitChange,
    UnitRow,
    checked_code,
    checked_word,
)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit as somebody names it; its first day is that of the deed."""

    code: str
    kind: str
    name: str
    parent_code: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """From ``day`` on the units ``old`` are no more and ``new`` stand in their place: a merger, a split or both.

    ``children`` says under which new code a unit below the old ones comes, ``stations`` in which one a station stands;
    what neither names comes to the first new unit, or stays with its code when a new unit takes that code over.
    """

    day: date
    old: tuple[UnitKey, ...]
    new: tuple[NewUnit, ...]
    children: Mapping[UnitKey, str]
    stations: Mapping[str, str]


def new_unit(unit: NewUnit, *, from_day: date, formed_from: Sequence[str] = ()) -> UnitChange:
    """Return the change that adds a unit; raises :class:`~scheduler.errors.InvalidInput` for what can't be kept."""
    return UnitChange(added=(_row(unit, from_day, tuple(formed_from)),))


def end_unit(register: Register, key: UnitKey, *, last_day: date) -> UnitChange:
    """Return the change after which ``last_day`` is the unit's last; raises InvalidInput or NotFound."""
    row = _found(register, key)
    if row.valid_to is not None and row.valid_to <= last_day:
        raise InvalidInput(what=f"{row.name} đã hết hiệu lực ngày {row.valid_to:%d/%m/%Y}. Hãy chọn ngày trước đó")
    if last_day < row.valid_from:
        raise InvalidInput(what=f"{row.name} có hiệu lực từ {row.valid_from:%d/%m/%Y}. Hãy chọn ngày cuối sau đó")
    return UnitChange(changed=(replace(row, valid_to=last_day),))


def rename_unit(register: Register, key: UnitKey, *, name: str, from_day: date) -> UnitChange:
    """Return the change after which the unit has another name from ``from_day`` on, as a new dated row."""
    row = _found(register, key)
    shown = checked_word("Tên mới", name, LONGEST_NAME)
    if shown == row.name:
        raise InvalidInput(what=f"Đơn vị đang tên là {row.name}. Hãy ghi tên khác")
    if not row.valid_from < from_day <= (row.valid_to or date.max):
        raise InvalidInput(what=f"Ngày đổi tên phải sau {row.valid_from:%d/%m/%Y} và trong thời gian có hiệu lực")
    renamed = replace(row, name=shown, valid_from=from_day, formed_from=(row.code,), note="")
    return UnitChange(added=(renamed,), changed=(replace(row, valid_to=from_day - ONE_DAY),))


def reorganise(register: Register, told: Reorganisation) -> UnitChange:
    """Return the change that a merger or a split is, with the units and stations below moved by the same deed."""
    if not told.old:
        raise InvalidInput(what="Hãy chọn ít nhất một đơn vị cũ")
    if not told.new:
        raise InvalidInput(what="Hãy ghi ít nhất một đơn vị mới: mã, tên, cấp")
    ending = [_ending(register, key, told.day) for key in dict.fromkeys(told.old)]
    codes = tuple(row.code for row in ending)
    added = [_row(unit, told.day, codes) for unit in told.new]
    taken = [row.code for row in added]
    if len(set(taken)) != len(taken):
        raise InvalidInput(what="Hai đơn vị mới trùng mã. Hãy cho mỗi đơn vị một mã")
    children = _children(register, told, taken)
    return UnitChange(
        added=(*added, *(row for row in children if row.key not in register.units)),
        changed=(*ending, *(row for row in children if row.key in register.units)),
        moves=tuple(_moves(register, told, taken)),
    )


def units_below(register: Register, keys: Sequence[UnitKey], day: date) -> list[UnitRow]:
    """Return the units that lie right below any of ``keys`` on ``day`` and aren't among them, by name."""
    codes = {code for code, _ in keys}
    found = [row for row in register.units.values() if covers(row, day) and row.parent_code in codes]
    return sorted((row for row in found if row.key not in set(keys)), key=lambda row: (row.name, row.key))


def stations_in(register: Register, keys: Sequence[UnitKey], day: date) -> list[tuple[StationStays, str]]:
    """Return the stations, stopped ones too, that stand in these very units on ``day``, with the unit's code."""
    codes = {code for code, _ in keys}
    return [
        (station, stay.unit_code)
        for station in register.stations.values()
        for stay in station.stays
        if covers(stay, day) and stay.unit_code in codes
    ]


def _ending(register: Register, key: UnitKey, day: date) -> UnitRow:
    row = _found(register, key)
    if not row.valid_from < day or (row.valid_to is not None and row.valid_to < day - ONE_DAY):
        raise InvalidInput(what=f"{row.name} không có hiệu lực ngày {day - ONE_DAY:%d/%m/%Y}. Hãy chọn lại ngày")
    return replace(row, valid_to=day - ONE_DAY)


def _children(register: Register, told: Reorganisation, taken: Sequence[str]) -> list[UnitRow]:
    rows: list[UnitRow] = []
    for child in units_below(register, told.old, told.day):
        parent = _chosen(told.children.get(child.key), child.parent_code or "", taken, child.name)
        if parent == child.parent_code:
            continue
        if child.valid_from == told.day:
            rows.append(replace(child, parent_code=parent))
            continue
        rows.append(replace(child, valid_to=told.day - ONE_DAY))
        rows.append(replace(child, valid_from=told.day, parent_code=parent, formed_from=(child.code,), note=""))
    return rows


def _moves(register: Register, told: Reorganisation, taken: Sequence[str]) -> list[Placement]:
    moves = []
    for station, code in stations_in(register, told.old, told.day):
        chosen = _chosen(told.stations.get(station.id), code, taken, station.name)
        if chosen != code:
            moves.append(Placement(station.id, chosen, told.day))
    return moves


def _chosen(wanted: str | None, code: str, taken: Sequence[str], name: str) -> str:
    if wanted is None:
        return code if code in taken else taken[0]
    if wanted not in taken:
        raise InvalidInput(what=f"{name}: hãy chọn một trong các đơn vị mới")
    return wanted


def _row(unit: NewUnit, from_day: date, formed_from: tuple[str, ...]) -> UnitRow:
    return UnitRow(
        code=checked_code("Mã đơn vị", unit.code),
        kind=checked_word("Cấp", unit.kind, LONGEST_KIND),
        name=checked_word("Tên đơn vị", unit.name, LONGEST_NAME),
        valid_from=from_day,
        parent_code=checked_code("Mã đơn vị cấp trên", unit.parent_code) if unit.parent_code else None,
        formed_from=formed_from,
        note=checked_word("Ghi chú", unit.note, LONGEST_NOTE) if unit.note.strip() else "",
    )


def _found(register: Register, key: UnitKey) -> UnitRow:
    row = register.units.get(key)
    if row is None:
        raise NotFound(what=f"đơn vị mã {key[0]} từ {key[1]:%d/%m/%Y}")
    return row
