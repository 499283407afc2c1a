"""How long an MP3 of ours sounds, to the sample, without decoding it.

An MP3 comes in frames of 1152 samples, with silence that the encoder adds before and after. How much it added stands in
the first frame (the "Info" frame with LAME's extension, http://gabriel.mp3-tech.org/mp3infotag.html), from which every
good player takes it away again: what is left is what was mastered.
"""

from __future__ import annotations

from pathlib import Path

from tts.errors import UnreadableAudio

SAMPLES_PER_FRAME = 1152  # MPEG-1 layer III
_ID3_HEADER = 10
_MOST_TAG = 1 << 20
_MPEG1_LAYER3 = 0xFA
_RATE_44100 = 0b00
_MONO = 0b11
_MONO_SIDE, _STEREO_SIDE = 17, 32
_HAS_FRAMES, _OTHER_FIELDS = 1, ((2, 4), (4, 100), (8, 4))  # bytes, table of contents, quality
_DELAYS_AT = 21  # in the extension, behind the encoder's name and what it says of loudness


def mp3_samples(path: Path) -> int:
    """The samples, at 44.1 kHz, that the MP3 file ``path`` sounds for. Raises UnreadableAudio for any other file."""
    try:
        with path.open("rb") as file:
            head = file.read(_ID3_HEADER)
            if head[:3] == b"ID3" and len(head) == _ID3_HEADER:
                file.seek(_ID3_HEADER + min(_tag_length(head[6:10]), _MOST_TAG))
                head = b""
            return _samples(head + file.read(1024))
    except (OSError, IndexError, ValueError) as error:
        raise UnreadableAudio from error


def _tag_length(four: bytes) -> int:
    """The length of an ID3v2 tag: seven bits of each byte."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))


def _samples(frame: bytes) -> int:
    if frame[0] != 0xFF or frame[1] & 0xFE != _MPEG1_LAYER3 or frame[2] >> 2 & 3 != _RATE_44100:
        message = "not a frame of 44.1 kHz MPEG-1 layer III"
        raise ValueError(message)
    at = 4 + (_MONO_SIDE if frame[3] >> 6 == _MONO else _STEREO_SIDE)
    if frame[at : at + 4] not in (b"Info", b"Xing") or not frame[at + 7] & _HAS_FRAMES:
        message = "no count of frames"
        raise ValueError(message)
    frames = int.from_bytes(frame[at + 8 : at + 12])
    extension = at + 12 + sum(length for flag, length in _OTHER_FIELDS if frame[at + 7] & flag)
    added = int.from_bytes(frame[extension + _DELAYS_AT : extension + _DELAYS_AT + 3])
    if not added:  # a player would not know what to take away
        message = "no delay of the encoder"
        raise ValueError(message)
    return frames * SAMPLES_PER_FRAME - (added >> 12) - (added & 0xFFF)
