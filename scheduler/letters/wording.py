"""Faults in the words of a paragraph, by the rules that judge scripts too."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.letters.model import Fault, Paragraph
from scheduler.rules.lint.flaw import Flaw
from scheduler.rules.lint.wording import wording_flaws


def wording_faults(paragraph: Paragraph) -> Iterator[Fault]:
    """Doubled words, known misspellings, impossible syllables, and phrases that lost their end."""
    for flaw in wording_flaws(paragraph.text):
        yield fault_of(flaw, paragraph)


def fault_of(flaw: Flaw, paragraph: Paragraph) -> Fault:
    """Return a flaw of a paragraph's text as a fault of the letter."""
    return Fault(flaw.code, paragraph.text[flaw.start : flaw.end], paragraph.line_at(flaw.start), flaw.message)
