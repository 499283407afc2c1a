"""Paragraphs of a Word file (.docx), in reading order: text boxes and table cells too, deleted text left out."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from scheduler.letters.errors import DamagedLetter, EncryptedLetter, LetterTooLong, MacroLetter
from scheduler.letters.model import Line
from scheduler.letters.reading.numbering import Numbering
from scheduler.letters.reading.sniff import Format

MAX_PARTS = 2_000
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_XML_BYTES = 12 * 1024 * 1024
MAX_PARAGRAPHS = 10_000
MAX_DEPTH = 60

_OFFICE_DOCUMENT = "/officeDocument"
_SKIPPED = frozenset(
    map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:rPr", "w:pPr", "w:sectPr", "w:tblPr"))
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _CELL, _BOX, _TEXT = qn("w:p"), qn("w:tc"), qn("w:txbxContent"), qn("w:t")
_INSTEAD = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def docx_lines(content: bytes, file: str) -> list[Line]:
    """The paragraphs in ``content``; ``number`` counts them from 1, empty ones included.

    Raises DamagedLetter, EncryptedLetter, MacroLetter, LetterTooLong.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive, file)
            name = _main_part(archive, file)
            body = parse_xml(_read(archive, name, file))
            numbering = Numbering.read(
                _optional(archive, name, "numbering.xml", file), _optional(archive, name, "styles.xml", file)
            )
        return _lines(body, numbering, file)
    except (
        zipfile.BadZipFile,
        zlib.error,
        SyntaxError,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RecursionError,
    ):
        raise DamagedLetter(file=file, format=Format.DOCX.value) from None


def _check_size(archive: zipfile.ZipFile, file: str) -> None:
    """The directory's own figures first; _read then trusts none of them."""
    entries = archive.infolist()
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise LetterTooLong(file=file, limit=f"quá {MAX_UNPACKED_BYTES // 1024 // 1024} MB khi giải nén")
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedLetter(file=file)
    if "[Content_Types].xml" in archive.namelist() and b"macroEnabled" in _read(archive, "[Content_Types].xml", file):
        raise MacroLetter(file=file)


def _read(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    try:
        with archive.open(name) as part:
            data = part.read(MAX_XML_BYTES + 1)
    except (KeyError, RuntimeError):
        raise DamagedLetter(file=file, format=Format.DOCX.value) from None
    if len(data) > MAX_XML_BYTES:
        raise LetterTooLong(file=file, limit=f"một phần quá {MAX_XML_BYTES // 1024 // 1024} MB khi giải nén")
    return data


def _main_part(archive: zipfile.ZipFile, file: str) -> str:
    relations = parse_xml(_read(archive, "_rels/.rels", file))
    for relation in relations:
        if str(relation.get("Type", "")).endswith(_OFFICE_DOCUMENT):
            return str(relation.get("Target", "")).lstrip("/")
    raise DamagedLetter(file=file, format=Format.DOCX.value)


def _optional(archive: zipfile.ZipFile, main: str, name: str, file: str) -> Any:
    path = posixpath.join(posixpath.dirname(main), name)
    return parse_xml(_read(archive, path, file)) if path in archive.namelist() else None


def _lines(document: Any, numbering: Numbering, file: str) -> list[Line]:
    lines: list[Line] = []
    gap = False
    for count, (paragraph, opens_cell) in enumerate(_paragraphs(document, 0), start=1):
        if count > MAX_PARAGRAPHS:
            raise LetterTooLong(file=file, limit=f"quá {MAX_PARAGRAPHS} đoạn")
        gap = gap or opens_cell
        label = numbering.label(paragraph)
        for text in (label + _text(paragraph, 0)).split("\n"):
            if text.strip(" \t-") or text.strip() == "-":
                lines.append(Line(text, count, gap=gap, whole=True))
                gap = False
            else:
                gap = True
    return lines


def _paragraphs(element: Any, depth: int) -> Iterator[tuple[Any, bool]]:
    """Paragraphs in reading order, and whether each opens a table cell or a text box."""
    if depth > MAX_DEPTH:
        raise RecursionError
    for child in element:
        if child.tag in _SKIPPED or child.tag == _FALLBACK:
            continue
        if child.tag == _PARAGRAPH:
            yield child, False
            for box in _boxes(child):
                yield from _opening(box, depth)
        elif child.tag == _CELL:
            yield from _opening(child, depth)
        else:
            yield from _paragraphs(child, depth + 1)


def _opening(element: Any, depth: int) -> Iterator[tuple[Any, bool]]:
    for position, (paragraph, opens) in enumerate(_paragraphs(element, depth + 1)):
        yield paragraph, opens or position == 0


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Text boxes in ``paragraph``, without the copy that Word keeps for older readers."""
    for box in paragraph.iter(_BOX):
        if not any(parent.tag in (_FALLBACK, _BOX) for parent in box.iterancestors()):
            yield box


def _text(element: Any, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise RecursionError
    parts: list[str] = []
    for child in element:
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag in _INSTEAD:
            parts.append(_INSTEAD[child.tag])
        elif child.tag not in _SKIPPED and child.tag not in (_BOX, _FALLBACK):
            parts.append(_text(child, depth + 1))
    return "".join(parts)
