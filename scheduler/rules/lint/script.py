"""What looks wrong in a bulletin's script: warnings for its writer, and figures for its approver to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.rules.lint.breaks import break_flaws
from scheduler.rules.lint.figures import figure_flaws
from scheduler.rules.lint.flaw import Flaw
from scheduler.rules.lint.foreign import foreign_flaws
from scheduler.rules.lint.pace import length_words
from scheduler.rules.lint.placenames import placename_flaws
from scheduler.rules.lint.sentences import sentence_flaws
from scheduler.rules.lint.wording import is_ending, wording_flaws
from scheduler.rules.lint.written_dates import date_flaws
from tts.reading.legacy import from_legacy

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


@dataclass(frozen=True, slots=True)
class Room:
    """The time that a script has: ``longest_ms`` long, ``place`` tells of what ("dành cho một mục")."""

    longest_ms: int = USUAL_LONGEST_MS
    place: str = "dành cho một mục"


def lint(
    script: str,
    *,
    known_names: Sequence[str] = (),
    spoken: str | None = None,
    spoken_ms: int | None = None,
    room: Room | None = None,
) -> tuple[Remark, ...]:
    """Return what looks wrong in a script (NFC, LF), in its order, at most REMARKS_MOST; any string is accepted.

    ``known_names`` are units' names, rightly written; ``spoken`` is the script's reading, in which words of other
    languages are looked for; ``spoken_ms`` is how long the script is spoken, judged against the ``room`` that it has.
    """
    flaws = [*_line_by_line(script, known_names), *sentence_flaws(script), *figure_flaws(script), *break_flaws(script)]
    old = from_legacy(script)
    if old is not None:
        message = f"Lời bản tin viết bằng bảng mã cũ {old[1]}: hãy chuyển sang Unicode rồi dán lại."
        flaws.append(Flaw("old-encoding", 0, 0, message))
    if spoken is not None:
        flaws += foreign_flaws(script, spoken)
    room = room or Room()
    if spoken_ms is not None and spoken_ms > room.longest_ms:
        flaws.append(_too_long(spoken_ms, room))
    unique = sorted(dict.fromkeys(flaws), key=lambda flaw: (flaw.start, flaw.end, flaw.code))
    return tuple(_remark(script, flaw) for flaw in unique[:REMARKS_MOST])


def _line_by_line(script: str, known_names: Sequence[str]) -> list[Flaw]:
    """Judge each line by itself, as a phrase ends with it; names are judged over all lines."""
    lines = script.split("\n")
    found = [(number, flaw) for number, line in enumerate(lines) for flaw in (*wording_flaws(line), *date_flaws(line))]
    found = [(number, flaw) for number, flaw in found if not _goes_on(flaw, lines, number)]
    found += placename_flaws(lines, known_names)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return [
        Flaw(flaw.code, flaw.start + starts[n], flaw.end + starts[n], flaw.message, flaw.suggestions, flaw.confirm)
        for n, flaw in found
    ]


def _goes_on(flaw: Flaw, lines: Sequence[str], number: int) -> bool:
    """Tell whether the words that a phrase at a line's end lacks open the next line: "sai sự" before "thật"."""
    if flaw.code != "lost-words" or flaw.end != len(lines[number].rstrip()) or number + 1 == len(lines):
        return False
    first = lines[number + 1].split(maxsplit=1)[:1]
    return first != [] and is_ending(lines[number][flaw.start : flaw.end], first[0].strip(",.;:"))


def _too_long(spoken_ms: int, room: Room) -> Flaw:
    message = f"Lời đọc dài khoảng {length_words(spoken_ms)}, quá {length_words(room.longest_ms)} {room.place}."
    return Flaw("too-long", 0, 0, message)


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
