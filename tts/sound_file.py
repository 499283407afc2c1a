"""Sound on disk as bare PCM, mono 16 bits: read in blocks, so that half an hour costs no more memory than a minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tts.engine import BYTES_PER_SAMPLE

Samples = NDArray[np.int16]
BLOCK = 1 << 18
"""Samples read at a time: half a megabyte."""


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file of mono, signed 16-bit, little-endian samples at ``rate_hz``."""

    path: Path
    rate_hz: int

    @property
    def samples(self) -> int:
        """Length in samples."""
        return self.path.stat().st_size // BYTES_PER_SAMPLE

    @property
    def duration_ms(self) -> int:
        """Length in whole milliseconds, rounded to the nearest."""
        return (self.samples * 1000 + self.rate_hz // 2) // self.rate_hz

    def blocks(self, first: int = 0, end: int | None = None) -> Iterator[Samples]:
        """The samples from ``first`` up to ``end`` (or the last), block by block. Raises OSError."""
        left = (self.samples if end is None else end) - first
        with self.path.open("rb") as file:
            file.seek(first * BYTES_PER_SAMPLE)
            while left > 0:
                block = np.fromfile(file, dtype="<i2", count=min(left, BLOCK))
                if not block.size:
                    return
                left -= block.size
                yield block

    def parts(self, count: int) -> Iterator[Samples]:
        """The samples in ``count`` parts of equal length, but for one sample. Raises OSError."""
        edges = np.linspace(0, self.samples, count + 1).astype(np.int64)
        with self.path.open("rb") as file:
            for length in np.diff(edges):
                yield np.fromfile(file, dtype="<i2", count=int(length))

    def write(self, blocks: Iterable[bytes]) -> None:
        """Fill the file with ``blocks``. Raises OSError."""
        with self.path.open("wb") as file:
            for block in blocks:
                file.write(block)
