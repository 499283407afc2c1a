"""Roman numerals where the words around them say that they are numbers."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line, words
from tts.reading.numbers import cardinal, ordinal

_ROMAN = re.compile(r"(?=[IVXLC])(?:XC|XL|L?X{0,3}|C{1,3}(?:XC|XL|L?X{0,3}))(?:IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_BEFORE = words(
    "quý qúy chương phần mục tiểu kỷ kỉ khóa khoá thứ kỳ kì hạng loại cấp hội tập quyển đợt điều khu vực vùng đoạn"
    " lục bậc nhóm bảng"
)
_YEAR = re.compile(r"[ ]?/[ ]?(\d{4})(?![\w/])")
_SECTION = re.compile(r"\.(\d{1,2})(?![\w]|\.\d)")
_RANGE_TO = re.compile(r"[ \u00a0]?[-–][ \u00a0]?([IVX]{1,6})(?!\w)")
_LIST_MARK = re.compile(r"[ ]?(?=[^\w\s]{0,5}[.)…])[^\w\s]{1,6}|(?:[ ]?[-–—]|/)(?=[ \u00a0])")
_DOTTED_LETTERS = re.compile(r"\.[^\W\d_]")


def roman_value(token: str) -> int | None:
    """Return the value of a Roman numeral below 400 written in capitals, None when the token is none."""
    if not _ROMAN.fullmatch(token):
        return None
    digits = [_VALUES[letter] for letter in token]
    return sum(
        -value if value < following else value for value, following in zip(digits, [*digits[1:], 0], strict=True)
    )


def roman(line: Line, index: int) -> Found | None:
    """Read a Roman numeral after quý, chương, khóa, thứ ..., as a list mark, or of two or more letters I, V and X."""
    token = line.tokens[index]
    value = roman_value(token)
    if value is None:
        return None
    end = line.starts[index + 1]
    if line.word_before(index) == "thứ":
        return Found(end, ordinal(value))
    if (_numbered(line, index) and value not in (50, 100)) or _continues(line, index):
        return _with_range_and_year(line, value, end)
    mark = _LIST_MARK.match(line.text, end)
    if mark is not None and not line.begun and (value == 1 or not _DOTTED_LETTERS.match(line.text, end)):
        return Found(mark.end(), cardinal(value), pause=",")
    if len(token) > 1 and set(token) <= {"I", "V", "X"}:
        return Found(end, cardinal(value))
    return None


def _numbered(line: Line, index: int) -> bool:
    """Tell whether the word before numbers things: "phần I" but not "cổ phần I", "Đại hội X" but not "xã hội X"."""
    before, earlier, *_ = *line.words_before(index), "", ""
    if before == "hội":
        return earlier == "đại"
    return before in _BEFORE and not (before == "phần" and earlier == "cổ")


def _with_range_and_year(line: Line, value: int, end: int) -> Found:
    """Read what follows a numeral: "I-III" and "I/2024"."""
    said = cardinal(value)
    upto = _RANGE_TO.match(line.text, end)
    last = roman_value(upto[1]) if upto is not None else None
    if upto is not None and last is not None and last > value:
        said, end = f"{said} đến {cardinal(last)}", upto.end()
    year = _YEAR.match(line.text, end)
    if year is not None:
        said, end = f"{said} năm {cardinal(int(year[1]))}", year.end()
    section = _SECTION.match(line.text, end)
    if section is not None:
        said, end = f"{said} chấm {cardinal(int(section[1]))}", section.end()
    line.last_roman = end
    return Found(end, said)


def _continues(line: Line, index: int) -> bool:
    """Tell whether a numeral just before carries on to this one: "quý I và II", "quý I-IV"."""
    return line.just_after(line.last_roman, index) in ("và", ",", "-", "–", "đến")
