"""Sentences too long to be said, and heard, in one breath."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scheduler.rules.lint.flaw import Flaw

LONGEST_SYLLABLES = 60
"""About 18 seconds at a newsreader's pace; what is longer, a listener by the road loses."""
_SHOWN = 40
_ENDS = re.compile(r"(?:[!?…;]|(?<!\w[A-ZĐ])(?<!^[A-ZĐ])(?<!\s[A-ZĐ])(?<!\bTP)(?<!\bTT)(?<!\bTX)\.)[”\"’)]*(?=\s|$)|\n")
_WORD = re.compile(r"\w+(?:[.,/:-]\w+)*")
_DIGITS = re.compile(r"\d+")


def sentence_flaws(text: str) -> Iterator[Flaw]:
    """Sentences over LONGEST_SYLLABLES; a semicolon is a rest for the breath, so it ends one too."""
    start = 0
    for found in _ENDS.finditer(text):
        yield from _too_long(text, start, found.end())
        start = found.end()
    yield from _too_long(text, start, len(text))


def syllables(text: str) -> int:
    """Return about how many syllables a text is said with: one a word, and two less one a digit ("2024" has seven)."""
    return sum(_weight(word) for word in _WORD.findall(text))


def _weight(word: str) -> int:
    runs = _DIGITS.findall(word)
    return sum(2 * len(run) - 1 for run in runs) or 1


def _too_long(text: str, start: int, end: int) -> Iterator[Flaw]:
    sentence = text[start:end]
    count = syllables(sentence)
    if count <= LONGEST_SYLLABLES:
        return
    first = start + len(sentence) - len(sentence.lstrip())
    shown = " ".join(sentence.split())[:_SHOWN].rstrip()
    message = f"Câu “{shown}…” dài khoảng {count} tiếng, nên tách để mỗi câu không quá {LONGEST_SYLLABLES} tiếng."
    yield Flaw("long-sentence", first, start + len(sentence.rstrip()), message)
