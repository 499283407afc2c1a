from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scripted_engine import ScriptedEngine, steady

from tts.assembly import Pauses
from tts.cache import SentenceCache
from tts.casting import Chosen
from tts.engine import Speech, Voice
from tts.errors import AudioTooLong, EngineRefused, EngineUnavailable, NoEngineSpoke, NothingToSpeak, SpeedOutOfRange
from tts.synthesis import speak_into, whole

SCRIPT = (("một", "hai"), ("ba",))


def heights_of(pcm: bytes) -> set[int]:
    """The heights that last, edges left out."""
    values, counts = np.unique(np.frombuffer(pcm, "<i2"), return_counts=True)
    return {int(value) for value, count in zip(values, counts, strict=True) if count > 500 and value}


def unavailable(engine: str, why: str = "mất mạng", *, retryable: bool = True) -> EngineUnavailable:
    return EngineUnavailable(engine=engine, why=why, retryable=retryable)


def test_speaks_every_sentence_in_order_with_pauses() -> None:
    engine = ScriptedEngine()
    spoken = speak_into(whole, SCRIPT, engines=[engine], pauses=Pauses(350, 700, 0, 0))
    assert engine.asked == ["một", "hai", "ba"]
    assert spoken.speech.duration_ms == 3 * 100 + 350 + 700
    assert (spoken.engine, spoken.voice, spoken.draft, spoken.causes) == ("scripted", engine.voices()[0], False, ())


@pytest.mark.parametrize("failing", ["một", "hai", "ba"])
def test_a_failure_at_any_sentence_gives_the_whole_bulletin_to_the_next_voice(failing: str) -> None:
    first = ScriptedEngine(name="first", height=8_000, failures={failing: [unavailable("first")]})
    second = ScriptedEngine(name="second", height=4_000, draft=True)
    spoken = speak_into(whole, SCRIPT, engines=[first, second])
    assert heights_of(spoken.speech.pcm) == {4_000}
    assert second.asked == ["một", "hai", "ba"]
    assert (spoken.engine, spoken.draft) == ("second", True)
    assert spoken.causes == (("first", "Giọng first không trả lời: mất mạng."),)


def test_a_voice_in_the_cache_is_never_mixed_with_another(tmp_path: Path) -> None:
    cache = SentenceCache(tmp_path)
    speak_into(whole, [["một", "hai"]], engines=[ScriptedEngine(name="first", height=8_000)], cache=cache)
    first = ScriptedEngine(name="first", height=8_000, failures={"ba": [unavailable("first")]})
    spoken = speak_into(whole, SCRIPT, engines=[first, ScriptedEngine(name="second", height=4_000)], cache=cache)
    assert heights_of(spoken.speech.pcm) == {4_000}


def test_when_every_voice_fails_all_causes_are_told() -> None:
    engines = [
        ScriptedEngine(name="first", failures={"một": [unavailable("first")]}),
        ScriptedEngine(name="second", failures={"ba": [EngineRefused(engine="second", why="lạ")]}),
    ]
    with pytest.raises(NoEngineSpoke) as caught:
        speak_into(whole, SCRIPT, engines=engines)
    assert [engine for engine, _ in caught.value.causes] == ["first", "second"]
    assert caught.value.retryable
    assert isinstance(caught.value.__cause__, EngineRefused)


def test_it_is_not_worth_asking_again_when_no_failure_passes_by_itself() -> None:
    engine = ScriptedEngine(failures={"một": [unavailable("scripted", retryable=False)]})
    with pytest.raises(NoEngineSpoke) as caught:
        speak_into(whole, SCRIPT, engines=[engine])
    assert not caught.value.retryable


