"""Words in capitals: abbreviations by the glossary, headings as plain words, the rest left with suggestions."""

from __future__ import annotations

import re

from tts.reading.codes import LETTER_NAMES, code, letter_names, quarter_or_month, road, spelled
from tts.reading.glossary import Glossary
from tts.reading.line import Found, Line, words
from tts.reading.marks import times_sign
from tts.reading.numbers import cardinal, digit_by_digit, plain_integer
from tts.reading.roman import roman, roman_value
from tts.reading.syllables import has_vowel, is_syllable, is_vietnamese_spelling
from tts.reading.symbols import assembly
from tts.reading.units import NAMED_ALONE, UNIT, UNITS, per_after

_CAPITALS = r"[A-ZĐƯƠÔÂĂÊ]{1,12}(?:[a-zđ][A-ZĐƯƠÔÂĂÊ]{0,4})?"
_CHAIN = re.compile(rf"{_CAPITALS}(?:[-–&.]{_CAPITALS}){{1,6}}(?!\w)")
_CODE_LIKE = re.compile(r"[^\W_]{1,40}(?:[-./][A-Z0-9][^\W_]{0,40}){0,4}")
_ASSEMBLY = re.compile(r"(?:QH|UBTVQH)\d{1,2}(?!\w)")
_MARKED_VOWEL = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĨŨƠƯẠ-Ỹ]")
_LOOSE_SYLLABLE = re.compile(r"[BCDĐGHJKLMNPQRSTVXW]{0,4}[^\W\dBCDĐGHJKLMNPQRSTVXWFZ_]{1,3}[BCGHKLMNPRST]{0,2}")
_LETTERED = words("điểm tiết mục nhóm loại lớp ý chữ khối tổ khu lô , và")
_VOWELS = frozenset("AĂÂEÊIOÔƠUƯY")
_SPLIT_LETTERS = re.compile(r"[A-ZĐ]/[A-ZĐ](?!\w)")
_ROOM = re.compile(r"P[. ]{0,2}(\d{3,4}[A-Z]?)(?!\w)")
_FEW_DIGITS = re.compile(r"\d{1,3}(?!\w|[-./]\w)")
_GLUED_WORD = re.compile(r"\.[a-zđà-ỹ]")
_NUMERAL_LETTERS = frozenset("VX")
_ABBREVIATION = "chữ viết tắt chưa có trong từ điển"


def is_heading_word(line: Line, index: int, glossary: Glossary) -> bool:
    """Tell whether a token in capitals is a plain word: spelt with marked vowels, or among other such words."""
    token = line.tokens[index]
    marked = len(token) > 1 and _MARKED_VOWEL.search(token) is not None
    if marked and is_syllable(token.lower()) and glossary.sure(token) is None:
        return True
    if not (is_syllable(token.lower()) or (marked and _LOOSE_SYLLABLE.fullmatch(token))):
        return False
    return any(_is_capital_word(word) for word in _neighbours(line, index))


def _neighbours(line: Line, index: int) -> list[str]:
    tokens, near = line.tokens, []
    if index >= 2 and tokens[index - 1].isspace():
        near.append(tokens[index - 2])
    if index + 2 < len(tokens) and tokens[index + 1].isspace():
        near.append(tokens[index + 2])
    return near


def _is_capital_word(word: str) -> bool:
    if len(word) < 2 or not word.isupper():
        return False
    return is_syllable(word.lower()) or (_MARKED_VOWEL.search(word) and _LOOSE_SYLLABLE.fullmatch(word)) is not None


def glossary_entry(line: Line, index: int, glossary: Glossary) -> Found | None:
    """Read the longest glossary entry that stands here and holds; a quantity's "/kg" goes with a unit."""
    matched = glossary.match(line, index)
    if matched is None:
        return None
    end, entry = matched
    return Found(end, entry.spoken, own=entry.own)


def capitals(line: Line, index: int, glossary: Glossary) -> Found:
    """Read a token in capitals: code, road, Roman numeral, glossary, heading word, letter; or leave it."""
    token = line.tokens[index]
    heading = is_heading_word(line, index, glossary)
    found = _with_number(line, index, glossary)
    if found is None and not (heading and len(token) > 1):
        found = roman(line, index)
    if found is None and (not heading or _only_known(token, glossary)):
        found = _known(line, index, glossary, heading=heading)
    if found is None and heading:
        found = Found(line.starts[index + 1], token.lower(), same=True)
    return found or _unknown(line, index, glossary)


