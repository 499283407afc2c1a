"""A programme's preview: as long as its items together to the sample, each at its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from measured import ffmpeg

from tts.engine import Speech
from tts.engines.tone import ToneEngine
from tts.errors import AudioToolFailed, EmptyAudio, UnreadableAudio
from tts.mastering import Treatment, master
from tts.mp3_length import mp3_samples
from tts.preview import join_for_listening

RATE_HZ = 44_100


def _decoded(path: Path) -> np.ndarray:
    pcm = ffmpeg("-loglevel", "error", "-i", str(path), "-f", "s16le", "-ar", "44100", "-ac", "1", "-").stdout
    return np.frombuffer(pcm, dtype="<i2").astype(np.float64)


def _noise(seconds: float, rate_hz: int, seed: int) -> Speech:
    """Noise that comes and goes like words, different for each seed, so that a place in it can be told."""
    samples = int(seconds * rate_hz)
    swell = np.abs(np.sin(np.arange(samples) * (5 + seed) / rate_hz))
    noise = np.convolve(np.random.default_rng(seed).normal(size=samples), np.ones(24) / 24, mode="same")
    return Speech((noise * swell * 20_000).clip(-32_000, 32_000).astype("<i2").tobytes(), rate_hz)


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, int]]:
    """Mastered sounds of different lengths, rates and treatments, and the duration that is stored of each."""
    folder = tmp_path_factory.mktemp("items")
    engine = ToneEngine()
    sounds = [
        master(_noise(2.137, 44_100, 1), title="một", treatment=Treatment.MUSIC),
        master(_noise(1.251, 22_050, 2), title="hai"),
        master(_noise(3.0001, 16_000, 3), title="ba" * 80),
        master(engine.speak("bốn", engine.voices()[0]), title="bốn"),
    ]
    made = []
    for index, sound in enumerate(sounds):
        path = folder / str(index)
        path.write_bytes(sound.mp3)
        made.append((path, sound.duration_ms))
    return made


def test_the_length_that_is_stored_and_the_one_that_is_stated_are_the_decoded_one(
    items: list[tuple[Path, int]],
) -> None:
    for path, duration_ms in items:
        decoded = _decoded(path).size
        assert mp3_samples(path) == decoded
        assert duration_ms == (decoded * 1000 + RATE_HZ // 2) // RATE_HZ


def test_the_preview_is_the_sum_of_its_items_to_the_sample_and_each_stands_at_its_place(
    items: list[tuple[Path, int]], tmp_path: Path
) -> None:
    order = [items[index][0] for index in (0, 2, 1, 3, 0)]
    target = tmp_path / "preview.mp3"
    lengths = join_for_listening(order, target, "Bản nghe thử")
    joined = _decoded(target)
    assert list(lengths) == [_decoded(path).size for path in order]
    assert joined.size == sum(lengths) == mp3_samples(target)
    for start, length, path in zip(np.cumsum([0, *lengths[:-1]]), lengths, order, strict=True):
        here, item = joined[start : start + length], _decoded(path)
        assert np.corrcoef(here, item)[0, 1] > 0.97
        assert np.corrcoef(here[1:], item[:-1])[0, 1] < np.corrcoef(here, item)[0, 1]  # one sample off is worse


def test_the_same_items_give_the_same_bytes(items: list[tuple[Path, int]], tmp_path: Path) -> None:
    for name in ("one", "two"):
        join_for_listening([path for path, _ in items[:2]], tmp_path / name, "Bản nghe thử")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_nothing_to_join(tmp_path: Path) -> None:
    with pytest.raises(EmptyAudio):
        join_for_listening([], tmp_path / "preview.mp3", "")


@pytest.mark.parametrize("damage", ["cut", "emptied", "gone", "words"])
def test_an_item_that_is_not_what_it_states_is_refused(
    items: list[tuple[Path, int]], tmp_path: Path, damage: str
) -> None:
    damaged = tmp_path / "damaged"
    whole = items[0][0].read_bytes()
    if damage != "gone":
        damaged.write_bytes({"cut": whole[: len(whole) // 2], "emptied": b"", "words": b"ID3 one sound"}[damage])
    with pytest.raises(UnreadableAudio):
        join_for_listening([items[1][0], damaged], tmp_path / "preview.mp3", "")


def test_a_place_that_cannot_be_written_is_told(items: list[tuple[Path, int]], tmp_path: Path) -> None:
    with pytest.raises(AudioToolFailed) as told:
        join_for_listening([items[0][0]], tmp_path / "nowhere" / "preview.mp3", "")
    assert "ghép bản nghe thử" in str(told.value)
