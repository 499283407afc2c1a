"""Web and e-mail addresses, said label by label with "chấm" and "a còng"."""

from __future__ import annotations

import re

from tts.reading.codes import spelled
from tts.reading.line import ADDRESS, Found, Line
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
_LONGEST_SPELLED = 12
_SCHEME = re.compile(r"https?://")


def _syllables(letters: str) -> list[str] | None:
    """Part letters into at most six Vietnamese syllables without marks, the fewest first; None when they are none."""
    best: list[list[str] | None] = [[], *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is None or not is_toneless(letters[start:end]):
                continue
            current = best[end]
            if current is None or len(before) + 1 <= len(current):
                best[end] = [*before, letters[start:end]]
    found = best[-1]
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
    words = [_piece_words(piece) for piece in _PIECE.findall(_SCHEME.sub("", token).rstrip("/"))]
    if None in words:
        return Found(end, reason="địa chỉ mạng khó đọc")
    return Found(end, " ".join(word for word in words if word))
