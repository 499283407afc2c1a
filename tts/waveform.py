"""The outline of a sound for the pages: bar heights, and the SVG paths that draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tts.engine import Speech

BARS = 150
WIDTH, HEIGHT = 600, 64
"""The viewBox of the drawing is ``0 0 600 64``: 150 bars, 4 units apart."""
LOUDEST = 1000
_BAR_WIDTH = 2.6
_LEAST_HEIGHT, _MOST_HEIGHT = 3, 60


@dataclass(frozen=True, slots=True)
class WavePaths:
    """The ``d`` attributes of three SVG paths: the bars heard, the bars to come, and the hand between them."""

    heard: str
    rest: str
    hand: str


def outline(speech: Speech, bars: int = BARS) -> tuple[int, ...]:
    """``bars`` heights of 0 to 1000: the effective level (RMS) of each stretch, relative to the loudest stretch.

    Effective level and not peak: after limiting the peaks of all words are nearly equal.
    """
    samples = np.frombuffer(speech.pcm, dtype="<i2").astype(np.float64)
    if samples.size == 0:
        return (0,) * bars
    edges = np.linspace(0, samples.size, bars + 1).astype(np.int64)
    levels = [float(np.sqrt(np.mean(part**2))) if part.size else 0.0 for part in np.split(samples, edges[1:-1])]
    loudest = max(levels)
    return tuple(round(level / loudest * LOUDEST) if loudest > 0 else 0 for level in levels)


def paths(heights: Sequence[int], heard_permille: int = 0) -> WavePaths:
    """Draw ``heights`` (0 to 1000 each) into the viewBox, split at the share heard, in thousandths of the length."""
    heard_permille = min(max(heard_permille, 0), 1000)
    first_unheard = len(heights) * heard_permille // 1000
    step = WIDTH / max(len(heights), 1)
    bars = [_bar(at * step, height) for at, height in enumerate(heights)]
    hand = f"M{_short(WIDTH * heard_permille / 1000)} 0V{HEIGHT}"
    return WavePaths("".join(bars[:first_unheard]), "".join(bars[first_unheard:]), hand)


def _bar(x: float, height: int) -> str:
    tall = round(_LEAST_HEIGHT + (_MOST_HEIGHT - _LEAST_HEIGHT) * min(max(height, 0), LOUDEST) / LOUDEST)
    return f"M{_short(x)} {(HEIGHT - tall) // 2}h{_BAR_WIDTH}v{tall}h-{_BAR_WIDTH}z"


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
