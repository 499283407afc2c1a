"""What looks wrong in a script, as its writer and its approver are warned of it: never in the way of handing over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.rules.lint.script import Room, lint

MOST = 30


@dataclass(frozen=True, slots=True)
class Doubt:
    """Some words (none: the whole script), where they start in the script, what to tell, and what may stand instead.

    ``confirm`` says that nothing need be wrong, but the approver will have to look it up; ``marked`` that the words are
    few enough to be marked in the script.
    """

    text: str
    start: int
    message: str
    suggestions: tuple[str, ...] = ()
    line: int = 1
    confirm: bool = False
    marked: bool = True


def doubts(
    script: str,
    known_names: Sequence[str],
    spoken_ms: int | None = None,
    spoken: str | None = None,
    room: Room | None = None,
) -> tuple[Doubt, ...]:
    """Return what looks wrong in a script (NFC, LF), in order, at most :data:`MOST`.

    ``known_names`` are units' names, rightly written; ``spoken`` is its reading, ``spoken_ms`` about how long that
    lasts, ``room`` the time that it has.
    """
    remarks = lint(script, known_names=known_names, spoken=spoken, spoken_ms=spoken_ms, room=room)
    return tuple(
        Doubt(
            each.text,
            each.start,
            each.message,
            each.suggestions,
            each.line,
            each.confirm,
            marked=bool(each.text) and each.code != "long-sentence",
        )
        for each in remarks[:MOST]
    )
