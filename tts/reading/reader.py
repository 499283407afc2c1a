"""Reads written Vietnamese as a newsreader says it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from tts.reading import dates, fractions, lists, phones, quantities, times
from tts.reading.abbreviations import capitals, glossary_entry, other_word
from tts.reading.addresses import address
from tts.reading.builder import SentenceBuilder
from tts.reading.glossary import Glossary
from tts.reading.line import Found, Line
from tts.reading.marks import mark
from tts.reading.result import Leftover, Reading, Sentence
from tts.reading.symbols import document_symbol
from tts.reading.syllables import is_syllable

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ\u0300-\u036f'’ʼ]+")
_PLAIN, _SPACE, _COMMA, _NUMBER, _CAPITALS, _OTHER, _KNOWN, _MARK, _ADDRESS, _FOREIGN = range(10)


@cache
def _built_in() -> Glossary:
    return Glossary()


def normalise(text: str) -> str:
    """Put a text into the form that places are counted in: NFC, LF line ends, no invisible marks."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text)


def _kind(token: str, glossary: Glossary) -> int:
    first = token[0]
    if first.isspace():
        return _SPACE
    if first in "0123456789":
        return _ADDRESS if len(token) > 1 and not token.isdigit() else _NUMBER
    if not first.isalpha():
        return _COMMA if first == "," and not glossary.starts(token) else _MARK
    if "." in token or "@" in token or ":" in token:
        return _ADDRESS
    if not _LATIN.fullmatch(token):
        return _FOREIGN
    if token.isupper():
        return _CAPITALS
    if glossary.starts(token):
        return _KNOWN
    lower = token.lower()
    if is_syllable(lower) and (token == lower or token[1:] == lower[1:]):
        return _PLAIN
    return _OTHER


class _LineReader:
    """Reads one line: walks its tokens and asks the rules of each token's kind."""

    def __init__(self, text: str, base: int, number: int, glossary: Glossary, kinds: dict[str, int]) -> None:
        self._line = Line(text)
        self._base = base
        self._number = number
        self._glossary = glossary
        self._kinds = kinds
        self._builder = SentenceBuilder(text, base)

    def sentences(self) -> tuple[Sentence, ...]:
        line, kinds, glossary = self._line, self._kinds, self._glossary
        tokens, starts, text = line.tokens, line.starts, line.text
        index, count = 0, len(tokens)
        run = 0
        while index < count:
            token = tokens[index]
            kind = kinds.get(token)
            if kind is None:
                kind = kinds[token] = _kind(token, glossary)
            if kind <= _SPACE:
                index += 1
                continue
            start = starts[index]
            if run < start:
                self._builder.same(run, start, text[run:start])
            found = self._rule(kind, index)
            run = found.end
            index += 1
            while index < count and starts[index] < run:
                index += 1
            if starts[index] > run:
                index -= 1
                tokens[index] = text[run : starts[index + 1]]
                starts[index] = run
            self._add(start, found)
        if run < len(text):
            self._builder.same(run, len(text), text[run:])
        self._builder.close()
        return tuple(self._builder.sentences)

    def _rule(self, kind: int, index: int) -> Found:
        line, glossary = self._line, self._glossary
        if glossary.has_own and (found := glossary_entry(line, index, glossary)) is not None and found.own:
            return found
        if kind == _COMMA:
            return Found(line.starts[index + 1], pause=",")
        if kind == _MARK:
            sentence_start = self._builder.start
            return (glossary.starts(line.tokens[index]) and glossary_entry(line, index, glossary)) or mark(
                line, index, sentence_start or 0
            )
        if kind == _NUMBER:
            return self._number_rule(index)
        if kind == _CAPITALS:
            return capitals(line, index, glossary)
        if kind == _KNOWN:
            return glossary_entry(line, index, glossary) or other_word(line, index, glossary)
        if kind == _OTHER:
            return other_word(line, index, glossary)
        if kind == _ADDRESS and (found := address(line, index)) is not None:
            return found
        return Found(line.starts[index + 1], reason="chữ không thuộc chữ quốc ngữ")

    def _number_rule(self, index: int) -> Found:
        line = self._line
        found = lists.list_mark(line, index) or document_symbol(line, index, self._glossary)
        if found is not None:
            return found
        for rule in _NUMBER_RULES:
            found = rule(line, index)
            if found is not None:
                return found
        return Found(line.starts[index + 1], reason="dãy số chưa rõ cách đọc")

    def _add(self, start: int, found: Found) -> None:
        builder, end = self._builder, found.end
        if found.reason:
            token = self._line.text[start:end]
            place = self._base + start
            builder.left(
                start,
                end,
                Leftover(place, place + len(token), self._number, start + 1, token, found.reason, found.suggestions),
            )
        elif found.same:
            builder.same(start, end, found.spoken)
        elif found.spoken:
            builder.said(start, end, found.spoken, "fixed" if found.own else "said")
        elif not found.pause:
            builder.silent(start, end)
        if found.pause:
            builder.pause(start if not found.spoken else end, end, found.pause)
            if found.pause in ".?!" and not self._line.text[end : end + 1].strip("”\"’' \t\u00a0\u3000"):
                self._end_sentence(end)

    def _end_sentence(self, end: int) -> None:
        """Close the sentence unless a closing quote or another mark of pause touches its end."""
        follows = self._line.text[end : end + 1]
        if not follows or follows.isspace():
            self._builder.close()


_NUMBER_RULES = (
    dates.date,
    times.time_of_day,
    phones.phone,
    quantities.weekday_range,
    fractions.fraction,
    lists.number_list,
    quantities.number_range,
    quantities.with_point,
    quantities.quantity,
)


def read(text: str, glossary: Glossary | None = None) -> Reading:
    """Read a written text: what a newsreader says, with every place that no rule reads for sure.

    Any string is accepted. Reading the spoken text of a reading without leftovers gives the same text.
    """
    glossary = glossary if glossary is not None else _built_in()
    source = normalise(text)
    kinds: dict[str, int] = {}
    paragraphs = []
    base = 0
    for number, written in enumerate(source.split("\n"), start=1):
        sentences = _LineReader(written, base, number, glossary, kinds).sentences() if written.strip() else ()
        if sentences:
            paragraphs.append(sentences)
        base += len(written) + 1
    spoken = (" ".join(s.spoken for s in paragraph if s.spoken) for paragraph in paragraphs)
    leftovers = tuple(leftover for p in paragraphs for s in p for leftover in s.leftovers)
    return Reading(source, tuple(paragraphs), "\n".join(line for line in spoken if line), leftovers)
