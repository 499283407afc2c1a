"""Written Vietnamese -> what a newsreader says; pure: no clock, no network, no file but the package's own glossary."""

from tts.reading.errors import GlossaryRowInvalid, ReadingError
from tts.reading.glossary import Entry, Glossary
from tts.reading.legacy import from_legacy
from tts.reading.reader import normalise, read
from tts.reading.result import Leftover, Reading, Sentence, Span

__all__ = [
    "Entry",
    "Glossary",
    "GlossaryRowInvalid",
    "Leftover",
    "Reading",
    "ReadingError",
    "Sentence",
    "Span",
    "from_legacy",
    "normalise",
    "read",
]