def _with_number(line: Line, index: int, glossary: Glossary) -> Found | None:
    """Read capitals that a number follows: a road, a quarter, a code; "P.5" is a ward, not a code."""
    room = _ROOM.match(line.text, line.starts[index])
    if room is not None:
        offered = (f"phòng {plain_integer(room[1])}",) if room[1].isdigit() else ()
        return Found(room.end(), reason="chưa rõ là phòng hay phường", suggestions=offered)
    if line.text[line.starts[index + 1] : line.starts[index + 1] + 1] == ".":
        dotted = glossary_entry(line, index, glossary)
        if dotted is not None and line.text[dotted.end - 1] == ".":
            return dotted
    return road(line, index) or quarter_or_month(line, index) or code(line, index)


def _known(line: Line, index: int, glossary: Glossary, *, heading: bool) -> Found | None:
    """Read by the glossary: a chain of known abbreviations, an entry; a chain with an unknown one is left whole."""
    split = _SPLIT_LETTERS.match(line.text, line.starts[index])
    if split is not None:
        left = Found(split.end(), reason=_ABBREVIATION, suggestions=glossary.suggestions(split[0]))
        return glossary_entry(line, index, glossary) or left
    chained = None if heading else _chain(line, index, glossary)
    if chained is not None and not chained.reason:
        return chained
    return glossary_entry(line, index, glossary) or chained


def _unknown(line: Line, index: int, glossary: Glossary) -> Found:
    token = line.tokens[index]
    end = line.starts[index + 1]
    body = _ASSEMBLY.match(line.text, line.starts[index])
    if body is not None and (said := assembly(body[0])) is not None:
        return Found(body.end(), said)
    if line.text[end : end + 1].isdigit():
        return _numbered(line, index, glossary) or _left_code(line, index)
    if len(token) == 1:
        return _letter(line, index, glossary)
    return Found(end, reason=_ABBREVIATION, suggestions=glossary.suggestions(token) or (spelled(token),))


def _numbered(line: Line, index: int, glossary: Glossary) -> Found | None:
    """Read a sure abbreviation that a number of up to three digits touches: VTV1, TDP3, TW4."""
    digits = _FEW_DIGITS.match(line.text, line.starts[index + 1])
    said = glossary.sure(line.tokens[index])
    if digits is None or said is None:
        return None
    number = digit_by_digit(digits[0]) if digits[0][0] == "0" else plain_integer(digits[0])
    return Found(digits.end(), f"{said} {number}")


def _only_known(token: str, glossary: Glossary) -> bool:
    """Tell whether a heading's token is written like no plain word, so that the glossary goes first."""
    return not is_syllable(token.lower()) and glossary.starts(token)


def _chain(line: Line, index: int, glossary: Glossary) -> Found | None:
    """Read abbreviations joined by "-" or "&" when each is known, else leave the whole chain."""
    found = _CHAIN.match(line.text, line.starts[index])
    if found is None:
        return None
    whole = found[0]
    matched = glossary.match(line, index)
    if matched is not None and matched[0] >= found.end():
        return None
    said = []
    for part in re.split(r"([-–&.])", whole):
        if part in "-–.":
            continue
        expanded = "và" if part == "&" else glossary.sure(part)
        if expanded is None:
            suggested = glossary.suggestions(whole) or (spelled(whole),)
            return Found(found.end(), reason=_ABBREVIATION, suggestions=suggested)
        said.append(expanded)
    return Found(found.end(), " ".join(said))


def _left_code(line: Line, index: int) -> Found:
    whole = _CODE_LIKE.match(line.text, line.starts[index])
    end = whole.end() if whole else line.starts[index + 1]
    return Found(end, reason="ký hiệu lẫn chữ và số", suggestions=(spelled(line.text[line.starts[index] : end]),))


