"""The outline of a sound, for a page to draw."""

from __future__ import annotations

import numpy as np

from tts.engine import Speech

BARS = 150
LOUDEST = 1000


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
