"""Telephone numbers, said digit by digit."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line, words
from tts.reading.numbers import digit_by_digit
from tts.reading.units import unit_after

_SEP = r"[ .\u00a0-]"
_LOCAL = rf"\(?0\d{{1,3}}\)?(?:{_SEP}?\d){{7,8}}(?![\w]|[.,-]\d|/[1-9])"
_MOBILE_OR_LANDLINE = re.compile(_LOCAL)
_OTHER = re.compile(rf"[ ]?/[ ]?({_LOCAL})")
_PREFIX = re.compile(r"\d{3,6}(?![\w]|[.,/-]\d)")
_ABROAD = re.compile(rf"\+\d{{2,3}}(?:{_SEP}?\d){{7,11}}(?![\w]|[.,/-]\d)")
_SERVICE = re.compile(rf"1[89]00{_SEP}?\d{{2,4}}(?:{_SEP}?\d{{2,4}})?(?![\w]|[.,/-]\d)")
_AMOUNT = re.compile(r"1[89]\d{4}|1[89]00[ .\u00a0-]\d{2,3}")
_SHORT = re.compile(r"1\d{2,4}(?![\w%]|[.,/:-]\d)")
_EMERGENCY = frozenset(("111", "112", "113", "114", "115", "1022", "119", "18001166", "156", "18001567"))
_CALLS = words("gọi thoại nóng đài hotline alô alo bấm quay máy")
_REPORTED = words("theo tới đến vào qua báo các")
_COUNTED = words("người thanh hộ công đoàn đại học em cháu cán chiến đồng lượt lần cuộc phụ nam nữ giáo con bà xe")


def phone(line: Line, index: int) -> Found | None:
    """Read a number with the shape of a Vietnamese telephone number, or a short one after gọi, đường dây nóng ..."""
    text, place = line.text, line.starts[index]
    for pattern in (_MOBILE_OR_LANDLINE, _ABROAD, _SERVICE):
        found = pattern.match(text, place)
        if found is not None and not (pattern is _SERVICE and _may_be_amount(line, index, found)):
            return _said(line, *_with_others(text, found.end(), _digits(found[0])))
    near = line.words_before(index, 4)
    if near[:2] == ["số", "đầu"] and (prefix := _PREFIX.match(text, place)) is not None:
        return _said(line, prefix.end(), digit_by_digit(prefix[0]))
    found = _SHORT.match(text, place)
    if found is None:
        return None
    if found[0] in _EMERGENCY and near[:1] == ["số"] and not _REPORTED.isdisjoint(near[1:2]):
        return _said(line, found.end(), digit_by_digit(found[0]))
    called = bool(set(near) & _CALLS) and (near[0] in _CALLS or "số" in near or found[0] in _EMERGENCY)
    if line.just_after(line.last_phone, index) in (",", ";", "và", "hoặc", "-", "/"):
        called = True
    if called and line.word_after(found.end()).lower() not in _COUNTED:
        return _said(line, found.end(), digit_by_digit(found[0]))
    return None


def _may_be_amount(line: Line, index: int, found: re.Match[str]) -> bool:
    """Tell whether "180000" and "18001234 đồng" may count or measure something, with no word that tells of a call."""
    if not _CALLS.isdisjoint(line.words_before(index, 4)):
        return False
    counted = line.word_after(found.end()).lower() in _COUNTED or unit_after(line.text, found.end()) is not None
    return counted or _AMOUNT.fullmatch(found[0]) is not None


def _digits(written: str) -> str:
    return ("cộng " if written[0] == "+" else "") + digit_by_digit(re.sub(r"\D", "", written))


def _with_others(text: str, end: int, said: str) -> tuple[int, str]:
    """Read the numbers that slashes join to one: "0912345678/0987654321"."""
    while (other := _OTHER.match(text, end)) is not None:
        end, said = other.end(), f"{said}, {_digits(other[1])}"
    return end, said


def _said(line: Line, end: int, spoken: str) -> Found:
    line.last_phone = end
    return Found(end, spoken)
