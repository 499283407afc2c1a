from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tts.errors import AudioToolFailed
from tts.ffmpeg import raw_input
from tts.loudness import QUIETEST_LUFS, Loudness, measure


@pytest.fixture
def loudness(tmp_path: Path) -> Callable[[bytes], Loudness]:
    """Measures samples at 44.1 kHz."""

    def measured(pcm: bytes) -> Loudness:
        path = tmp_path / "samples"
        path.write_bytes(pcm)
        return measure(raw_input(path, 44_100), ["-f", "null", "-"])

    return measured


def sine(duration_s: float, amplitude: float, pitch_hz: float = 997) -> bytes:
    time_s = np.arange(round(44_100 * duration_s)) / 44_100
    return bytes((amplitude * 32_767 * np.sin(2 * np.pi * pitch_hz * time_s)).astype("<i2").tobytes())


@pytest.mark.parametrize("level_db", [-3, -20, -40])
def test_a_sine_of_997_hz_measures_as_the_standard_defines(
    level_db: float, loudness: Callable[[bytes], Loudness]
) -> None:
    """ITU-R BS.1770: 0 dBFS of 997 Hz in one channel is -3.01 LKFS."""
    found = loudness(sine(5, 10 ** (level_db / 20)))
    assert found.integrated_lufs == pytest.approx(level_db - 3.01, abs=0.05)
    assert found.true_peak_dbtp == pytest.approx(level_db, abs=0.3)


def test_a_peak_between_samples_is_found(loudness: Callable[[bytes], Loudness]) -> None:
    time_s = np.arange(44_100 * 2) / 44_100
    swelling = np.hanning(time_s.size)  # a hard beginning would peak higher still
    between = (0.5 * 32_767 * swelling * np.sin(2 * np.pi * 11_025 * time_s + np.pi / 4)).astype("<i2")
    assert 20 * np.log10(np.max(np.abs(between)) / 32_768) == pytest.approx(-9.03, abs=0.05)
    assert loudness(between.tobytes()).true_peak_dbtp == pytest.approx(-6.02, abs=0.3)


def test_a_peak_in_the_last_moment_is_found(loudness: Callable[[bytes], Loudness]) -> None:
    found = loudness(sine(2, 0.05) + sine(0.03, 0.8))
    assert found.true_peak_dbtp == pytest.approx(-1.9, abs=0.2)


@pytest.mark.parametrize("pcm", [b"\0\0" * 44_100, sine(0.2, 0.5), b"\0\0"], ids=["silence", "too-short", "one-sample"])
def test_what_has_no_loudness_measures_as_the_quietest(pcm: bytes, loudness: Callable[[bytes], Loudness]) -> None:
    assert loudness(pcm).integrated_lufs == QUIETEST_LUFS


def test_what_cannot_be_measured_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"not a sound")
    with pytest.raises(AudioToolFailed, match="đo độ to"):
        measure(["-f", "mp3", "-i", str(path)], ["-f", "null", "-"])
