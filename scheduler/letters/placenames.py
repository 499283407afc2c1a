"""One place that a letter writes in several ways, by the rules that judge scripts too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.letters.model import Fault, Paragraph
from scheduler.letters.wording import fault_of
from scheduler.rules.lint.placenames import placename_flaws


def placename_faults(paragraphs: Sequence[Paragraph], known_names: Sequence[str]) -> Iterator[Fault]:
    """A fault for each spelling of a place that can't be right beside the known or the most frequent one."""
    for number, flaw in placename_flaws([paragraph.text for paragraph in paragraphs], known_names):
        yield fault_of(flaw, paragraphs[number])
