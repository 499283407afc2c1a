"""Marks: which are pauses, which are silent, which are said, and which are left."""

from __future__ import annotations

import re
from collections.abc import Callable

from tts.reading.line import Found, Line, words
from tts.reading.numbers import cardinal
from tts.reading.phones import phone
from tts.reading.quantities import number_range, quantity
from tts.reading.symbols import symbol_without_number
from tts.reading.units import PER_UNIT, UNIT, UNITS

_PAUSES = {
    ",": ",", ";": ",", ":": ",", "?": "?", "!": "!", "(": ",", "[": ",", ")": ")", "]": ")", "？": "?", "！": "!",
    "，": ",", "•": ",", "●": ",", "▪": ",", "■": ",", "◆": ",", "►": ",", "·": ",", "∙": ",", "⁃": ",",
}  # fmt: skip
_BULLETS = frozenset("*+•●▪■◆►⁃∙·→✓✔☑")
_QUOTES = frozenset("“”\"'‘’«»„‟`´′″")
_ET_CETERA = re.compile(r"(?:\.{3}|…)(?![.…])")
_PER_ROUND = re.compile(r"[ ]?/[ ]?1(?:0{1,2}(?:\.?000){0,2}|(?:\.?000){1,2})(?=[ \u00a0]?[^\W\d_])")
_PEOPLE = re.compile(r"[ \u00a0]?(dân|người|hộ|trẻ|cặp)(?!\w)")
_BLANK = re.compile(r"[.…_]{2,400}")
_END_OF_DOCUMENT = re.compile(r"\./(?:\.|-)?")
_ASTERISKS = re.compile(r"\*{1,3}(?!\*)")
_FOOTNOTE = re.compile(r"\[\d{1,3}\]")
_ENDING = re.compile(r"[ \u00a0(“]\.[a-zđ]")
_LISTED = re.compile(r"(?:[,;(:]|\bnhư\b)[^\w]{0,4}[\w'’-]{1,40}(?:[ \u00a0/]{1,3}[\w'’-]{1,40}){0,3}[”\"’)]?[ ]?$")
_FILLED_IN = words("ngày tháng năm số tên giờ tuổi")
_TO_FILL_IN = "chỗ trống chưa điền"
_SAID = {
    "%": "phần trăm", "+": "cộng", "=": "bằng", "<": "nhỏ hơn", ">": "lớn hơn", "≥": "lớn hơn hoặc bằng",
    "≤": "nhỏ hơn hoặc bằng", "±": "cộng trừ", "°": "độ", "@": "a còng", "#": "thăng", "*": "sao", "_": "gạch dưới",
    "~": "khoảng", "≈": "khoảng",
}  # fmt: skip
_COMPARED = {">": "trên", "<": "dưới", "≥": "từ", "≤": "không quá"}
_CURRENCIES = {"$": "đô la", "€": "ơ rô", "₫": "đồng"}
_MONEY = words("đồng đ nghìn triệu tỷ")
_SUMS = ("đồng", "nghìn", "triệu", "đô la", "ơ rô")
_BELOW_ZERO = words("độ xuống dưới còn là từ đến mức nhiệt khoảng")
_NEGATIVE = re.compile(r"[-−–](?=\d)")
_ASCII_DIGIT = re.compile(r"[0-9]")
_NAMED_NUMBER = re.compile(r"[ \u00a0]?([^\W\d_]{1,8})[ \u00a0]?\d")
_UNIT_BEFORE = re.compile(r"\d[ ]?(?:[mdck]?m[23²³]?|k?g|ha|tấn|tạ|l|lít|ml|tr|trđ|k)$")
_STONE = re.compile(r"[Kk][Mm][ ]?\d{1,4}(?:[ ]?\+[ ]?\d{1,3})?[ ]?$")
_NUMBERED_NAME = re.compile(r"[ \u00a0]?(\d{1,9})[ \u00a0]([^\W\d_]{1,8})(?!\w)")
_PLACES = words("thôn bản xã phường thị tổ khối xóm buôn ấp làng tỉnh huyện quận khu phố khóm sóc cụm")
_PERIODS = words("ngày tháng năm tuần quý")
_TIMES = re.compile(r"[ ]?[x×][ ]?(?=\d)")
_NUMBER_WORDS = frozenset({cardinal(number) for number in range(11)} | words("mỗi nghìn triệu tỷ trăm đồng phần"))


