"""How loud a recording is, how much of it speaks, and whether it was cut off at the top; over blocks of any length.

Clipping is measured in two ways, as an encoder blurs the first. *Flat tops*: the share of samples that stay, from the
fourth on, within two steps of each other at the recording's own peak (full scale or wherever it was cut, down to half
of it). *Crowding*: of the samples above half of the peak (the 99.99th percentile), the share above nine tenths. A voice
reaches its peak seldom: espeak, piper and our own mastered files give 0.02 to 0.13, the same voices cut 6 dB below
their peak 0.20 to 0.35, also after MP3 at 64 kb/s or AAC.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tts.sound_file import SoundFile

FRAMES_PER_S = 10
_FULL = 32_768.0
_FLOOR_DBFS = -60.0  # below it nobody speaks, whatever else is in the file
_RANGE_DB = 30.0  # soft syllables lie this far below the loud ones
_TOP = 0.985
_STEPS = 2
_FLAT_FROM = 16_384
Decibels = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clipping:
    """Shares from 0 to 1: ``flat`` of all samples, ``crowded`` of those above half of the peak."""

    flat: float
    crowded: float


@dataclass(frozen=True)
class Levels:
    """The level of each tenth of a second in dBFS, as the root of its mean square."""

    frames_dbfs: Decibels

    @cached_property
    def _speaking(self) -> NDArray[np.bool_]:
        audible = self.frames_dbfs[self.frames_dbfs > _FLOOR_DBFS]
        if not audible.size:
            return np.zeros(self.frames_dbfs.size, dtype=bool)
        # Not the loudest: a knock against the microphone is no voice.
        loud_dbfs = float(np.quantile(audible, 0.95))
        return self.frames_dbfs > max(_FLOOR_DBFS, loud_dbfs - _RANGE_DB)

    @property
    def voice_dbfs(self) -> float:
        """The level of what speaks; -100 when nothing does."""
        spoken = self.frames_dbfs[self._speaking]
        return float(10 * np.log10(np.mean(10 ** (spoken / 10)))) if spoken.size else -100.0

    @property
    def speaking_share(self) -> float:
        """How much of the time something speaks, from 0 to 1."""
        return float(np.mean(self._speaking)) if self._speaking.size else 0.0

    def longest_pause(self) -> tuple[float, float]:
        """Where the longest pause begins and how long it is, in seconds."""
        edges = np.flatnonzero(np.diff(np.concatenate(([0], ~self._speaking, [0]))))
        pauses = edges.reshape(-1, 2)
        if not pauses.size:
            return 0.0, 0.0
        first, end = max(pauses.tolist(), key=lambda pause: pause[1] - pause[0])
        return first / FRAMES_PER_S, (end - first) / FRAMES_PER_S


def levels(sound: SoundFile, first: int, end: int) -> Levels:
    """Measure the samples from ``first`` to ``end``, tenth by tenth; a last part of one is left out. Raises OSError."""
    length = sound.rate_hz // FRAMES_PER_S
    left = np.zeros(0, dtype=np.int16)
    found: list[Decibels] = []
    for block in sound.blocks(first, end):
        whole = np.concatenate((left, block))
        count = whole.size // length
        frames = whole[: count * length].reshape(count, length).astype(np.float64)
        found.append(np.mean((frames / _FULL) ** 2, axis=1))
        left = whole[count * length :]
    powers = np.concatenate(found) if found else np.zeros(0)
    return Levels(10 * np.log10(np.maximum(powers, 1e-10)))


def clipping(sound: SoundFile, first: int, end: int) -> Clipping:
    """Measure how far the samples from ``first`` to ``end`` were cut off at the top. Raises OSError."""
    heights = np.zeros(int(_FULL) + 1, dtype=np.int64)
    for block in sound.blocks(first, end):
        heights += np.bincount(np.abs(block.astype(np.int32)), minlength=heights.size)
    reached = np.cumsum(heights)
    total = int(reached[-1])
    if not total:
        return Clipping(0.0, 0.0)
    often = int(np.searchsorted(reached, 0.9999 * total))
    peak = int(np.flatnonzero(heights)[-1])
    above = [total - int(reached[max(int(part * often) - 1, 0)]) for part in (0.5, 0.9)]
    return Clipping(
        flat=_flat(sound, first, end, peak) / total if peak >= _FLAT_FROM else 0.0,
        crowded=above[1] / above[0] if above[0] else 0.0,
    )


def _flat(sound: SoundFile, first: int, end: int, peak: int) -> int:
    count = 0
    for block in sound.blocks(first, end):
        whole = block.astype(np.int32)
        near = np.abs(whole) >= _TOP * peak
        still = (np.abs(np.diff(whole)) <= _STEPS) & near[1:] & near[:-1]
        count += int(np.count_nonzero(still[2:] & still[1:-1] & still[:-2]))
    return count
