"""What a person may upload, as bytes from outside: every fault with its own sentence, every common form taken."""

from __future__ import annotations

import functools
import io
import tempfile
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from measured import ffmpeg, measured
from numpy.typing import NDArray

from tts.engines.espeak import EspeakEngine
from tts.errors import AudioTooLong, EmptyAudio, SilentAudio, TtsError, UnreadableAudio
from tts.recording import take_recording
from tts.recording_check import Checked, check_recording
from tts.recording_errors import (
    AudioDamaged,
    Clipped,
    HasVideo,
    MostlySilent,
    NotSound,
    RecordingTooShort,
    SeveralSounds,
    TooQuiet,
)

RATE_HZ = 22_050
Wave = NDArray[np.float64]


@functools.cache
def voice() -> Wave:
    """Five seconds of speech whose loudest sample is 1."""
    engine = EspeakEngine()
    speech = engine.speak(
        "Kính mời bà con chú ý lắng nghe thông báo của xã về phòng chống cháy rừng.", engine.voices()[0]
    )
    samples = np.frombuffer(speech.pcm, "<i2").astype(np.float64)
    return samples / np.max(np.abs(samples))


def silence(seconds: float) -> Wave:
    return np.zeros(round(RATE_HZ * seconds))


def wav(*channels: Wave, rate_hz: int = RATE_HZ) -> bytes:
    """Channels from -1 to 1, cut off beyond, as a 16-bit WAV file."""
    frames = np.clip(np.round(np.stack(channels, axis=1) * 32_767), -32_768, 32_767).astype("<i2")
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(frames.tobytes())
    return content.getvalue()


def converted(content: bytes, name: str, *options: str) -> bytes:
    """The sound as ffmpeg writes it into a file of that name."""
    path = Path(_kept().name, name)
    ffmpeg("-loglevel", "error", "-y", "-i", "pipe:0", *options, str(path), stdin=content)
    return path.read_bytes()


@functools.cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="loa-test-")  # gone with the process


def plain() -> bytes:
    return wav(0.5 * voice())


def check(content: bytes, folder: Path) -> Checked:
    source = folder / "upload"
    source.write_bytes(content)
    (folder / "work").mkdir()
    return check_recording(source, folder / "work")


COVER = ("-f", "lavfi", "-i", "color=red:size=32x32:duration=1")


def with_cover(name: str) -> bytes:
    """A sound that carries a picture, as bought music and some phones' recorders do."""
    picture = Path(_kept().name, "cover.png")
    ffmpeg("-loglevel", "error", "-y", *COVER, "-frames:v", "1", str(picture))
    shown = ("-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v:0", "attached_pic")
    return converted(plain(), name, "-i", str(picture), *shown)


