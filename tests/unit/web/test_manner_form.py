"""The editor's fields of voice, speed and pauses: what is typed, what is shown."""

from __future__ import annotations

import pytest

from scheduler.errors import InvalidInput
from scheduler.services.bulletins.manner import USUAL, Manner
from tts.engine import Voice
from tts.engines.espeak import EspeakEngine
from tts.rendering import VoiceAtHand, engines_for, voices_at_hand
from web.bulletins.manner import manner_words, shown_pause, speed_options, typed_manner, voice_options


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("", "", "", ""), USUAL),
        (("", "1000", " ", ""), USUAL),
        (("espeak/vi", "850", "0,5", "1.25"), Manner("espeak/vi", 850, 500, 1250)),
        (("", "1200", "0", "3"), Manner(None, 1200, 0, 3000)),
        (("", "", "0,007", "0,35"), Manner(None, 1000, 7, 350)),
    ],
)
def test_what_is_typed(typed: tuple[str, str, str, str], meant: Manner) -> None:
    assert typed_manner(*typed) == meant


@pytest.mark.parametrize("speed", ["nhanh", "1,1", "-900", "٨٥٠", "99999", "8e2"])
def test_what_is_no_speed_is_refused(speed: str) -> None:
    with pytest.raises(InvalidInput, match="Tốc độ"):
        typed_manner("", speed, "", "")


@pytest.mark.parametrize("pause", ["nửa giây", "-1", "1,2345", "1,", ",5", "1 000", "0,5s", "9" * 50])
def test_what_is_no_pause_is_refused_with_its_place(pause: str) -> None:
    with pytest.raises(InvalidInput, match="giữa các câu"):
        typed_manner("", "", pause, "")
    with pytest.raises(InvalidInput, match="giữa các đoạn"):
        typed_manner("", "", "", pause)


@pytest.mark.parametrize(
    ("pause_ms", "shown"), [(None, ""), (0, "0"), (350, "0,35"), (1000, "1"), (3000, "3"), (7, "0,007")]
)
def test_a_pause_is_shown_as_it_is_typed(pause_ms: int | None, shown: str) -> None:
    assert shown_pause(pause_ms) == shown
    assert typed_manner("", "", shown, "").sentence_pause_ms == pause_ms


def test_speeds_reach_from_the_slowest_to_the_fastest_and_hold_the_chosen_one() -> None:
    usual = speed_options("1000")
    assert [value for value, _ in usual] == ["800", "850", "900", "950", "1000", "1050", "1100", "1150", "1200"]
    assert dict(usual)["1000"] == "1,00, bình thường"
    assert ("875", "0,875") in speed_options("875")
    assert speed_options("5000") == speed_options("") == speed_options("nhanh") == usual


def test_voices_are_those_at_hand_after_the_houses_order_and_stand_ins_are_marked() -> None:
    engines = engines_for("auto")
    words = dict(voice_options(voices_at_hand(engines), engines, ""))
    assert words[""].startswith("Theo thứ tự của đài: giọng Google, rồi")
    assert words["google/vi"] == "Giọng Google tiếng Việt"
    assert all("giọng dự phòng" in words[f"espeak/{voice.id}"] for voice in EspeakEngine().voices())


def test_a_stand_in_of_any_engine_is_marked() -> None:
    at_hand = [VoiceAtHand("mimic", Voice("x", "vi", "Giọng nháp"), draft=True)]
    assert dict(voice_options(at_hand, [], ""))["mimic/x"] == "Giọng nháp, mimic (giọng dự phòng)"


def test_a_chosen_voice_that_is_gone_stays_in_the_list_and_says_so() -> None:
    assert voice_options([], [], "piper/gone")[-1] == ("piper/gone", "piper/gone (không còn trên máy)")


def test_words_tell_only_what_is_not_usual() -> None:
    assert manner_words(USUAL) == []
    assert manner_words(Manner("espeak/vi", 850, 0, 1250)) == [
        "giọng dự phòng eSpeak (vi)",
        "tốc độ 0,85",
        "nghỉ giữa câu 0 giây",
        "nghỉ giữa đoạn 1,25 giây",
    ]
