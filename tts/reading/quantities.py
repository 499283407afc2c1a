"""Numbers in a text: integers, decimals, percentages, money, measures, ranges, fractions, lists."""

from __future__ import annotations

import re

from tts.reading import dates
from tts.reading.codes import letter_names
from tts.reading.line import Found, Line, words
from tts.reading.numbers import cardinal, digit_by_digit, fraction_digits, ordinal, plain_integer
from tts.reading.syllables import is_syllable
from tts.reading.units import SCALES, unit_after

_NUMBER = r"(?:\d{1,3}(?:\.\d{3}){1,5}(?!\d)(?:,\d{1,9}(?!\d))?|\d{1,40}(?:,\d{1,9}(?![\d]))?)"
_QUANTITY = re.compile(_NUMBER)
_RANGE = re.compile(rf"({_NUMBER})[ \u00a0]{{0,2}}[-–—][ \u00a0]{{0,2}}({_NUMBER})(?![\d.,]*\d|[/-]\d)")
_SECOND_END = re.compile(rf"[ \u00a0]{{0,2}}[-–—][ \u00a0]{{0,2}}({_NUMBER})(?![\d.,]*\d|/\d)")
_UNSURE = re.compile(r"\d{1,40}-[A-ZĐ]{1,5}(?!\w)|[\d.,:/-]{1,80}\d")
_ECHO = re.compile(r"[ \u00a0]?\(([^()\d]{1,160})\)")
_ANGLE = re.compile(r"(\d{1,3})[°º](\d{1,2})['’′](?:(\d{1,2})(?:[\"”″]|''))?(?!\w)")
_LASTED = re.compile(r"(\d{1,3})['’′]([0-5]?\d)(?:[\"”″]|'')(?!\w)")
_POINT = re.compile(r"(\d{1,4})\.(\d{1,4})(?![\d]|\.\d)")
_GROUPED = re.compile(r"\d{2,6}(?:([ .])\d{2,6})(?:\1\d{2,6}){0,4}(?![\w]|[.,/ -]\d)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[ .]\d{3})+")
_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){2,4}(?![\w]|[.,/]\d)")
_SECTIONED = words("mục khoản điều bảng phần tiết hình")
_SCALE = re.compile(rf"[ \u00a0]?({'|'.join(SCALES)})(?![\w])")
_GLUED_LETTERS = re.compile(r"[^\W\d_]{1,24}")
_CLASS = re.compile(r"([A-ZĐ])(\d{0,2})(?![\w]|[-./]\w)|([a-hk])(?![\w]|[-./]\w)")
_TOUCHING = re.compile(r"\d|[.,:/]\d|-\d+[-/.]\d|-[A-ZĐ]{1,5}(?![\w/])")
_GLUED_NUMBER = re.compile(r"[-./]?\d")
_GLUED = re.compile(r"[\w]{1,64}(?:[-./][\w]{1,64}){0,4}")

