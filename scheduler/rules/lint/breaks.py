"""A sentence that a line end cuts in two: a voice would rest there as at a paragraph's end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scheduler.rules.lint.flaw import Flaw

_CUT = re.compile(r"(?<=[^\s.!?:;…)”\"])[ \t]*\n\s*(?![a-zđ][.)/-])([^\W\d_]{1,24})(?!\w)")
_LAST = re.compile(r"(?:([^\W\d_]{1,24})|[,-])$")
_LOOKED_BACK = 80
_WORDS_SHOWN = 4


def break_flaws(text: str) -> Iterator[Flaw]:
    """Each line end that follows a word or a comma and goes before a word in small letters."""
    for found in _CUT.finditer(text):
        last = _LAST.search(text, max(0, found.start() - _LOOKED_BACK), found.start())
        if last is None or not found[1].islower() or (last[1] or "").isupper():
            continue
        before = " ".join(text[max(0, found.start() - _LOOKED_BACK) : found.start()].split()[-_WORDS_SHOWN:])
        message = f"Câu bị ngắt giữa chừng: sau “{before}” là hết dòng, giọng đọc sẽ nghỉ ở đó. Hãy nối hai dòng."
        yield Flaw("broken-sentence", found.start(1), found.end(1), message)
