"""Roman numerals where the words around them say that they are numbers."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line
from tts.reading.numbers import cardinal, ordinal

_ROMAN = re.compile(r"(?=[IVXLC])(?:XC|XL|L?X{0,3}|C{1,3}(?:XC|XL|L?X{0,3}))(?:IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_BEFORE = frozenset(
    "quý chương phần mục tiểu kỷ khóa khoá thứ kỳ hạng loại cấp hội tập quyển đợt điều vùng khu vực giai kỳ đoạn phụ lục bậc nhóm bảng"
    " sỹ sĩ học trung số bộ xiii".split()
)
_YEAR = re.compile(r"[ ]?/[ ]?(\d{4})(?![\w/])")
_LIST_MARK = re.compile(r"(?:\.|\)|[ ]?[-–—]|/)(?=[ \u00a0])")


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
    before = line.word_before(index)
    if before == "thứ":
        return Found(end, ordinal(value))
    if before in _BEFORE or _continues(line, index):
        line.last_roman = end
        year = _YEAR.match(line.text, end)
        if year is not None:
            return Found(year.end(), f"{cardinal(value)} năm {cardinal(int(year[1]))}")
        return Found(end, cardinal(value))
    mark = _LIST_MARK.match(line.text, end)
    if mark is not None and line.starts_line(index):
        return Found(mark.end(), cardinal(value), pause=",")
    if len(token) > 1 and set(token) <= {"I", "V", "X"}:
        return Found(end, cardinal(value))
    return None


def _continues(line: Line, index: int) -> bool:
    """Tell whether a numeral just before carries on to this one: "quý I và II", "quý I-IV"."""
    return line.last_roman >= 0 and line.text[line.last_roman : line.starts[index]].strip(" \u00a0") in (
        "và",
        ",",
        "-",
        "–",
    )
