"""Dates, months of a year, and ranges of them, as offices write them: 07/5/2024, 15-18/5/2024, 4/2024."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line, words
from tts.reading.nouns import is_counted, is_portioned
from tts.reading.numbers import cardinal, ordinal

_DASH = r"[ \u00a0]{0,2}[-–—][ \u00a0]{0,2}"
_END = r"(?![\w]|[/.-]\d)"
_FULL = r"(\d{1,2})(?:[ ]?/[ ]?(\d{1,2})[ ]?/[ ]?|\.(\d{1,2})\.|[ ]?-[ ]?(\d{1,2})[ ]?-[ ]?)(\d{4})"
_FULL_DATE = re.compile(rf"{_FULL}{_END}")
_FULL_RANGE = re.compile(rf"{_FULL}{_DASH}{_FULL}{_END}")
_DAYS_OF_DATE = re.compile(rf"(\d{{1,2}}){_DASH}(\d{{1,2}})/(\d{{1,2}})(?:/(\d{{4}}))?{_END}")
_DAY_MONTHS = re.compile(rf"(\d{{1,2}})/(\d{{1,2}}){_DASH}(\d{{1,2}})/(\d{{1,2}})(?:/(\d{{4}}))?{_END}")
_MONTH_RANGE = re.compile(rf"(\d{{1,2}})/(\d{{4}}){_DASH}(\d{{1,2}})/(\d{{4}}){_END}")
_MONTHS_OF_YEAR = re.compile(rf"(\d{{1,2}}){_DASH}(\d{{1,2}})/(\d{{4}}){_END}")
_MONTH_YEAR = re.compile(rf"(\d{{1,3}})[ ]?/[ ]?(\d{{4}}){_END}|(\d{{1,2}})[.-](\d{{4}}){_END}")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})/(\d{{1,2}}){_END}")
_DOTTED_DAY_MONTH = re.compile(rf"(\d{{1,2}})([.-])(\d{{1,2}}){_END}(?![ ]?[-–%°])")
_YEAR_FIRST = re.compile(rf"((?:1[89]|2[01])\d\d)([-/.])(\d{{1,2}})\2(\d{{1,2}}){_END}")
_UP_TO_DATE = re.compile(
    rf"[ \u00a0](?:đến|tới)[ \u00a0](?:hết[ \u00a0])?(?:ngày[ \u00a0])?(\d{{1,2}})/(\d{{1,2}})(?:/(\d{{4}}))?{_END}"
)
_BROKEN_DATE = re.compile(r"\d{1,4}(?:/\d{1,4}){2}(?![\w/])")

_NO_SUCH_DAY = "ngày không có trong lịch"
_EXPLAINED = re.compile(r"[ \u00a0]?[-–:][ \u00a0]?(?:ngày|kỷ niệm|kỉ niệm)(?!\w)", re.IGNORECASE)
_BEFORE_DATE = words(
    "đường phố ngày lễ dịp niệm mừng nghỉ sáng trưa chiều tối đêm hôm khuya mùng mồng rằm tết"
    " hạn chót từ trước sau đến tới hết qua kể vào cuối"
)
ALSO_BEFORE_AMOUNTS = words("từ trước sau đến tới hết qua kể vào cuối")
"""Words before dates that stand before amounts too."""
_NUMBERED = words(
    "quý qúy đợt kỳ kì tuần lần vụ số định tư luật quyết lệnh thị báo hoạch trình nđ tt qđ nq ct kh cv tb bc hd kl ttlt"
)
"""Words that number something within a year: quý 1/2024, Nghị định 100/2019."""
_BARE_AFTER = words("đường phố ngày rằm lễ dịp niệm mừng nghỉ mùng mồng")
"""Words after which a day and month need no "ngày"."""
_JOINS = words("và , hoặc - –")
_WEEKDAYS = [[day, "thứ"] for day in ("hai", "ba", "tư", "năm", "sáu", "bảy")] + [["nhật", "chủ"]]
_DAY_WORDS = words("ngày lễ dịp sáng trưa chiều tối đêm hôm")
_PLACES_OF_DATE = words("ngày mùng mồng")
_DURATIONS = words("mấy nhiều vài hai ba bốn năm sáu bảy tám chín mười suốt từng")
_LUNAR_OR_YEARLY = words("âm dương hằng hàng tới này năm")
_FEASTS = {
    (8, 3): words("nữ"),
    (26, 3): words("đoàn niên"),
    (30, 4): words("nam giải phóng"),
    (1, 5): words("động"),
    (7, 5): words("phủ"),
    (19, 5): words("minh bác"),
    (1, 6): words("nhi"),
    (28, 6): words("đình"),
    (27, 7): words("sĩ sỹ tbls"),
    (19, 8): words("tám công"),
    (2, 9): words("khánh"),
    (20, 10): words("nữ nam"),
    (20, 11): words("giáo nam ngvn"),
    (22, 12): words("dân nam"),
    (27, 2): words("thuốc nam"),
}
"""Days that their feast's name announces without the word "ngày": the last word of that name."""


