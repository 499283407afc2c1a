from __future__ import annotations

import pytest
from scripted_engine import ScriptedEngine

from tts.casting import Chosen, cast
from tts.engine import Voice
from tts.errors import EngineUnavailable
from tts.synthesis import speak_into, whole


class Voiceless(ScriptedEngine):
    """An engine that can't tell its voices."""

    def voices(self) -> tuple[Voice, ...]:
        raise EngineUnavailable(engine=self.name, why="chưa cài giọng nào", retryable=False)


def order(written: str | None) -> list[tuple[str, str]]:
    engines = [ScriptedEngine(name="first"), ScriptedEngine(name="second")]
    casting = cast(engines, Chosen.parse(written) if written is not None else None)
    return [(engine.name, voice.id) for engine, voice in casting.order]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (None, ["first-1", "second-1"]),
        ("first/first-1", ["first-1", "second-1"]),
        ("second/second-1", ["second-1", "first-1"]),
        ("second/second-2", ["second-2", "first-1", "second-1"]),
        ("second-2", ["second-2", "first-1", "second-1"]),
    ],
)
def test_the_chosen_voice_is_asked_first_then_the_usual_order(written: str | None, asked: list[str]) -> None:
    assert [voice for _, voice in order(written)] == asked


@pytest.mark.parametrize("written", ["first/second-1", "third/first-1", "gone", "", "/", "first/", "a/b/c"])
def test_a_chosen_voice_that_is_not_there_is_told_and_the_usual_order_speaks(written: str) -> None:
    casting = cast([ScriptedEngine(name="first")], Chosen.parse(written))
    assert [voice.id for _, voice in casting.order] == ["first-1"]
    assert [message for _, message in casting.causes] == [
        f"Giọng đã chọn “{Chosen.parse(written)}” không còn trên máy; hãy cài lại giọng hoặc chọn giọng khác."
    ]


@pytest.mark.parametrize("written", ["google/vi", "piper/vi_VN-vais1000-medium", "vi", "piper/a/b"])
def test_a_choice_is_written_as_it_is_read(written: str) -> None:
    assert str(Chosen.parse(written)) == written


def test_an_engine_without_voices_is_passed_over_with_its_cause() -> None:
    spoken = speak_into(whole, [["một"]], engines=[Voiceless(name="piper"), ScriptedEngine(name="second")])
    assert spoken.engine == "second"
    assert spoken.causes == (("piper", "Giọng piper không trả lời: chưa cài giọng nào."),)


def test_the_chosen_voice_that_fails_gives_way_with_its_cause() -> None:
    failing = ScriptedEngine(
        name="second", failures={"một": [EngineUnavailable(engine="second", why="hỏng", retryable=False)]}
    )
    spoken = speak_into(whole, [["một"]], engines=[ScriptedEngine(name="first"), failing], chosen=Chosen("second-2"))
    assert (spoken.engine, spoken.causes) == ("first", (("second", "Giọng second không trả lời: hỏng."),))


def test_a_chosen_voice_that_is_gone_is_told_of_the_bulletin_that_another_spoke() -> None:
    spoken = speak_into(whole, [["một"]], engines=[ScriptedEngine()], chosen=Chosen("vais", "piper"))
    assert spoken.voice.id == "scripted-1"
    assert [engine for engine, _ in spoken.causes] == ["piper"]
