from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scripted_engine import steady

from tts.engine import Speech
from tts.waveform import BARS, outline


@given(st.lists(st.integers(-32_768, 32_767), max_size=2_000), st.integers(1, 200))
def test_outline_has_the_bars_asked_for_in_range(samples: list[int], bars: int) -> None:
    heights = outline(Speech(np.array(samples, dtype="<i2").tobytes(), 8_000), bars)
    assert len(heights) == bars
    assert all(0 <= height <= 1000 for height in heights)
    assert max(heights) == (1000 if any(samples) else 0)


def test_outline_follows_the_level() -> None:
    loud, soft = steady(20_000, 8_000, 100), steady(5_000, 8_000, 100)
    assert outline(Speech(loud.pcm + soft.pcm + b"\0\0" * 800, 8_000), 3) == (1000, 250, 0)


def test_a_page_gets_as_many_bars_as_the_drawing_has_room_for() -> None:
    assert len(outline(steady(1_000, 8_000, 1_000))) == BARS == 150
