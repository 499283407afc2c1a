"""Telephone numbers, said digit by digit."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line, words
from tts.reading.numbers import digit_by_digit

_SEP = r"[ .\u00a0-]"
_MOBILE_OR_LANDLINE = re.compile(rf"\(?0\d{{1,3}}\)?(?:{_SEP}?\d){{7,8}}(?![\w]|[.,/-]\d)")
_ABROAD = re.compile(rf"\+\d{{2,3}}(?:{_SEP}?\d){{7,11}}(?![\w]|[.,/-]\d)")
_SERVICE = re.compile(rf"1[89]00{_SEP}?\d{{2,4}}(?:{_SEP}?\d{{2,4}})?(?![\w]|[.,/-]\d)")
_SHORT = re.compile(r"1\d{2,4}(?![\w%]|[.,/:-]\d)")
_EMERGENCY = frozenset(("111", "112", "113", "114", "115", "1022", "119", "18001166", "156", "18001567"))
_CALLS = words("gọi thoại nóng đài hotline alô alo bấm quay máy")
_COUNTED = words("người thanh hộ công đoàn đại học em cháu cán chiến đồng lượt lần cuộc phụ nam nữ giáo con bà xe")


def phone(line: Line, index: int) -> Found | None:
    """Read a number with the shape of a Vietnamese telephone number, or a short one after gọi, đường dây nóng ..."""
    text, place = line.text, line.starts[index]
    for pattern in (_MOBILE_OR_LANDLINE, _ABROAD, _SERVICE):
        found = pattern.match(text, place)
        if found is not None:
            digits = re.sub(r"\D", "", found[0])
            lead = "cộng " if found[0][0] == "+" else ""
            return _said(line, found.end(), lead + digit_by_digit(digits))
    found = _SHORT.match(text, place)
    if found is None:
        return None
    near = line.words_before(index, 4)
    called = bool(set(near) & _CALLS) and (near[0] in _CALLS or "số" in near or found[0] in _EMERGENCY)
    if line.just_after(line.last_phone, index) in (",", ";", "và", "hoặc", "-", "/"):
        called = True
    if called and line.word_after(found.end()).lower() not in _COUNTED:
        return _said(line, found.end(), digit_by_digit(found[0]))
    return None


def _said(line: Line, end: int, spoken: str) -> Found:
    line.last_phone = end
    return Found(end, spoken)
