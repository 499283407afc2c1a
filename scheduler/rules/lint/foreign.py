"""Words of other languages that the reading says as they are written, which a Vietnamese voice may say wrongly."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache

from scheduler.rules.lint.flaw import Flaw
from scheduler.rules.lint.orthography import is_syllable
from tts.reading.glossary import built_in

_WORD = re.compile(r"(?<![\w.@/&_-])[A-Za-z]{2,24}(?![\w@/&_-]|\.\w)")
_LATIN = re.compile(r"[A-Za-z]{2,24}")
_FEWEST_LETTERS = 4
_ALIKE = 0.8


def foreign_flaws(text: str, spoken: str) -> Iterator[Flaw]:
    """Each word without a Vietnamese spelling that ``spoken``, the reading of ``text``, says unchanged; told once.

    A word that is nearly one of the glossary is offered as that one.
    """
    unchanged = {word.lower() for word in _LATIN.findall(spoken)}
    told: set[str] = set()
    for found in _WORD.finditer(text):
        word = found[0].lower()
        if word in told or word not in unchanged or is_syllable(word):
            continue
        if sum(letter.isupper() for letter in found[0]) > 1:
            continue  # a leftover, told by the reading itself
        told.add(word)
        message = (
            f"“{found[0]}” không phải chữ tiếng Việt và chưa có trong từ điển, giọng máy có thể đọc sai: hãy viết"
            " theo cách đọc, hoặc thêm vào từ điển."
        )
        yield Flaw("foreign-word", found.start(), found.end(), message, _nearly(word))


def _nearly(word: str) -> tuple[str, ...]:
    if len(word) < _FEWEST_LETTERS:
        return ()
    return tuple(difflib.get_close_matches(word, _known(), n=2, cutoff=_ALIKE))


@cache
def _known() -> tuple[str, ...]:
    """Return the glossary's own words of other languages: those written small, in ASCII letters."""
    written = {entry.written.lower() for entry in built_in() if any(letter.islower() for letter in entry.written)}
    return tuple(sorted(word for word in written if _LATIN.fullmatch(word) and not is_syllable(word)))
