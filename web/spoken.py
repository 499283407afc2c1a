"""A reading as pages draw it: pieces of text with their marks, sentence beside sentence, and how long it would last.

Pure: it takes what :func:`tts.reading.read` or a submitted revision tells, and answers what the text partials take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scheduler.rules.lint.pace import spoken_ms
from tts.reading import Reading, Sentence
from web.doubts import Doubt

#: A piece of text and its mark: "" (plain), said, fixed, left, lint.
Piece = tuple[str, str]

_MARKS = {"said": "said", "fixed": "fixed", "left": "left"}


class Span(Protocol):
    """Some written words and what is said for them; ``kind`` is same, said, fixed or left."""

    @property
    def written(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Said(Protocol):
    """One sentence as written and as said."""

    @property
    def written(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def spans(self) -> Sequence[Span]: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of script beside reading; ``say`` is null when the sentence is read as it is written."""

    script: tuple[Piece, ...]
    say: tuple[Piece, ...] | None
    note: str = ""
    now: bool = False


@dataclass(frozen=True, slots=True)
class Mend:
    """A place to mend: its sentence (from 1), the words, where they start in the script, why, and what may be meant."""

    sentence: int
    token: str
    start: int
    reason: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Live:
    """What the editor shows beside a script: marks for its layer, spoken sentences, places to mend, figures.

    ``title_left`` are the words of the title that can't be read: such a bulletin has no headline.
    """

    marks: tuple[Piece, ...]
    sentences: tuple[tuple[Piece, ...], ...]
    mends: tuple[Mend, ...]
    words: int
    length_ms: int
    title_left: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def pairs(paragraphs: Sequence[Sequence[Said]]) -> tuple[Pair, ...]:
    """Return script beside reading, a sentence a row."""
    return tuple(_pair(sentence) for paragraph in paragraphs for sentence in paragraph)


def live(reading: Reading, title: Reading, doubted: Sequence[Doubt] = ()) -> Live:
    """Return what the editor shows of a script's and its title's readings that were made this moment.

    ``doubted`` are the words of the script that look wrong.
    """
    sentences = [sentence for paragraph in reading.paragraphs for sentence in paragraph]
    mends = tuple(
        Mend(number, left.token, left.start, left.reason, left.suggestions)
        for number, sentence in enumerate(sentences, start=1)
        for left in sentence.leftovers
    )
    return Live(
        marks=_marks(reading.source, sentences, doubted),
        sentences=tuple(_spoken(sentence) for sentence in sentences),
        mends=mends,
        words=len(reading.source.split()),
        length_ms=spoken_ms(reading.text),
        title_left=tuple(left.token for left in title.leftovers),
        doubts=tuple(doubted),
    )


def as_written(script: str) -> Live:
    """Return what the editor shows of a script that a person will read aloud: nothing is said otherwise."""
    lines = [line.strip() for line in script.splitlines() if line.strip()]
    words = len(script.split())
    return Live(((script, ""),), tuple(((line, ""),) for line in lines), (), words, spoken_ms(script))


def _pair(sentence: Said) -> Pair:
    if all(span.kind not in _MARKS for span in sentence.spans):
        return Pair(((sentence.written, ""),), None)
    return Pair(_joined([(span.written, _MARKS.get(span.kind, "")) for span in sentence.spans]), _spoken(sentence))


def _spoken(sentence: Said) -> tuple[Piece, ...]:
    if not sentence.spans:
        return ((sentence.spoken, ""),)
    return _joined([(span.spoken, _MARKS.get(span.kind, "")) for span in sentence.spans])


def _marks(source: str, sentences: Sequence[Sentence], doubted: Sequence[Doubt]) -> tuple[Piece, ...]:
    """Return the script in pieces; a leftover stands before a doubt, and of two doubts the one that begins first."""
    places = [(left.start, left.end, "left") for sentence in sentences for left in sentence.leftovers]
    for doubt in doubted:
        start, end = doubt.start, doubt.start + len(doubt.text)
        if doubt.marked and all(end <= first or last <= start for first, last, _ in places):
            places.append((start, end, "lint"))
    pieces: list[Piece] = []
    at = 0
    for start, end, mark in sorted(places):
        pieces += [(source[at:start], ""), (source[start:end], mark)]
        at = end
    return _joined([*pieces, (source[at:], "")])


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for text, mark in pieces:
        if text and joined and not mark and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + text, "")
        elif text:
            joined.append((text, mark))
    return tuple(joined)
