"""Two channels into one without losing the voice: a dead channel is left out, and two that cancel are not summed."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tts.sound_file import BLOCK, SoundFile

_DEAD_DB = 30.0  # a channel this far below the other holds crosstalk, not the voice
_CANCELS = 0.1  # of the channels' mean energy is left in their sum when one of them is turned over
Frames = NDArray[np.int16]


class Mix(Enum):
    """Which samples became the one channel."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"
    LEFT_OF_OPPOSED = "left-of-opposed"


def to_one(stereo: Path, target: SoundFile) -> Mix:
    """Write the voice of interleaved 16-bit ``stereo`` samples to ``target``, and tell how. Raises OSError."""
    mix = _choice(stereo)
    target.write(_mixed(block, mix).astype("<i2").tobytes() for block in _frames(stereo))
    return mix


def _frames(path: Path) -> Iterator[Frames]:
    with path.open("rb") as file:
        while True:
            block = np.fromfile(file, dtype="<i2", count=2 * BLOCK)
            if block.size < 2:
                return
            yield block[: block.size // 2 * 2].reshape(-1, 2)


def _choice(stereo: Path) -> Mix:
    energies = np.zeros(3)  # left, right, their mean
    for block in _frames(stereo):
        left, right = (block[:, side].astype(np.float64) for side in (0, 1))
        energies += [left @ left, right @ right, ((left + right) / 2) @ ((left + right) / 2)]
    left_energy, right_energy, mean_energy = energies
    dead = 10 ** (-_DEAD_DB / 10)
    if right_energy <= left_energy * dead:
        return Mix.BOTH if left_energy == 0 else Mix.LEFT
    if left_energy <= right_energy * dead:
        return Mix.RIGHT
    opposed = mean_energy < _CANCELS * (left_energy + right_energy) / 2
    return Mix.LEFT_OF_OPPOSED if opposed else Mix.BOTH


def _mixed(block: Frames, mix: Mix) -> Frames:
    match mix:
        case Mix.BOTH:
            half: Frames = (block.sum(axis=1, dtype=np.int32) // 2).astype(np.int16)
            return half
        case Mix.RIGHT:
            return block[:, 1]
    return block[:, 0]
