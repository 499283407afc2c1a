"""The process that reads one PDF: bytes on standard input, JSON on standard output.

``{"pages": [text, …]}`` or ``{"refused": "encrypted" | "too-many-pages" | "too-long" | "damaged"}``. It limits its own
time and memory, and is run by scheduler.letters.reading.pdf alone.
"""

from __future__ import annotations

import io
import json
import logging
import resource
import sys

from pypdf import PageObject, PasswordType, PdfReader

MAX_PAGES = 60
MAX_CPU_S = 20
MAX_MEMORY_BYTES = 1536 * 1024 * 1024
MAX_TEXT = 4_000_000
_LEAST_KEPT = 0.9
_MOST_BLANK = 60


def main() -> None:
    """Reads the PDF on standard input and answers on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    logging.disable(logging.CRITICAL)
    content = sys.stdin.buffer.read()
    try:
        answer = read_pages(content)
    except Exception:  # noqa: BLE001 - the border of a foreign parser that raises anything on a damaged file
        answer = {"refused": "damaged"}
    json.dump(answer, sys.stdout)


def read_pages(content: bytes) -> dict[str, object]:
    """The text of each page of ``content``, or why it is refused."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        return {"refused": "encrypted"}
    if len(reader.pages) > MAX_PAGES:
        return {"refused": "too-many-pages"}
    pages = [_page_text(page) for page in reader.pages]
    return {"pages": pages} if sum(map(len, pages)) <= MAX_TEXT else {"refused": "too-long"}


def _page_text(page: PageObject) -> str:
    """The page as it is laid out, so that columns and gaps are seen; as it was written when that loses text."""
    written = page.extract_text()
    try:
        laid_out = page.extract_text(extraction_mode="layout")
    except Exception:  # noqa: BLE001 - the layout mode gives up on fonts that the plain mode can read
        return written
    letters = _letters(laid_out)
    faithful = letters >= _LEAST_KEPT * _letters(written) and len(laid_out) <= _MOST_BLANK * (letters + 100)
    return laid_out if faithful else written


def _letters(text: str) -> int:
    return sum(not char.isspace() for char in text)


if __name__ == "__main__":
    main()
