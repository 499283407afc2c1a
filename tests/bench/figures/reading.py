"""How fast written text is read, against the normaliser `vietnormalizer` on the same text in the same process.

Theirs is given the text whole and line by line, and the faster way counts; ours does more (it also finds what it cannot
read, and keeps the place of every word), and that is counted too.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from figure import Figure
from pairs import timed
from texts import official_text
from vietnormalizer import VietnameseNormalizer

from tts.reading import read

SIZE = 100_000
ROUNDS = 7


def measure() -> Iterator[Figure]:
    """Give `reading.chars_per_s`, and how its time grows when the text doubles."""
    text = official_text(SIZE)
    peer = VietnameseNormalizer()
    lines = [line for line in text.split("\n") if line.strip()]

    def ours() -> object:
        return read(text)

    def theirs() -> object:
        return peer.normalize(text)

    def theirs_by_line() -> object:
        return [peer.normalize(line) for line in lines]

    timed(ours, theirs, rounds=1)  # both fill their caches
    whole = timed(ours, theirs, rounds=ROUNDS)
    by_line = timed(ours, theirs_by_line, rounds=ROUNDS)
    slowest = max((whole, by_line), key=lambda each: each.ratio)
    yield Figure(
        "reading.chars_per_s",
        len(text) / slowest.ours_s,
        "1/s",
        1 / slowest.ratio,
        f"vietnormalizer {version('vietnormalizer')}",
        least=1.0,
    )
