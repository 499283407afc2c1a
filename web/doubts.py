"""What looks wrong in a script, as the editor warns of it: never in the way of handing over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.rules.lint.script import lint

MOST = 30


@dataclass(frozen=True, slots=True)
class Doubt:
    """Some words (none: the whole script), where they start in the script, what to tell, and what may stand instead."""

    text: str
    start: int
    message: str
    suggestions: tuple[str, ...] = ()


def doubts(script: str, known_names: Sequence[str], spoken_ms: int | None = None) -> tuple[Doubt, ...]:
    """Return what looks wrong in a script (NFC, LF), in order, at most :data:`MOST`.

    ``known_names`` are units' names, rightly written; ``spoken_ms`` is about how long it would be spoken.
    """
    remarks = lint(script, known_names=known_names, spoken_ms=spoken_ms)
    return tuple(Doubt(each.text, each.start, each.message, each.suggestions) for each in remarks[:MOST])
