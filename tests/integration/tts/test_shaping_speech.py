"""Speech is shaped while it is still being spoken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from measured import measured
from numpy.typing import NDArray

from tts.errors import AudioTooLong, EngineUnavailable, SilentAudio
from tts.mastering import Mastered, master_shaped, shape_speech

RATE = 22_050


def murmur(seconds: float, level_db: float) -> bytes:
    """Noise with syllables in it, like a voice."""
    at: NDArray[np.float64] = np.arange(int(seconds * RATE)) / RATE
    noise = np.random.default_rng(7).normal(0.0, 0.2, at.size) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at))
    return np.clip(noise * 10 ** (level_db / 20) * 32_767, -32_768, 32_767).astype("<i2").tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


def mastered(folder: Path, *spoken: bytes) -> Mastered:
    return master_shaped(shape_speech(folder / "sound", spoken, RATE), title="Bản tin")


def test_a_soft_utterance_is_heard_as_well_as_a_loud_one(tmp_path: Path) -> None:
    made = mastered(tmp_path, murmur(8, 0), silence(1), murmur(8, -24))
    half = len(made.peaks) // 2
    loud, soft = (float(np.median(each)) for each in (made.peaks[: half - 6], made.peaks[half + 6 :]))
    assert soft == pytest.approx(loud, rel=0.1)
    told = measured(made.mp3, tmp_path)
    assert told.loudness_lufs == pytest.approx(-16.0, abs=0.5)
    assert told.true_peak_dbtp <= -1.0


def test_its_length_is_that_of_what_was_spoken(tmp_path: Path) -> None:
    assert mastered(tmp_path, silence(0.3), murmur(2, -6), silence(0.7)).duration_ms == 3000


def test_a_word_is_lengthened_by_silence_to_a_second(tmp_path: Path) -> None:
    assert mastered(tmp_path, murmur(0.3, -6)).duration_ms == 1000


def test_the_same_pieces_give_the_same_bytes_however_slowly_they_come(tmp_path: Path) -> None:
    spoken = (murmur(3, -6), silence(0.5), murmur(2, -12))
    assert mastered(tmp_path, *spoken).mp3 == mastered(tmp_path, *spoken).mp3


def test_what_an_engine_raises_in_the_middle_comes_out(tmp_path: Path) -> None:
    def spoken() -> Iterator[bytes]:
        yield murmur(1, -6)
        raise EngineUnavailable(engine="piper", why="mất", retryable=True)

    with pytest.raises(EngineUnavailable):
        shape_speech(tmp_path / "sound", spoken(), RATE)


def test_silence_and_more_than_half_an_hour_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SilentAudio):
        shape_speech(tmp_path / "sound", [silence(2)], RATE)
    with pytest.raises(AudioTooLong):
        shape_speech(tmp_path / "sound", (silence(60) for _ in range(32)), RATE)
