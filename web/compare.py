"""What changed between two texts, word by word, for the page that shows what a new revision changed: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

#: A piece of text and what became of it: "" (the same), "del" or "ins"; what the diff partial takes.
Piece = tuple[str, str]

#: Beyond this many words and spaces the comparison would take seconds; the whole text is then shown as replaced.
MOST_TOKENS = 8_000


def word_changes(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order, neighbours of one kind joined.

    The pieces that are not "ins" spell ``before``, and those that are not "del" spell ``after``.
    """
    old, new = _tokens(before), _tokens(after)
    if len(old) + len(new) > MOST_TOKENS and old != new:
        changed: Iterator[Piece] = iter([(before, "del"), (after, "ins")])
    else:
        changed = _changes(old, new)
    grouped = groupby((piece for piece in changed if piece[0]), key=lambda piece: piece[1])
    return [("".join(text for text, _ in pieces), kind) for kind, pieces in grouped]


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _changes(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "".join(old[old_from:old_to]), ""
        else:
            yield "".join(old[old_from:old_to]), "del"
            yield "".join(new[new_from:new_to]), "ins"
