"""Web and e-mail addresses, said label by label with "chấm" and "a còng"."""

from __future__ import annotations

import re

from tts.reading.codes import spelled
from tts.reading.line import ADDRESS, Found, Line, words
from tts.reading.numbers import plain_integer
from tts.reading.syllables import is_toneless

_ADDRESS = re.compile(ADDRESS)
_NAMES = {
    "gov": "gờ o vê", "vn": "vê nờ", "com": "com", "net": "nét", "org": "o rờ gờ", "edu": "e đu", "info": "in phô",
    "www": "vê kép vê kép vê kép", "facebook": "phây búc", "youtube": "diu túp", "zalo": "da lô", "tiktok": "tích tóc",
    "google": "gu gồ", "gmail": "gờ meo", "yahoo": "da hu", "mail": "meo", "email": "i meo", "online": "on lai",
    "http": "", "https": "",
}  # fmt: skip
_SIGNS = {".": "chấm", "@": "a còng", "-": "gạch ngang", "_": "gạch dưới", "/": "gạch chéo"}
_PIECE = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]")
_OPEN = words("an anh ai am ao uy yen y oanh")
_LONGEST_SPELLED = 12
_CODED = re.compile(r"[A-Za-z]+[0-9]|[0-9]+[A-Za-z]|[A-Za-z]+[A-Z]")
_SCHEME = re.compile(r"https?://")


def _is_rare(part: str) -> bool:
    """Tell whether a syllable without marks seldom stands in a name: one that opens with a vowel, or is cut short."""
    return part == "gang" or part.endswith(("uo", "ie")) or (part[0] in "aeiouy" and part not in _OPEN)


def _syllables(letters: str) -> list[str] | None:
    """Part letters into at most six Vietnamese syllables without marks; None when they are none.

    The fewest win; of as few, those without a rare one: "dich vu cong", not "dich vuc ong"; then the longest first one.
    """
    best: list[tuple[int, int, list[str]] | None] = [(0, 0, []), *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 6), end):
            before, part = best[start], letters[start:end]
            if before is None or not is_toneless(part):
                continue
            count, rare = before[0] + 1, before[1] + _is_rare(part)
            current = best[end]
            if current is None or (count, rare) <= current[:2]:
                best[end] = (count, rare, [*before[2], part])
    found = best[-1][2] if best[-1] is not None else []
    return found if found and len(found) <= 6 and all(len(part) > 1 for part in found) else None


def _piece_words(piece: str) -> str | None:
    if not piece.isascii():
        return None
    lower = piece.lower()
    if lower in _NAMES:
        return _NAMES[lower]
    if piece.isdigit():
        return plain_integer(piece)
    if piece in _SIGNS:
        return _SIGNS[piece]
    if not piece.isalpha() or len(piece) > 40:
        return None
    parts = _syllables(lower)
    if parts is not None:
        return " ".join(parts)
    return spelled(piece) if len(piece) <= _LONGEST_SPELLED else None


def address(line: Line, index: int) -> Found | None:
    """Read a web or e-mail address; one with a sign or a long label that nobody could write down by ear is left."""
    token = line.tokens[index]
    if "." not in token or not _ADDRESS.fullmatch(token):
        return None
    end = line.starts[index + 1]
    said = [_piece_words(piece) for piece in _PIECE.findall(_SCHEME.sub("", token).rstrip("/"))]
    _, _, path = _SCHEME.sub("", token).partition("/")
    if None in said or any(_CODED.match(label) for label in re.split(r"[^A-Za-z0-9]", path)):
        return Found(end, reason="địa chỉ mạng khó đọc")
    return Found(end, " ".join(word for word in said if word))
