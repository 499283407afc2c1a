"""What changed between two texts, told sentence by sentence and inside a changed sentence word by word; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Change = Literal["same", "del", "ins"]
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+[\"”’)]*[^\S\n]*|\n+|$)")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4
_MOST_PAIRS = 200_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text: in both (same), only in the old (del) or only in the new one (ins)."""

    change: Change
    text: str


def diff_texts(old: str, new: str) -> tuple[Segment, ...]:
    """Return segments: those that are not ``ins`` join to ``old``, those that are not ``del`` join to ``new``."""
    before, after = _sentences(old), _sentences(new)
    found: list[Segment] = []
    if _too_alike(before, after):
        return _whole(old, new)
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Segment("same", "".join(before[i1:i2])))
            continue
        for one, other in zip_longest(before[i1:i2], after[j1:j2], fillvalue=""):
            found += _diff_words(one, other)
    return _merged(found)


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE.findall(text) if piece]


def _diff_words(old: str, new: str) -> list[Segment]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    if (
        _too_alike(before, after) or matcher.ratio() < _ALIKE
    ):  # sentences that share only little words read better whole
        return list(_whole(old, new))
    found: list[Segment] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Segment("same", "".join(before[i1:i2])))
        else:
            found += [Segment("del", "".join(before[i1:i2])), Segment("ins", "".join(after[j1:j2]))]
    return found


def _whole(old: str, new: str) -> tuple[Segment, ...]:
    if old == new:
        return (Segment("same", old),) if old else ()
    return tuple(segment for segment in (Segment("del", old), Segment("ins", new)) if segment.text)


def _too_alike(before: Sequence[str], after: Sequence[str]) -> bool:
    """Tell whether so many pieces repeat that matching them would take seconds: its work grows with their pairs."""
    counts = Counter(after)
    return sum(times * counts[piece] for piece, times in Counter(before).items()) > _MOST_PAIRS


def _merged(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Join neighbours of one kind, drop empty ones, and put what was deleted before what stands instead."""
    merged: list[Segment] = []
    pending: dict[Change, str] = {"del": "", "ins": ""}

    def settle() -> None:
        for change, text in pending.items():
            if text:
                merged.append(Segment(change, text))
            pending[change] = ""

    for segment in segments:
        if not segment.text:
            continue
        if segment.change != "same":
            pending[segment.change] += segment.text
            continue
        settle()
        if merged and merged[-1].change == "same":
            merged[-1] = Segment("same", merged[-1].text + segment.text)
        else:
            merged.append(segment)
    settle()
    return tuple(merged)
