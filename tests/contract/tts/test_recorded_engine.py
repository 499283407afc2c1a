"""What is particular to recordings behind the port."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.cache import SentenceCache
from tts.engines.espeak import EspeakEngine
from tts.engines.recorded import RecordedEngine
from tts.engines.tone import ToneEngine
from tts.errors import UnreadableAudio
from tts.synthesis import speak_into, whole
from tts.wav import to_wav

TEXT = "Bản tin của xã nhà hôm nay."


def take(path: Path, said: str = TEXT) -> Path:
    """A recording of ``said`` in a file."""
    reader = EspeakEngine()
    path.write_bytes(to_wav(reader.speak(said, reader.voices()[0])))
    return path


def test_a_damaged_file_is_told_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    path.write_bytes(b"no sound")
    engine = RecordedEngine({TEXT: path})
    with pytest.raises(UnreadableAudio):
        engine.speak(TEXT, engine.voices()[0])


def test_a_bulletin_without_its_recording_goes_whole_to_the_next_engine(tmp_path: Path) -> None:
    engine = RecordedEngine({TEXT: take(tmp_path / "take.wav")})
    spoken = speak_into(whole, ((TEXT, "Một câu không ai thu."),), engines=(engine, ToneEngine()))
    assert spoken.engine == "tone"
    assert [cause[0] for cause in spoken.causes] == ["recorded"]


def test_a_new_take_of_the_same_text_is_not_taken_from_the_cache(tmp_path: Path) -> None:
    cache = SentenceCache(tmp_path / "kept")
    path = take(tmp_path / "take.wav")
    first = speak_into(whole, ((TEXT,),), engines=(RecordedEngine({TEXT: path}),), cache=cache).speech
    take(path, f"{TEXT} Xin kính mời bà con chú ý lắng nghe.")
    second = speak_into(whole, ((TEXT,),), engines=(RecordedEngine({TEXT: path}),), cache=cache).speech
    assert second.samples > first.samples