def _letter(line: Line, index: int, glossary: Glossary) -> Found:
    """Say a capital that stands alone: a vowel is a word or a name as it is ("Ở xã", "Y tế"), else its name.

    V and X name a person after a name, as in "anh Nguyễn Văn X"; elsewhere they may be numbers, and are left.
    """
    letter = line.tokens[index]
    end = line.starts[index + 1]
    if letter == "I":
        return Found(end, reason="chưa rõ là số một hay chữ i", suggestions=("một", "i"))
    if letter in _NUMERAL_LETTERS and not line.before(index).istitle():
        number = cardinal(roman_value(letter) or 0)
        return Found(end, reason="chưa rõ là chữ số La Mã hay chữ cái", suggestions=(number, letter_names(letter)))
    if _GLUED_WORD.match(line.text, end):
        return Found(end, reason=_ABBREVIATION, suggestions=glossary.suggestions(f"{letter}."))
    if letter.lower() not in LETTER_NAMES or letter in _VOWELS:
        return Found(end, letter, same=True)
    return Found(end, letter_names(letter))


def other_word(line: Line, index: int, glossary: Glossary) -> Found:
    """Read a word that may not be Vietnamese: glossary, lone unit, lone letter; leave one with capitals inside."""
    token = line.tokens[index]
    end = line.starts[index + 1]
    found = glossary_entry(line, index, glossary)
    if found is not None:
        return found
    if token[1:] == token[1:].lower() and is_syllable(token.lower()):
        return Found(end, token, same=True)
    found = _lone_unit(line, index)
    if found is not None:
        return found
    if len(token) == 1:
        return times_sign(line, index) or _small_letter(line, index)
    if line.text[end : end + 1].isdigit() and not is_syllable(token.lower()):
        return _left_code(line, index)
    return _strange(token, end, glossary) or _said_as_written(token, end, glossary)


def _strange(token: str, end: int, glossary: Glossary) -> Found | None:
    """Leave a word with capitals inside, without a vowel, with a foreign letter, or that is a small Roman numeral."""
    lower = token.lower()
    if sum(letter.isupper() for letter in token) > 1 and token.isalpha():
        return Found(end, reason=_ABBREVIATION, suggestions=glossary.suggestions(token) or (spelled(token),))
    if not is_vietnamese_spelling(lower):
        return Found(end, reason="chữ không thuộc chữ quốc ngữ")
    if not has_vowel(lower):
        return Found(end, reason=_ABBREVIATION, suggestions=glossary.suggestions(token) or (spelled(token),))
    numeral = roman_value(token.upper()) if len(token) > 1 and set(lower) <= set("ivx") else None
    if numeral is not None:
        return Found(end, reason="chưa rõ là chữ số La Mã hay chữ", suggestions=(cardinal(numeral),))
    return None


def _said_as_written(token: str, end: int, glossary: Glossary) -> Found:
    return _apostrophe(token, end, glossary) if not token.isalpha() else Found(end, token, same=True)


def _lone_unit(line: Line, index: int) -> Found | None:
    """Read a unit without a number, "m2" or "kg", and "Km12+500"."""
    token, place = line.tokens[index], line.starts[index]
    square = UNIT.match(line.text, place)
    if square is not None and square[1][-1] in "23²³":
        return Found(square.end(), UNITS[square[1]])
    if token in ("Km", "km") and (milestone := road(line, index)) is not None:
        return milestone
    if token in NAMED_ALONE:
        end, per = per_after(line.text, line.starts[index + 1])
        return Found(end, UNITS[token] + per)
    return None


def _apostrophe(word: str, end: int, glossary: Glossary) -> Found:
    """Write a name with an apostrophe as one word, K'Ho as Kho; leave one that so becomes another word."""
    joined = "".join(letter for letter in word[0] + word[1:].lower() if letter not in "'’ʼ")
    if glossary.starts(joined) or joined in NAMED_ALONE:
        return Found(end, reason="dấu phẩy trên trong chữ", suggestions=(joined,))
    return Found(end, joined, same=True)


def _small_letter(line: Line, index: int) -> Found:
    """Say a lone consonant that letters a law or a list: "điểm đ", "b) …", "nhóm b, c và d"; leave any other."""
    end = line.starts[index + 1]
    letter = line.tokens[index].lower()
    if letter not in LETTER_NAMES:
        return Found(end, reason="một chữ cái đứng riêng")
    name = LETTER_NAMES[letter]
    before = line.before(index).lower()
    opens_line = line.text[end : end + 2] in ("/ ", "- ") and not line.begun
    marked = line.text[end : end + 1] in (".", ")") and (before in (";", ":", ".", "") or not line.begun)
    opens_item = opens_line or marked
    if opens_item or before in _LETTERED:
        return Found(end, name)
    return Found(end, reason="một chữ cái đứng riêng", suggestions=(name,))
