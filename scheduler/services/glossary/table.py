"""The glossary as a file of rows, out and in: a file with one bad row brings in nothing."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from scheduler.canonical import clean_text
from scheduler.db.glossary import GlossaryEntry
from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.glossary.entries import SUBJECT, put, standing_entries, wording_of
from scheduler.services.glossary.wording import COMMENT, Wording, check, key, overlaps

FILE_MOST = 1024 * 1024
ROWS_MOST = 5_000
TOLD_MOST = 50
HEADER = f"{COMMENT}Chữ viết\tCách đọc\tĐiều kiện\tTừ ngày\tĐến hết ngày\tGhi chú"
_COLUMNS = 6
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); such a cell carries an apostrophe.
_RUNS = ("=", "+", "-", "@")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How many entries a file added and changed, and how many stood already as it says."""

    added: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One row's entry, its number from 1; a row need not name its first day, nor a note."""

    number: int
    wording: Wording
    dated: bool
    noted: bool

    def says(self, standing: Wording) -> bool:
        """Tell whether the entry that stands is already what this row names."""
        named = self.wording if self.dated else replace(self.wording, valid_from=standing.valid_from)
        return (named if self.noted else replace(named, note=standing.note)) == standing


def export_table(session: Session) -> bytes:
    """Return the entries that nobody has ended: UTF-8 with a byte-order mark, a row each, cells parted by tabs."""
    rows = sorted(
        map(wording_of, standing_entries(session)), key=lambda each: (each.written.casefold(), each.valid_from)
    )
    return codecs.BOM_UTF8 + "".join(f"{line}\r\n" for line in (HEADER, *map(_row, rows))).encode()


def import_table(session: Session, actor: Actor, *, content: bytes, day: date, now: datetime) -> BroughtIn:
    """Add a file's rows; one whose written form, condition and days meet a standing entry's changes that entry.

    A row is "written TAB spoken [TAB condition [TAB first day [TAB last day [TAB note]]]]"; ``day`` is the first day of
    a row that names none. Blank rows, and rows that begin with "# ", are passed over. Raises
    :class:`~scheduler.errors.InvalidInput` with a line for each bad row, and then changes nothing.
    """
    require(actor, Deed.WRITE)
    standing = _by_key(standing_entries(session))
    done: Counter[str] = Counter()
    for row, met in _beside(_checked(_lines(content), day), standing):
        done[_bring_in(session, actor, row, met, now)] += 1
    told = BroughtIn(done["added"], done["changed"], done["same"])
    if told.added or told.changed:
        audit.record(
            session,
            person=actor.id,
            deed="glossary-imported",
            subject_kind=SUBJECT,
            subject_id="*",
            at=now,
            facts={"added": told.added, "changed": told.changed},
        )
    return told


def _beside(
    rows: Sequence[_Row], standing: Mapping[tuple[str, str, str], Sequence[GlossaryEntry]]
) -> list[tuple[_Row, GlossaryEntry | None]]:
    """Return each row with the standing entry that it meets; raises for rows that meet several."""
    beside: list[tuple[_Row, GlossaryEntry | None]] = []
    problems = []
    for row in rows:
        met = [entry for entry in standing.get(key(row.wording), ()) if overlaps(wording_of(entry), row.wording)]
        if len(met) > 1:
            problems.append(f"dòng {row.number}: trùng ngày với {len(met)} mục đang dùng, hãy sửa từng mục trên trang")
        beside.append((row, met[0] if met else None))
    _refuse(problems)
    return beside


def _bring_in(session: Session, actor: Actor, row: _Row, met: GlossaryEntry | None, now: datetime) -> str:
    if met is None:
        put(session, actor, row.wording, now=now)
        return "added"
    if row.says(wording_of(met)):
        return "same"
    put(session, actor, row.wording, now=now, replaces=met)
    return "changed"


def _by_key(entries: Sequence[GlossaryEntry]) -> dict[tuple[str, str, str], list[GlossaryEntry]]:
    found: dict[tuple[str, str, str], list[GlossaryEntry]] = {}
    for entry in entries:
        found.setdefault(key(wording_of(entry)), []).append(entry)
    return found


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's number from 1 and its cells."""
    if not content.strip():
        raise InvalidInput(what="Hãy chọn một tệp từ điển: mỗi dòng một mục, các cột cách nhau bằng phím Tab")
    if len(content) > FILE_MOST:
        raise InvalidInput(what="Tệp từ điển lớn quá 1 MB. Hãy chia thành nhiều tệp")
    try:
        text = clean_text(content.decode("utf-16" if content.startswith(_UTF16) else "utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidInput(what="Tệp từ điển phải là văn bản UTF-8. Hãy lưu lại tệp ở dạng đó rồi nhập") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith(COMMENT):
            yield number, [_as_typed(cell.strip()) for cell in line.split("\t")]


def _checked(lines: Iterator[tuple[int, list[str]]], day: date) -> list[_Row]:
    problems: list[str] = []
    wanted: list[_Row] = []
    firsts: dict[tuple[str, str, str], list[tuple[int, Wording]]] = {}
    for number, cells in lines:
        try:
            row = _row_of(number, cells, day)
        except LoaError as refusal:
            problems.append(f"dòng {number}: {str(refusal).removesuffix('.')}")
            continue
        wording = row.wording
        before = firsts.setdefault(key(wording), [])
        problems += [
            f"dòng {number}: “{wording.written}” trùng ngày với dòng {other}"
            for other, earlier in before
            if overlaps(earlier, wording)
        ]
        before.append((number, wording))
        wanted.append(row)
    if len(wanted) > ROWS_MOST:
        problems.insert(0, f"tệp có {len(wanted)} mục, nhiều nhất là {ROWS_MOST}")
    _refuse(problems)
    if not wanted:
        raise InvalidInput(what="Tệp từ điển không có mục nào")
    return wanted


def _refuse(problems: Sequence[str]) -> None:
    """Raise :class:`~scheduler.errors.InvalidInput` with a line for each problem, the first ones, if there is any."""
    if not problems:
        return
    more = [f"và {len(problems) - TOLD_MOST} lỗi nữa"] if len(problems) > TOLD_MOST else []
    told = "\n- ".join([*problems[:TOLD_MOST], *more])
    raise InvalidInput(what=f"Tệp từ điển có lỗi, chưa nhập dòng nào:\n- {told}")


def _row_of(number: int, cells: list[str], day: date) -> _Row:
    if not 2 <= len(cells) <= _COLUMNS:
        raise InvalidInput(what=f"có {len(cells)} cột, cần từ 2 đến {_COLUMNS} cột cách nhau bằng phím Tab")
    written, spoken, context, first, last, note = cells + [""] * (_COLUMNS - len(cells))
    wording = Wording(
        written=written,
        spoken=spoken,
        context=context,
        note=note,
        valid_from=_day(first) if first else day,
        valid_to=_day(last) if last else None,
    )
    return _Row(number, check(wording), dated=bool(first), noted=len(cells) == _COLUMNS)


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise InvalidInput(what=f"ngày “{text:.20}” chưa đúng, hãy ghi ngày/tháng/năm")


def _row(wording: Wording) -> str:
    last = f"{wording.valid_to:%d/%m/%Y}" if wording.valid_to else ""
    cells = (wording.written, wording.spoken, wording.context, f"{wording.valid_from:%d/%m/%Y}", last, wording.note)
    return "\t".join(map(_as_text, cells))


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_RUNS, "'")) else cell


def _as_typed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in (*_RUNS, "'") else cell
