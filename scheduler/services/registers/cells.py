"""Cells of a file as values: days, words, lists; what can't be one is told by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TypeVar

from scheduler.canonical import clean_text
from scheduler.services.bulletins.views import fold
from scheduler.services.registers.faults import RowFault
from scheduler.services.registers.tables import Header, Row

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
CODE = re.compile(r"\w[\w.-]*")
"""What a code may be: it stands in addresses, and between signs in forms."""

_PARTS = re.compile(r"[\s,;|+]+")
_T = TypeVar("_T")


class WrongCell(ValueError):
    """A cell that can't be read: what is wrong and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class RowReader:
    """Reads one row's cells and keeps what is wrong with them in ``faults``."""

    def __init__(self, row: Row, header: Header, faults: list[RowFault]) -> None:
        self._row = row
        self._header = header
        self._faults = faults
        self.sound = True

    def cell(self, field: str) -> str:
        """Return a cell as it is written; empty when the file has no such column."""
        return self._row.cells.get(field, "")

    def has(self, field: str) -> bool:
        """Tell whether the file has this column at all."""
        return field in self._row.cells

    def read(self, field: str, convert: Callable[[str], _T], otherwise: _T) -> _T:
        """Return the cell converted; ``otherwise`` when that fails, and then the fault is kept."""
        try:
            return convert(self.cell(field))
        except WrongCell as wrong:
            self.wrong(field, wrong.what, wrong.remedy)
            return otherwise

    def wrong(self, field: str, what: str, remedy: str) -> None:
        """Keep a fault of this row."""
        self.sound = False
        self._faults.append(RowFault(self._row.number, self._header.column(field), what, remedy))


def day(cell: str) -> date:
    """Return the day that a cell writes, ``01/07/2025`` or ``2025-07-01``; raises :class:`WrongCell`."""
    written = cell.strip()
    if not written:
        raise WrongCell("để trống", "ghi ngày dạng 01/07/2025")
    try:
        if found := _DAY.fullmatch(written):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO.fullmatch(written):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise WrongCell(f"“{written[:20]}” không phải một ngày", "ghi ngày dạng 01/07/2025 hoặc 2025-07-01")


def day_or_none(cell: str) -> date | None:
    """Return the day that a cell writes, null for an empty one; raises :class:`WrongCell`."""
    return day(cell) if cell.strip() else None


def word(most: int) -> Callable[[str], str]:
    """Return a reader of a text of 1 to ``most`` characters on one line."""

    def read(cell: str) -> str:
        text = clean_text(cell).strip()
        if not text:
            raise WrongCell("để trống", "ghi vào ô này")
        if len(text) > most:
            raise WrongCell(f"dài {len(text)} ký tự, nhiều nhất là {most}", "ghi ngắn lại")
        if not text.isprintable():
            raise WrongCell("có xuống dòng hoặc ký tự lạ", "ghi trên một dòng")
        return text

    return read


def text(most: int) -> Callable[[str], str]:
    """Return a reader of a text that may be empty."""
    return lambda cell: word(most)(cell) if cell.strip() else ""


def code(most: int) -> Callable[[str], str]:
    """Return a reader of a code: letters, digits, ``.``, ``-`` and ``_``."""

    def read(cell: str) -> str:
        written = word(most)(cell)
        if not CODE.fullmatch(written):
            what = "khoảng trắng" if any(letter.isspace() for letter in written) else "ký tự lạ"
            raise WrongCell(f"mã “{written}” có {what}", "chỉ dùng chữ, số, dấu chấm và dấu gạch, liền nhau")
        return written

    return read


def parts(most: int) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of codes with blanks, commas or semicolons between them."""
    return lambda cell: tuple(code(most)(each) for each in _PARTS.split(cell.strip()) if each)


def one_of(words: Mapping[str, Collection[str]]) -> Callable[[str], str | None]:
    """Return a reader of one of several values by any of its words, accents left aside; null for an empty cell."""
    known = {fold(each): value for value, said in words.items() for each in (value, *said)}

    def read(cell: str) -> str | None:
        if not cell.strip():
            return None
        value = known.get(fold(cell.strip()))
        if value is None:
            told = ", ".join(f"“{next(iter(said), value)}”" for value, said in words.items())
            raise WrongCell(f"không có lựa chọn “{cell[:20]}”", f"ghi một trong {told}")
        return value

    return read
