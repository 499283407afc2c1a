"""Lines of a PDF file. A separate process reads it, so that a hostile file can take neither time nor memory here."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from scheduler.letters.errors import (
    DamagedLetter,
    EncryptedLetter,
    LetterTooLong,
    ReadingTooLong,
    ScannedLetter,
    UnreadableLetter,
)
from scheduler.letters.model import Line
from scheduler.letters.reading.pdf_process import MAX_PAGES, MAX_TEXT
from scheduler.letters.reading.sniff import Format

PDF_TIMEOUT_S = 20
_MODULE = "scheduler.letters.reading.pdf_process"


def pdf_lines(content: bytes, file: str, *, timeout_s: float = PDF_TIMEOUT_S) -> list[Line]:
    """The printed lines of ``content`` with their spacing; ``number`` counts them from 1 over all pages.

    Raises DamagedLetter, EncryptedLetter, LetterTooLong, ReadingTooLong, ScannedLetter.
    """
    pages = _pages(content, file, timeout_s)
    lines: list[Line] = []
    number = 0
    for page in pages:
        gap = False
        page_start = True
        for text in page.split("\n"):
            if not text.strip():
                gap = True
                continue
            number += 1
            lines.append(Line(text, number, gap=gap and not page_start, page_start=page_start))
            gap = page_start = False
    if not lines:
        raise ScannedLetter(file=file)
    return lines


def _pages(content: bytes, file: str, timeout_s: float) -> list[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONIOENCODING": "utf-8",
    }
    try:
        run = subprocess.run(
            [sys.executable, "-P", "-m", _MODULE],
            input=content,
            capture_output=True,
            timeout=timeout_s,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ReadingTooLong(file=file, limit_s=timeout_s) from None
    try:
        answer = json.loads(run.stdout)
    except ValueError:
        raise DamagedLetter(file=file, format=Format.PDF.value) from None
    if "refused" in answer:
        raise _refusal(str(answer["refused"]), file)
    return [str(page) for page in answer["pages"]]


def _refusal(reason: str, file: str) -> UnreadableLetter:
    if reason == "encrypted":
        return EncryptedLetter(file=file)
    if reason == "too-many-pages":
        return LetterTooLong(file=file, limit=f"quá {MAX_PAGES} trang")
    if reason == "too-long":
        return LetterTooLong(file=file, limit=f"quá {MAX_TEXT} chữ")
    return DamagedLetter(file=file, format=Format.PDF.value)
