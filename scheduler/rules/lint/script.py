"""What looks wrong in a bulletin's script: warnings for its writer, and figures for its approver to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.rules.lint.figures import figure_flaws
from scheduler.rules.lint.flaw import Flaw
from scheduler.rules.lint.placenames import placename_flaws
from scheduler.rules.lint.sentences import sentence_flaws
from scheduler.rules.lint.wording import wording_flaws
from scheduler.rules.lint.written_dates import date_flaws

REMARKS_MOST = 100
USUAL_LONGEST_MS = 90_000
"""An item of a session lasts 45 to 90 seconds."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A flaw of a script and its ``line`` (from 1); one about the whole script has no place: ``start`` is ``end``."""

    start: int
    end: int
    line: int
    code: str
    text: str
    message: str
    suggestions: tuple[str, ...]
    confirm: bool


def lint(
    script: str, *, known_names: Sequence[str] = (), spoken_ms: int | None = None, longest_ms: int = USUAL_LONGEST_MS
) -> tuple[Remark, ...]:
    """Return what looks wrong in a script (NFC, LF), in its order, at most REMARKS_MOST; any string is accepted.

    ``known_names`` are units' names, rightly written; ``spoken_ms`` is how long the script would be spoken, judged
    against ``longest_ms``, the time that it has.
    """
    flaws = [*_line_by_line(script, known_names), *sentence_flaws(script), *figure_flaws(script)]
    if spoken_ms is not None and spoken_ms > longest_ms:
        flaws.append(_too_long(spoken_ms, longest_ms))
    unique = sorted(dict.fromkeys(flaws), key=lambda flaw: (flaw.start, flaw.end, flaw.code))
    return tuple(_remark(script, flaw) for flaw in unique[:REMARKS_MOST])


def _line_by_line(script: str, known_names: Sequence[str]) -> list[Flaw]:
    """Judge each line by itself, as a phrase ends with it; names are judged over all lines."""
    lines = script.split("\n")
    found = [(number, flaw) for number, line in enumerate(lines) for flaw in (*wording_flaws(line), *date_flaws(line))]
    found += placename_flaws(lines, known_names)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return [
        Flaw(flaw.code, flaw.start + starts[n], flaw.end + starts[n], flaw.message, flaw.suggestions, flaw.confirm)
        for n, flaw in found
    ]


def _too_long(spoken_ms: int, longest_ms: int) -> Flaw:
    message = f"Lời đọc dài khoảng {_length(spoken_ms)}, quá {_length(longest_ms)} dành cho một mục."
    return Flaw("too-long", 0, 0, message)


def _length(milliseconds: int) -> str:
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    parts = ([f"{minutes} phút"] if minutes else []) + ([f"{seconds} giây"] if seconds or not minutes else [])
    return " ".join(parts)


def _remark(script: str, flaw: Flaw) -> Remark:
    return Remark(
        start=flaw.start,
        end=flaw.end,
        line=script.count("\n", 0, flaw.start) + 1,
        code=flaw.code,
        text=script[flaw.start : flaw.end],
        message=flaw.message,
        suggestions=flaw.suggestions,
        confirm=flaw.confirm,
    )
