"""Flaws in the words of a text: doubled, misspelt, lost, a bracket left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scheduler.rules.lint.flaw import Flaw
from scheduler.rules.lint.misspellings import MISSPELLED, UNFINISHED
from scheduler.rules.lint.orthography import bare, is_syllable
from scheduler.rules.lint.reduplications import is_reduplication, joins_words, may_rhyme

_WORD = re.compile(r"[^\W\d_]+")
_DOUBLED_PAIR = re.compile(r"(?<!\w)([^\W\d_]{1,12}) ([^\W\d_]{1,12}) \1 \2(?!\w)", re.IGNORECASE)
_LOANWORDS = re.compile("alô|clíp|micrô|oép|ápphích|ôtô|môtô|rađiô|đôla|kilô|urê|iốt|ôxy|ôxi|nilông|karaôkê|bulông")
_VOWEL = re.compile(r"[aeiouy]")
_VIETNAMESE_LETTERS = frozenset(
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)


def _phrases(phrases: dict[str, str] | dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


_MISSPELLED = _phrases(MISSPELLED)
_UNFINISHED = _phrases(UNFINISHED)
_OFFERED = 3
_NEXT_WORD = re.compile(r"\s{1,3}([^\W\d_]+)")
_LAST_WORD = re.compile(r"([^\W\d_]+)\s{1,3}$")
_NEXT_WORDS = re.compile(r"(?:\s{1,3}[\w]+){0,2}")


def wording_flaws(text: str) -> Iterator[Flaw]:
    """Doubled words, known misspellings, impossible syllables, phrases that lost their end, brackets left open."""
    yield from _doubled(text)
    yield from _misspelt(text)
    yield from _lost(text)
    yield from _unbalanced(text)


def _doubled(text: str) -> Iterator[Flaw]:
    twice = [(first, second) for first, second in pairwise(_WORD.finditer(text)) if _repeats(text, first, second)]
    starts, ends = {first.start() for first, _ in twice}, {second.end() for _, second in twice}
    for first, second in twice:
        fourfold = (second.end() + 1 in starts or first.start() - 1 in ends) and may_rhyme(first[0])
        as_written = first[0] == second[0] or second[0].islower()
        joined = joins_words(_word_before(text, first.start()), first[0], _word_after(text, second.end()))
        if as_written and not fourfold and not joined and not is_reduplication(first[0]):
            span = text[first.start() : second.end()]
            yield Flaw("doubled-word", first.start(), second.end(), f"Từ bị lặp: “{span}”.", (first[0],))
    for found in _DOUBLED_PAIR.finditer(text):
        if found[1].casefold() != found[2].casefold():
            once = f"{found[1]} {found[2]}"
            yield Flaw("doubled-word", found.start(), found.end(), f"Cụm từ bị lặp: “{found[0]}”.", (once,))


def _word_before(text: str, place: int) -> str:
    found = _LAST_WORD.search(text, max(0, place - 12), place)
    return found[1] if found else ""


def _word_after(text: str, place: int) -> str:
    found = _NEXT_WORD.match(text, place)
    return found[1] if found else ""


def _repeats(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    between = text[first.end() : second.start()]
    return not between.strip(" ") and first[0].casefold() == second[0].casefold()


def _misspelt(text: str) -> Iterator[Flaw]:
    covered: set[int] = set()
    for found in _MISSPELLED.finditer(text):
        right = _in_the_case_of(found[0], MISSPELLED[found[0].casefold()])
        covered.update(range(found.start(), found.end()))
        yield Flaw("misspelling", found.start(), found.end(), f"“{found[0]}” có lẽ là “{right}”.", (right,))
    for word in _WORD.finditer(text):
        if word.start() not in covered and _is_suspect(word[0]) and not is_syllable(word[0]):
            message = f"“{word[0]}” không phải là chữ tiếng Việt viết đúng."
            yield Flaw("misspelling", word.start(), word.end(), message)


def _in_the_case_of(written: str, right: str) -> str:
    if written.isupper():
        return right.upper()
    return right[:1].upper() + right[1:] if written[:1].isupper() else right


def _is_suspect(word: str) -> bool:
    """Only small-letter words with a Vietnamese letter are judged: names, foreign words and abbreviations are not."""
    if not word.islower() or word.isascii() or not _VIETNAMESE_LETTERS.issuperset(word):
        return False
    return _VOWEL.search(bare(word)) is not None and not _LOANWORDS.fullmatch(word)


def _lost(text: str) -> Iterator[Flaw]:
    for found in _UNFINISHED.finditer(text):
        endings = UNFINISHED[found[0].casefold()]
        following = _NEXT_WORD.match(text, found.end())
        if following and following[1].casefold() in endings:
            continue
        after = _NEXT_WORDS.match(text, found.end())
        end = after.end() if after else found.end()
        message = f"Sau “{found[0]}” có lẽ bị mất chữ: “{text[found.start() : end]}”."
        whole = tuple(f"{found[0]} {ending}{text[found.end() : end]}" for ending in endings[:_OFFERED])
        yield Flaw("lost-words", found.start(), end, message, whole)


def is_ending(phrase: str, word: str) -> bool:
    """Tell whether ``word`` is one that must follow the unfinished ``phrase``: "thật" after "sai sự"."""
    return word.casefold() in UNFINISHED.get(phrase.casefold(), ())


def _unbalanced(text: str) -> Iterator[Flaw]:
    """A bracket or quotation mark opened and not closed; the closing bracket of "a)" closes nothing."""
    for opening, closing in (("(", ")"), ("“", "”")):
        still_open: list[int] = []
        for found in re.finditer(rf"[\{opening}\{closing}]", text):
            if found[0] == opening:
                still_open.append(found.start())
            elif still_open:
                still_open.pop()
        for at in still_open:
            span = text[at : at + 40]
            yield Flaw("unbalanced", at, at + len(span), f"Có dấu {opening} mà thiếu dấu {closing}: “{span}”.")
