"""What every engine promises, held against each of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from online_voice_server import OnlineVoice

from tts.assembly import trim
from tts.engine import Engine, Voice
from tts.engines.espeak import EspeakEngine
from tts.engines.google import GoogleEngine
from tts.engines.piper import PiperEngine
from tts.engines.recorded import RecordedEngine
from tts.engines.retrying import Retrying
from tts.engines.tone import ToneEngine
from tts.errors import EngineError, EngineRefused, SpeedOutOfRange, UnknownVoice
from tts.voices.store import VoiceStore
from tts.wav import to_wav

SENTENCE = "Kính mời bà con chú ý lắng nghe thông báo của xã"
ANOTHER = "Một câu khác ở giữa."
SAYS_ITS_OWN_ALONE = frozenset({"recorded"})
"""Engines that say only the texts that they were made for, and refuse the others."""


def _google(request: pytest.FixtureRequest) -> Engine:
    voice: OnlineVoice = request.getfixturevalue("online_voice")
    return GoogleEngine(address=voice.address, trust=voice.trust, proxies={})


def _piper(request: pytest.FixtureRequest) -> Engine:
    store = VoiceStore(request.getfixturevalue("installed").folder.parent)
    return PiperEngine(store, children=request.getfixturevalue("piper_children"), language="en")


def _recorded(request: pytest.FixtureRequest) -> Engine:
    reader, folder = EspeakEngine(), request.getfixturevalue("tmp_path")
    takes = {SENTENCE: folder / "one.wav", ANOTHER: folder / "two.wav"}
    for text, path in takes.items():
        path.write_bytes(to_wav(reader.speak(text, reader.voices()[0])))
    return RecordedEngine(takes)


_MAKERS: dict[str, Callable[[pytest.FixtureRequest], Engine]] = {
    "espeak": lambda _: EspeakEngine(),
    "tone": lambda _: ToneEngine(),
    "google": _google,
    "google-retrying": lambda request: Retrying(_google(request)),
    "piper": _piper,
    "recorded": _recorded,
}


@pytest.fixture(params=_MAKERS)
def engine(request: pytest.FixtureRequest) -> Engine:
    return _MAKERS[request.param](request)


def test_has_a_name_a_draft_mark_and_a_voice(engine: Engine) -> None:
    assert engine.name.isascii()
    assert engine.name.islower()
    assert engine.draft is (engine.name in {"espeak", "tone"})
    assert len({voice.id for voice in engine.voices()}) == len(engine.voices()) >= 1


def test_every_voice_speaks_an_audible_utterance(engine: Engine) -> None:
    for voice in engine.voices():
        speech = engine.speak(SENTENCE, voice)
        assert speech.rate_hz >= 16_000
        assert 1_000 < speech.duration_ms < 8_000
        assert trim(speech).duration_ms > 800
        assert np.max(np.abs(np.frombuffer(speech.pcm, "<i2").astype(int))) > 1_000


def test_the_same_request_gives_the_same_bytes(engine: Engine) -> None:
    voice = engine.voices()[0]
    first = engine.speak(SENTENCE, voice)
    engine.speak(ANOTHER, voice)
    assert engine.speak(SENTENCE, voice) == first


def test_speed_shortens_and_lengthens(engine: Engine) -> None:
    voice = engine.voices()[0]
    quick, usual, slow = (trim(engine.speak(SENTENCE, voice, speed)).duration_ms for speed in (1.2, 1.0, 0.8))
    assert quick < usual < slow
    assert slow / quick == pytest.approx(1.5, rel=0.12)


@pytest.mark.parametrize("speed", [0.79, 1.21, float("nan"), float("inf"), -1, 0])
def test_refuses_an_impossible_speed(engine: Engine, speed: float) -> None:
    with pytest.raises(SpeedOutOfRange):
        engine.speak(SENTENCE, engine.voices()[0], speed)


def test_refuses_a_voice_that_it_does_not_have(engine: Engine) -> None:
    with pytest.raises(UnknownVoice, match="nonesuch"):
        engine.speak(SENTENCE, Voice("nonesuch", "vi", "Không có"))


@pytest.mark.parametrize("text", ["…", "?!", " - "])
def test_refuses_a_text_without_words(engine: Engine, text: str) -> None:
    with pytest.raises(EngineError) as caught:
        engine.speak(text, engine.voices()[0])
    assert not caught.value.retryable
    assert caught.value.engine == engine.name


@pytest.mark.parametrize(
    "text",
    [
        "<speak>xin chào</speak>",
        "xin chào & [[tS'aU]] {bà con}",
        "xin\0chào bà con",
        "xin chào 🙂 bà con",
        'xin "chào" \\ bà con',
        "--voice=en xin chào",
        "xin chào \ud800 bà con",
        "xin\nchào\r\nbà\tcon",
        "x" * 250,
        "Xin chào bà con. " * 30,
    ],
    ids=["mark-up", "phonemes", "nul", "emoji", "quotes", "option", "surrogate", "lines", "one-long-word", "long"],
)
def test_says_hostile_text_as_text(engine: Engine, text: str) -> None:
    if engine.name in SAYS_ITS_OWN_ALONE:
        with pytest.raises(EngineRefused, match="chưa có bản thu"):
            engine.speak(text, engine.voices()[0])
        return
    assert engine.speak(text, engine.voices()[0]).duration_ms > 300
