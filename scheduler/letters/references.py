"""Other documents named in a text: their number and symbol, and their date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.letters.marks import is_base_opener
from scheduler.letters.model import Base, Paragraph
from scheduler.rules.lint.written_dates import WrittenDate, find_dates

_SYMBOL = re.compile(
    r"(?<![\w/])\d{1,6}(?:/(?:19|20)\d{2})?[/\-][A-ZĐÀ-Ỹ][A-ZĐÀ-Ỹa-zđà-ỹ\d]{0,15}(?:[\-.&/,][A-ZĐÀ-Ỹ][A-ZĐÀ-Ỹa-zđà-ỹ\d]{0,15}){0,8}"
)
_BETWEEN = re.compile(r"[\s,(]{0,4}(?:(?:ban hành|ký)\s)?(?:ngày\s?)?", re.IGNORECASE)
_NO_SYMBOL = re.compile(r"Căn cứ\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document's whole number and symbol, where it stands, and the date written right after it."""

    symbol: str
    start: int
    date: WrittenDate | None


def find_references(text: str) -> Iterator[Reference]:
    """The documents that ``text`` names by number and symbol, in order."""
    dates = {written.start: written for written in find_dates(text)}
    for found in _SYMBOL.finditer(text):
        gap = _BETWEEN.match(text, found.end())
        after = gap.end() if gap else found.end()
        worded = next((dates[at] for at in range(found.end(), after + 1) if at in dates), None)
        yield Reference(found[0], found.start(), worded)


def take_bases(paragraphs: Sequence[Paragraph]) -> tuple[tuple[Base, ...], int]:
    """The bases that open a body, and how many paragraphs they fill.

    "Căn cứ" always names a basis; "Thực hiện", "Theo đề nghị", "Xét đề nghị" when a symbol or date follows.
    """
    bases: list[Base] = []
    used = 0
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text
        if not is_base_opener(text):
            if bases or index >= 3:
                break
            continue
        named = _bases_in(text)
        if not named and not _NO_SYMBOL.search(text[:20]):
            if bases:
                break
            continue
        bases += named or [Base(None, None, text)]
        used = index + 1
    return tuple(bases), used


def _bases_in(text: str) -> list[Base]:
    references = list(find_references(text))
    if references:
        return [Base(each.symbol, each.date.value if each.date else None, text) for each in references]
    first = next(iter(find_dates(text)), None)
    return [Base(None, first.value, text)] if first and first.value else []