def mark(line: Line, index: int, sentence_start: int) -> Found:
    """Answer for one mark: silent (no words, no pause), a pause, words, or left."""
    sign = line.tokens[index]
    end = line.starts[index + 1]
    if sign in ".…_":
        return _points(line, index, sentence_start)
    rule = _RULES.get(sign)
    found = rule(line, index) if rule is not None else None
    if found is not None:
        return found
    if sign in _BULLETS and line.text[end : end + 1].isspace() and not line.begun:
        return Found(end)
    if sign in _PAUSES:
        return Found(end, pause=_PAUSES[sign])
    if sign in _QUOTES:
        return Found(end)
    suggestion = _SAID.get(sign)
    return Found(end, reason="ký hiệu chưa có cách đọc", suggestions=(suggestion,) if suggestion else ())


def _ampersand(line: Line, index: int) -> Found | None:
    end = line.starts[index + 1]
    before, after = line.before(index)[-1:], line.text[end : end + 2].lstrip(" \u00a0")[:1]
    return Found(end, "và") if before.isalnum() and after.isalnum() else None


def _money(line: Line, index: int) -> Found | None:
    """Read "$100", whose sign goes before the number."""
    end = line.starts[index + 1]
    if not _ASCII_DIGIT.match(line.text, end):
        return None
    found = quantity(line, index + 1)
    if found is None or found.reason:
        return None
    return Found(found.end, f"{found.spoken} {_CURRENCIES[line.tokens[index]]}")


def _compared(line: Line, index: int) -> Found | None:
    """Read ">100 mm" as "trên", "≥5%" as "từ … trở lên"; between two numbers the sign is left."""
    sign, end, last = line.tokens[index], line.starts[index + 1], index
    if sign in "<>" and line.text[end : end + 1] == "=":
        sign, end, last = "≥" if sign == ">" else "≤", end + 1, index + 1
    start = end + (line.text[end : end + 1] == " ")
    if not _ASCII_DIGIT.match(line.text, start) or line.before(index)[-1:].isdecimal():
        return None
    found = quantity(line, last + 1 + (start != end))
    if found is None or found.reason:
        return None
    if sign == "≥" and line.word_after(found.end):
        return Found(found.end, f"ít nhất {found.spoken}")
    return Found(found.end, f"{_COMPARED[sign]} {found.spoken}{' trở lên' if sign == '≥' else ''}")


def times_sign(line: Line, index: int) -> Found | None:
    """Read the "x" of "20 x 30 m" between two numbers."""
    place = line.place_before(index)
    found = _TIMES.match(line.text, line.starts[index])
    if found is None or place < 0 or not (line.tokens[place][-1].isdecimal() or line.tokens[place] in UNITS):
        return None
    return Found(line.starts[index + 1], "nhân")


def _prime(line: Line, index: int) -> Found | None:
    """Leave the mark of minutes after a number, 90', unless it closes a quotation."""
    place = line.starts[index]
    if not line.glued_before(index).isdecimal():
        return None
    if any(line.text.find(opening, max(0, place - 80), place) >= 0 for opening in ("'", "‘", "’", "′")):
        return None
    return Found(place + 1, reason="dấu phẩy trên sau số", suggestions=("phút",))


def _asterisks(line: Line, index: int) -> Found | None:
    """Pass over asterisks that touch a word on one side: emphasis and footnote marks are not said."""
    run = _ASTERISKS.match(line.text, line.starts[index])
    if run is None:
        return None
    before, after = line.glued_before(index), line.text[run.end() : run.end() + 1].strip()
    if before.isdecimal() or after.isdecimal():
        return None
    return Found(run.end()) if before.isalpha() != after.isalpha() or (before + after) in ",.;:?!)(" else None


def _points(line: Line, index: int, sentence_start: int) -> Found:
    text, start = line.text, line.starts[index]
    closing = _END_OF_DOCUMENT.match(text, start)
    if closing is not None and not line.word_after(closing.end()):
        return Found(closing.end(), pause=".")
    blank = _BLANK.match(text, start)
    if blank is None and text[start] == "…" and line.word_before(index) in _FILLED_IN:
        return Found(start + 1, reason=_TO_FILL_IN)
    if blank is None and text[start] != "_":
        return _point(line, index) if text[start] == "." else _et_cetera(line, index, start + 1, sentence_start)
    if blank is None:
        return Found(start + 1, reason="ký hiệu chưa có cách đọc", suggestions=("gạch dưới",))
    open_list = _ET_CETERA.match(text, start)
    if open_list is not None and line.word_before(index) not in _FILLED_IN:
        return _et_cetera(line, index, open_list.end(), sentence_start)
    if blank[0] == "..":
        return Found(blank.end(), pause=".")
    return Found(blank.end(), reason=_TO_FILL_IN)


