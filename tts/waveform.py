"""The outline of a sound, for a page to draw."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tts.engine import Speech
from tts.sound_file import Samples

BARS = 150
LOUDEST = 1000


def outline(speech: Speech, bars: int = BARS) -> tuple[int, ...]:
    """``bars`` heights of the sound's stretches; see ``heights``."""
    samples = np.frombuffer(speech.pcm, dtype="<i2")
    edges = np.linspace(0, samples.size, bars + 1).astype(np.int64)
    return heights(np.split(samples, edges[1:-1]))


_LOOKED_AT = 20_000
"""Samples of each stretch that are looked at, evenly spread: more would not show."""


def heights(stretches: Iterable[Samples]) -> tuple[int, ...]:
    """For each stretch a height of 0 to 1000: its effective level (RMS) relative to the loudest stretch.

    Effective level and not peak: after limiting the peaks of all words are nearly equal.
    """
    levels = [_level(part[:: max(1, part.size // _LOOKED_AT)]) for part in stretches]
    loudest = max(levels, default=0.0)
    return tuple(round(level / loudest * LOUDEST) if loudest > 0 else 0 for level in levels)


def _level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if samples.size else 0.0
