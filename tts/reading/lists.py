"""Numbers in a row and numbers that open a line: "1,2,3", "1. ", "2.1. "."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line, words
from tts.reading.numbers import plain_integer
from tts.reading.quantities import number_tail, value_of

_LIST = re.compile(r"\d{1,4}(?:,\d{1,4}){1,20}(?![\w.])")
_ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,4}(?:\.\d{1,2})?(?![\w,])")
_SPACED_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3}){1,4}(?![\w]|[.,:/-]\d)")
_SECTION = re.compile(
    r"(\d{1,3}(?:\.\d{1,3}){0,4})(?:(\.|\)|/|\.\))(?=[ \u00a0]|$)|(?=[ \u00a0][^\W\d_])|(\.)(?=[^\W\d_]))"
)
_LIST_BEFORE = words("điều khoản bài tổ bản khu lớp mục chương khối tiết thôn đội nhóm")


def spaced_thousands(line: Line, index: int) -> Found | None:
    """Read "10 000 đồng" and "1 234 567"; two numbers side by side that could be one are left."""
    found = _SPACED_THOUSANDS.match(line.text, line.starts[index])
    if found is None:
        return None
    said, _ = value_of(re.sub(r"\s", "", found[0]))
    end, tail = number_tail(line, found.end())
    if tail or found[0].endswith("000") or len(found[0]) > 7:
        return Found(end, said + tail)
    return Found(found.end(), reason="chưa rõ là một số hay hai số", suggestions=(said,))


def number_list(line: Line, index: int) -> Found | None:
    """Read "1,2,3" as a list and "1,500,000" as a number."""
    text, place = line.text, line.starts[index]
    english = _ENGLISH_THOUSANDS.match(text, place)
    if english is not None:
        whole, _, part = english[0].partition(".")
        said, _ = value_of(f"{whole.replace(',', '')}{',' + part if part else ''}")
        end, tail = number_tail(line, english.end())
        return Found(end, said + tail)
    found = _LIST.match(text, place)
    if found is None:
        return None
    items = found[0].split(",")
    if len(items) == 2 and line.word_before(index) not in _LIST_BEFORE:
        return None
    return Found(found.end(), ", ".join(plain_integer(item) for item in items))


def list_mark(line: Line, index: int) -> Found | None:
    """Read "1.", "2)" or "1.2." at the start of a line, with a pause after it."""
    if line.begun:
        return None
    found = _SECTION.match(line.text, line.starts[index])
    if found is None:
        return None
    numbers = [plain_integer(part) for part in found[1].split(".")]
    if (found[2] is None and found[3] is None and len(numbers) < 2) or len(found[1].split(".")[-1]) == 3:
        return None
    if found[1][0] == "0" or not line.text[found.end() : found.end() + 8].strip():
        return None
    if found[2] is None and not line.word_after(found.end())[:1].isupper():
        return None
    return Found(found.end(), " chấm ".join(numbers), pause=",")