def _point(line: Line, index: int) -> Found:
    """Read a single point: the end of a sentence or of a name's initial; before a file's ending it is left."""
    start = line.starts[index]
    if _ends_initial(line, index):
        return Found(start + 1)
    if _ENDING.match(line.text, start - 1 if start else 0):
        return Found(start + 1, reason="dấu chấm đứng trước một đuôi tên", suggestions=("chấm",))
    return Found(start + 1, pause=".")


def _ends_initial(line: Line, index: int) -> bool:
    """Tell whether a point ends the initial of a name within a sentence: "Lò Văn T. (SN 1988)"."""
    follows = line.text[line.starts[index + 1] : line.starts[index + 1] + 2]
    if len(line.tokens[index - 1]) != 1 or not line.tokens[index - 1].isupper() or index < 2 or follows[:1] != " ":
        return False
    return follows[1:] == "(" and line.before(index - 1).istitle()


def _et_cetera(line: Line, index: int, end: int, sentence_start: int) -> Found:
    """Read "..." as "vân vân" where a list goes before it in the sentence, elsewhere as a pause."""
    start = line.starts[index]
    follows = line.text[end : end + 8].lstrip(' \u00a0)”"')[:1]
    pause = "." if follows == "" or follows.isupper() else ","
    already = line.words_before(index) == ["vân", "vân"]
    if already or not _LISTED.search(line.text, max(sentence_start, start - 300), start):
        return Found(end, pause=pause)
    return Found(end, "vân vân", lead=",", pause=pause if pause == "." and follows else ")")


def _dash(line: Line, index: int) -> Found:
    """Read a dash: a bullet is silent, between words it is a space or a pause, before a number it may be "âm"."""
    text, start, end = line.text, line.starts[index], line.starts[index + 1]
    while end < len(text) and text[end] in "-–—−":
        end += 1
    if end - start == 1 and _NEGATIVE.match(text, start) and (found := _negative(line, index)) is not None:
        return found
    if not line.begun:
        return Found(end)
    if _spans_range(line, index, end):
        return Found(end, "đến")
    glued = text[start - 1].isalnum() and text[end : end + 1].isalnum()
    return Found(end) if glued else Found(end, pause=",")


def _spans_range(line: Line, index: int, end: int) -> bool:
    """Tell whether a dash joins two numbered things of one name: "tổ 1 - tổ 5", "tháng 5/2024 - tháng 6/2024"."""
    if line.words_before(index)[1:] == ["thứ"] and line.word_after(end).lower() in ("thứ", "chủ"):
        return True
    if _counts_alike(line, index, end):
        return True
    named = _NAMED_NUMBER.match(line.text, end)
    if (
        named is not None
        and named[1].lower() == "km"
        and _STONE.search(line.text, max(0, line.starts[index] - 24), line.starts[index])
    ):
        return True
    place = line.place_before(index)
    if named is None or place < 0 or not line.tokens[place].isdecimal():
        return False
    name = named[1].lower()
    return name in _PERIODS or name == line.word_before(place)


def _counts_alike(line: Line, index: int, end: int) -> bool:
    """Tell whether a dash stands between a number and a larger one of the same thing: "18 tuổi - 25 tuổi"."""
    after = _NUMBERED_NAME.match(line.text, end)
    if after is None or line.word_before(index) != after[2].lower():
        return False
    number = line.before(line.place_before(index))
    return number.isdecimal() and len(number) <= 9 and int(number) < int(after[1])


def _percent(line: Line, index: int) -> Found | None:
    """Read the sign that stands alone in "điểm %" and "tỷ lệ %"."""
    end = line.starts[index + 1]
    return Found(end, "phần trăm") if line.word_before(index) in ("điểm", "lệ") else None


