"""A reading as a revision keeps it: spoken text, and sentences with what is said for what is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scheduler.errors import InvalidInput
from scheduler.rules.approval import HasLeftovers

_TOLD = 5


class SpanRead(Protocol):
    """A stretch of the written text and what is said for it: ``kind`` is same, said, fixed or left."""

    @property
    def written(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def kind(self) -> str: ...


class SentenceRead(Protocol):
    """One sentence, as written and as said."""

    @property
    def written(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def spans(self) -> Sequence[SpanRead]: ...


class LeftoverFound(Protocol):
    """A place that the reading rules could not read."""

    @property
    def token(self) -> str: ...


class ReadingMade(Protocol):
    """What a reader makes of a script: the part of ``tts.reading``'s answer that is kept."""

    @property
    def leftovers(self) -> Sequence[LeftoverFound]: ...
    @property
    def paragraphs(self) -> Sequence[Sequence[SentenceRead]]: ...


Reader = Callable[[str], ReadingMade]


@dataclass(frozen=True, slots=True)
class FrozenReading:
    """A reading without leftovers; ``sentences`` is JSON: paragraphs of ``{written, spoken, spans}``.

    ``text`` is made of the spoken sentences themselves, joined by a space, paragraphs by a newline: what is hashed and
    approved is what is spoken.
    """

    text: str
    sentences: list[Any]


def read_script(script: str, reader: Reader) -> FrozenReading:
    """Return the reading of a script by ``reader`` (:func:`tts.reading.read` in service).

    Raises :class:`~scheduler.rules.approval.HasLeftovers` naming what could not be read, and
    :class:`~scheduler.errors.InvalidInput` when nothing is left to say.
    """
    reading = reader(script)
    if reading.leftovers:
        tokens = [leftover.token for leftover in reading.leftovers]
        told = ", ".join(f"“{token}”" for token in tokens[:_TOLD]) + (" …" if len(tokens) > _TOLD else "")
        raise HasLeftovers(count=len(tokens), tokens=told)
    sentences = [[_sentence(each) for each in paragraph] for paragraph in reading.paragraphs]
    if not spoken_paragraphs(sentences):
        raise InvalidInput(what="Lời bản tin không có chữ nào để đọc")
    return _frozen(sentences)


def read_title(title: str, reader: Reader) -> tuple[str, ...]:
    """Return the sentences of a title said aloud, for its headline.

    There are none when some of it can't be read for sure, or it holds no word.
    """
    reading = reader(title)
    if reading.leftovers:
        return ()
    said = spoken_paragraphs([[_sentence(each) for each in paragraph] for paragraph in reading.paragraphs])
    return tuple(sentence for paragraph in said for sentence in paragraph if any(map(str.isalnum, sentence)))


def read_as_written(script: str) -> FrozenReading:
    """Return a script that a person reads aloud: each line a paragraph, said as it is written."""
    lines = (line.strip() for line in script.splitlines())
    return _frozen([[_as_written(line)] for line in lines if line])


def _frozen(sentences: list[Any]) -> FrozenReading:
    return FrozenReading("\n".join(" ".join(paragraph) for paragraph in spoken_paragraphs(sentences)), sentences)


def spoken_paragraphs(sentences: Sequence[Any]) -> tuple[tuple[str, ...], ...]:
    """Return what is said of stored ``sentences``; those that are only marks on paper are left out."""
    said = (tuple(each["spoken"] for each in paragraph if each["spoken"].strip()) for paragraph in sentences)
    return tuple(paragraph for paragraph in said if paragraph)


def _sentence(sentence: SentenceRead) -> dict[str, Any]:
    spans = [{"written": span.written, "spoken": span.spoken, "kind": str(span.kind)} for span in sentence.spans]
    return {"written": sentence.written, "spoken": sentence.spoken, "spans": spans}


def _as_written(line: str) -> dict[str, Any]:
    return {"written": line, "spoken": line, "spans": [{"written": line, "spoken": line, "kind": "same"}]}