def is_date(day: int, month: int, year: int = 2000) -> bool:
    """Tell whether a day stands in the calendar; without a year, in a leap year."""
    if not 1 <= month <= 12 or not 1 <= day <= 31 or not 1 <= year <= 9999:
        return False
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return day <= (29 if leap else 28)
    return day <= (30 if month in (4, 6, 9, 11) else 31)


def day_words(day: int, *, after_mung: bool = False) -> str:
    """Say a day of the month: the first ten are "mùng"."""
    return cardinal(day) if day > 10 or after_mung else f"mùng {cardinal(day)}"


def month_words(month: int) -> str:
    """Say a month: the fourth is "tháng tư"."""
    return f"tháng {'tư' if month == 4 else cardinal(month)}"


def date_words(day: int, month: int, year: int | None = None, *, after_mung: bool = False) -> str:
    """Say a date without the word "ngày" before it."""
    said = f"{day_words(day, after_mung=after_mung)} {month_words(month)}"
    return said if year is None else f"{said} năm {cardinal(year)}"


def _parts(groups: tuple[str | None, ...]) -> tuple[int, int, int]:
    day, *month, year = (int(part) for part in groups if part is not None)
    return day, month[0], year


def _from_to(before: str, first: str, last: str) -> str:
    """Join the two ends of a range, saying no "từ" and no "ngày" twice."""
    if before in _PLACES_OF_DATE:
        return f"{first} đến ngày {last}"
    if before in ("từ", "đợt"):
        return f"ngày {first} đến ngày {last}"
    return f"từ ngày {first} đến ngày {last}"


def _single(line: Line, index: int, end: int, date: tuple[int, int, int | None]) -> Found:
    day, month, year = date
    before = line.word_before(index)
    said = date_words(day, month, year, after_mung=before in ("mùng", "mồng"))
    second = line.just_after(line.last_date, index) in _JOINS
    line.last_date = end
    listed = line.just_after(line.last_day, index) in _JOINS
    labelled = line.before(index) == ":" and line.word_before(line.place_before(index)) == "ngày"
    bare = (
        before in _PLACES_OF_DATE
        or labelled
        or listed
        or (year is None and (second or _named_feast(before, day, month)))
    )
    return Found(end, said if bare else f"ngày {said}")


def _named_feast(before: str, day: int, month: int) -> bool:
    return before in _BARE_AFTER or before in _FEASTS.get((day, month), ())


def _range_of_full(line: Line, index: int, place: int) -> Found | None:
    found = _FULL_RANGE.match(line.text, place)
    if found is None:
        return None
    first, last = _parts(found.groups()[:5]), _parts(found.groups()[5:])
    if not (is_date(*first) and is_date(*last)):
        return None
    line.last_date = found.end()
    return Found(found.end(), _from_to(line.word_before(index), date_words(*first), date_words(*last)))


def _range_of_short(line: Line, index: int, place: int) -> Found | None:
    """Read 15-18/5/2024 and 28/4-03/5/2024, whose first end borrows month and year from the last."""
    before = line.word_before(index)
    found = _DAY_MONTHS.match(line.text, place)
    if found is not None:
        first_day, first_month, day, month = (int(part) for part in found.groups()[:4])
        first_said = date_words(first_day, first_month) if is_date(first_day, first_month) else None
    else:
        found = _DAYS_OF_DATE.match(line.text, place)
        if found is None or before in ("tháng", "số"):
            return None
        first_day, day, month = (int(part) for part in found.groups()[:3])
        first_month = month
        first_said = day_words(first_day) if 1 <= first_day < day else None
    year = int(found.groups()[-1]) if found.groups()[-1] else None
    if first_said is None or not is_date(day, month, year or 2000):
        return None
    said = _from_to(before, first_said, date_words(day, month, year))
    if year is None and before in _BARE_AFTER and _are_feasts((first_day, first_month), (day, month)):
        return Found(found.end(), f"{first_said}, {date_words(day, month)}")
    if year is None and not _surely_days(line, index, found, ((first_day, first_month), (day, month))):
        return None
    line.last_date = found.end()
    return Found(found.end(), said)


