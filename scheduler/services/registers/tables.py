"""A file's bytes as rows of text by field: CSV as spreadsheets write it, or JSON; whatever its encoding."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.canonical import clean_text
from scheduler.letters.encodings import TCVN3, UNKNOWN, VNI, UndecodableText, decode
from scheduler.services.bulletins.views import fold
from scheduler.services.registers.faults import FileRefused, RowFault, refuse_file

FILE_MOST = 8 * 1024 * 1024
ROWS_MOST = 20_000
_CELL_MOST = 4_000
_SEPARATORS = (";", "\t", ",")
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); such a cell carries an apostrophe.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_UNSPOKEN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file by field; ``number`` is its line as a spreadsheet counts (in JSON its place from 1)."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Header:
    """A file's fields and what their columns may be called; the first word is the one that is written.

    Case, accents and signs of a column's name don't matter. ``needed`` are the fields without which a file says
    nothing; ``root`` is the name of the list in JSON.
    """

    root: str
    words: Mapping[str, Sequence[str]]
    needed: frozenset[str]

    def column(self, field: str) -> str:
        """Return a field's column as it is shown in a fault."""
        return f"“{self.words[field][0]}”"

    def fields(self, names: Sequence[str]) -> dict[int, str]:
        """Return the field of each column by its place; raises FileRefused for what is missing or there twice."""
        known = {_bare(word): field for field, words in self.words.items() for word in (field, *words)}
        found = {place: known[_bare(name)] for place, name in enumerate(names) if _bare(name) in known}
        twice = sorted({field for field in found.values() if list(found.values()).count(field) > 1})
        missing = sorted(self.needed - set(found.values()))
        if twice:
            raise refuse_file(f"cột {self.column(twice[0])} có hai lần", "giữ lại một cột")
        if missing:
            told = ", ".join(self.column(field) for field in missing)
            raise refuse_file(f"dòng đầu thiếu cột {told}", "ghi tên cột ở dòng đầu như trong tệp xuất ra")
        return found


def read_table(content: bytes, header: Header) -> tuple[Row, ...]:
    """Return the rows of ``content``; raises :class:`FileRefused` for what is no such table.

    UTF-8 and UTF-16 are taken, with a byte order mark or without, and Windows-1258 when its words prove it. Columns are
    parted by commas, semicolons (as Excel does in Vietnamese) or tabs. JSON is a list, or an object that holds one.
    """
    if len(content) > FILE_MOST:
        raise refuse_file(f"lớn quá {FILE_MOST // 1024 // 1024} MB", "chia thành nhiều tệp")
    text = _text(content)
    if not text.strip():
        raise refuse_file("không có gì trong tệp", "chọn tệp có danh sách cần nhập")
    rows = tuple(_from_json(text, header) if text.lstrip()[:1] in "[{" else _from_csv(text, header))
    if not rows:
        raise refuse_file("không có dòng nào dưới dòng tên cột", "chọn tệp có danh sách cần nhập")
    return rows


def write_csv(header: Header, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return rows as CSV that spreadsheets show and never run: UTF-8 with a byte order mark, Vietnamese columns."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([words[0] for words in header.words.values()])
    for row in rows:
        writer.writerow([_shown(row.get(field, "")) for field in header.words])
    return codecs.BOM_UTF8 + buffer.getvalue().encode()


def write_json(header: Header, rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return rows as the JSON that :func:`read_table` takes."""
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"{header.root}": [\n  {lines}\n]}}\n'.encode() if rows else f'{{"{header.root}": []}}\n'.encode()


def _text(content: bytes) -> str:
    try:
        return clean_text(_without_mark(content) or decode(content))
    except (UndecodableText, UnicodeDecodeError) as error:
        encoding = error.encoding if isinstance(error, UndecodableText) else UNKNOWN
        named = f"dùng bảng mã {encoding}" if encoding in {TCVN3, VNI} else "không đọc được bảng mã chữ"
        raise refuse_file(named, "lưu lại tệp dạng “CSV UTF-8” (Excel: Save as → CSV UTF-8) rồi nhập") from error


def _without_mark(content: bytes) -> str | None:
    """UTF-16 that some programs write without its mark: every other byte of a header in Latin letters is zero."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in content[:200]:
        return None
    little = content[1:200:2].count(0) >= content[0:200:2].count(0)
    return content.decode("utf-16-le" if little else "utf-16-be")


def _from_csv(text: str, header: Header) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?', first.strip())  # Excel's own word for the separator
    skipped = 1 if told else 0
    body = rest if told else text
    separator = told[1] if told else _separator(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    places: dict[int, str] = {}
    count = 0
    try:
        for cells in reader:
            number = reader.line_num + skipped
            if not any(cell.strip() for cell in cells):
                continue
            if not places:
                places = header.fields(cells)
                continue
            count += 1
            if count > ROWS_MOST:
                raise refuse_file(f"có quá {ROWS_MOST} dòng", "chia thành nhiều tệp")
            yield Row(number, {field: _typed(cells[place]) for place, field in places.items() if place < len(cells)})
    except csv.Error as error:
        fault = RowFault(reader.line_num + skipped, "", "không đọc được dòng này", "kiểm tra dấu ngoặc kép")
        raise FileRefused([fault]) from error


def _separator(body: str) -> str:
    head = next((line for line in body.split("\n") if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    return max(_SEPARATORS, key=lambda each: (bare.count(each), -_SEPARATORS.index(each)))


def _from_json(text: str, header: Header) -> Iterator[Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse_file("không đúng dạng JSON", "xuất lại tệp, hoặc dùng CSV") from error
    rows = told.get(header.root) if isinstance(told, dict) else told
    if not isinstance(rows, list):
        raise refuse_file(f"không có danh sách “{header.root}”", "xuất lại tệp, hoặc dùng CSV")
    if len(rows) > ROWS_MOST:
        raise refuse_file(f"có quá {ROWS_MOST} dòng", "chia thành nhiều tệp")
    faults = []
    known: dict[tuple[str, ...], dict[int, str]] = {}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            faults.append(RowFault(number, "", "không phải một đối tượng", "ghi dạng {…}"))
            continue
        names = tuple(row)
        try:
            if names not in known:
                known[names] = header.fields(names)
            places = known[names]
            yield Row(number, {field: _cell(row[names[place]]) for place, field in places.items()})
        except FileRefused as refusal:
            faults += [RowFault(number, "", fault.what, fault.remedy) for fault in refusal.faults]
        except TypeError:
            faults.append(RowFault(number, "", "có giá trị không phải chữ", "ghi mỗi giá trị là chữ"))
    if faults:
        raise FileRefused(faults)


def _cell(value: Any) -> str:
    """Return a value of JSON as a cell: a list's parts with blanks between, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    if not isinstance(value, str):
        raise TypeError("not text")
    return clean_text(value).strip()


def _typed(cell: str) -> str:
    """Return a cell without the apostrophe that kept a spreadsheet from running it."""
    text = clean_text(cell[:_CELL_MOST]).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_RUNS) else text


def _shown(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUNS) else cell


def _bare(name: str) -> str:
    return _UNSPOKEN.sub("", fold(name))
