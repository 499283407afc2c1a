"""What a reading is: paragraphs of sentences, each a row of spans, with the leftovers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leftover:
    """A place that no rule reads for sure; it stands verbatim in the spoken text.

    `start` and `end` count characters in `Reading.source`; `line` and `column` count from 1.
    """

    start: int
    end: int
    line: int
    column: int
    token: str
    reason: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the written text and what is said for it.

    `kind` is "same" (words as written; marks and spaces may differ), "said" (a rule or the package's glossary),
    "fixed" (the caller's own glossary) or "left" (a leftover). The spans of a sentence tile its written text, and their
    spoken texts joined are the sentence's spoken text.
    """

    written: str
    spoken: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or the whole of a line without a mark at its end; after it a voice pauses."""

    written: str
    spoken: str
    spans: tuple[Span, ...]
    leftovers: tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as a newsreader says it: a paragraph a line that is not blank.

    `text` is what is hashed and approved: sentences joined by a space, paragraphs by a newline. `source` is the written
    text in NFC with LF line ends, without invisible marks and full-width forms, the text that every place counts in.
    """

    source: str
    paragraphs: tuple[tuple[Sentence, ...], ...]
    text: str
    leftovers: tuple[Leftover, ...]
