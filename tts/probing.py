"""What an untrusted file holds, asked of ffmpeg before anything of it is decoded: its sounds, its pictures, its length.

imageio-ffmpeg ships no ffprobe, so ffmpeg's own report of its input is read. A file's tags can't forge a line of it: a
line break inside a tag is printed behind a colon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tts.errors import AudioToolFailed, UnreadableAudio
from tts.ffmpeg import READING, run, untrusted_input
from tts.recording_errors import AudioDamaged, NotSound

_STREAM = re.compile(r"^\s*Stream #0:\d+\S*: (Audio|Video): (.*)$", re.MULTILINE)
_DURATION = re.compile(r"^\s*Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
_RATE = re.compile(r"(\d+) Hz, ([^,]+)")
_GUESSED = "Estimating duration from bitrate"
_COVER = "(attached pic)"
_SIGNATURES = (b"fLaC", b"OggS", b"\x1a\x45\xdf\xa3", b"ID3", b"FORM", b"caff", b"#!AMR")
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "tệp nén hoặc tài liệu Word"),
    (b"Rar!", "tệp nén"),
    (b"7z\xbc\xaf", "tệp nén"),
    (b"\x1f\x8b", "tệp nén"),
    (b"MZ", "chương trình máy tính"),
    (b"\x7fELF", "chương trình máy tính"),
    (b"%PDF", "tài liệu PDF"),
    (b"\xd0\xcf\x11\xe0", "tài liệu Word cũ"),
    (b"\x89PNG", "ảnh"),
    (b"\xff\xd8\xff", "ảnh"),
    (b"GIF8", "ảnh"),
    (b"#EXTM3U", "danh sách phát, không chứa tiếng"),
    (b"[playlist]", "danh sách phát, không chứa tiếng"),
    (b"ffconcat", "danh sách phát, không chứa tiếng"),
    (b"<", "trang web hoặc hình vẽ"),
    (b"{", "tệp chữ"),
)


@dataclass(frozen=True, slots=True)
class SoundStream:
    """One sound of a file: samples a second, and the channels as ffmpeg calls them (mono, stereo, 5.1 …)."""

    rate_hz: int
    layout: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says that it holds; ``duration_s`` is null when it doesn't say, or only lets it be guessed.

    A cover picture is no video.
    """

    sounds: tuple[SoundStream, ...]
    video: bool
    duration_s: float | None


def contents(path: Path) -> Contents:
    """Ask what an untrusted file holds.

    Raises NotSound for something else under a sound's name, AudioDamaged for the remains of a sound, UnreadableAudio,
    AudioToolMissing.
    """
    nothing = ("-map", "0:a?", "-map", "0:v?", "-c", "copy", "-t", "0", "-f", "null", "-")
    try:
        report = run(READING, [*untrusted_input(path), *nothing], loglevel="info").stderr
    except AudioToolFailed as error:
        raise _stranger(path) from error
    told = report.partition("Stream mapping:")[0]
    streams = _STREAM.findall(told)
    sounds = [_RATE.search(line) for kind, line in streams if kind == "Audio"]
    return Contents(
        sounds=tuple(SoundStream(int(found[1]), found[2].strip()) for found in sounds if found),
        video=any(kind == "Video" and _COVER not in line for kind, line in streams),
        duration_s=None if _GUESSED in told else _seconds(told),
    )


def _seconds(told: str) -> float | None:
    found = _DURATION.search(told)
    return None if found is None else int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


def _stranger(path: Path) -> UnreadableAudio:
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(_SIGNATURES) or head[4:8] == b"ftyp" or head[8:12] == b"WAVE":
        return AudioDamaged()
    told = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for sign, what in _STRANGERS:
        if told.startswith(sign):
            return NotSound(what=what)
    return NotSound(what="tệp chữ") if _is_text(head) else UnreadableAudio()


def _is_text(head: bytes) -> bool:
    """Whether the head of a file is UTF-8 text; its last character may be cut."""
    for end in range(len(head), max(len(head) - 4, 0), -1):
        try:
            return head[:end].decode("utf-8").replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
        except UnicodeDecodeError:
            continue
    return False
