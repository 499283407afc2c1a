"""Which obligation of a letter concerns broadcasting."""

from __future__ import annotations

import re

from scheduler.letters.model import Letter, Obligation

_BROADCASTER = re.compile(r"truyền thanh|truyền hình|phát thanh|(?<!\w)đài(?!\w)", re.IGNORECASE)
_LOUDSPEAKER = re.compile(
    r"truyền thanh|phát thanh|(?<!\w)loa(?!\w)|phát sóng|bản tin|tiếp sóng|tiếp âm|(?<!\w)đài(?!\w)", re.IGNORECASE
)


def broadcasting_obligation(letter: Letter) -> int | None:
    """The index of the obligation that concerns broadcasting the most, or ``None`` when none does.

    The rule: first one addressed to a broadcast body; then the one whose actions name loudspeakers most often; of
    equals, the first in the letter.
    """
    best: tuple[bool, int] = (False, 0)
    chosen: int | None = None
    for index, obligation in enumerate(letter.obligations):
        weight = _weight(obligation)
        if weight > best:
            best, chosen = weight, index
    return chosen


def _weight(obligation: Obligation) -> tuple[bool, int]:
    addressed = _BROADCASTER.search(obligation.to or "") is not None
    return addressed, sum(len(_LOUDSPEAKER.findall(action)) for action in obligation.actions)
