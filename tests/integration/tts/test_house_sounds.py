from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from measured import measured

from tts.ffmpeg import decode
from tts.house_sounds import JINGLE, STING, TEST, HouseSound, house_sounds

pieces = pytest.mark.parametrize("piece", house_sounds(), ids=lambda piece: piece.kind)


@pieces
def test_each_piece_is_ready_to_air(piece: HouseSound, tmp_path: Path) -> None:
    mastered = piece.mastered()
    seen = measured(mastered.mp3, tmp_path)
    assert seen.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert seen.true_peak_dbtp <= -1
    assert mastered == piece.mastered()


@pytest.mark.parametrize(
    ("piece", "least_ms", "most_ms"), [(JINGLE, 6_000, 8_000), (STING, 2_700, 3_400), (TEST, 8_000, 10_000)]
)
def test_each_piece_has_its_length(piece: HouseSound, least_ms: int, most_ms: int) -> None:
    assert least_ms <= piece.mastered().duration_ms <= most_ms


@pieces
def test_a_piece_dies_away_and_never_clips_or_jumps(piece: HouseSound) -> None:
    samples = np.frombuffer(decode(piece.mastered().mp3, 44_100).pcm, "<i2").astype(float)
    assert np.max(np.abs(samples)) < 32_767 * 0.9
    assert np.max(np.abs(samples[-4_410:])) < 0.02 * np.max(np.abs(samples))
    assert np.max(np.abs(np.diff(samples))) < 16_000


@pieces
def test_most_of_a_piece_lies_where_a_horn_sounds(piece: HouseSound) -> None:
    samples = np.frombuffer(decode(piece.mastered().mp3, 44_100).pcm, "<i2").astype(float)
    power = np.abs(np.fft.rfft(samples)) ** 2
    pitches_hz = np.fft.rfftfreq(samples.size, 1 / 44_100)
    within = power[(pitches_hz > 300) & (pitches_hz < 5_000)].sum()
    assert within / power.sum() > 0.9


def test_the_test_sound_holds_a_steady_tone_to_set_levels_by() -> None:
    samples = np.frombuffer(decode(TEST.mastered().mp3, 44_100).pcm, "<i2").astype(float)
    held = samples[round(4.5 * 44_100) : round(5.5 * 44_100)]
    power = np.abs(np.fft.rfft(held * np.hanning(held.size))) ** 2
    assert abs(int(np.argmax(power)) - 988) <= 1
    levels = [float(np.sqrt(np.mean(part**2))) for part in np.split(held, 10)]
    assert max(levels) / min(levels) < 1.1
