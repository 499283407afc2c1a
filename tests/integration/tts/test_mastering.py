"""Mastering with the real ffmpeg, measured from outside."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from measured import ffmpeg, frame_bitrates_kbps, measured

from tts.assembly import silence
from tts.engine import Speech
from tts.engines.espeak import EspeakEngine
from tts.engines.tone import ToneEngine
from tts.errors import (
    AudioToolFailed,
    AudioToolMissing,
    AudioTooLong,
    EmptyAudio,
    LoudnessNotReached,
    SilentAudio,
)
from tts.ffmpeg import decode, run
from tts.mastering import Treatment, master
from tts.recording import take_recording
from tts.wav import to_wav

SENTENCE = "Kính mời bà con chú ý lắng nghe thông báo của ủy ban nhân dân xã về việc phòng chống cháy rừng."
HASH = "0123456789abcdef" * 4


def spoken() -> Speech:
    engine = EspeakEngine()
    return engine.speak(SENTENCE, engine.voices()[0])


def scaled(speech: Speech, factor: float) -> Speech:
    samples = np.frombuffer(speech.pcm, "<i2") * factor
    return Speech(np.clip(np.round(samples), -32_768, 32_767).astype("<i2").tobytes(), speech.rate_hz)


def noise(duration_ms: int) -> Speech:
    samples = np.random.default_rng(7).normal(0, 6_000, 44_100 * duration_ms // 1000)
    return Speech(np.clip(samples, -32_768, 32_767).astype("<i2").tobytes(), 44_100)


def clicks() -> Speech:
    samples = np.zeros(44_100 * 5, dtype="<i2")
    samples[::11_025] = 32_000
    samples[1::11_025] = -32_000
    return Speech(samples.tobytes(), 44_100)


def bass() -> Speech:
    time_s = np.arange(48_000 * 4) / 48_000
    return Speech((12_000 * np.sin(2 * np.pi * 60 * time_s)).astype("<i2").tobytes(), 48_000)


def gusts() -> Speech:
    """Short bursts of noise: their peaks grow past the ceiling as they are encoded."""
    time_s = np.arange(44_100 * 3) / 44_100
    samples = np.random.default_rng(3).normal(0, 8_000, time_s.size) * np.where(time_s * 3 % 1 < 0.05, 1, 0.02)
    return Speech(np.clip(samples, -32_768, 32_767).astype("<i2").tobytes(), 44_100)


def uneven() -> Speech:
    speech = spoken()
    quiet = scaled(speech, 0.05)
    return Speech(quiet.pcm + silence(2_000, speech.rate_hz).pcm + speech.pcm + quiet.pcm, speech.rate_hz)


SOUNDS: dict[str, Callable[[], Speech]] = {
    "speech": spoken,
    "far-too-quiet": lambda: scaled(spoken(), 0.01),
    "clipped": lambda: scaled(spoken(), 20),
    "uneven": uneven,
    "tone": lambda: ToneEngine().speak(SENTENCE, ToneEngine().voices()[0]),
    "one-syllable": lambda: Speech(spoken().pcm[:8_000], 22_050),
    "noise": lambda: noise(3_000),
    "bass": bass,
    "gusts": gusts,
}


@pytest.mark.parametrize(
    ("name", "treatment"),
    [*((name, Treatment.SPEECH) for name in SOUNDS), ("uneven", Treatment.MUSIC), ("clipped", Treatment.MUSIC)],
)
def test_any_sound_comes_out_within_the_limits(name: str, treatment: Treatment, tmp_path: Path) -> None:
    mastered = master(SOUNDS[name](), title="Bản tin", reading_sha256=HASH, treatment=treatment)
    seen = measured(mastered.mp3, tmp_path)
    assert seen.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert seen.true_peak_dbtp <= -1
    assert mastered.loudness_clufs / 100 == pytest.approx(seen.loudness_lufs, abs=0.06)
    assert mastered.true_peak_cdbtp / 100 == pytest.approx(seen.true_peak_dbtp, abs=0.06)
    assert mastered.true_peak_cdbtp <= -100


def test_the_file_is_mono_44100_at_a_constant_96_kbps(tmp_path: Path) -> None:
    mastered = master(spoken(), title="Bản tin")
    assert "44100 Hz, mono" in measured(mastered.mp3, tmp_path).stream
    assert frame_bitrates_kbps(mastered.mp3) == {96}


def test_the_duration_is_that_of_the_decoded_samples(tmp_path: Path) -> None:
    speech = noise(4_321)
    mastered = master(Speech(silence(900, 44_100).pcm + speech.pcm + silence(1_700, 44_100).pcm, 44_100), title="x")
    assert mastered.duration_ms == pytest.approx(4_321 + 150 + 300 + 30, abs=1)  # ends of the frame, kept edges
    assert mastered.duration_ms == round(measured(mastered.mp3, tmp_path).samples_44100 / 44.1)


def test_the_same_sound_gives_the_same_bytes_and_another_title_others() -> None:
    speech = spoken()
    first, again = (master(speech, title="Bản tin", reading_sha256=HASH) for _ in range(2))
    assert first == again
    assert first.sha256 == hashlib.sha256(first.mp3).hexdigest()
    assert master(speech, title="Bản tin khác", reading_sha256=HASH).sha256 != first.sha256


def test_the_bytes_do_not_name_a_version_of_the_encoder() -> None:
    assert re.search(rb"Lav[cf]\d", master(noise(500), title="x").mp3) is None


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Phòng chống cháy rừng", "Phòng chống cháy rừng"),
        ("Dòng một\nDòng hai\0\x1b[31m", "Dòng một Dòng hai [31m"),
        ('= ; # " \\ -i x', '= ; # " \\ -i x'),
        ("a" * 1_000, "a" * 200),
    ],
)
def test_title_and_reading_stand_in_the_tags(title: str, written: str, tmp_path: Path) -> None:
    path = tmp_path / "tagged.mp3"
    path.write_bytes(master(spoken(), title=title, reading_sha256=HASH).mp3)
    report = ffmpeg("-loglevel", "error", "-i", str(path), "-f", "ffmetadata", "-").stdout.decode()
    tags = dict(line.split("=", 1) for line in report.replace("\\", "").splitlines() if "=" in line)
    assert tags["title"] == written.replace("\\", "")
    assert tags["loa_reading_sha256"] == HASH


def test_the_waveform_is_that_of_the_sound() -> None:
    speech = noise(2_000)
    waveform = master(Speech(speech.pcm + silence(2_000, 44_100).pcm + speech.pcm, 44_100), title="x").peaks
    assert len(waveform) == 150
    assert max(waveform[60:90]) < 30
    assert min(waveform[10:45]) > 500


def test_an_empty_sound_is_refused() -> None:
    with pytest.raises(EmptyAudio):
        master(Speech(b"", 44_100), title="x")


@pytest.mark.parametrize("speech", [silence(50, 22_050), silence(3_000, 22_050), scaled(noise(2_000), 0.0005)])
def test_a_silent_sound_is_refused(speech: Speech) -> None:
    with pytest.raises(SilentAudio):
        master(speech, title="x")


def test_a_sound_of_bare_clicks_cannot_be_made_loud_and_is_refused() -> None:
    with pytest.raises(LoudnessNotReached, match="hãy thu lại"):
        master(clicks(), title="x")


def test_an_endless_sound_is_refused() -> None:
    with pytest.raises(AudioTooLong, match="30 phút"):
        master(Speech(b"\1\0" * (8_000 * 1_801), 8_000), title="x")


def test_decoding_stops_at_the_limit() -> None:
    assert decode(to_wav(noise(2_000)), 44_100, limit_s=0.5).duration_ms == 500


def test_a_missing_ffmpeg_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nonexistent/ffmpeg")
    with pytest.raises(AudioToolMissing, match="imageio-ffmpeg"):
        master(noise(500), title="x")


def test_a_disk_without_room_for_work_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    with pytest.raises(AudioToolFailed, match="khi ghi tệp MP3"):
        master(noise(500), title="x")
    with pytest.raises(AudioToolFailed, match="khi đọc tệp âm thanh"):
        take_recording(Path("never-opened.wav"), title="x")


def test_a_failing_ffmpeg_is_said_so_with_the_step() -> None:
    with pytest.raises(AudioToolFailed, match="ffmpeg báo lỗi khi thử:"):
        run("thử", ["-i", "/nonexistent/file", "-f", "null", "-"])
