"""One place of a text that looks wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong from ``start`` to ``end`` (characters of the text): a stable code, and what to tell the writer.

    ``suggestions`` are what may stand there instead; ``confirm`` says that nothing need be wrong, but somebody must
    have looked it up before it is said on air.
    """

    code: str
    start: int
    end: int
    message: str
    suggestions: tuple[str, ...] = ()
    confirm: bool = False
