"""A letter's file, whole: from bytes and a name to what it says. All limits stand here or in the format's module."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace

from scheduler.letters.encodings import UNICODE, UndecodableText, decode, font_encoding
from scheduler.letters.errors import EmptyLetter, LegacyEncoding, LetterTooLarge, LetterTooLong
from scheduler.letters.model import CountedIn, Letter, Line
from scheduler.letters.parse import parse_letter
from scheduler.letters.plain import markdown_lines, plain_lines
from scheduler.letters.reading.doc import doc_to_docx
from scheduler.letters.reading.docx import docx_lines
from scheduler.letters.reading.pdf import pdf_lines
from scheduler.letters.reading.sniff import Format, sniff
from scheduler.rules.lint.orthography import tidy

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 200_000
MAX_LINES = 10_000


def read_letter(content: bytes, file_name: str, *, known_names: Sequence[str] = ()) -> Letter:
    """The letter in ``content``, a .md, .txt, .docx, .pdf or (with LibreOffice) .doc file called ``file_name``.

    ``known_names``: unit names against which place names are checked. Raises an UnreadableLetter that says, in the
    user's language, what to do.
    """
    form, lines = _format_and_lines(content, file_name)
    lines = [replace(line, text=tidy(line.text)) for line in lines]
    encoding = font_encoding("\n".join(line.text for line in lines))
    if encoding != UNICODE:
        raise LegacyEncoding(file=file_name, encoding=encoding)
    counted_in: CountedIn = "paragraph" if form in {Format.DOCX, Format.DOC} else "line"
    return parse_letter(lines, known_names=known_names, counted_in=counted_in)


def letter_lines(content: bytes, file_name: str) -> list[Line]:
    """The lines of a letter's file as it holds them, in whatever encoding its words are.

    Raises an UnreadableLetter as read_letter does, but for the encoding inside a Word or PDF file.
    """
    return _format_and_lines(content, file_name)[1]


def _format_and_lines(content: bytes, file_name: str) -> tuple[Format, list[Line]]:
    check_size(len(content), file_name)
    form = sniff(content, file_name)
    lines = _lines(content, file_name, form)
    if not any(tidy(line.text).strip() for line in lines):
        raise EmptyLetter(file=file_name)
    if sum(len(line.text) + 1 for line in lines) > MAX_CHARACTERS or len(lines) > MAX_LINES:
        raise LetterTooLong(file=file_name, limit=f"quá {MAX_CHARACTERS} chữ hoặc {MAX_LINES} dòng")
    return form, lines


def check_size(size_bytes: int, file_name: str) -> None:
    """Raises LetterTooLarge when a file of ``size_bytes`` is over the limit: to be asked before reading one."""
    if size_bytes > MAX_FILE_BYTES:
        raise LetterTooLarge(file=file_name, limit_mb=MAX_FILE_BYTES // 1024 // 1024)


def _lines(content: bytes, file_name: str, form: Format) -> list[Line]:
    match form:
        case Format.DOCX:
            return docx_lines(content, file_name)
        case Format.DOC:
            converted = doc_to_docx(content, file_name, office=shutil.which("soffice") or shutil.which("libreoffice"))
            return docx_lines(converted, file_name)
        case Format.PDF:
            return pdf_lines(content, file_name)
        case _:
            return _text_lines(content, file_name, form)


def _text_lines(content: bytes, file_name: str, form: Format) -> list[Line]:
    try:
        text = decode(content)
    except UndecodableText as reason:
        raise LegacyEncoding(file=file_name, encoding=reason.encoding) from None
    if len(text) > MAX_CHARACTERS:
        raise LetterTooLong(file=file_name, limit=f"quá {MAX_CHARACTERS} chữ")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return markdown_lines(text) if form is Format.MARKDOWN else plain_lines(text)
