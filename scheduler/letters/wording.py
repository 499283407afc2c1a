"""Faults in the words of a paragraph: doubled, misspelt, lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scheduler.letters.misspellings import MISSPELLED, UNFINISHED
from scheduler.letters.model import Fault, Paragraph
from scheduler.letters.orthography import bare, is_syllable

_WORD = re.compile(r"[^\W\d_]+")
_DOUBLED_PAIR = re.compile(r"(?<!\w)([^\W\d_]{1,12}) ([^\W\d_]{1,12}) \1 \2(?!\w)", re.IGNORECASE)
_REDUPLICATIONS = re.compile(
    "ai|ào|bất|bề|chung|chằm|chuyên|dần|dài|đêm|đều|đời|đông|em|giờ|hai|hằng|hay|hơi|hao|khăng|không|khư|lâu|luôn|mãi|mau|một|"
    "muôn|năm|ngành|ngày|người|nhà|nhanh|nho|nơi|oang|phố|quanh|rất|rành|riêng|sáng|song|tầng|thường|tối|từ|từng|trùng|"
    "vân|vành|vừa|xa|xanh|xóm"
)
_LOANWORDS = re.compile("alô|clíp|micrô|oép|ápphích|ôtô|môtô|rađiô|đôla|kilô")
_VOWEL = re.compile(r"[aeiouy]")
_VIETNAMESE_LETTERS = frozenset(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)


def _phrases(phrases: dict[str, str] | dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


_MISSPELLED = _phrases(MISSPELLED)
_UNFINISHED = _phrases(UNFINISHED)
_NEXT_WORD = re.compile(r"\s{1,3}([^\W\d_]+)")
_NEXT_WORDS = re.compile(r"(?:\s{1,3}[\w]+){0,2}")


def wording_faults(paragraph: Paragraph) -> Iterator[Fault]:
    """Doubled words, known misspellings, impossible syllables, and phrases that lost their end."""
    yield from _doubled(paragraph)
    yield from _misspelt(paragraph)
    yield from _lost(paragraph)
    yield from _unbalanced(paragraph)


def _doubled(paragraph: Paragraph) -> Iterator[Fault]:
    text = paragraph.text
    words = list(_WORD.finditer(text))
    for first, second in pairwise(words):
        if text[first.end() : second.start()].strip(" ") or first[0].casefold() != second[0].casefold():
            continue
        as_written = first[0] == second[0] or second[0].islower()
        if as_written and not _REDUPLICATIONS.fullmatch(first[0].casefold()):
            span = text[first.start() : second.end()]
            yield Fault("doubled-word", span, paragraph.line_at(first.start()), f"Từ bị lặp: “{span}”.")
    for found in _DOUBLED_PAIR.finditer(text):
        if found[1].casefold() != found[2].casefold():
            message = f"Cụm từ bị lặp: “{found[0]}”."
            yield Fault("doubled-word", found[0], paragraph.line_at(found.start()), message)


def _misspelt(paragraph: Paragraph) -> Iterator[Fault]:
    text = paragraph.text
    covered: set[int] = set()
    for found in _MISSPELLED.finditer(text):
        right = MISSPELLED[found[0].casefold()]
        covered.update(range(found.start(), found.end()))
        message = f"“{found[0]}” có lẽ là “{right}”."
        yield Fault("misspelling", found[0], paragraph.line_at(found.start()), message)
    for word in _WORD.finditer(text):
        if word.start() not in covered and _is_suspect(word[0]) and not is_syllable(word[0]):
            message = f"“{word[0]}” không phải là chữ tiếng Việt viết đúng."
            yield Fault("misspelling", word[0], paragraph.line_at(word.start()), message)


def _is_suspect(word: str) -> bool:
    """Only small-letter words with a Vietnamese letter are judged: names, foreign words and abbreviations are not."""
    if not word.islower() or word.isascii() or not _VIETNAMESE_LETTERS.issuperset(word):
        return False
    return _VOWEL.search(bare(word)) is not None and not _LOANWORDS.fullmatch(word)


def _lost(paragraph: Paragraph) -> Iterator[Fault]:
    text = paragraph.text
    for found in _UNFINISHED.finditer(text):
        following = _NEXT_WORD.match(text, found.end())
        if following and following[1].casefold() in UNFINISHED[found[0].casefold()]:
            continue
        after = _NEXT_WORDS.match(text, found.end())
        span = found[0] + (after[0] if after else "")
        message = f"Sau “{found[0]}” có lẽ bị mất chữ: “{span}”."
        yield Fault("lost-words", span, paragraph.line_at(found.start()), message)


def _unbalanced(paragraph: Paragraph) -> Iterator[Fault]:
    """A bracket or quotation mark opened and not closed; the closing bracket of "a)" closes nothing."""
    for opening, closing in (("(", ")"), ("“", "”")):
        still_open: list[int] = []
        for found in re.finditer(rf"[\{opening}\{closing}]", paragraph.text):
            if found[0] == opening:
                still_open.append(found.start())
            elif still_open:
                still_open.pop()
        for at in still_open:
            span = paragraph.text[at : at + 40]
            yield Fault(
                "unbalanced", span, paragraph.line_at(at), f"Có dấu {opening} mà thiếu dấu {closing}: “{span}”."
            )