def _footnote(line: Line, index: int) -> Found | None:
    """Pass over the number of a footnote that touches what it explains: "thống kê[1]"."""
    found = _FOOTNOTE.match(line.text, line.starts[index])
    return Found(found.end()) if found is not None and line.glued_before(index) else None


def _negative(line: Line, index: int) -> Found | None:
    """Read a minus: before a measure, after a word such as "xuống", or when the number is all of the line."""
    if line.glued_before(index) not in ("", "(", "“"):
        return None
    found = number_range(line, index + 1) or quantity(line, index + 1)
    if found is None or found.reason:
        return None
    after = line.word_after(found.end)
    sure = line.text[found.end - 1] in "%C°F" or after in ("độ", "triệu", "tỷ")
    if not sure:
        sure = not after if not line.begun else line.word_before(index) in _BELOW_ZERO
    return Found(found.end, f"âm {found.spoken}") if sure else None


def _slash(line: Line, index: int) -> Found:
    """Read a slash: after a quantity "một" before a unit, between words a space; a document's lost number is left."""
    text, start, end = line.text, line.starts[index], line.starts[index + 1]
    missing = symbol_without_number(line, index)
    if missing is not None:
        return missing
    before = line.word_before(index)
    per = PER_UNIT.match(text, start)
    if before and per is not None and _measured(line, index):
        return Found(per.end(), f"một {UNITS.get(per[1], per[1])}")
    if line.word_after(end) and _measured(line, index) and (before in _MONEY or _divided(line, index)):
        return Found(end, "một")
    if before and _is_rate(line, index):
        return Found(end, "trên")
    if before and line.word_after(end) and _counted(line, index, line.word_after(end).lower()):
        return Found(end, reason="chưa rõ là “một” hay “hoặc”", suggestions=("một", "hoặc"))
    if before and line.word_after(end):
        return Found(end)
    return Found(end, reason="ký hiệu chưa có cách đọc", suggestions=("trên", "gạch chéo"))


def _is_rate(line: Line, index: int) -> bool:
    """Tell whether a slash divides a measure by a round one of another kind: "50mg/100ml", "12 ca/100.000 dân"."""
    text, start = line.text, line.starts[index]
    per = _PER_ROUND.match(text, start)
    if per is None or not _measured(line, index):
        return False
    divisor = _PEOPLE.match(text, per.end()) or UNIT.match(text, per.end())
    if divisor is None or UNITS.get(divisor[1], "").startswith(_SUMS):
        return False
    return not text.endswith(divisor[1], 0, start)


def _counted(line: Line, index: int, after: str) -> bool:
    """Tell whether one or two words after a number go before a slash that no list of alike places explains."""
    place = line.place_before(index)
    if {line.tokens[place].lower(), after} <= _PLACES:
        return False
    for _ in range(2):
        place = line.place_before(place)
        if place < 0:
            return False
        if line.tokens[place].isdecimal():
            return True
        if not line.tokens[place][0].isalpha():
            return False
    return False


def _divided(line: Line, index: int) -> bool:
    """Tell whether a slash follows a unit or another division: "15kg/khẩu", "m2/lô", "đ/tháng/HS"."""
    after = line.text[line.starts[index + 1] : line.starts[index + 1] + 1]
    divided = index >= 2 and line.tokens[index - 2] == "/" and line.tokens[index - 1].isalpha()
    return divided or (
        after.islower()
        and _UNIT_BEFORE.search(line.text[max(0, line.starts[index] - 8) : line.starts[index]]) is not None
    )


def _measured(line: Line, index: int) -> bool:
    """Tell whether a number stands a few words before a slash: "45.000 đồng/kg", "hai lần/ngày"."""
    place = index
    for _ in range(8):
        place = line.place_before(place)
        if place < 0:
            return False
        before = line.tokens[place]
        if before[0].isdecimal() or before.lower() in _NUMBER_WORDS or before in "%°":
            return True
        if not before[0].isalpha() and before != "/":
            return False
    return False


_RULES: dict[str, Callable[[Line, int], Found | None]] = {
    **dict.fromkeys("-–—−", _dash),
    **dict.fromkeys("+(", phone),
    **dict.fromkeys(_CURRENCIES, _money),
    **dict.fromkeys(_COMPARED, _compared),
    "×": times_sign,
    "*": _asterisks,
    **dict.fromkeys("'’′", _prime),
    "/": _slash,
    "&": _ampersand,
    "%": _percent,
    "[": _footnote,
}
