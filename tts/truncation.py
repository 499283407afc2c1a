"""Whether a sound file ends before its own header says that it does; for the formats of which ffmpeg doesn't tell."""

from __future__ import annotations

import os
from pathlib import Path

_STREAMED = frozenset({0, 0xFFFF_FFFF})  # a recorder that couldn't go back to write the length
_OGG_HEADER = 27
_LONGEST_OGG_PAGE = 65_307


def ends_early(path: Path) -> bool:
    """Whether a WAV's samples (RIFF) or an Ogg's last page (RFC 3533) are cut; false for anything else.

    Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        return _wav_ends_early(path)
    return head[:4] == b"OggS" and _ogg_ends_early(path)


def _wav_ends_early(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(12)
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                return length not in _STREAMED and file.tell() + length > size
            file.seek(length + length % 2, os.SEEK_CUR)
    return False


def _ogg_ends_early(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 2 * _LONGEST_OGG_PAGE), os.SEEK_END)
        tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < _OGG_HEADER:
        return True
    segments = page[_OGG_HEADER : _OGG_HEADER + page[26]]
    return len(segments) < page[26] or len(page) < _OGG_HEADER + len(segments) + sum(segments)
