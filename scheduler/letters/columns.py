"""The two columns of a letter's head and foot, told apart when a file gives them side by side on one line.

A head stands as issuer | motto and number | place and date; a foot as copies | signature. In PDF and plain text both
cells of a row share a line. A gutter is the column of characters that the most lines leave blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scheduler.letters.marks import (
    BULLET,
    CAPACITY,
    END_MARK,
    is_address,
    is_base_opener,
    is_capacity,
    is_copies,
    is_rule,
    kind_of,
)
from scheduler.letters.model import Line
from scheduler.rules.lint.orthography import squeeze

MAX_HEAD_LINES = 40
MAX_FOOT_LINES = 60
_TAB = " " * 8
_MAX_COLUMNS = 400
_WIDE_GAP = re.compile(r"\S(\s{3,})\S")
_BLANK_TO_FILL = re.compile(r"(?:số\s?:?|ngày|tháng|năm)\s*$", re.IGNORECASE)
_HEAD_ANCHORS = re.compile(
    r"\s(?=CỘNG\s+H[ÒO][AÀ]\s+XÃ\s+HỘI|Độc\s+lập\s*[-–]|(?:[A-ZĐÀ-Ỹ]\w*\s+){1,6}?[A-ZĐÀ-Ỹ]\w*,\s*ngày\s)"
)


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """``lines`` with the head's and foot's left column before the right one; white space squeezed everywhere."""
    spaced = [replace(line, text=line.text.rstrip()) for line in lines]
    head_end = _head_end(spaced)
    foot_start = _foot_start(spaced, head_end)
    foot_end = min(len(spaced), foot_start + MAX_FOOT_LINES)
    ordered = [
        *_unfold(spaced[:head_end], head=True),
        *spaced[head_end:foot_start],
        *_unfold(spaced[foot_start:foot_end], head=False),
        *spaced[foot_end:],
    ]
    return [_squeezed(line) for line in ordered]


def _squeezed(line: Line) -> Line:
    text = line.text.replace("\t", _TAB)
    return replace(line, text=squeeze(text), indent=len(text) - len(text.lstrip()))


def _head_end(lines: Sequence[Line]) -> int:
    for index, line in enumerate(lines[:MAX_HEAD_LINES]):
        text = line.text.strip()
        if is_address(text) or is_base_opener(text) or BULLET.match(text) or kind_of(text):
            return index
    return min(len(lines), MAX_HEAD_LINES) if len(lines) < MAX_HEAD_LINES else 0


def _foot_start(lines: Sequence[Line], head_end: int) -> int:
    for index in range(head_end, len(lines)):
        text = lines[index].text.strip()
        if is_copies(text) or is_capacity(text):
            return index
    for index in range(head_end, len(lines)):
        if lines[index].text.rstrip().endswith(END_MARK):
            return index + 1
    return len(lines)


def _unfold(lines: Sequence[Line], *, head: bool) -> list[Line]:
    """Left column, then right; page by page, since each page has its own gutter."""
    ordered: list[Line] = []
    page: list[Line] = []
    for line in lines:
        if line.page_start and page:
            ordered += _unfold_page(page, head=head)
            page = []
        page.append(line)
    return ordered + _unfold_page(page, head=head)


def _unfold_page(lines: Sequence[Line], *, head: bool) -> list[Line]:
    gutter = _gutter(lines)
    tabbed = any(_tab_cells(line.text) for line in lines)
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        first, second = _cells(line.text, gutter, head=head, tabbed=tabbed)
        if first.strip():
            left.append(replace(line, text=first))
        if second.strip():
            right.append(replace(line, text=second, gap=line.gap or not right))
    return left + right


def _tab_cells(text: str) -> tuple[str, str] | None:
    """The two cells of a line on which a tab parts them; a tab after "Số:" or "ngày" only leaves room to fill in."""
    first, tab, second = text.strip().partition("\t")
    return (first, second) if tab and not _BLANK_TO_FILL.search(first[-20:]) else None


def _cells(text: str, gutter: int | None, *, head: bool, tabbed: bool) -> tuple[str, str]:
    """What ``text`` holds in the left and the right column."""
    if tabbed:
        return _tab_cells(text) or (("", text) if text.startswith("\t") else (text, ""))
    if gutter is not None and not text[:gutter].strip():
        return "", text
    if gutter is not None and len(text) > gutter and not text[gutter - 1 : gutter + 1].strip():
        return text[:gutter], text[gutter:]
    if is_rule(text[:_MAX_COLUMNS].strip()):
        return text, ""
    anchor = _HEAD_ANCHORS.search(text[:_MAX_COLUMNS]) if head else _capacity_within(text[:_MAX_COLUMNS])
    return (text[: anchor.start()], text[anchor.start() :]) if anchor else (text, "")


def _capacity_within(text: str) -> re.Match[str] | None:
    return next((found for found in CAPACITY.finditer(text) if text[: found.start()].strip()), None)


def _gutter(lines: Sequence[Line]) -> int | None:
    """The column where the two cells part, or ``None`` when no line has two."""
    texts = [line.text[:_MAX_COLUMNS] for line in lines if line.text.strip()]
    candidates: dict[int, int] = {}
    for text in texts:
        for gap in _WIDE_GAP.finditer(text):
            if not _BLANK_TO_FILL.search(text[: gap.start(1)]):
                for column in range(gap.start(1) + 1, gap.end(1)):
                    candidates[column] = candidates.get(column, 0) + 1
    best = max(candidates, key=lambda column: (_blank_in(texts, column), candidates[column], column), default=None)
    if best is None or _blank_in(texts, best) < 0.8 * len(texts):
        return None
    return best


def _blank_in(texts: Sequence[str], column: int) -> int:
    return sum(not text[column - 1 : column + 1].strip() for text in texts)
