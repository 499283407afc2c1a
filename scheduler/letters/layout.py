"""Hard-wrapped lines joined again into paragraphs.

A line goes on in the next one when the next one's first word had no room left on it, or when blank space does not part
them and the sentence is unfinished. Where a sentence goes on although the writer did begin a new paragraph, the
paragraph is marked as broken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scheduler.letters.marks import is_address, is_base_opener, is_copies, starts_item
from scheduler.letters.model import Line, Paragraph

NARROWEST_WRAP, WIDEST_WRAP = 50, 160
_ROOM = 0.85
_LEAST_INDENT = 3
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


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a text is set.

    ``width``: where it was wrapped, if it was. A paragraph shows by its first line's ``indent`` or more, or by
    ``gaps`` before it; ``marked`` says that it does show.
    """

    width: int | None
    indent: int | None
    gaps: bool
    marked: bool


def rejoin(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs that ``lines`` make."""
    shape = _shape_of(lines)
    paragraphs: list[Paragraph] = []
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    broken = False
    previous: Line | None = None
    length = 0
    for line in lines:
        joined = previous is not None and _goes_on(previous, line, shape)
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


def _goes_on(previous: Line, line: Line, shape: _Shape) -> bool:
    if previous.whole or line.whole or shape.width is None:
        return False
    if shape.gaps and line.gap and not line.page_start:
        return False
    if shape.indent is not None and line.indent >= shape.indent:
        return False
    ended = _ENDED.search(previous.text) is not None
    # Where nothing else shows a paragraph's start, a sentence ends one unless its line has no room at all.
    strict = ended and line.text[:1].isupper() and not shape.marked
    full = _is_full(previous, line, shape.width, 1 if strict else _ROOM)
    if _opens_block(line.text, ended=ended):
        return full and not ended and line.text[:1] in "-–"
    return full or (line.page_start and _unfinished(previous.text, line.text))


def _shape_of(lines: Sequence[Line]) -> _Shape:
    width = _wrap_width(lines)
    indent = _paragraph_indent(lines, width)
    gaps = _gaps_mean_paragraphs(lines, indent)
    seen = sum(line.gap for line in lines) if gaps else 0
    return _Shape(width, indent, gaps, marked=indent is not None or seen >= 2)


def _is_full(previous: Line, line: Line, width: int, room: float) -> bool:
    """Whether the first word of ``line`` had no place on ``previous``."""
    return _extent(previous) + 1 + len(line.text.split(maxsplit=1)[0]) > width * room


def _extent(line: Line) -> int:
    return line.indent + len(line.text)


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
    extents = [_extent(line) for line in lines if not line.whole]
    longest = max(extents, default=0)
    full = sum(extent > longest * _ROOM for extent in extents)
    return longest if NARROWEST_WRAP <= longest <= WIDEST_WRAP and full >= 2 else None


def _paragraph_indent(lines: Sequence[Line], width: int | None) -> int | None:
    """The indent from which a line opens a paragraph, or ``None`` when first lines are not indented.

    They are when some lines stand further in than the others, and those others nearly always follow a full line.
    """
    if width is None:
        return None
    opening = min(line.indent for line in lines) + _LEAST_INDENT
    inner = [_is_full(before, line, width, _ROOM) for before, line in pairwise(lines) if line.indent < opening]
    further = sum(line.indent >= opening for line in lines)
    return opening if further >= 2 and len(inner) >= 2 and sum(inner) * 10 >= len(inner) * 7 else None


def _gaps_mean_paragraphs(lines: Sequence[Line], indent: int | None) -> bool:
    """Whether blank space parts paragraphs; in a text with wide line spacing it stands between all lines."""
    pairs = [(a, b) for a, b in pairwise(lines) if b.gap and not b.page_start]
    within = sum(_unfinished(a.text, b.text) or (indent is not None and b.indent < indent) for a, b in pairs)
    return within * 4 <= len(pairs)
