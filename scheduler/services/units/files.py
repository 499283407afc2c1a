"""The register of units as a file, in and out: seen first, then taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from playlists.network import UnitKey
from playlists.soundness import Fault
from scheduler.canonical import sha256_hex
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services.bulletins.views import fold
from scheduler.services.registers import cells
from scheduler.services.registers.faults import FileRefused, RowFault
from scheduler.services.registers.tables import Header, Row, read_table, write_csv, write_json
from scheduler.services.units.change import EffectDiffers, Prospect, carry_out, look
from scheduler.services.units.register import (
    LONGEST_CODE,
    LONGEST_KIND,
    LONGEST_NAME,
    LONGEST_NOTE,
    Register,
    UnitChange,
    UnitRow,
    read_register,
)
from scheduler.services.units.tree import KIND_WORDS

HEADER = Header(
    root="units",
    words={
        "code": ("Mã đơn vị", "Mã", "Mã ĐVHC"),
        "kind": ("Cấp", "Loại"),
        "name": ("Tên đơn vị", "Tên"),
        "parent": ("Mã đơn vị cấp trên", "Mã cấp trên", "Cấp trên", "parent_code"),
        "valid_from": ("Hiệu lực từ ngày", "Hiệu lực từ", "Từ ngày", "from"),
        "valid_to": ("Đến hết ngày", "Đến ngày", "to"),
        "formed_from": ("Hình thành từ", "Hình thành từ các mã"),
        "note": ("Ghi chú",),
    },
    needed=frozenset({"code", "kind", "name", "valid_from"}),
)
_KINDS = {fold(word): kind for kind, words in KIND_WORDS.items() for word in (kind, words)}


@dataclass(frozen=True, slots=True)
class UnitFile:
    """A file looked at: the rows it has, how many stand already as it says, what it changes, and what is doubtful.

    ``digest`` covers file and effect: with it the very thing that was seen is taken in.
    """

    rows: int
    same: int
    prospect: Prospect
    doubts: tuple[str, ...]
    digest: str


def read_unit_file(session: Session, *, content: bytes, today: date, now: datetime) -> UnitFile:
    """Return what a file would do; nothing is written.

    A row whose code and first day stand already brings that unit up to date; a column that the file lacks leaves it as
    it is. What the file doesn't name stays. Raises :class:`~scheduler.services.registers.faults.FileRefused`.
    """
    register = read_register(session)
    faults: list[RowFault] = []
    table = read_table(content, HEADER)
    numbers: dict[UnitKey, int] = {}
    wanted: dict[UnitKey, UnitRow] = {}
    for row in table:
        unit = _unit(row, register, faults)
        if unit is None:
            continue
        if unit.key in numbers:
            faults.append(_fault(row.number, "code", f"trùng mã và ngày với dòng {numbers[unit.key]}", "bỏ một dòng"))
            continue
        numbers[unit.key], wanted[unit.key] = row.number, unit
    faults += _lost_zeros(wanted, numbers, register)
    if faults:
        raise FileRefused(faults)
    change = UnitChange(
        added=tuple(row for row in wanted.values() if row.key not in register.units),
        changed=tuple(row for row in wanted.values() if row.key in register.units and row != register.units[row.key]),
    )
    prospect = look(session, change, today=today, now=now, register=register)
    if prospect.faults:
        raise FileRefused([_of_tree(fault, numbers, prospect) for fault in prospect.faults])
    if prospect.stations_astray:
        raise FileRefused([RowFault(0, "", *each.split("; hãy ", 1)) for each in prospect.stations_astray])
    return UnitFile(
        rows=len(table),
        same=len(wanted) - len(change.added) - len(change.changed),
        prospect=prospect,
        doubts=tuple(_doubts(prospect)),
        digest=sha256_hex(f"{sha256_hex(content)} {prospect.digest}".encode()),
    )


def import_unit_file(
    session: Session, actor: Actor | None, *, content: bytes, seen: str | None, today: date, now: datetime
) -> UnitFile:
    """Take a file in whole, as it was seen under the digest ``seen`` (null: nobody had to see it first).

    Raises as :func:`read_unit_file`, and :class:`~scheduler.services.units.change.EffectDiffers` when it would do
    something else by now.
    """
    if actor is not None:
        require(actor, Deed.MANAGE_STATIONS)
    told = read_unit_file(session, content=content, today=today, now=now)
    if seen is not None and seen != told.digest:
        raise EffectDiffers
    if told.prospect.change:
        facts = {"rows": told.rows, "file": sha256_hex(content)}
        carry_out(session, actor, told.prospect, deed="units-imported", subject="*", facts=facts, seen=None, now=now)
    return told


def import_units(session: Session, actor: Actor | None, *, content: bytes, now: datetime) -> int:
    """Take a file in that nobody has to see first (a first start, a demonstration); return how many units changed."""
    change = import_unit_file(session, actor, content=content, seen=None, today=now.date(), now=now).prospect.change
    return len(change.added) + len(change.changed)


def export_units(session: Session, *, form: str) -> bytes:
    """Return the whole register of units as ``csv`` or ``json``; taken in again it changes nothing."""
    rows = sorted(read_register(session).units.values(), key=lambda row: (row.valid_from, row.code))
    if form == "json":
        return write_json(HEADER, [_json(row) for row in rows])
    return write_csv(HEADER, [_cells(row) for row in rows])


def _unit(row: Row, register: Register, faults: list[RowFault]) -> UnitRow | None:
    reader = cells.RowReader(row, HEADER, faults)
    code = reader.read("code", cells.code(LONGEST_CODE), "")
    first = reader.read("valid_from", cells.day, date.min)
    before = register.units.get((code, first))
    last = before.valid_to if before is not None else None
    if reader.has("valid_to"):
        last = reader.read("valid_to", cells.day_or_none, None)
    if reader.sound and last is not None and last < first:
        reader.wrong("valid_to", f"ngày hết hiệu lực {last:%d/%m/%Y} ở trước ngày bắt đầu", "sửa một trong hai ngày")
    unit = UnitRow(
        code=code,
        kind=reader.read("kind", _kind, ""),
        name=reader.read("name", cells.word(LONGEST_NAME), ""),
        valid_from=first,
        valid_to=last,
        parent_code=before.parent_code if before else None,
        formed_from=before.formed_from if before else (),
        note=before.note if before else "",
    )
    if reader.has("parent"):
        written = reader.read("parent", lambda cell: cells.code(LONGEST_CODE)(cell) if cell.strip() else None, None)
        unit = replace(unit, parent_code=written)
    if reader.has("formed_from"):
        unit = replace(unit, formed_from=reader.read("formed_from", cells.parts(LONGEST_CODE), ()))
    if reader.has("note"):
        unit = replace(unit, note=reader.read("note", cells.text(LONGEST_NOTE), ""))
    return unit if reader.sound else None


def _kind(cell: str) -> str:
    return _KINDS.get(fold(cell.strip())) or cells.word(LONGEST_KIND)(cell)


def _lost_zeros(
    wanted: Mapping[UnitKey, UnitRow], numbers: Mapping[UnitKey, int], register: Register
) -> Iterable[RowFault]:
    """Find codes that stand in the register with zeros before them: a spreadsheet took them for numbers."""
    here = {row.code for row in register.units.values()}
    full = {code.lstrip("0"): code for code in sorted(here) if code.startswith("0") and code.isdigit()}
    for key, row in wanted.items():
        for field, code in (("code", row.code), ("parent", row.parent_code)):
            if code is not None and code in full and code not in here:
                yield _fault(
                    numbers[key],
                    field,
                    f"mã {code} có lẽ là {full[code]}: bảng tính đã bỏ số 0 ở đầu",
                    "định dạng cột mã là Văn bản (Text) rồi ghi lại",
                )


def _of_tree(fault: Fault, numbers: Mapping[UnitKey, int], prospect: Prospect) -> RowFault:
    """Return a fault of the tree as one of the row that brings it, or of the file when no row names the unit."""
    if fault.key in numbers:
        return _fault(numbers[fault.key], fault.part.value, fault.what, fault.remedy)
    name = prospect.after.units[fault.key].name
    return RowFault(0, "", f"{name} ({fault.key[0]}) đang có: {fault.what}", fault.remedy)


def _fault(number: int, field: str, what: str, remedy: str) -> RowFault:
    return RowFault(number, HEADER.column(field), what, remedy)


def _doubts(prospect: Prospect) -> Iterable[str]:
    """Say which rows name a predecessor that did not end the day before: the history has a gap there."""
    ends = {(row.code, row.valid_to.toordinal() + 1) for row in prospect.after.units.values() if row.valid_to}
    for row in (*prospect.change.added, *prospect.change.changed):
        missing = [code for code in row.formed_from if (code, row.valid_from.toordinal()) not in ends]
        if missing:
            yield f"{row.name}: không thấy đơn vị mã {', '.join(missing)} kết thúc ngay trước {row.valid_from:%d/%m/%Y}"


def _cells(row: UnitRow) -> dict[str, str]:
    return {
        "code": row.code,
        "kind": KIND_WORDS.get(row.kind, row.kind),
        "name": row.name,
        "parent": row.parent_code or "",
        "valid_from": f"{row.valid_from:%d/%m/%Y}",
        "valid_to": f"{row.valid_to:%d/%m/%Y}" if row.valid_to else "",
        "formed_from": " ".join(row.formed_from),
        "note": row.note,
    }


def _json(row: UnitRow) -> dict[str, object]:
    told = row.told()
    told["parent"] = told.pop("parent_code")
    return {field: told[field] for field in HEADER.words}
