"""Measuring a file with ffmpeg in a way of its own, apart from the code under test."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

_BITRATES_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)


@dataclass(frozen=True)
class Measured:
    """What ffmpeg's own report says."""

    loudness_lufs: float
    true_peak_dbtp: float
    stream: str
    samples_44100: int


def ffmpeg(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=True)


def measured(mp3: bytes, folder: Path) -> Measured:
    path = folder / "measured.mp3"
    path.write_bytes(mp3)
    report = ffmpeg("-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-").stderr.decode()
    summary = report[report.index("Summary:") :]
    pcm = ffmpeg("-loglevel", "error", "-i", str(path), "-f", "s16le", "-ar", "44100", "-ac", "1", "-").stdout
    return Measured(
        loudness_lufs=float(_found(r"I:\s+(\S+) LUFS", summary)),
        true_peak_dbtp=float(_found(r"Peak:\s+(\S+) dBFS", summary)),
        stream=_found(r"Stream #0:0: (Audio: mp3.*)", report),
        samples_44100=len(pcm) // 2,
    )


def frame_bitrates_kbps(mp3: bytes) -> set[int]:
    """The bit rates of all MPEG-1 layer III frames at 44.1 kHz, walked header by header behind the ID3 tag."""
    at = 0
    if mp3[:3] == b"ID3":
        at = 10 + sum((mp3[6 + byte] & 0x7F) << (7 * (3 - byte)) for byte in range(4))
    found: set[int] = set()
    while at + 4 <= len(mp3):
        assert mp3[at] == 0xFF
        assert mp3[at + 1] & 0xFE == 0xFA
        bitrate_kbps = _BITRATES_KBPS[mp3[at + 2] >> 4]
        found.add(bitrate_kbps)
        at += 144 * bitrate_kbps * 1000 // 44_100 + (mp3[at + 2] >> 1 & 1)
    assert at == len(mp3)
    return found


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match.group(1)
