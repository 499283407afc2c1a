"""Reads written Vietnamese as a newsreader says it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from tts.reading import dates, fractions, lists, phones, quantities, times
from tts.reading.abbreviations import capitals, glossary_entry, other_word
from tts.reading.addresses import address
from tts.reading.builder import SentenceBuilder
from tts.reading.glossary import Glossary
from tts.reading.line import Found, Line
from tts.reading.marks import mark
from tts.reading.result import Leftover, Reading, Sentence
from tts.reading.syllables import is_syllable
from tts.reading.symbols import document_symbol
from tts.reading.units import NAMED_ALONE

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ'’ʼ]+")
_LONGEST_NUMBER = 40
_PLAIN, _SPACE, _COMMA, _NUMBER, _CAPITALS, _OTHER, _KNOWN, _MARK, _ADDRESS, _FOREIGN = range(10)


@cache
def _built_in() -> Glossary:
    return Glossary()


def normalise(text: str) -> str:
    """Put a text into the form that places are counted in: NFC, LF line ends, no invisible or full-width marks."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)


def _kind(token: str, glossary: Glossary) -> int:
    """Tell which rules a token goes to; the same for the same token everywhere."""
    first = token[0]
    if first.isspace():
        return _SPACE
    if first in "0123456789":
        return _NUMBER if token.isdigit() else _ADDRESS
    if not first.isalpha():
        return _COMMA if first == "," and not glossary.starts(token) else _MARK
    return _ADDRESS if "." in token or "@" in token or ":" in token else _kind_of_word(token, glossary)


def _kind_of_word(word: str, glossary: Glossary) -> int:
    if not _LATIN.fullmatch(word):
        return _OTHER if word in NAMED_ALONE else _FOREIGN
    if word.isupper():
        return _CAPITALS
    if glossary.starts(word):
        return _KNOWN
    lower = word.lower()
    return _PLAIN if word[1:] == lower[1:] and is_syllable(lower) else _OTHER


class _LineReader:
    """Reads one line: walks its tokens and asks the rules of each token's kind."""

    def __init__(self, text: str, base: int, number: int, glossary: Glossary, kinds: dict[str, int]) -> None:
        self._line = Line(text)
        self._base = base
        self._number = number
        self._glossary = glossary
        self._kinds = kinds
        self._builder = SentenceBuilder(text, base)
        self._rules: dict[int, Callable[[int], Found | None]] = {
            _COMMA: self._comma,
            _MARK: self._mark,
            _NUMBER: self._number_rule,
            _CAPITALS: self._capitals,
            _KNOWN: self._word,
            _OTHER: self._word,
            _ADDRESS: self._address,
        }

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
            if kind <= _SPACE or (kind == _COMMA and run < starts[index] and self._is_plain_comma(index)):
                index += 1
                continue
            start = starts[index]
            if run < start:
                self._builder.same(run, start, text[run:start])
            line.begun = self._builder.begun
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

    def _is_plain_comma(self, index: int) -> bool:
        """Tell whether a comma stands between two plain words with one space after it, as most do."""
        tokens, kinds = self._line.tokens, self._kinds
        return (
            tokens[index + 1 : index + 2] == [" "]
            and kinds[tokens[index - 1]] == _PLAIN
            and index + 2 < len(tokens)
            and kinds.get(tokens[index + 2]) == _PLAIN
        )

    def _rule(self, kind: int, index: int) -> Found:
        """Answer for the place at token `index`: the caller's own entries go before every rule."""
        line, glossary = self._line, self._glossary
        if glossary.has_own and (found := glossary_entry(line, index, glossary)) is not None and found.own:
            return found
        rule = self._rules.get(kind)
        found = rule(index) if rule is not None else None
        return found or Found(line.starts[index + 1], reason="chữ không thuộc chữ quốc ngữ")

    def _comma(self, index: int) -> Found:
        return Found(self._line.starts[index + 1], pause=",")

    def _mark(self, index: int) -> Found:
        line, glossary = self._line, self._glossary
        known = glossary_entry(line, index, glossary) if glossary.starts(line.tokens[index]) else None
        return known or mark(line, index, self._builder.start or 0)

    def _address(self, index: int) -> Found | None:
        return address(self._line, index)

    def _capitals(self, index: int) -> Found:
        return capitals(self._line, index, self._glossary)

    def _word(self, index: int) -> Found:
        return other_word(self._line, index, self._glossary)

    def _number_rule(self, index: int) -> Found:
        line = self._line
        if len(line.tokens[index]) > _LONGEST_NUMBER:
            return Found(line.starts[index + 1], reason="dãy số quá dài")
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
        if found.lead:
            builder.pause(start, start, found.lead)
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
        if builder.ends_sentence and (end == len(self._line.text) or self._line.text[end].isspace()):
            builder.close()


_NUMBER_RULES = (
    dates.date,
    times.time_of_day,
    quantities.grouped_code,
    phones.phone,
    quantities.weekday_range,
    quantities.angle,
    quantities.lasted,
    fractions.fraction,
    lists.spaced_thousands,
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
