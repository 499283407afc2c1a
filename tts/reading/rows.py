"""The glossary as rows of text: the package's table, and what the district's glossary page exports."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from tts.reading.errors import GlossaryRowInvalid

_COLUMNS = 6
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ESCAPED = ("=", "+", "-", "@", "'")
"""What a cell may begin with that carries an apostrophe, so that no spreadsheet takes it for a formula."""


def rows(text: str, day: date | None = None) -> list[tuple[int, list[str]]]:
    """Return each row's number from 1 and its two or three cells: written, spoken and perhaps its condition.

    A row may go on with its first day, its last day (07/5/2024) and a note, as the glossary page exports it; with
    ``day`` given, rows that do not hold on it are left out. Blank rows and those that start with "# " are passed over.
    Raises GlossaryRowInvalid for a row with too few or too many cells, or with a day that is none.
    """
    found = []
    lines = unicodedata.normalize("NFC", text).removeprefix("\ufeff").splitlines()
    for number, row in enumerate(lines, start=1):
        if not row.strip() or row.startswith("# "):
            continue
        cells = [_as_typed(cell.strip()) for cell in row.split("\t")]
        if not 2 <= len(cells) <= _COLUMNS:
            why = "cần từ hai đến sáu cột cách nhau bằng phím Tab: chữ viết, cách đọc, điều kiện, từ ngày, đến, ghi chú"
            raise GlossaryRowInvalid(row=number, why=why)
        first, last = (_day(number, cell) for cell in [*cells[3:5], "", ""][:2])
        holds = day is None or ((first is None or first <= day) and (last is None or day <= last))
        if holds:
            found.append((number, cells[:3]))
    return found


def _as_typed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in _ESCAPED and len(cell) > 1 else cell


def _day(number: int, cell: str) -> date | None:
    found = _DAY.fullmatch(cell)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    if cell:
        raise GlossaryRowInvalid(row=number, why=f"ngày “{cell:.20}” chưa đúng, hãy ghi ngày/tháng/năm")
    return None
