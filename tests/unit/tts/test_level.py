from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tts.loudness import QUIETEST_LUFS, level_of
from tts.sound_file import SoundFile

RATE = 22_050


def level(path: Path, *parts: NDArray[np.float64]) -> float:
    sound = SoundFile(path / "sound", RATE)
    sound.write([(np.concatenate(parts) * 32_767).astype("<i2").tobytes()])
    return level_of(sound.blocks(), RATE)


def tone(seconds: float, amplitude: float) -> NDArray[np.float64]:
    return amplitude * np.sin(2 * np.pi * 1000 * np.arange(int(seconds * RATE)) / RATE)


@pytest.mark.parametrize("amplitude", [1.0, 0.1, 0.01])
def test_a_tone_has_the_level_of_its_power(tmp_path: Path, amplitude: float) -> None:
    assert level(tmp_path, tone(20, amplitude)) == pytest.approx(20 * math.log10(amplitude) - 3.01, abs=0.05)


def test_pauses_and_murmurs_do_not_count(tmp_path: Path) -> None:
    loud = tone(20, 0.5)
    alone = level(tmp_path, loud)
    assert level(tmp_path, loud, np.zeros(20 * RATE)) == pytest.approx(alone, abs=0.1)
    assert level(tmp_path, loud, tone(20, 0.01)) == pytest.approx(alone, abs=0.1)


def test_silence_has_the_lowest_level(tmp_path: Path) -> None:
    assert level(tmp_path, np.zeros(2 * RATE)) == QUIETEST_LUFS
    assert level(tmp_path, tone(2, 0.0001)) == QUIETEST_LUFS
    assert level(tmp_path, np.zeros(0)) == QUIETEST_LUFS
