from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_engine import ScriptedEngine

from tts.engine import Speech, check_request, has_words
from tts.errors import (
    EngineError,
    EngineRefused,
    EngineUnavailable,
    NoEngineSpoke,
    SpeedOutOfRange,
    TtsError,
    UnknownVoice,
)


@given(samples=st.integers(0, 500_000), rate_hz=st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100]))
def test_duration_is_the_nearest_millisecond(samples: int, rate_hz: int) -> None:
    duration_ms = Speech(b"\0\0" * samples, rate_hz).duration_ms
    assert abs(duration_ms * rate_hz - samples * 1000) * 2 <= rate_hz


@pytest.mark.parametrize(("pcm", "rate_hz"), [(b"\0", 8_000), (b"\0\0\0", 8_000), (b"", 0), (b"", -1)])
def test_speech_refuses_half_samples_and_impossible_rates(pcm: bytes, rate_hz: int) -> None:
    with pytest.raises(ValueError, match="must"):
        Speech(pcm, rate_hz)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Bà con", True), ("7", True), ("ấ", True), ("", False), ("… - ?!", False), ("\n\t", False), ("🙂", False)],
)
def test_words_are_letters_or_digits(text: str, expected: bool) -> None:
    assert has_words(text) is expected


def test_a_fair_request_passes() -> None:
    engine = ScriptedEngine()
    for voice in engine.voices():
        for speed in (0.8, 1, 1.2):
            check_request(engine, "Bà con", voice, speed)


def test_unfair_requests_are_refused() -> None:
    engine, other = ScriptedEngine(), ScriptedEngine(name="other")
    with pytest.raises(UnknownVoice, match="scripted-1, scripted-2"):
        check_request(engine, "Bà con", other.voices()[0], 1.0)
    with pytest.raises(SpeedOutOfRange, match=r"2\.5"):
        check_request(engine, "Bà con", engine.voices()[0], 2.5)
    with pytest.raises(EngineRefused, match="không có chữ nào"):
        check_request(engine, "?!", engine.voices()[0], 1.0)


def test_errors_fill_their_facts_into_their_message() -> None:
    error = EngineUnavailable(engine="google", why="mất mạng", retryable=True)
    assert str(error) == "Giọng google không trả lời: mất mạng."
    assert (error.engine, error.why, error.retryable, error.retry_after_s) == ("google", "mất mạng", True, None)
    assert isinstance(error, EngineError)


def test_the_error_of_all_engines_lists_each_cause() -> None:
    causes = (("google", "Giọng google không trả lời: mất mạng."), ("espeak", "Giọng espeak từ chối: lạ."))
    error = NoEngineSpoke(causes=causes, retryable=False)
    assert str(error) == (
        "Không giọng nào đọc được bản tin. Giọng google không trả lời: mất mạng; Giọng espeak từ chối: lạ."
    )


def _all_errors(kind: type[TtsError]) -> list[type[TtsError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _all_errors(child))]


@pytest.mark.parametrize("kind", _all_errors(TtsError))
def test_every_error_has_a_vietnamese_sentence_of_its_own(kind: type[TtsError]) -> None:
    message = kind.__doc__
    assert message is not None
    assert message.endswith(".")
    assert not message.isascii()
    assert kind.exit_code in {1, 2}
