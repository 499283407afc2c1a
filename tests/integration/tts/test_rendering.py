"""From spoken text to the file, with the real voices that need no network."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from measured import measured

from tts.engine import Engine
from tts.engines.espeak import EspeakEngine
from tts.engines.google import GoogleEngine
from tts.errors import EngineRefused, EngineUnavailable, NoEngineSpoke, UnknownEngine
from tts.rendering import ENGINE_NAMES, Rendered, engines_for, render, voices_at_hand

SCRIPT = (
    ("Kính thưa bà con, sau đây là bản tin của đài truyền thanh xã.", "Hôm nay trời nắng."),
    ("Xin cảm ơn bà con đã lắng nghe.",),
)
HASH = "ab" * 32


def rendered(engines: tuple[Engine, ...], cache_dir: Path | None = None, speed: float = 1.0) -> Rendered:
    return render(SCRIPT, engines=engines, title="Bản tin", reading_sha256=HASH, cache_dir=cache_dir, speed=speed)


@pytest.mark.parametrize(("name", "voice"), [("espeak", "vi"), ("tone", "tone")])
def test_renders_a_bulletin_ready_to_air(name: str, voice: str, tmp_path: Path) -> None:
    made = rendered(engines_for(name))
    assert (made.engine, made.voice, made.draft, made.causes) == (name, voice, True, ())
    seen = measured(made.mastered.mp3, tmp_path)
    assert seen.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert seen.true_peak_dbtp <= -1


def test_the_same_bulletin_gives_the_same_bytes_with_and_without_cache(tmp_path: Path) -> None:
    engines = engines_for("espeak")
    assert rendered(engines) == rendered(engines, tmp_path) == rendered(engines, tmp_path)
    assert len(list(tmp_path.rglob("*.wav"))) == 3


def test_a_slower_reading_is_longer() -> None:
    engines = engines_for("espeak")
    assert rendered(engines, speed=0.8).mastered.duration_ms > rendered(engines).mastered.duration_ms * 1.15


def test_without_network_the_stand_in_voice_speaks_and_the_cause_is_kept() -> None:
    nowhere = GoogleEngine(address="https://127.0.0.1:9", proxies={}, timeout_s=1)
    made = rendered((nowhere, EspeakEngine()))
    assert (made.engine, made.draft) == ("espeak", True)
    assert made.causes == (("google", "Giọng google không trả lời: không nối được tới 127.0.0.1; hãy kiểm tra mạng."),)


def test_when_no_voice_speaks_there_is_no_file() -> None:
    nowhere = GoogleEngine(address="https://127.0.0.1:9", proxies={}, timeout_s=1)
    with pytest.raises(NoEngineSpoke, match="không nối được"):
        rendered((nowhere,))


def test_progress_counts_the_sentences() -> None:
    told: list[tuple[str, int, int]] = []
    render(
        SCRIPT,
        engines=engines_for("tone"),
        title="x",
        reading_sha256=HASH,
        cache_dir=None,
        progress=lambda *step: told.append(step),
    )
    assert told == [("tone", 1, 3), ("tone", 2, 3), ("tone", 3, 3)]


def test_every_name_gives_its_voices_in_order() -> None:
    orders = {name: [engine.name for engine in engines_for(name)] for name in ENGINE_NAMES}
    one_each = {name: [name] for name in ENGINE_NAMES if name != "auto"}
    assert orders == {"auto": ["google", "piper", "espeak"], **one_each}


def test_the_order_is_a_choice() -> None:
    assert [engine.name for engine in engines_for("auto", order=("espeak", "google"))] == ["espeak", "google"]


def test_the_voices_at_hand_are_the_vietnamese_ones_in_the_order_of_the_engines() -> None:
    engines = (*engines_for("tone"), *engines_for("auto"))
    at_hand = voices_at_hand(engines)
    assert [(each.engine, each.voice.id, each.draft) for each in at_hand] == [
        ("google", "vi", False),
        ("espeak", "vi", True),
        ("espeak", "vi-vn-x-central", True),
        ("espeak", "vi-vn-x-south", True),
    ]


@pytest.mark.parametrize("name", ["", "siri", "AUTO", "espeak "])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownEngine, match="auto, google, piper, espeak, tone"):
        engines_for(name)


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (EspeakEngine(python="/nonexistent/python"), "không chạy được chương trình đọc"),
        (EspeakEngine(python="/bin/false"), "chương trình đọc dừng với mã 1"),
        (EspeakEngine(timeout_s=0.0001), r"không đọc xong một câu trong 0\.0001 giây"),
    ],
)
def test_a_voice_process_that_fails_is_unavailable(engine: EspeakEngine, message: str) -> None:
    with pytest.raises(EngineUnavailable, match=message) as caught:
        engine.speak("Bà con", engine.voices()[0])
    assert caught.value.retryable is ("giây" in message)


def test_a_voice_process_that_answers_nonsense_is_refused() -> None:
    engine = EspeakEngine(python="/bin/true")
    with pytest.raises(EngineRefused, match="bị hỏng"):
        engine.speak("Bà con", engine.voices()[0])


def test_what_stands_behind_a_nul_is_said_too() -> None:
    engine = EspeakEngine()
    voice = engine.voices()[0]
    assert engine.speak("xin\0chào bà con", voice) == engine.speak("xin chào bà con", voice)


def test_the_voice_works_in_a_folder_with_files_named_like_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("wave", "tts", "espeakng_loader", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the user folder')")
    monkeypatch.chdir(tmp_path)
    engine = EspeakEngine(python=sys.executable)
    assert engine.speak("Bà con", engine.voices()[0]).pcm
