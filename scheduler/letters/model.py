"""What is read out of an official letter: frozen values, and their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

CountedIn = Literal["line", "paragraph"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter as its file gives it.

    ``number`` counts from 1 in the file (a Word file counts paragraphs). ``gap`` says that blank space stands before
    it; ``page_start``, that it is the first of a page, where a gap can't be seen; ``whole``, that it is a paragraph by
    itself and was not wrapped. ``indent`` counts the spaces before it, once they are taken off the text.
    """

    text: str
    number: int
    gap: bool = False
    page_start: bool = False
    whole: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines joined again. ``starts`` holds (offset in ``text``, line number), ascending; ``broken`` says that the
    sentence before it had not ended."""

    text: str
    starts: tuple[tuple[int, int], ...]
    broken: bool = False

    @property
    def line(self) -> int:
        """The number of the first line."""
        return self.starts[0][1]

    def line_at(self, offset: int) -> int:
        """The number of the line that holds the character at ``offset``."""
        number = self.line
        for start, line in self.starts:
            if start > offset:
                break
            number = line
        return number

    @classmethod
    def joined(cls, parts: Sequence[Paragraph]) -> Paragraph:
        """``parts`` (at least one) as one paragraph, a space between."""
        starts: list[tuple[int, int]] = []
        shift = 0
        for part in parts:
            starts += [(start + shift, line) for start, line in part.starts]
            shift += len(part.text) + 1
        return cls(" ".join(part.text for part in parts), tuple(starts), parts[0].broken)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A letter's date, in which an office may have left the day, month or year blank."""

    day: int | None
    month: int | None
    year: int | None


@dataclass(frozen=True, slots=True)
class Base:
    """A document that the letter rests on: its whole number and symbol, its date, the sentence that names it."""

    symbol: str | None
    date: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """What somebody must do, as the letter words it; ``line`` is where it starts."""

    to: str | None
    actions: tuple[str, ...]
    deadlines: tuple[date, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: in whose place (TM., KT., TL., TUQ.), the office held, the name."""

    capacity: str | None
    title: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the letter: a stable code, the words concerned, what to tell the reader."""

    code: str
    text: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything read out of one letter; what the letter does not say is ``None`` or empty."""

    kind: str
    issuer: str | None
    superior: str | None
    number: str | None
    symbol: str | None
    place: str | None
    date: PartialDate
    subject: str | None
    recipients: tuple[str, ...]
    bases: tuple[Base, ...]
    obligations: tuple[Obligation, ...]
    signer: Signer
    faults: tuple[Fault, ...]
    counted_in: CountedIn = "line"

    def to_json(self) -> dict[str, object]:
        """The letter as JSON values: dates in ISO 8601, absent parts null."""
        return {
            "kind": self.kind,
            "issuer": self.issuer,
            "superior": self.superior,
            "number": self.number,
            "symbol": self.symbol,
            "place": self.place,
            "date": {"day": self.date.day, "month": self.date.month, "year": self.date.year},
            "subject": self.subject,
            "recipients": list(self.recipients),
            "bases": [{"symbol": base.symbol, "date": _iso(base.date), "text": base.text} for base in self.bases],
            "obligations": [
                {
                    "to": obligation.to,
                    "actions": list(obligation.actions),
                    "deadlines": [deadline.isoformat() for deadline in obligation.deadlines],
                    "line": obligation.line,
                }
                for obligation in self.obligations
            ],
            "signer": {"capacity": self.signer.capacity, "title": self.signer.title, "name": self.signer.name},
            "warnings": _warnings(self.faults),
            "counted_in": self.counted_in,
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _warnings(faults: Sequence[Fault]) -> list[dict[str, object]]:
    return [{"code": fault.code, "text": fault.text, "line": fault.line, "message": fault.message} for fault in faults]
