"""Puts a sentence together: words, pauses and spaces become spans that tile the written text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tts.reading.result import Leftover, Sentence, Span

_SPACES = re.compile(r"\s+")
_STRENGTH = {"": 0, ")": 1, ",": 2, ".": 3, "!": 4, "?": 5}


@dataclass(slots=True)
class _Piece:
    start: int
    end: int
    parts: list[str]
    kind: str


class SentenceBuilder:
    """Collects one line's pieces in order and closes a sentence at a time; spans count from `base`.

    `begun` says whether any words of the line have come.
    """

    def __init__(self, text: str, base: int) -> None:
        self.sentences: list[Sentence] = []
        self._text = text
        self._base = base
        self.begun = False
        self._begin()

    def _begin(self) -> None:
        self._pieces: list[_Piece] = []
        self._leftovers: list[Leftover] = []
        self._pause = ""
        self._space = False
        self._spoke = False

    @property
    def start(self) -> int | None:
        """Where the open sentence starts in the line, None before its first piece."""
        return self._pieces[0].start if self._pieces else None

    def silent(self, start: int, end: int) -> None:
        """Add written text that is not said and parts words."""
        self._space = True
        self._same(start, end, "")

    def pause(self, start: int, end: int, mark: str) -> None:
        """Add a mark of pause; of several between two words the strongest is said. ")" is dropped at the end."""
        if _STRENGTH[mark] > _STRENGTH[self._pause]:
            self._pause = mark
        self._same(start, end, "")

    def same(self, start: int, end: int, words: str) -> None:
        """Add words that are said as written; spaces inside become single, those around part words."""
        self._space = self._space or words[:1].isspace()
        if "  " in words or not words.isprintable() or "\u00a0" in words:
            words = _SPACES.sub(" ", words)
        said = words.strip()
        if not said:
            self.silent(start, end)
            return
        trails = words[-1].isspace()
        self._part(start, glued=bool(self._pieces) and self._pieces[-1].kind == "same")
        self._same(start, end, said)
        self._space = trails

    def said(self, start: int, end: int, words: str, kind: str) -> None:
        """Add words that differ from what is written; `kind` is one of Span's kinds."""
        if not words:
            self.silent(start, end)
            return
        self._part(start, glued=False)
        self._pieces.append(_Piece(start, end, [words], kind))

    def left(self, start: int, end: int, leftover: Leftover) -> None:
        """Add a leftover, verbatim."""
        self._leftovers.append(leftover)
        self.said(start, end, self._text[start:end], "left")

    @property
    def ends_sentence(self) -> bool:
        """Tell whether a mark that ends sentences waits to be said."""
        return self._pause in (".", "!", "?")

    def close(self) -> None:
        """End the sentence, if there is one, with the pause that stands at its end."""
        if self._pieces:
            if self._spoke and self._pause not in ("", ")"):
                self._same(self._pieces[-1].end, self._pieces[-1].end, self._pause)
            self._finish()
        self._begin()

    def _same(self, start: int, end: int, spoken: str) -> None:
        if self._pieces and self._pieces[-1].kind == "same":
            self._pieces[-1].end = end
            self._pieces[-1].parts.append(spoken)
        else:
            self._pieces.append(_Piece(start, end, [spoken], "same"))

    def _part(self, start: int, *, glued: bool) -> None:
        """Say what parts the next words from the last: a pause, a space, or nothing."""
        if self._spoke:
            pause = "," if self._pause == ")" else self._pause
            parting = f"{pause} " if pause or self._space or not glued else ""
            if parting:
                self._same(start, start, parting)
        self.begun = self._spoke = True
        self._pause, self._space = "", False

    def _finish(self) -> None:
        first, last = self._pieces[0], self._pieces[-1]
        written = self._text[first.start : last.end]
        lead = len(written) - len(written.lstrip())
        trail = len(written) - len(written.rstrip())
        first.start += lead
        last.end -= trail
        spans = tuple(
            Span(self._text[p.start : p.end], spoken, p.start + self._base, p.end + self._base, p.kind)
            for p in self._pieces
            if (spoken := "".join(p.parts)) or p.end > p.start
        )
        spoken = "".join(span.spoken for span in spans)
        if spans:
            self.sentences.append(Sentence(written.strip(), spoken, spans, tuple(self._leftovers)))
