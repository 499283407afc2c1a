"""Words of a script that look wrong, by the rules that judge official letters: warned of, never in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.letters.model import Fault, Paragraph
from scheduler.letters.placenames import placename_faults
from scheduler.letters.wording import wording_faults

MOST = 30


@dataclass(frozen=True, slots=True)
class Doubt:
    """Some words, where they start in the script, and what to tell the writer."""

    text: str
    start: int
    message: str


def doubts(script: str, known_names: Sequence[str]) -> tuple[Doubt, ...]:
    """Return what looks wrong in a script (NFC, LF), in order; ``known_names`` are units' names, rightly written."""
    lines = script.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    paragraphs = [Paragraph(line, ((0, number),)) for number, line in enumerate(lines) if line.strip()]
    faults = [fault for paragraph in paragraphs for fault in wording_faults(paragraph)]
    faults += placename_faults(paragraphs, known_names)
    found = [doubt for fault in dict.fromkeys(faults) if (doubt := _placed(fault, lines, starts))]
    return tuple(sorted(found, key=lambda doubt: doubt.start)[:MOST])


def _placed(fault: Fault, lines: Sequence[str], starts: Sequence[int]) -> Doubt | None:
    if fault.line is None or (at := lines[fault.line].find(fault.text)) < 0:
        return None
    return Doubt(fault.text, starts[fault.line] + at, fault.message)
