"""Names of letters, and codes of letters and digits: G7, A1, 9A, H5N1, QL 279."""

from __future__ import annotations

import re

from tts.reading.line import Found, Line
from tts.reading.numbers import cardinal, digit_by_digit, ordinal, plain_integer

LETTER_NAMES = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép",
    "g": "giê", "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ", "o": "o", "ô": "ô",
    "ơ": "ơ", "p": "pê", "q": "quy", "r": "rờ", "s": "sờ", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép",
    "x": "ích", "y": "y", "z": "dét",
}  # fmt: skip
_CODE = re.compile(r"([A-ZĐ])[-.]?(\d{1,3})(?:([A-ZĐ])(\d{1,3})?)?(?![\w]|[/.,-]\w)")
_ROAD = re.compile(r"(QL|TL|ĐT|HL)[. \u00a0-]{0,2}(\d{1,3})([A-Z])?(?!\w|[./]\d)")
_PERIOD = re.compile(r"(?:Q([1-4])|T(0?[1-9]|1[0-2]))/((?:19|20)\d\d)(?![\w/])")
_KILOMETRE = re.compile(r"K[Mm] ?(\d{1,4})(?![\w]|[.,/+]\d| ?\+)")
_MILESTONE = re.compile(r"[Kk][Mm] ?(\d{1,4}) ?\+ ?(\d{1,3})(?!\w)")
_ROADS = {"QL": "quốc lộ", "TL": "tỉnh lộ", "ĐT": "đường tỉnh", "HL": "huyện lộ"}


def letter_names(letters: str) -> str:
    """Say letters by their names; a letter that Vietnamese does not name stays."""
    return " ".join(LETTER_NAMES.get(letter, letter) for letter in letters.lower())


def spelled(token: str) -> str:
    """Say a token letter by letter and digit by digit, leaving out everything else."""
    names = (LETTER_NAMES.get(sign) or (digit_by_digit(sign) if sign in "0123456789" else "") for sign in token.lower())
    return " ".join(name for name in names if name)


def code(line: Line, index: int) -> Found | None:
    """Read a letter followed by a number of up to three digits, and perhaps once more: G7, F0, B52, H5N1."""
    place = line.starts[index]
    if line.glued_before(index).isalnum():
        return None
    found = _CODE.match(line.text, place)
    if found is None:
        return None
    digits = digit_by_digit(found[2]) if found[2][0] == "0" else plain_integer(found[2])
    said = f"{letter_names(found[1])} {digits}"
    if found[1] == "T" and not found[3] and 1 <= int(found[2]) <= 12:
        number = int(found[2])
        offered = (f"thứ {ordinal(number)}", f"tháng {ordinal(number) if number == 4 else cardinal(number)}", said)
        return Found(found.end(), reason="chưa rõ là thứ hay tháng", suggestions=offered)
    if found[3]:
        said += f" {letter_names(found[3])}"
    if found[4]:
        said += f" {plain_integer(found[4])}"
    return Found(found.end(), said)


def quarter_or_month(line: Line, index: int) -> Found | None:
    """Read Q1/2025 and T3/2025, a quarter and a month of a year."""
    found = _PERIOD.match(line.text, line.starts[index])
    if found is None:
        return None
    year = cardinal(int(found[3]))
    if found[1]:
        return Found(found.end(), f"quý {cardinal(int(found[1]))} năm {year}")
    month = int(found[2])
    return Found(found.end(), f"tháng {'tư' if month == 4 else cardinal(month)} năm {year}")


def road(line: Line, index: int) -> Found | None:
    """Read the number of a road, QL 279 as "quốc lộ hai bảy chín", QL6 as "quốc lộ sáu", and Km12+500 beside it."""
    stone = _MILESTONE.match(line.text, line.starts[index])
    if stone is not None:
        return Found(stone.end(), f"ki lô mét {cardinal(int(stone[1]))} cộng {plain_integer(stone[2])}")
    kilometre = _KILOMETRE.match(line.text, line.starts[index])
    if kilometre is not None:
        return Found(kilometre.end(), f"ki lô mét {cardinal(int(kilometre[1]))}")
    found = _ROAD.match(line.text, line.starts[index])
    if found is None:
        return None
    number = road_number(found[2])
    letter = f" {letter_names(found[3])}" if found[3] else ""
    name = _ROADS[found[1]]
    if line.word_before(index) == "đường":
        name = name.removeprefix("đường ")
    return Found(found.end(), f"{name} {number}{letter}")


def road_number(digits: str) -> str:
    """Say the number of a road: three digits one by one, fewer as a number."""
    return digit_by_digit(digits) if len(digits) == 3 else cardinal(int(digits))