def _are_feasts(first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Tell whether both ends are feasts, which are two days off and no range: "nghỉ lễ 30/4 - 1/5"."""
    return first in _FEASTS and last in _FEASTS


def _surely_days(line: Line, index: int, found: re.Match[str], days: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    """Tell whether a range without a year is of days, not of fractions: 1/3-1/2."""
    (first_day, first_month), (day, month) = days
    amount = is_counted(line.text, found.end()) or is_portioned(line.text, found.end())
    if amount or (first_month, first_day) >= (month, day):
        return False
    return max(first_day, day) > 12 or "0" in (found[0][0], found[0][-2]) or line.word_before(index) in _BEFORE_DATE


def _months(line: Line, index: int, place: int) -> Found | None:
    before = line.word_before(index)
    lead = "" if before == "tháng" else "tháng "
    found = _MONTH_RANGE.match(line.text, place)
    if found is not None:
        first, first_year, last, last_year = (int(part) for part in found.groups())
        if 1 <= first <= 12 and 1 <= last <= 12:
            said = (
                f"{month_words(first)[6:]} năm {cardinal(first_year)} đến {month_words(last)} năm {cardinal(last_year)}"
            )
            return Found(found.end(), lead + said)
    found = _MONTHS_OF_YEAR.match(line.text, place)
    if found is not None and before == "tháng":
        first, last, year = (int(part) for part in found.groups())
        if 1 <= first < last <= 12:
            return Found(found.end(), f"{month_words(first)[6:]} đến {month_words(last)} năm {cardinal(year)}")
    found = _MONTH_YEAR.match(line.text, place)
    if found is None:
        return None
    month, year = (int(part) for part in found.groups() if part is not None)
    whole_year = 1900 <= year <= 2199
    if before in _NUMBERED and whole_year:
        return Found(found.end(), f"{cardinal(month)} năm {cardinal(year)}")
    sure = before == "tháng" or (found[1] and whole_year and before not in ("khoản", "điều"))
    if not (1 <= month <= 12 and sure):
        return None
    return Found(found.end(), f"{lead}{month_words(month)[6:]} năm {cardinal(year)}")


def _announced(line: Line, index: int, day: int, month: int, end: int) -> bool:
    """Tell whether the words around 30/4 say that it is a date."""
    before = line.word_before(index)
    after = line.word_after(end + line.text.startswith(" (", end) * 2).lower()
    explained = _EXPLAINED.match(line.text, end) is not None
    if explained or before in _BEFORE_DATE - ALSO_BEFORE_AMOUNTS or after in _LUNAR_OR_YEARLY:
        return True
    if day <= month and (is_counted(line.text, end) or is_portioned(line.text, end)):
        return False
    if before in ALSO_BEFORE_AMOUNTS:
        return True
    if before in _FEASTS.get((day, month), ()):
        return True
    if _JOINS & {line.just_after(line.last_date, index), line.just_after(line.last_day, index)}:
        return True
    if _after_weekday(line, index):
        return True
    return _leading_nought(line.text, line.starts[index])


def _after_weekday(line: Line, index: int) -> bool:
    """Tell whether a named day goes before, with a bracket or comma or none between: "thứ Hai (13/5)"."""
    if line.before(index) in ("(", ","):
        index = line.place_before(index)
    named = line.words_before(index)
    return named in _WEEKDAYS or (named[:1] in (["nay"], ["qua"], ["mai"]) and not _DAY_WORDS.isdisjoint(named))


def _leading_nought(text: str, place: int) -> bool:
    return text[place] == "0" or "/0" in text[place + 1 : place + 4]


def day_and_month(line: Line, index: int) -> Found | None:
    """Read 30/4 where the words around it say that it is a date; leave 31/6 and "ngày 32/5", which no calendar has."""
    found = _DAY_MONTH.match(line.text, line.starts[index])
    if found is None:
        return None
    day, month = int(found[1]), int(found[2])
    if is_date(day, month) and _announced(line, index, day, month, found.end()):
        return _single(line, index, found.end(), (day, month, None))
    before = line.word_before(index)
    named = before in _DAY_WORDS or before in _PLACES_OF_DATE
    past_month_end = 1 <= month <= 12 and 29 <= day <= 31 and before != "lệ"
    if not is_date(day, month) and (named or (past_month_end and not is_counted(line.text, found.end()))):
        return Found(found.end(), reason=_NO_SUCH_DAY)
    return None


def _dotted(line: Line, index: int) -> Found | None:
    """Read 30.4 and 30-4 after ngày, lễ, dịp or a feast; "ngày 5-10" may be two days of a month too, and is left."""
    found = _DOTTED_DAY_MONTH.match(line.text, line.starts[index])
    if found is None:
        return None
    day, month = int(found[1]), int(found[3])
    before = line.word_before(index)
    if before in _FEASTS.get((day, month), ()):
        return _single(line, index, found.end(), (day, month, None))
    if before not in _DAY_WORDS:
        return None
    if not is_date(day, month) or line.word_after(found.end()).lower() == "tháng":
        return None
    if found[2] == "-" and day < month:
        both = (date_words(day, month), f"{day_words(day)} đến {day_words(month)}")
        return Found(found.end(), reason="chưa rõ là một ngày hay hai ngày", suggestions=both)
    return _single(line, index, found.end(), (day, month, None))


def date(line: Line, index: int) -> Found | None:
    """Read a date, a month of a year or a range of them that starts at token `index`; leave one not in the calendar."""
    place = line.starts[index]
    if _lacks_day(line, index):
        return Found(line.starts[index + 1], reason="chưa điền ngày")
    found = _range_of_full(line, index, place) or _range_of_short(line, index, place)
    if found is not None:
        return found
    full = _FULL_DATE.match(line.text, place)
    if full is not None:
        parts = _parts(full.groups())
        if is_date(*parts):
            return _single(line, index, full.end(), parts)
        return Found(full.end(), reason=_NO_SUCH_DAY)
    year_first = _YEAR_FIRST.match(line.text, place)
    if year_first is not None:
        year, month, day = (int(year_first[part]) for part in (1, 3, 4))
        if is_date(day, month, year):
            return _single(line, index, year_first.end(), (day, month, year))
        return Found(year_first.end(), reason=_NO_SUCH_DAY)
    broken = _BROKEN_DATE.match(line.text, place)
    if broken is not None:
        return Found(broken.end(), reason="ngày viết thiếu hoặc sai", suggestions=_whole_years(broken[0]))
    return _months(line, index, place) or day_and_month(line, index) or _dotted(line, index)


def _lacks_day(line: Line, index: int) -> bool:
    """Tell whether a number is the month of a date whose day was not filled in: "ngày tháng 5 năm 2024"."""
    if line.words_before(index) != ["tháng", "ngày"] or line.word_after(line.starts[index + 1]).lower() != "năm":
        return False
    return line.text[line.starts[index + 1] : line.starts[index + 1] + 1].isspace()


def _whole_years(written: str) -> tuple[str, ...]:
    """Offer the two centuries that a year of two digits may stand for."""
    day, month, year = written.split("/")
    if len(year) != 2 or len(day) > 2 or len(month) > 2 or not is_date(int(day), int(month)):
        return ()
    said = date_words(int(day), int(month))
    return tuple(f"ngày {said} năm {cardinal(century + int(year))}" for century in (2000, 1900))


def numbered_day(line: Line, index: int, end: int, digits: str) -> str | None:
    """Say the number of "ngày 5 tháng 3", "thứ 2", "tháng 4" and "lần thứ 1", whose words are not the plain ones."""
    value = int(digits)
    before, earlier, *_ = *line.words_before(index, 2), "", ""
    if before == "thứ" and value < 1000:
        return ordinal(value)
    if before == "tháng" and value == 4 and earlier not in _DURATIONS:
        return "tư"
    if before == "từ" and _opens_range(line.text, end, value):
        return f"ngày {day_words(value)}"
    follows = line.just_after(line.last_day, index) in _JOINS
    if (follows or (before == "ngày" and earlier not in _DURATIONS)) and _ends_day(line.text, end) and 1 <= value <= 31:
        line.last_day = end
        return day_words(value)
    return None


def _opens_range(text: str, end: int, day: int) -> bool:
    """Tell whether a number is the first day of a range whose last end alone names the month: "từ 05 đến 07/11"."""
    last = _UP_TO_DATE.match(text, end)
    if last is None or is_counted(text, last.end()) or is_portioned(text, last.end()):
        return False
    return 0 < day < int(last[1]) and is_date(int(last[1]), int(last[2]), int(last[3] or 2000))


def _ends_day(text: str, end: int) -> bool:
    """Tell whether what follows a number leaves it a day: nothing, a mark, "tháng" or another day."""
    after = text[end : end + 8].lstrip(" \u00a0")
    return after == "" or after[0] in ",.;:)-–" or after.startswith(("tháng", "đến", "và ", "hoặc ", "âm "))
