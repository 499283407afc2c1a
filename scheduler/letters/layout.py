"""Hard-wrapped lines joined again into paragraphs.

A line goes on in the next one when the next one's first word had no room left on it, or when blank space does not part
them and the sentence is unfinished. Where a sentence goes on although the writer did begin a new paragraph, the
paragraph is marked as broken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from scheduler.letters.marks import is_address, is_base_opener, is_copies, starts_item
from scheduler.letters.model import Line, Paragraph

NARROWEST_WRAP, WIDEST_WRAP = 50, 160
_ROOM = 0.85
_SPLIT_WORD = re.compile(r"\w[-/]$")
_ENDED = re.compile(r"[.;:!?…/][\"”’)\]]{0,3}$")
_PAGE_NUMBER = re.compile(
    r"[-–\s]{0,4}\d{1,3}(?:\s?/\s?\d{1,3})?[-–\s]{0,4}|Trang\s\d{1,3}(?:\s?/\s?\d{1,3})?", re.IGNORECASE
)
_SIGNING_STAMP = re.compile(r"(?:Người ký|Ký bởi|Ngày ký|Thời gian ký|Giờ ký)\s?:", re.IGNORECASE)


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """``lines`` without page numbers (a page's first or last line) and the text of a digital signature's stamp."""
    kept: list[Line] = []
    page_start = False
    for index, line in enumerate(lines):
        text = line.text.strip()
        page_start = page_start or line.page_start
        page_end = index + 1 < len(lines) and lines[index + 1].page_start
        if _SIGNING_STAMP.match(text) or ((page_start or page_end) and _PAGE_NUMBER.fullmatch(text)):
            continue
        kept.append(replace(line, page_start=page_start))
        page_start = False
    return kept


def rejoin(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs that ``lines`` make."""
    width = _wrap_width(lines)
    gaps_count = _gaps_mean_paragraphs(lines)
    paragraphs: list[Paragraph] = []
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    broken = False
    previous: Line | None = None
    length = 0
    for line in lines:
        joined = previous is not None and _goes_on(previous, line, width, gaps_count=gaps_count)
        if previous is not None and not joined:
            paragraphs.append(Paragraph("".join(parts), tuple(starts), broken))
            broken = _unfinished(previous.text, line.text)
            parts, starts, length = [], [], 0
        elif joined and previous is not None and not _SPLIT_WORD.search(previous.text):
            parts.append(" ")
            length += 1
        starts.append((length, line.number))
        parts.append(line.text)
        length += len(line.text)
        previous = line
    if previous is not None:
        paragraphs.append(Paragraph("".join(parts), tuple(starts), broken))
    return paragraphs


def _goes_on(previous: Line, line: Line, width: int | None, *, gaps_count: bool) -> bool:
    if previous.whole or line.whole or width is None or (line.gap and gaps_count and not line.page_start):
        return False
    full = len(previous.text) + 1 + len(line.text.split(maxsplit=1)[0]) > width * _ROOM
    if _opens_block(line.text, ended=bool(_ENDED.search(previous.text))):
        return full and line.text[:1] in "-–" and not _ENDED.search(previous.text)
    return full or (line.page_start and _unfinished(previous.text, line.text))


def _opens_block(text: str, *, ended: bool) -> bool:
    return starts_item(text) or is_address(text) or is_copies(text) or (ended and is_base_opener(text))


def _unfinished(previous: str, text: str) -> bool:
    """Whether the sentence in ``previous`` goes on in ``text``, which opens a paragraph."""
    if _ENDED.search(previous) or starts_item(text):
        return False
    if is_base_opener(previous) and previous.endswith(","):
        return False  # the last basis ends with a comma, and the issuer's own sentence follows
    return text[:1].islower() or previous.endswith(",")


def _wrap_width(lines: Sequence[Line]) -> int | None:
    """The length at which lines were wrapped, or ``None`` when they were not."""
    lengths = [len(line.text) for line in lines if not line.whole]
    longest = max(lengths, default=0)
    full = sum(length > longest * _ROOM for length in lengths)
    return longest if NARROWEST_WRAP <= longest <= WIDEST_WRAP and full >= 2 else None


def _gaps_mean_paragraphs(lines: Sequence[Line]) -> bool:
    """Whether blank space parts paragraphs; in a text with wide line spacing it stands between all lines."""
    pairs = [(a, b) for a, b in pairwise(lines) if b.gap and not b.page_start]
    broken = sum(_unfinished(a.text, b.text) for a, b in pairs)
    return broken * 5 <= len(pairs) * 2
