"""The reading of a day: the rules with the district's entries that hold on it, and whose entries a text used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.db.glossary import GlossaryEntry
from scheduler.errors import Conflict
from scheduler.services.bulletins.fields import SPOKEN_LANGUAGE
from tts.reading import Entry, Glossary, GlossaryRowInvalid, Reading, normalise, read

_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans("’ʼ", "''")


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry of the district's own that holds, and the person who set it."""

    entry: Entry
    person_id: str


@dataclass(frozen=True, slots=True)
class StandingReader:
    """Reads a script by the rules and the district's ``entries``: what services take as a reader."""

    entries: tuple[OwnEntry, ...]

    def __call__(self, text: str) -> Reading:
        """Read a written text; any string is accepted."""
        return read(text, _glossary(tuple(own.entry for own in self.entries)))

    def setters(self, texts: Sequence[str]) -> frozenset[str]:
        """Return the people whose entries made a difference to how ``texts`` are read.

        An entry did when, without it, the same text would be read otherwise.
        """
        return frozenset(person for text in texts for person in self._setters(text))

    def _setters(self, text: str) -> Iterator[str]:
        folded, reading = _folded(text), self(text)
        for own in self.entries:
            if _folded(own.entry.written) in folded:
                others = StandingReader(tuple(each for each in self.entries if each is not own))
                if others(text).paragraphs != reading.paragraphs:
                    yield own.person_id


def reader_on(session: Session, day: date) -> StandingReader:
    """Return the reader of a local day: with the entries for spoken Vietnamese that hold on it and were not ended.

    Raises :class:`~scheduler.errors.Conflict` naming an entry that the reading rules can't use any more.
    """
    rows = session.scalars(
        select(GlossaryEntry)
        .where(
            GlossaryEntry.ended_at.is_(None),
            GlossaryEntry.language == SPOKEN_LANGUAGE,
            GlossaryEntry.valid_from <= day,
            or_(GlossaryEntry.valid_to.is_(None), GlossaryEntry.valid_to >= day),
        )
        .order_by(GlossaryEntry.id)
    )
    reader = StandingReader(
        tuple(OwnEntry(Entry(row.written, row.spoken, row.context), row.created_by) for row in rows)
    )
    try:
        reader("")
    except GlossaryRowInvalid as refusal:
        written = reader.entries[refusal.row - 1].entry.written
        raise Conflict(what=f"Mục từ điển “{written}” không dùng được nữa: {refusal.why}. Hãy sửa mục đó") from refusal
    return reader


def setters_of(reader: Callable[[str], object], texts: Sequence[str]) -> frozenset[str]:
    """Return who set a reading that ``reader`` gives in ``texts``; nobody for one without the district's entries."""
    return reader.setters(texts) if isinstance(reader, StandingReader) else frozenset()


@lru_cache(maxsize=16)
def _glossary(entries: tuple[Entry, ...]) -> Glossary:
    return Glossary(entries)


def _folded(text: str) -> str:
    return _SPACES.sub(" ", normalise(text)).translate(_QUOTES).lower()
