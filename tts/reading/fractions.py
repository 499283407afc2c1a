"""Fractions and counts out of a total: 1/2 số hộ, 9/10 xã; a bare one that could be a date is left."""

from __future__ import annotations

import re

from tts.reading import dates
from tts.reading.line import Found, Line, words
from tts.reading.nouns import is_counted, is_portioned
from tts.reading.numbers import cardinal
from tts.reading.quantities import number_tail, value_of
from tts.reading.units import unit_after

_FRACTION = re.compile(r"(\d{1,7}(?:\.\d{3})*)[ ]?/[ ]?(\d{1,7}(?:\.\d{3})*)(?![\w]|[/,]\d)")
_MARK = re.compile(r"(\d{1,3},\d{1,2})[ ]?/[ ]?(\d{1,4})(?![\w]|[/,.]\d)")
_OF_SUM = re.compile(r"(\d{1,3}(?:\.\d{3})*,\d{1,2})[ ]?/[ ]?(\d{1,3}(?:\.\d{3})*,\d{1,2})(?!\d|[/.,]\d)")
_MANY_DAYS = re.compile(r"7/7[ ]?(?:ngày|trong)(?!\w)")
_STREETS = words("ngõ ngách hẻm đường phố")
_YEARS = range(1900, 2200)
_BEFORE_SHARE = words("chiếm hơn gần bằng quá giảm tăng")


def fraction(line: Line, index: int) -> Found | None:
    """Read a share by "phần" and a count by "trên"; a bare one that could be a date is left with both readings."""
    text, place = line.text, line.starts[index]
    mark = _MARK.match(text, place)
    if mark is not None:
        return Found(mark.end(), f"{value_of(mark[1])[0]} trên {cardinal(int(mark[2]))}")
    part = _OF_SUM.match(text, place)
    if part is not None:
        return _of_sum(line, part)
    found = _FRACTION.match(text, place)
    if found is None:
        return None
    top, bottom = (int(part.replace(".", "")) for part in found.groups())
    said = _by_words_around(line, index, found.end(), (top, bottom))
    if said is not None:
        end, unit = unit_after(text, found.end()) or (found.end(), "")
        return Found(end, f"{said} {unit}".rstrip())
    if top > bottom and not dates.is_date(top, bottom):
        offered = (f"{cardinal(top)} {cardinal(bottom)}", _over(top, bottom))
        return Found(found.end(), reason="chưa rõ là tỷ số hay phân số", suggestions=offered)
    if bottom in _YEARS and top < bottom:
        return _of_a_year(found.end(), top, bottom)
    return _bare(found.end(), top, bottom)


def _of_sum(line: Line, found: re.Match[str]) -> Found:
    """Read "3,42/6,1 tỷ đồng" by "trên"; two decimals that measure nothing are left."""
    (top, low), (bottom, high) = value_of(found[1]), value_of(found[2])
    said = f"{top} trên {bottom}"
    end, tail = number_tail(line, found.end())
    if tail and low <= high:
        return Found(end, f"{said}{tail}")
    return Found(found.end(), reason="chưa rõ là phần của tổng hay hai số", suggestions=(said, f"{top}, {bottom}"))


def _over(top: int, bottom: int) -> str:
    return f"{cardinal(top)} trên {cardinal(bottom)}"


def _parts(top: int, bottom: int) -> str:
    return f"{cardinal(top)} phần {'tư' if bottom == 4 else cardinal(bottom)}"


def _by_words_around(line: Line, index: int, end: int, fraction: tuple[int, int]) -> str | None:
    """Say a fraction whose neighbours or size tell what it is; None when it could be a date."""
    top, bottom = fraction
    before = line.word_before(index)
    if before in ("lệ", "áp") or _is_house(line, index, end) or _MANY_DAYS.match(line.text, line.starts[index]):
        return _over(top, bottom)
    if is_counted(line.text, end) and top <= bottom:
        maybe_date = dates.is_date(top, bottom) and before in dates.ALSO_BEFORE_AMOUNTS
        return None if maybe_date else _over(top, bottom)
    if 0 < top < bottom and (before in _BEFORE_SHARE or is_portioned(line.text, end)):
        return _parts(top, bottom)
    if bottom == top + 1 and 1900 <= top <= 2199:
        return f"{cardinal(top)} đến {cardinal(bottom)}"
    unsure = dates.is_date(top, bottom) or top > bottom or bottom in _YEARS
    return None if unsure else _over(top, bottom)


def _is_house(line: Line, index: int, end: int) -> bool:
    """Tell whether a number with a slash is of a house or a lane: "số 12/3 ngõ 5", "ngõ 102/5", "nhà số 4/2"."""
    before, earlier, *_ = *line.words_before(index), "", ""
    if before in ("ngõ", "ngách", "hẻm"):
        return True
    return before == "số" and (earlier == "nhà" or line.word_after(end).lower() in _STREETS)


def _of_a_year(end: int, number: int, year: int) -> Found:
    """Leave "13/2025", which numbers something of a year that is not named."""
    said = f"{cardinal(number)} năm {cardinal(year)}"
    return Found(end, reason="chưa rõ là số của năm hay phân số", suggestions=(said, _over(number, year)))


def _bare(end: int, top: int, bottom: int) -> Found:
    """Leave a fraction that could be a date, with its readings."""
    day = f"ngày {dates.date_words(top, bottom)}"
    if (top, bottom) == (24, 7):
        return Found(end, reason="có thể là ngày, hoặc suốt ngày đêm", suggestions=("suốt ngày đêm", day))
    other = _parts(top, bottom) if top < bottom else _over(top, bottom)
    return Found(end, reason="có thể là ngày, hoặc phân số", suggestions=(day, other))
