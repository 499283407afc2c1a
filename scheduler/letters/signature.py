"""The foot of a letter: who gets copies, and the signature block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.letters.marks import BULLET, is_attachment, is_capacity, is_copies, is_motto, is_rule
from scheduler.letters.model import Line, Signer
from scheduler.rules.lint.orthography import is_upper

MAX_FOOT_LINES = 60
_RANK = re.compile(
    r"(?:(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy)|(?:PGS|GS|TS|ThS|BS|KS|CN)\.?|Ông|Bà|Bác sĩ|Thạc sĩ|Tiến sĩ)[\s.]+"
)
_NAME_WORD = re.compile(r"[A-ZĐÀ-Ỹ][a-zđà-ỹ'’]{0,6}(?:['’\-][A-ZĐÀ-Ỹ]?[a-zđà-ỹ]{1,6})?")
_SIGNED = re.compile(r"[(\[]?\s?(?:đã ký|ký tên|ký số|chữ ký|ký,)[^)\]]{0,60}[)\]]?\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Foot:
    """Copies (as listed), the signer, how many lines these fill, and where an attachment begins, if one does."""

    copies: tuple[str, ...]
    signer: Signer
    length: int
    attachment_line: int | None


def parse_foot(lines: Sequence[Line]) -> Foot:
    """The foot in ``lines``, whose two columns may still be mixed line by line.

    What stands after the signer's name and is no copy is an attachment: it is told, not read.
    """
    copies: list[str] = []
    capitals: list[str] = []
    name: str | None = None
    attachment: int | None = None
    length = len(lines)
    for index, line in enumerate(lines):
        text = line.text
        unfinished_copy = bool(copies) and not copies[-1].rstrip().endswith((";", "."))
        if _opens_attachment(text, signed=name is not None, titled=bool(capitals), unfinished_copy=unfinished_copy):
            length, attachment = index, line.number
            break
        if is_copies(text):
            copies += [rest] if (rest := text.partition(":")[2].strip()) else []
        elif BULLET.match(text):
            copies.append(BULLET.sub("", text, count=1))
        elif _SIGNED.fullmatch(text) or is_rule(text):
            continue
        elif _is_capitals(text):
            if name is None:
                capitals.append(text)
        elif capitals and name is None and _is_name(text):
            name = text
        elif unfinished_copy:
            copies[-1] += f" {text}"
    return Foot(tuple(copies[:MAX_FOOT_LINES]), _signer(capitals, name), length, attachment)


def _opens_attachment(text: str, *, signed: bool, titled: bool, unfinished_copy: bool) -> bool:
    if is_attachment(text) or (titled and is_motto(text)):
        return True
    goes_on = BULLET.match(text) or is_copies(text) or is_rule(text) or _SIGNED.fullmatch(text) or unfinished_copy
    return signed and not goes_on


def _is_capitals(text: str) -> bool:
    return is_upper(text) and len(text) <= 90 and not any(char.isdigit() for char in text)


def _is_name(text: str) -> bool:
    words = _RANK.sub("", text[:80], count=1).split()
    return 2 <= len(words) <= 6 and all(_NAME_WORD.fullmatch(word) for word in words)


def _signer(capitals: Sequence[str], name: str | None) -> Signer:
    """The last line with TM., KT., TL., TUQ. is the capacity; what stands in capitals after it, the title.

    A name in capitals is the last such line after a title.
    """
    at = max((i for i, text in enumerate(capitals) if is_capacity(text)), default=None)
    titles = list(capitals if at is None else capitals[at + 1 :])
    if name is None and len(titles) >= 2:
        name = titles.pop()
    elif name is None and at is not None and not titles:
        titles = []
    return Signer(
        capacity=capitals[at] if at is not None else None,
        title=" ".join(titles) or None,
        name=name,
    )
