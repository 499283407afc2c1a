from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_engine import steady

from tts.engine import Speech
from tts.waveform import BARS, outline, paths

BAR = re.compile(r"M([\d.]+) (\d+)h2\.6v(\d+)h-2\.6z")
heights_strategy = st.lists(st.integers(0, 1000), min_size=1, max_size=300)


@given(st.lists(st.integers(-32_768, 32_767), max_size=2_000), st.integers(1, 200))
def test_outline_has_the_bars_asked_for_in_range(samples: list[int], bars: int) -> None:
    heights = outline(Speech(np.array(samples, dtype="<i2").tobytes(), 8_000), bars)
    assert len(heights) == bars
    assert all(0 <= height <= 1000 for height in heights)
    assert max(heights) == (1000 if any(samples) else 0)


def test_outline_follows_the_level() -> None:
    loud, soft = steady(20_000, 8_000, 100), steady(5_000, 8_000, 100)
    assert outline(Speech(loud.pcm + soft.pcm + b"\0\0" * 800, 8_000), 3) == (1000, 250, 0)


def test_a_drawing_has_one_bar_every_four_units() -> None:
    drawn = BAR.findall(paths((500,) * BARS).rest)
    assert [float(x) for x, _, _ in drawn] == [4.0 * at for at in range(BARS)]


@given(heights_strategy, st.integers(0, 1000))
def test_every_bar_is_drawn_once_inside_the_box(heights: list[int], heard_permille: int) -> None:
    drawn = paths(heights, heard_permille)
    bars = BAR.findall(drawn.heard) + BAR.findall(drawn.rest)
    assert len(bars) == len(heights)
    assert "".join("M{} {}h2.6v{}h-2.6z".format(*bar) for bar in bars) == drawn.heard + drawn.rest
    for x, y, tall in bars:
        assert 0 <= float(x) < 600
        assert int(y) >= 2
        assert int(tall) >= 3
        assert int(y) + int(tall) <= 62


@pytest.mark.parametrize(
    ("heard_permille", "heard_bars", "hand"),
    [(0, 0, "M0 0V64"), (340, 51, "M204 0V64"), (1000, 150, "M600 0V64"), (-5, 0, "M0 0V64"), (2000, 150, "M600 0V64")],
)
def test_the_share_heard_splits_the_bars(heard_permille: int, heard_bars: int, hand: str) -> None:
    drawn = paths((700,) * BARS, heard_permille)
    assert len(BAR.findall(drawn.heard)) == heard_bars
    assert drawn.hand == hand


def test_taller_means_louder() -> None:
    tall = [int(bar[2]) for bar in BAR.findall(paths((0, 250, 500, 750, 1000)).rest)]
    assert tall == sorted(set(tall))
    assert (tall[0], tall[-1]) == (3, 60)


def test_nothing_draws_nothing() -> None:
    assert paths(()).rest == ""
