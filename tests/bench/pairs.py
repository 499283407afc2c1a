"""Two ways of doing one thing, timed in turn, so that whatever else the machine does hits both alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True)
class Timed:
    """The median times of both, in seconds, and the median of ``ours / theirs`` over the rounds."""

    ours_s: float
    theirs_s: float
    ratio: float


def timed(
    ours: Work,
    theirs: Work,
    *,
    rounds: int,
    theirs_first: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Timed:
    """Time both ``rounds`` times; the ratio is taken within each round.

    They begin a round by turns, or always theirs when ours needs what theirs leaves behind (``theirs_first``).
    """
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        if theirs_first or number % 2:
            theirs_s = _once(theirs, clock)
            pairs.append((_once(ours, clock), theirs_s))
        else:
            ours_s = _once(ours, clock)
            pairs.append((ours_s, _once(theirs, clock)))
    return Timed(
        median(ours_s for ours_s, _ in pairs),
        median(theirs_s for _, theirs_s in pairs),
        median(ours_s / theirs_s for ours_s, theirs_s in pairs),
    )


def _once(work: Work, clock: Callable[[], float]) -> float:
    gc.collect()
    started = clock()
    work()
    return clock() - started