def test_a_silent_answer_counts_as_a_failure_and_is_not_kept(tmp_path: Path) -> None:
    mute = ScriptedEngine(name="mute", height=0)
    spoken = speak_into(whole, SCRIPT, engines=[mute, ScriptedEngine(name="second")], cache=SentenceCache(tmp_path))
    assert spoken.causes == (("mute", "Giọng mute từ chối: trả về một câu không có tiếng."),)
    with pytest.raises(NoEngineSpoke):
        speak_into(whole, SCRIPT, engines=[ScriptedEngine(name="mute", height=0)], cache=SentenceCache(tmp_path))


@pytest.mark.parametrize("script", [(), ((),), (("",),), (("…", " ?! "), ("-",))])
def test_a_reading_without_words_is_refused_before_any_engine_is_asked(script: tuple[tuple[str, ...], ...]) -> None:
    engine = ScriptedEngine()
    with pytest.raises(NothingToSpeak):
        speak_into(whole, script, engines=[engine])
    assert engine.asked == []


def test_sentences_without_words_are_left_out_and_spaces_tidied() -> None:
    engine = ScriptedEngine()
    speak_into(whole, [["  một \n hai ", "…"], ["-"], ["ba"]], engines=[engine])
    assert engine.asked == ["một hai", "ba"]


def test_a_bug_or_an_impossible_speed_is_not_taken_for_a_failing_voice() -> None:
    for error in (SpeedOutOfRange(speed=9, least=0.5, most=2), ZeroDivisionError()):
        engine = ScriptedEngine(failures={"một": [error]})
        with pytest.raises(type(error)):
            speak_into(whole, SCRIPT, engines=[engine, ScriptedEngine(name="second")])


def test_a_sentence_is_spoken_once_and_then_comes_from_the_cache(tmp_path: Path) -> None:
    cache, engine = SentenceCache(tmp_path), ScriptedEngine()
    first = speak_into(whole, SCRIPT, engines=[engine], cache=cache)
    again = speak_into(whole, [*SCRIPT, ["bốn"]], engines=[engine], cache=cache)
    assert engine.asked == ["một", "hai", "ba", "bốn"]
    assert speak_into(whole, SCRIPT, engines=[engine], cache=cache) == first
    assert again.speech.samples > first.speech.samples