_TORN = re.compile(r"[ ]\.[ ]?\d{3}(?!\d)|\.[ ]0\d\d(?!\d)")
_CLOSED_SUM = re.compile(r",[-–]?[ ]?(?:đ|đồng)(?!\w)")
_BY = re.compile(r"[x×][1-9]")
_LOADED = words("trọng tải xe nặng hàng chở cân cấm cầu")
_SIZES = {"": 1, "trăm": 100, "nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_SCORE = words("thắng thua hòa hoà")
_NAMED_CODES = words("stk cccd cmnd mst")
_HALVES = words("một hai nhất phụ đầu")
_CODE_BEFORE = words("bưu thuế mst khoản thẻ cước cccd cmnd stk")


def value_of(written: str) -> tuple[str, float]:
    """Say a number as Vietnamese offices write it ("1.234,5") and give its size for comparison."""
    whole, _, part = written.partition(",")
    digits = whole.replace(".", "")
    said = plain_integer(digits)
    if part:
        said = f"{said} phẩy {fraction_digits(part)}"
    return said, float(f"{digits}.{part or 0}")


def number_tail(line: Line, end: int) -> tuple[int, str]:
    """Read scale and unit after a number: " tỷ đồng" stays words, "%" and "km/h" are said."""
    scale = _SCALE.match(line.text, end)
    said = ""
    if scale is not None:
        end, said = scale.end(), f" {scale[1]}"
    unit = unit_after(line.text, end)
    return (unit[0], f"{said} {unit[1]}") if unit is not None else (end, said)


def _range_of_measures(line: Line, end: int, low: float, tail: str) -> tuple[int, str]:
    """Read the second end of "5 triệu - 10 triệu" or "50% - 70%", measured like the first; else the same end and ""."""
    found = _SECOND_END.match(line.text, end)
    if found is None:
        return end, ""
    last, high = value_of(found[1])
    last_end, last_tail = number_tail(line, found.end())
    alike = last_tail == tail or last_tail.startswith(f"{tail} ")
    grows = low < high if alike else _is_larger_sum((high, last_tail), (low, tail))
    return (last_end, f" đến {last}{last_tail}") if grows else (end, "")


def _is_larger_sum(one: tuple[float, str], other: tuple[float, str]) -> bool:
    """Tell whether the first of two sums of money, each a number and what follows it, is the larger one."""
    sums = []
    for number, tail in (one, other):
        scale, _, unit = tail.strip().rpartition(" ")
        if unit != "đồng" or scale not in _SIZES:
            return False
        sums.append(number * _SIZES[scale])
    return sums[0] > sums[1]


def number_range(line: Line, index: int) -> Found | None:
    """Read "3-5%", "5-10 triệu", "2021-2025"; two numbers that do not grow are a score or are left."""
    found = _RANGE.match(line.text, line.starts[index])
    if found is None:
        return None
    (first, low), (last, high) = value_of(found[1]), value_of(found[2])
    before = line.words_before(index, 4)
    if "thứ" in before[:1]:
        return None
    spaced = line.text[found.end(1)].isspace()
    if spaced and "." in found[2] and "." not in found[1] and high >= 100 * low:
        return None
    if _is_score(before) and max(low, high) < 100:
        return _unless_glued(line, Found(found.end(), f"{first} {last}"))
    if before[:1] == ["ngày"] and low < high <= 31 and line.word_after(found.end()).lower() == "tháng":
        first, last = dates.day_words(int(low)), dates.day_words(int(high))
    offered = (f"{first} đến {last}", f"{first} {last}")
    if low <= 12 and 1900 <= high <= 2199 and not spaced:
        month = f"{dates.month_words(int(low))} năm {last}"
        return Found(found.end(), reason="chưa rõ là tháng của năm hay khoảng", suggestions=(month, offered[0]))
    if low < high:
        end, tail = number_tail(line, found.end())
        return _unless_glued(line, Found(end, f"{first} đến {last}{tail}"))
    return None if spaced else Found(found.end(), reason="chưa rõ là khoảng hay tỷ số", suggestions=offered)


def _is_score(before: list[str]) -> bool:
    """Tell whether the words before, nearest first, announce a score: "thắng Thái Lan", "tỷ số", "hiệp một"."""
    if before[:2] in (["số", "tỷ"], ["số", "tỉ"]) or (before[1:2] == ["hiệp"] and before[0] in _HALVES):
        return True
    return bool(set(before) & _SCORE) and before[0] not in ("từ", "khoảng", "được", "trong")


def angle(line: Line, index: int) -> Found | None:
    """Read degrees with minutes and seconds of arc: 21°30'15\"."""
    found = _ANGLE.match(line.text, line.starts[index])
    if found is None:
        return None
    return _named_parts(found, ("độ", "phút", "giây"))


def lasted(line: Line, index: int) -> Found | None:
    """Read minutes and seconds that something took: 34'12\"."""
    found = _LASTED.match(line.text, line.starts[index])
    return None if found is None else _named_parts(found, ("phút", "giây"))


def _named_parts(found: re.Match[str], names: tuple[str, ...]) -> Found:
    parts = zip(found.groups(), names, strict=True)
    return Found(found.end(), " ".join(f"{cardinal(int(part))} {name}" for part, name in parts if part))


def weekday_range(line: Line, index: int) -> Found | None:
    """Read the first number of "thứ 2 - thứ 6", whose dash is "đến"."""
    found = _WEEKDAYS.match(line.text, line.starts[index])
    if found is None or line.word_before(index) != "thứ":
        return None
    first, last = (ordinal(int(day)) for day in found.groups())
    return Found(found.end(), f"{first} đến thứ {last}")


_WEEKDAYS = re.compile(r"([2-7])[ ]{0,2}[-–—][ ]{0,2}(?:thứ[ ])?([2-7])(?![\w/.,]\w|\w)", re.IGNORECASE)


def with_point(line: Line, index: int) -> Found | None:
    """Read "4.0" as "bốn chấm không" and "2.5 tỷ" as a decimal; leave other numbers with one point."""
    section = _SECTION.match(line.text, line.starts[index])
    if section is not None and line.word_before(index) in _SECTIONED:
        return Found(section.end(), " chấm ".join(plain_integer(part) for part in section[0].split(".")))
    found = _POINT.match(line.text, line.starts[index])
    if found is None or (len(found[2]) == 3 and len(found[1]) <= 3):
        return None
    whole, part = found.groups()
    point = f"{plain_integer(whole)} chấm {fraction_digits(part)}"
    comma = f"{plain_integer(whole)} phẩy {fraction_digits(part)}"
    end, tail = number_tail(line, found.end())
    torn = len(part) > 2 and "đồng" in tail
    if (tail or whole == "0") and not torn:
        return Found(end, f"{comma}{tail}")
    if part == "0" or line.word_before(index) in ("bản", *_SECTIONED):
        return Found(found.end(), point)
    return Found(found.end(), reason="chưa rõ dấu chấm trong số", suggestions=(comma, point))


def quantity(line: Line, index: int) -> Found | None:
    """Read any other number with its scale and unit."""
    text, place = line.text, line.starts[index]
    found = _QUANTITY.match(text, place)
    if found is None:
        return None
    broken = _broken(text, place, found.end())
    if broken is not None:
        return broken
    written = found[0]
    closed = _CLOSED_SUM.match(text, found.end()) if "." in written else None
    end, tail = (closed.end(), " đồng") if closed is not None else number_tail(line, found.end())
    whole, _, part = written.partition(",")
    if len(part) == 3 and whole.strip("0.") and "." not in whole and tail in ("", " đồng") and len(whole) <= 3:
        decimal = f"{plain_integer(whole)} phẩy {fraction_digits(part)}"
        offered = (f"{cardinal(int(whole + part))}{tail}", f"{decimal}{tail}")
        return Found(end, reason="chưa rõ dấu phẩy trong số", suggestions=offered)
    if not part and "." not in whole and not tail:
        named = dates.numbered_day(line, index, found.end(), whole) or _as_code(line, index, whole)
        if named is not None:
            return _unless_glued(line, Found(end, named))
    said, value = value_of(written)
    unsure = _unsure_unit(line, index, Found(end, said + tail), value)
    if unsure is not None:
        return unsure
    if tail:
        end, second = _range_of_measures(line, end, value, tail)
        tail += second
    return _unless_glued(line, Found(_past_echo(line, end, said + tail), said + tail))


def _broken(text: str, place: int, end: int) -> Found | None:
    """Leave a number that goes on in a way that no number does: "10 .000", "1.000.00"."""
    torn = _TORN.match(text, end)
    if torn is not None:
        return Found(torn.end(), reason="dãy số bị ngắt bởi dấu cách")
    if not _TOUCHING.match(text, end):
        return None
    whole_row = _UNSURE.match(text, place)
    return Found(whole_row.end() if whole_row else end, reason="dãy số chưa rõ cách đọc")


def grouped_code(line: Line, index: int) -> Found | None:
    """Read the digits of an account or a card that stand in groups, "STK 8820 1234 5678", one by one."""
    found = _GROUPED.match(line.text, line.starts[index])
    if found is None or sum(map(str.isdigit, found[0])) < 8 or number_tail(line, found.end())[1]:
        return None
    place = line.place_before(index) if line.before(index) == ":" else index
    before = line.words_before(place, 4)
    near = before[1:] if before[:1] == ["số"] else before
    named = not _NAMED_CODES.isdisjoint(before)
    account = near[:2] == ["khoản", "tài"] or near[:1] in (["thẻ"], ["thuế"], ["cước"])
    if not named and (not account or _THOUSANDS.fullmatch(found[0])):
        return None
    return Found(found.end(), digit_by_digit(re.sub(r"\D", "", found[0])))


def _as_code(line: Line, index: int, digits: str) -> str | None:
    """Say digits one by one after words that name a code, and "Đề án 06" as people call it."""
    before = line.words_before(index)
    if len(digits) == 2 and digits[0] == "0" and before == ["án", "đề"]:
        return digit_by_digit(digits)
    return digit_by_digit(digits) if len(digits) >= 6 and not _CODE_BEFORE.isdisjoint(before) else None


def _unsure_unit(line: Line, index: int, found: Found, value: float) -> Found | None:
    """Leave "5K", which may be a slogan, and "12T", which may be months, unless the words before tell of a load."""
    bare = found.spoken.rpartition(" ")[0]
    if line.text[found.end - 1] == "K" and value < 10:
        return Found(found.end, reason="chưa rõ là nghìn hay chữ ca", suggestions=(found.spoken, f"{bare} ca"))
    if line.text[found.end - 1] == "T" and _LOADED.isdisjoint(line.words_before(index, 3)):
        return Found(found.end, reason="chưa rõ là tấn hay tháng", suggestions=(found.spoken, f"{bare} tháng"))
    return None


def _past_echo(line: Line, end: int, said: str) -> int:
    """Pass over a bracket that says the number again in words: "05 (năm) người", "(một triệu đồng chẵn)"."""
    echo = _ECHO.match(line.text, end)
    if echo is None:
        return end
    again = echo[1].strip().lower().removesuffix(" chẵn").removesuffix(".")
    return echo.end() if again in (said, said.removesuffix(" đồng")) else end


def _unless_glued(line: Line, found: Found) -> Found:
    """Look at letters that touch the number: "9A" is said, "15xã" parted, "12xyz" left whole."""
    glued = _GLUED_LETTERS.match(line.text, found.end)
    if glued is None or (_BY.match(line.text, found.end) and line.text[found.end - 1].isdecimal()):
        return found
    lettered = None if " phẩy " in found.spoken else _CLASS.match(line.text, found.end)
    if lettered is not None:
        said = f"{found.spoken} {letter_names(lettered[1] or lettered[3])}"
        return Found(lettered.end(), f"{said} {plain_integer(lettered[2])}" if lettered[2] else said)
    if is_syllable(glued[0].lower()) and not _GLUED_NUMBER.match(line.text, glued.end()):
        return found
    whole = _GLUED.match(line.text, found.end)
    end = whole.end() if whole else glued.end()
    return Found(end, reason="ký hiệu lẫn chữ và số")