TAKEN: dict[str, Callable[[], bytes]] = {
    "wav": plain,
    "wav-24-bit-48000-stereo": lambda: converted(plain(), "a.wav", "-ar", "48000", "-ac", "2", "-c:a", "pcm_s24le"),
    "wav-float-96000": lambda: converted(plain(), "b.wav", "-ar", "96000", "-c:a", "pcm_f32le"),
    "wav-of-a-stream": lambda: plain()[:40] + b"\xff\xff\xff\xff" + plain()[44:],
    "mp3": lambda: converted(plain(), "a.mp3", "-b:a", "48k"),
    "mp3-with-cover": lambda: with_cover("cover.mp3"),
    "mp3-with-a-lying-title": lambda: converted(
        plain(), "lie.mp3", "-metadata", "title=x\n  Stream #0:1: Video: h264, 25 fps"
    ),
    "m4a": lambda: converted(plain(), "a.m4a"),
    "m4a-with-cover": lambda: with_cover("cover.m4a"),
    "mp4-in-pieces": lambda: converted(plain(), "pieces.mp4", "-movflags", "frag_keyframe+empty_moov"),
    "ogg": lambda: converted(plain(), "a.ogg"),
    "opus": lambda: converted(plain(), "a.opus"),
    "webm-without-length": lambda: converted(plain(), "live.webm", "-c:a", "libopus", "-live", "1"),
    "flac": lambda: converted(plain(), "a.flac"),
    "aac": lambda: converted(plain(), "a.aac"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_every_common_form_is_taken_whole_and_without_a_remark(name: str, tmp_path: Path) -> None:
    checked = check(TAKEN[name](), tmp_path)
    assert checked.sound.duration_ms == pytest.approx(len(voice()) / RATE_HZ * 1000, abs=120)
    assert checked.notes == ()


def beep(seconds: float) -> Wave:
    return np.sin(np.arange(round(RATE_HZ * seconds)) / 10) * 0.3


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "x" * 2_000)
    return content.getvalue()


def video() -> bytes:
    return converted(plain(), "video.mp4", *COVER, "-map", "0:a", "-map", "1:v", "-c:v", "mpeg4")


def silent_video() -> bytes:
    path = Path(_kept().name, "mute.mkv")
    ffmpeg("-loglevel", "error", "-y", *COVER, "-c:v", "mpeg4", str(path))
    return path.read_bytes()


def two_sounds() -> bytes:
    return converted(plain(), "two.mka", "-map", "0:a", "-map", "0:a")


def part(content: bytes, share: float = 0.6) -> bytes:
    return content[: int(len(content) * share)]


def scratched(content: bytes) -> bytes:
    """Every hundredth byte after the head is another one."""
    spoilt = bytearray(content)
    for at in range(4_096, len(spoilt), 100):
        spoilt[at] ^= 0x5A
    return bytes(spoilt)


def scratched_in_places(name: str) -> bytes:
    """A minute in which a few packets are noise: hardly anything is missing, and what is heard crackles."""
    spoilt = bytearray(converted(wav(np.tile(voice(), 12)), f"long-{name}"))
    for at in range(len(spoilt) // 4, len(spoilt) * 3 // 4, len(spoilt) // 12):
        spoilt[at : at + 60] = bytes(byte ^ 0xA5 for byte in spoilt[at : at + 60])
    return bytes(spoilt)


def long_by_its_samples() -> bytes:
    return converted(
        wav(np.tile(beep(1), 4), rate_hz=RATE_HZ), "long.flac", "-af", "aloop=-1:88200,atrim=0:1802", "-ar", "8000"
    )


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
REFUSED: dict[str, tuple[Callable[[], bytes], type[TtsError], str]] = {
    "empty": (lambda: b"", EmptyAudio, "trống"),
    "one-byte": (lambda: b"\0", UnreadableAudio, "Không đọc được"),
    "random": (lambda: np.random.default_rng(1).bytes(20_000), UnreadableAudio, "Không đọc được"),
    "text": (lambda: "Bản tin".encode() * 500, NotSound, "tệp chữ"),
    "zip": (zipped, NotSound, "tệp nén"),
    "program": (lambda: b"MZ" + bytes(3_000), NotSound, "chương trình"),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(500), NotSound, "PDF"),
    "playlist": (lambda: PLAYLIST, NotSound, "danh sách phát"),
    "concatenation": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", NotSound, "danh sách phát"),
    "svg": (lambda: SVG, NotSound, "hình vẽ"),
    "unlisted-format": (lambda: converted(plain(), "a.au"), UnreadableAudio, "Không đọc được"),
    "video": (video, HasVideo, "video"),
    "video-without-sound": (silent_video, HasVideo, "video"),
    "two-sounds": (two_sounds, SeveralSounds, "2 luồng"),
    "wav-head-alone": (lambda: plain()[:44], TtsError, "hãy"),
    "wav-cut": (lambda: part(plain()), AudioDamaged, "thiếu phần cuối"),
    "mp3-cut": (lambda: part(TAKEN["mp3"]()), AudioDamaged, "chỉ đọc được"),
    "m4a-cut": (lambda: part(TAKEN["m4a"]()), AudioDamaged, "bị cụt"),
    "ogg-cut": (lambda: part(TAKEN["ogg"]()), AudioDamaged, "thiếu phần cuối"),
    "opus-cut": (lambda: part(TAKEN["opus"]()), AudioDamaged, "thiếu phần cuối"),
    "flac-cut": (lambda: part(TAKEN["flac"]()), AudioDamaged, "chỉ đọc được"),
    "webm-cut": (lambda: part(converted(plain(), "a.webm", "-c:a", "libopus")), AudioDamaged, "cụt"),
    "mp3-scratched": (lambda: scratched(TAKEN["mp3"]()), AudioDamaged, "hỏng"),
    "m4a-scratched-in-places": (lambda: scratched_in_places("a.m4a"), AudioDamaged, "hỏng"),
    "mp3-scratched-in-places": (lambda: scratched_in_places("a.mp3"), AudioDamaged, "hỏng"),
    "silent": (lambda: wav(silence(3)), SilentAudio, "im lặng"),
    "silent-but-for-hiss": (lambda: wav(np.random.default_rng(2).normal(0, 0.0001, RATE_HZ * 3)), TtsError, "micrô"),
    "mostly-silent": (
        lambda: wav(np.concatenate((voice()[: RATE_HZ // 2], silence(12), voice()[:RATE_HZ]))),
        MostlySilent,
        "%",
    ),
    "too-quiet": (lambda: wav(voice() * 0.01), TooQuiet, "quá nhỏ"),
    "clipped": (lambda: wav(voice() * 4), Clipped, "vỡ"),
    "clipped-then-mp3": (lambda: converted(wav(voice() * 4), "loud.mp3", "-b:a", "64k"), Clipped, "vỡ"),
    "clipped-then-turned-down": (lambda: wav(np.clip(voice() * 4, -1, 1) * 0.4), Clipped, "vỡ"),
    "too-long-by-its-head": (long_by_its_samples, AudioTooLong, "30 phút"),
    "too-short": (
        lambda: wav(np.concatenate((silence(1), voice()[: RATE_HZ // 2], silence(1)))),
        RecordingTooShort,
        "1 giây",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_every_fault_has_its_own_sentence(name: str, tmp_path: Path) -> None:
    content, error, words = REFUSED[name]
    with pytest.raises(error, match=words) as caught:
        check(content(), tmp_path)
    assert str(caught.value).endswith(".")
    assert "{" not in str(caught.value)


def test_a_length_that_no_header_tells_is_found_by_decoding(tmp_path: Path) -> None:
    second = wav(beep(1)[:8_000], rate_hz=8_000)
    with pytest.raises(AudioTooLong):
        check(second[:40] + b"\xff\xff\xff\xff" + second[44:] * 1_802, tmp_path)


def test_a_playlist_cannot_bring_in_another_sound(tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(plain())
    for playlist in (
        PLAYLIST.replace(b"/etc/passwd", str(tmp_path / "secret.wav").encode()),
        b"ffconcat version 1.0\nfile secret.wav\n",
    ):
        (tmp_path / "upload").write_bytes(playlist)
        with pytest.raises(NotSound):
            check_recording(tmp_path / "upload", tmp_path)


NOTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "left-alone": (lambda: wav(0.5 * voice(), 0.002 * voice()), "Chỉ kênh trái"),
    "right-alone": (lambda: wav(0 * voice(), 0.5 * voice()), "Chỉ kênh phải"),
    "opposed": (lambda: wav(0.5 * voice(), -0.5 * voice()), "triệt tiêu nhau"),
    "surround": (lambda: converted(plain(), "six.wav", "-ac", "6"), "nhiều kênh (5.1)"),
    "three-channels": (lambda: wav(0.4 * voice(), 0.4 * voice(), 0 * voice()), "nhiều kênh"),
    "telephone": (lambda: converted(plain(), "phone.wav", "-ar", "8000"), "8 kHz"),
    "somewhat-clipped": (lambda: wav(voice() * 1.4), "hơi vỡ"),
    "low": (lambda: wav(voice() * 0.07), "Tiếng thu nhỏ"),
    "long-pause": (lambda: wav(0.5 * np.concatenate((voice(), silence(9), voice()))), "Có đoạn lặng 9 giây, từ 0:05"),
}


@pytest.mark.parametrize("name", NOTED)
def test_what_is_doubtful_is_taken_and_told(name: str, tmp_path: Path) -> None:
    content, words = NOTED[name]
    checked = check(content(), tmp_path)
    (note,) = checked.notes
    assert words in note


@pytest.mark.parametrize("name", ["left-alone", "right-alone", "opposed"])
def test_the_voice_of_a_lame_pair_keeps_its_level(name: str, tmp_path: Path) -> None:
    sound = check(NOTED[name][0](), tmp_path).sound
    loudest = max(int(np.abs(block.astype(np.int32)).max()) for block in sound.blocks())
    assert loudest == pytest.approx(0.5 * 32_767, rel=0.02)


def rough() -> bytes:
    """A voice near and far, cut off at the loud places, in stereo at 48 kHz: what a phone in a meeting hall gives."""
    far, near = 0.05 * voice(), np.clip(1.4 * voice(), -1, 1)
    mixed = np.concatenate((far, near, silence(2), far, near))
    return converted(wav(mixed, 0.8 * mixed), "rough.m4a", "-ar", "48000")


@pytest.mark.parametrize("content", [plain, rough], ids=["plain", "rough"])
def test_a_taken_recording_is_within_the_limits_after_encoding(content: Callable[[], bytes], tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(content())
    taken = take_recording(source, title="Bản thu")
    seen = measured(taken.mastered.mp3, tmp_path)
    assert seen.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert seen.true_peak_dbtp <= -1
    assert "44100 Hz, mono" in seen.stream
