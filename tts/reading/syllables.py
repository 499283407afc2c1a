"""The shape of a Vietnamese syllable, which tells a word written in capitals from an abbreviation.

Source of the rule: the phonotactics of standard Vietnamese spelling (onset, nucleus, coda; a syllable closed by a
stop carries only the rising or the heavy tone).
"""

from __future__ import annotations

import re
import unicodedata

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_LETTERS = frozenset("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz'’ʼ")
_VOWELS = frozenset("aeiouy")
_STOPS = ("c", "ch", "p", "t")

_SYLLABLE = re.compile(
    r"(?:(?:b|ch|d|đ|gi|h|kh|l|m|n|nh|p|ph|qu|r|s|t|th|tr|v|x|)|(?P<back>c|g|ng)|(?P<front>k|gh|ngh))"
    r"(?:(?P<open>oai|oay|oao|oeo|uây|uyu|uya|iêu|yêu|uôi|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu)"
    r"|(?P<closed>uyê|iê|yê|oa|oă|oe|oo|uâ|uê|uô|uơ|uy|ươ|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y)(?P<coda>ch|c|m|ng|nh|n|p|t|))"
)
_TONELESS = re.compile(
    r"(?:b|ch|c|d|gi|gh|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x|)"
    r"(?:(?:ai|ao|au|ay|eo|eu|ia|iu|oi|ua|ui|uu|oai|oay|uay|uya|uyu|ieu|yeu|uoi|uou)"
    r"|(?:uye|ie|ye|oa|oe|ua|ue|uo|uy|a|e|i|o|u|y)(?:ch|c|m|ng|nh|n|p|t|))"
)


def without_tone(word: str) -> tuple[str, str]:
    """Split a lower-case word into its letters without tone and the name of its tone ("" for the level one)."""
    if word.isascii():
        return word, ""
    tone = ""
    letters = []
    for mark in unicodedata.normalize("NFD", word):
        if mark in _TONES:
            tone = _TONES[mark]
        else:
            letters.append(mark)
    return unicodedata.normalize("NFC", "".join(letters)), tone


def is_syllable(word: str) -> bool:
    """Tell whether a word in lower case, NFC, is spelt as one Vietnamese syllable."""
    if len(word) > 7:
        return False
    letters, tone = without_tone(word)
    shape = _SYLLABLE.fullmatch(letters)
    if shape is None:
        return False
    nucleus = shape["open"] or shape["closed"]
    before_front_vowel = nucleus[0] in "eêiy"
    if shape["back"] and before_front_vowel and not (shape["back"] == "g" and nucleus[0] == "i"):
        return False
    if shape["front"] and not before_front_vowel:
        return False
    return shape["coda"] not in _STOPS or tone in ("sắc", "nặng")


def is_vietnamese_spelling(word: str) -> bool:
    """Tell whether all letters of a word in lower case, NFC, are of the Vietnamese or the English alphabet."""
    return word.isascii() or _LETTERS.issuperset(without_tone(word)[0])


def has_vowel(word: str) -> bool:
    """Tell whether a word in lower case, NFC, has a letter that can be a vowel."""
    return not _VOWELS.isdisjoint(unicodedata.normalize("NFD", word))


def is_toneless(word: str) -> bool:
    """Tell whether lower-case ASCII letters are a Vietnamese syllable that lost its marks, as in a web address."""
    return _TONELESS.fullmatch(word) is not None