def test_a_cache_that_cannot_be_written_costs_only_the_saving(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    engine = ScriptedEngine()
    speak_into(whole, SCRIPT, engines=[engine], cache=SentenceCache(blocked))
    assert engine.asked == ["một", "hai", "ba"]


def test_an_endless_script_is_stopped_as_soon_as_it_is_too_long() -> None:
    engine = ScriptedEngine(rate_hz=100)
    with pytest.raises(AudioTooLong):
        speak_into(whole, [["một"] * 20_000], engines=[engine, ScriptedEngine(name="second")])
    assert len(engine.asked) == 30 * 60 * 10 + 1


def test_a_voice_that_is_too_slow_gives_the_bulletin_to_the_next() -> None:
    first, second = ScriptedEngine(name="first"), ScriptedEngine(name="second")
    readings = iter([0.0, 1.0, 6.0, 11.0, 100.0, 101.0, 103.0, 106.0])
    spoken = speak_into(whole, SCRIPT, engines=[first, second], patience_s=10, stopwatch=lambda: next(readings))
    assert first.asked == ["một", "hai"]
    assert spoken.engine == "second"
    assert spoken.causes == (("first", "Giọng first không trả lời: quá 10 giây chưa đọc xong bản tin."),)


def test_progress_starts_again_with_the_next_voice() -> None:
    told: list[tuple[str, int, int]] = []
    first = ScriptedEngine(name="first", failures={"hai": [unavailable("first")]})
    speak_into(whole, SCRIPT, engines=[first, ScriptedEngine(name="second")], progress=lambda *step: told.append(step))
    assert told == [("first", 1, 3), ("second", 1, 3), ("second", 2, 3), ("second", 3, 3)]


@pytest.mark.parametrize("parallel", [2, 3, 8])
def test_many_at_once_give_what_one_after_another_gives(parallel: int) -> None:
    script = [[f"câu {paragraph} {number}" for number in range(9)] for paragraph in range(3)]
    told: list[int] = []
    together = LengthByText(parallel=parallel)
    spoken = speak_into(whole, script, engines=[together], progress=lambda _name, done, _all: told.append(done))
    assert spoken == speak_into(whole, script, engines=[LengthByText()])
    assert sorted(together.asked) == sorted(sentence for paragraph in script for sentence in paragraph)
    assert told == list(range(1, 28))


def test_a_failure_among_many_at_once_gives_the_whole_bulletin_to_the_next_voice() -> None:
    script = [[f"câu {number}" for number in range(60)]]
    first = ScriptedEngine(name="first", parallel=4, failures={"câu 3": [unavailable("first")]})
    spoken = speak_into(whole, script, engines=[first, ScriptedEngine(name="second", height=4_000, parallel=4)])
    assert heights_of(spoken.speech.pcm) == {4_000}
    assert len(first.asked) <= 4 + 2 * 4


def test_an_edit_of_one_sentence_speaks_that_sentence_alone(tmp_path: Path) -> None:
    script = [[f"câu {number}" for number in range(40)]]
    edited = [[*script[0][:20], "câu sửa", *script[0][21:]]]
    engine = ScriptedEngine(parallel=2)
    speak_into(whole, script, engines=[engine], cache=SentenceCache(tmp_path))
    engine.asked.clear()
    speak_into(whole, edited, engines=[engine], cache=SentenceCache(tmp_path))
    assert engine.asked == ["câu sửa"]


def test_another_speed_or_voice_is_spoken_anew(tmp_path: Path) -> None:
    cache, engine = SentenceCache(tmp_path), ScriptedEngine()
    speak_into(whole, SCRIPT, engines=[engine], cache=cache)
    speak_into(whole, SCRIPT, engines=[engine], cache=cache, speed=1.1)
    spoken = speak_into(whole, SCRIPT, engines=[engine], cache=cache, chosen=Chosen("scripted-2"))
    assert len(engine.asked) == 9
    assert spoken.voice.id == "scripted-2"


def test_a_text_and_its_headline_are_spoken_by_one_voice() -> None:
    first = ScriptedEngine(name="first", height=8_000, failures={"tên": [unavailable("first")]})
    second = ScriptedEngine(name="second", height=4_000)
    spoken = speak_into(whole, SCRIPT, [["tên"]], engines=[first, second], pauses=Pauses(350, 700, 0, 0))
    assert [heights_of(speech.pcm) for speech in spoken.speeches] == [{4_000}, {4_000}]
    assert [speech.duration_ms for speech in spoken.speeches] == [3 * 100 + 350 + 700, 100]
    assert [engine for engine, _ in spoken.causes] == ["first"]


def test_progress_counts_the_sentences_of_a_text_and_its_headline() -> None:
    told: list[tuple[str, int, int]] = []
    engines = [ScriptedEngine(failures={"tên": [unavailable("scripted")]}), ScriptedEngine(name="second")]
    speak_into(whole, [["một"]], [["tên"]], engines=engines, progress=lambda *step: told.append(step))
    assert told == [("scripted", 1, 2), ("second", 1, 2), ("second", 2, 2)]


class LengthByText(ScriptedEngine):
    """Every text has a length of its own, so that an order gone wrong shows."""

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        super().speak(text, voice, speed)
        return steady(1_000 + 37 * sum(map(ord, text)) % 20_000, self.rate_hz, 50 + sum(map(ord, text)) % 60)


class FaultyCache(SentenceCache):
    """A cache with a fault of its programmer's."""

    def put(self, key: str, speech: Speech) -> None:
        raise ZeroDivisionError(f"{key}: {speech.samples}")


def test_a_fault_in_storing_is_told_and_not_swallowed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        speak_into(whole, SCRIPT, engines=[ScriptedEngine()], cache=FaultyCache(tmp_path))
