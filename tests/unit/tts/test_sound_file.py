from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tts.sound_file import BLOCK, SoundFile


@pytest.fixture
def ramp(tmp_path: Path) -> SoundFile:
    file = SoundFile(tmp_path / "ramp", 8_000)
    file.write([(np.arange(2 * BLOCK + 7) % 30_000).astype("<i2").tobytes()])
    return file


def test_blocks_give_every_sample_once_and_in_order(ramp: SoundFile) -> None:
    blocks = list(ramp.blocks())
    assert [block.size for block in blocks] == [BLOCK, BLOCK, 7]
    assert np.array_equal(np.concatenate(blocks), np.arange(ramp.samples) % 30_000)


@pytest.mark.parametrize(("first", "end"), [(0, 0), (5, 9), (BLOCK - 1, BLOCK + 1), (0, 10**9)])
def test_blocks_of_a_range_are_that_range(ramp: SoundFile, first: int, end: int) -> None:
    found = [int(sample) for block in ramp.blocks(first, end) for sample in block]
    assert found == [at % 30_000 for at in range(first, min(end, ramp.samples))]


@pytest.mark.parametrize("count", [1, 3, 150])
def test_parts_are_equal_but_for_one_sample_and_leave_nothing_out(ramp: SoundFile, count: int) -> None:
    sizes = [part.size for part in ramp.parts(count)]
    assert len(sizes) == count
    assert sum(sizes) == ramp.samples
    assert max(sizes) - min(sizes) <= 1


def test_length_is_told_in_samples_and_milliseconds(ramp: SoundFile) -> None:
    assert (ramp.samples, ramp.duration_ms) == (2 * BLOCK + 7, round((2 * BLOCK + 7) / 8))
