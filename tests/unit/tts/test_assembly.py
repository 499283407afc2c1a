from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_engine import steady

from tts.assembly import Pauses, join, silence, sounding, trim
from tts.engine import Speech

RATE_HZ = 16_000


def samples_of(speech: Speech) -> list[int]:
    return [int(sample) for sample in np.frombuffer(speech.pcm, "<i2")]


def padded(speech: Speech, before_ms: int, after_ms: int) -> Speech:
    return Speech(
        silence(before_ms, speech.rate_hz).pcm + speech.pcm + silence(after_ms, speech.rate_hz).pcm, speech.rate_hz
    )


@given(
    before_ms=st.integers(0, 800), after_ms=st.integers(0, 800), height=st.sampled_from([50, 3_000, -32_768, 32_767])
)
def test_trim_keeps_the_sound_and_at_most_a_little_around(before_ms: int, after_ms: int, height: int) -> None:
    sound = steady(height, RATE_HZ, 120)
    trimmed = trim(padded(sound, before_ms, after_ms))
    assert sound.pcm in trimmed.pcm
    assert trimmed.duration_ms == 120 + min(before_ms, 15) + min(after_ms, 15)


@pytest.mark.parametrize("speech", [Speech(b"", RATE_HZ), silence(500, RATE_HZ), steady(10, RATE_HZ, 500)])
def test_nothing_is_left_of_silence(speech: Speech) -> None:
    assert trim(speech) == Speech(b"", RATE_HZ)


@given(st.lists(st.integers(-32_768, 32_767), max_size=400), st.integers(1, 90))
def test_sound_is_found_alike_in_one_piece_and_in_blocks(samples: list[int], size: int) -> None:
    whole = np.array(samples, dtype="<i2")
    blocks = [whole[at : at + size] for at in range(0, whole.size, size)]
    assert sounding(lambda: blocks, 1_000) == sounding(lambda: (whole,), 1_000)


def test_a_hiss_far_below_the_voice_is_trimmed() -> None:
    hiss, voice = steady(60, RATE_HZ, 400), steady(20_000, RATE_HZ, 300)
    assert trim(Speech(hiss.pcm + voice.pcm + hiss.pcm, RATE_HZ)).duration_ms == 330


@given(duration_ms=st.integers(0, 2_000), rate_hz=st.sampled_from([16_000, 24_000, 44_100]))
def test_silence_is_silent_and_as_long_as_asked(duration_ms: int, rate_hz: int) -> None:
    quiet = silence(duration_ms, rate_hz)
    assert quiet.duration_ms == duration_ms
    assert not any(quiet.pcm)


@given(st.lists(st.lists(st.integers(20, 300), min_size=1, max_size=4), min_size=1, max_size=4))
def test_joined_length_is_that_of_sounds_and_pauses(lengths_ms: list[list[int]]) -> None:
    pauses = Pauses(sentence_ms=350, paragraph_ms=700, lead_ms=100, tail_ms=200)
    paragraphs = [[padded(steady(9_000, RATE_HZ, length), 0, 40) for length in each] for each in lengths_ms]
    within = sum(len(each) - 1 for each in lengths_ms)
    spoken_ms = sum(map(sum, lengths_ms)) + 15 * sum(map(len, lengths_ms))
    joined = join(paragraphs, pauses, RATE_HZ)
    assert joined.duration_ms == spoken_ms + 350 * within + 700 * (len(lengths_ms) - 1) + 300


def test_utterances_begin_and_end_without_a_click() -> None:
    joined = samples_of(join([[steady(20_000, RATE_HZ, 200)]], Pauses(lead_ms=0, tail_ms=0), RATE_HZ))
    assert abs(joined[0]) < 500
    assert abs(joined[-1]) < 500
    assert max(joined) == 20_000


def test_utterances_stand_between_their_pauses() -> None:
    utterances = (steady(9_000 + number, RATE_HZ, 100) for number in (1, 2))
    joined = samples_of(join([utterances], Pauses(sentence_ms=30, lead_ms=50, tail_ms=70), RATE_HZ))
    for number, start_ms in ((1, 50), (2, 50 + 100 + 30)):
        assert joined[(start_ms + 50) * RATE_HZ // 1000] == 9_000 + number
    assert len(joined) == (50 + 100 + 30 + 100 + 70) * RATE_HZ // 1000
    assert not any(joined[: 50 * RATE_HZ // 1000])
    assert not any(joined[-70 * RATE_HZ // 1000 :])
