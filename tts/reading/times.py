"""Times of day: 17h30, 5h, 7h-7h30, 18:15, 24/24 giờ."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line, words
from tts.reading.numbers import cardinal

_DASH = r"[ \u00a0]{0,2}[-–—][ \u00a0]{0,2}"
_H = r"(\d{1,2})[ ]?(?:[hH]|g(?=[ ]?\d\d))(?:[ ]?(\d{2})(?:[ ]?(?:['’′]|ph(?:út)?|p)(?!\w))?)?"
_HOURS = re.compile(rf"{_H}(?![\w]|:\d)")
_HOUR_RANGE = re.compile(rf"(\d{{1,2}})(?:[ ]?[hHg](?:[ ]?(\d{{2}}))?['’′]?)?{_DASH}{_H}(?![\w])")
_HOURS_G = re.compile(r"(\d{1,2})g(?!\w)")
_CLOCK = words("lúc hồi sáng trưa chiều tối")
_C = r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_COLON = re.compile(rf"{_C}(?![\w:])")
_COLON_RANGE = re.compile(rf"(\d{{1,2}}):(\d{{2}}){_DASH}(\d{{1,2}}):(\d{{2}})(?![\w:])")
_RATIO = re.compile(r"(\d{1,9}):(\d{1,9})(?![\w:])")
_ROUND_THE_CLOCK = re.compile(r"24(h?)/24(?:[ ]?(?:h|giờ))?(?![\w/])")
_W = r"(\d{1,2})[ ]giờ(?:[ ](\d{2})(?:[ ]phút)?)?"
_WORDED_RANGE = re.compile(rf"{_W}{_DASH}{_W}(?![\w]|[.,/:%]\d)")
_WORDED = re.compile(r"(\d{1,2})[ ]giờ(?:[ ](00)(?:[ ]phút)?|[ ](\d{1,2})['’′])(?![\w]|[.,/:%]\d)|(00)[ ]giờ(?!\w)")
_HALF_DAY = re.compile(r"[ ]?(?:AM|PM|am|pm|a\.m|p\.m)(?!\w)")


def time_words(hour: int, minute: int = 0, second: int = 0) -> str:
    """Say a time of day: 5:05 is "năm giờ không năm phút"."""
    said = f"{cardinal(hour)} giờ"
    if minute or second:
        said += f" {_two_places(minute)} phút"
    if second:
        said += f" {_two_places(second)} giây"
    return said


def _two_places(number: int) -> str:
    return f"không {cardinal(number)}" if 0 < number < 10 else cardinal(number)


def is_time(hour: int, minute: int = 0, second: int = 0) -> bool:
    """Tell whether a clock can show this; 24:00 ends a day."""
    return hour <= 24 and minute <= 59 and second <= 59 and (hour < 24 or minute == second == 0)


def _numbers(groups: tuple[str | None, ...]) -> tuple[int, ...]:
    return tuple(int(group or 0) for group in groups)


def _range(found: re.Match[str]) -> Found | None:
    first_hour, first_minute, hour, minute = _numbers(found.groups())
    if not (is_time(first_hour, first_minute) and is_time(hour, minute)):
        return None
    return Found(found.end(), f"{time_words(first_hour, first_minute)} đến {time_words(hour, minute)}")


def time_of_day(line: Line, index: int) -> Found | None:
    """Read a time or a range of times that starts at token `index`; leave what no clock shows."""
    text, place = line.text, line.starts[index]
    worded = _worded(text, place)
    if worded is not None:
        return worded
    around = _ROUND_THE_CLOCK.match(text, place)
    if around is not None:
        hours = " giờ" if around[0] not in ("24/24", "24h/24") else ""
        return Found(around.end(), f"hai mươi tư trên hai mươi tư{hours}")
    for pattern in (_HOUR_RANGE, _COLON_RANGE):
        found = pattern.match(text, place)
        if found is not None and (said := _range(found)) is not None:
            return said
    found = _HOURS.match(text, place) or (_HOURS_G.match(text, place) if line.word_before(index) in _CLOCK else None)
    if found is not None:
        hour, minute = _numbers((*found.groups(), None)[:2])
        if minute <= 59:
            return Found(found.end(), time_words(hour, minute))
        return Found(found.end(), reason="giờ không có thật")
    return _with_colon(line, index)


def _worded(text: str, place: int) -> Found | None:
    """Read "7 giờ - 7 giờ 30", "19 giờ 30'" and "08 giờ 00 phút"; any other time with "giờ" is plain words."""
    span = _WORDED_RANGE.match(text, place)
    if span is not None:
        return _range(span)
    found = _WORDED.match(text, place)
    if found is None:
        return None
    hour, minute = int(found[1] or 0), int(found[3] or 0)
    return Found(found.end(), time_words(hour, minute)) if minute <= 59 else None


def _with_colon(line: Line, index: int) -> Found | None:
    text, place = line.text, line.starts[index]
    found = _COLON.match(text, place)
    before = line.word_before(index)
    half = _HALF_DAY.match(text, found.end()) if found is not None else None
    if half is not None:
        return Found(half.end(), reason="giờ viết theo kiểu AM, PM")
    if before not in ("số", "lệ") and found is not None and is_time(*_numbers(found.groups())):
        return Found(found.end(), time_words(*_numbers(found.groups())))
    ratio = _RATIO.match(text, place)
    if ratio is None:
        return None
    first, last = cardinal(int(ratio[1])), cardinal(int(ratio[2]))
    if before == "lệ":
        return Found(ratio.end(), f"{first} trên {last}")
    return Found(
        ratio.end(), reason="chưa rõ là giờ hay tỷ số", suggestions=(f"{first} {last}", f"{first} trên {last}")
    )
