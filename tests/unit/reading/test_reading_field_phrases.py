"""Phrases as letters, notices and local news write them: what is said, and which places are left for the writer.

Each row of field_phrases.tsv is "written TAB spoken [TAB places left, parted by " | "]". The readings were set down
from what a newsreader says before the rules were asked.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.reading import read

ROWS = [
    [*row.split("\t"), ""][:3]
    for row in (Path(__file__).parent / "field_phrases.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("written", "spoken", "left"), ROWS)
def test_a_phrase_of_the_field_is_read_or_left(written: str, spoken: str, left: str) -> None:
    reading = read(written)
    assert reading.text == spoken
    assert " | ".join(leftover.token for leftover in reading.leftovers) == left


def test_the_table_is_as_large_as_it_says() -> None:
    assert len({written for written, _, _ in ROWS}) == len(ROWS) >= 300
