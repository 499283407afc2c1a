"""Marks: which are pauses, which are silent, which are said, and which are left."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line
from tts.reading.numbers import cardinal
from tts.reading.phones import phone
from tts.reading.quantities import quantity
from tts.reading.symbols import symbol_without_number
from tts.reading.units import PER_UNIT, UNITS

_PAUSES = {
    ",": ",",
    ";": ",",
    ":": ",",
    "?": "?",
    "!": "!",
    "(": ",",
    "[": ",",
    ")": ")",
    "]": ")",
    "？": "?",
    "！": "!",
    "，": ",",
}
_BULLETS = frozenset("-–—*+•●▪■◆►⁃∙·→✓✔☑")
_QUOTES = frozenset("“”\"'‘’«»„‟`´′″")
_ET_CETERA = re.compile(r"(?:\.{3}|…)(?![.…])")
_BLANK = re.compile(r"[.…_]{2,400}")
_END_OF_DOCUMENT = re.compile(r"\./(?:\.|-)?")
_SAID = {
    "%": "phần trăm", "+": "cộng", "=": "bằng", "<": "nhỏ hơn", ">": "lớn hơn", "≥": "lớn hơn hoặc bằng",
    "≤": "nhỏ hơn hoặc bằng", "±": "cộng trừ", "°": "độ", "@": "a còng", "#": "thăng", "×": "nhân", "*": "sao", "_": "gạch dưới",
}  # fmt: skip
_BELOW_ZERO = frozenset("độ xuống dưới còn là từ đến mức nhiệt khoảng".split())
_NEGATIVE = re.compile(r"[-−–](?=\d)")


def _list_before(line: Line, start: int, sentence_start: int) -> bool:
    """Tell whether a list goes before "...", which then stands for "vân vân"."""
    return re.search(r"[,;(:]|\bnhư\b", line.text[max(sentence_start, start - 300) : start]) is not None


def mark(line: Line, index: int, sentence_start: int) -> Found:
    """Answer for one mark: silent (no words, no pause), a pause, words, or left."""
    token = line.tokens[index]
    end = line.starts[index + 1]
    if token in ".…_":
        return _points(line, index, sentence_start)
    if token in "-–—−":
        return _dash(line, index)
    if token == "/":
        return _slash(line, index)
    if token in "+(" and (found := phone(line, index)) is not None:
        return found
    if token in _BULLETS and line.starts_line(index) and line.text[end : end + 1].isspace():
        return Found(end)
    if token in _PAUSES:
        return Found(end, pause=_PAUSES[token])
    if token in _QUOTES:
        return Found(end)
    if token == "&" and line.word_before(index) and line.word_after(end):
        return Found(end, "và")
    if token in "•●▪■◆►·∙⁃":
        return Found(end, pause=",")
    suggestion = _SAID.get(token)
    return Found(end, reason="ký hiệu chưa có cách đọc", suggestions=(suggestion,) if suggestion else ())


def _points(line: Line, index: int, sentence_start: int) -> Found:
    text, start = line.text, line.starts[index]
    closing = _END_OF_DOCUMENT.match(text, start)
    if closing is not None and not line.word_after(closing.end()):
        return Found(closing.end(), pause=".")
    blank = _BLANK.match(text, start)
    if blank is None:
        return Found(start + 1, pause=".") if text[start] == "." else _lone(text, start)
    open_list = _ET_CETERA.match(text, start)
    if open_list is not None:
        return _et_cetera(line, start, open_list.end(), sentence_start)
    if blank[0] == "..":
        return Found(blank.end(), pause=".")
    return Found(blank.end(), reason="chỗ trống chưa điền")


def _lone(text: str, start: int) -> Found:
    if text[start] == "…":
        return Found(start + 1, pause=".")
    return Found(start + 1, reason="ký hiệu chưa có cách đọc", suggestions=("gạch dưới",))


def _et_cetera(line: Line, start: int, end: int, sentence_start: int) -> Found:
    follows = line.text[end:].lstrip(' \u00a0)”"')[:1]
    pause = "." if follows == "" or follows.isupper() else ","
    if line.text[:start].rstrip().endswith("vân vân") or not _list_before(line, start, sentence_start):
        return Found(end, pause=pause)
    return Found(end, "vân vân", pause=pause if pause == "." and follows else ")")


def _dash(line: Line, index: int) -> Found:
    """Read a dash: a bullet is silent, between glued words a space, between words a pause; "âm" only before a number."""
    text, start, end = line.text, line.starts[index], line.starts[index + 1]
    while end < len(text) and text[end] in "-–—−":
        end += 1
    if end - start == 1 and _NEGATIVE.match(text, start) and (found := _negative(line, index)) is not None:
        return found
    if line.starts_line(index):
        return Found(end)
    glued = text[start - 1].isalnum() and text[end : end + 1].isalnum()
    return Found(end) if glued else Found(end, pause=",")


def _negative(line: Line, index: int) -> Found | None:
    if line.glued_before(index) not in ("", "(", "“"):
        return None
    found = quantity(line, index + 1)
    if found is None or found.reason:
        return None
    after = line.word_after(found.end)
    measured = line.text[found.end - 1] in "%C°F" or after in ("độ", "triệu", "tỷ")
    if line.starts_line(index):
        sure = measured or not after
    else:
        sure = measured or line.word_before(index) in _BELOW_ZERO
    return Found(found.end, f"âm {found.spoken}") if sure else None


def _slash(line: Line, index: int) -> Found:
    """Read a slash: after a quantity "một" before a unit, between words a space; a document's lost number is left."""
    text, end = line.text, line.starts[index + 1]
    missing = symbol_without_number(line, index)
    if missing is not None:
        return missing
    before = line.word_before(index)
    per = PER_UNIT.match(text, line.starts[index])
    if before and per is not None and _measured(line, index):
        unit = per[1]
        return Found(per.end(), f"một {UNITS.get(unit, unit)}")
    if before and line.word_after(end):
        return Found(end)
    return Found(end, reason="ký hiệu chưa có cách đọc", suggestions=("trên", "gạch chéo"))


def _measured(line: Line, index: int) -> bool:
    """Tell whether a number stands within the four words before a slash: "45.000 đồng/kg", "hai lần/ngày"."""
    place = index
    for _ in range(4):
        place = line.place_before(place)
        if place < 0:
            return False
        token = line.tokens[place]
        if token[0].isdigit() or token.lower() in _NUMBER_WORDS or token in UNITS and not token.isalpha():
            return True
        if not token[0].isalpha() and token != "/":
            return False
    return False


_NUMBER_WORDS = frozenset(
    {cardinal(number) for number in range(11)} | {"mỗi", "nghìn", "triệu", "tỷ", "trăm", "đồng", "phần"}
)
