"""The foot of a letter: who gets copies, and the signature block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.letters.marks import BULLET, is_attachment, is_capacity, is_copies, is_motto, is_rule
from scheduler.letters.model import Line, Signer
from scheduler.letters.orthography import is_upper

MAX_FOOT_LINES = 60
_RANK = re.compile(
    r"(?:(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy)|(?:PGS|GS|TS|ThS|BS|KS|CN)\.?|Ông|Bà|Bác sĩ|Thạc sĩ|Tiến sĩ)[\s.]+"
)
_NAME_WORD = re.compile(r"[A-ZĐÀ-Ỹ][a-zđà-ỹ'’]{0,6}(?:['’\-][A-ZĐÀ-Ỹ]?[a-zđà-ỹ]{1,6})?")
_SIGNED = re.compile(r"[(\[]?\s?(?:đã ký|ký tên|ký số|chữ ký|ký,)[^)\]]{0,60}[)\]]?\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Foot:
    """Copies (as listed), the signer, and the line where an attachment begins, if any."""

    copies: tuple[str, ...]
    signer: Signer
    attachment_line: int | None


def parse_foot(lines: Sequence[Line]) -> Foot:
    """The foot in ``lines``, whose two columns may still be mixed line by line."""
    copies: list[str] = []
    capitals: list[str] = []
    name: str | None = None
    attachment: int | None = None
    for line in lines:
        text = line.text
        if is_attachment(text) or (capitals and is_motto(text)):
            attachment = line.number
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
        elif copies and not copies[-1].rstrip().endswith((";", ".")):
            copies[-1] += f" {text}"
    return Foot(tuple(copies[:MAX_FOOT_LINES]), _signer(capitals, name), attachment)


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
