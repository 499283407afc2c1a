"""Several mastered sounds as one file for listening, one after the other as a station plays them.

The file is MP3 because every phone plays it in a page, at a tenth of what lossless sound would cost over a mobile
network. Its frames are not those of the items put end to end: each item brings its encoder's silence along, some 50 ms,
which only decoding takes away. So the items are decoded, joined and encoded once more, and the
encoder states what it added: what a player gives back is as long as the items together, to the sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tts.errors import AudioToolFailed, EmptyAudio, UnreadableAudio
from tts.ffmpeg import decode_file, feed, raw_pipe, workspace
from tts.mastering import RATE_HZ, mp3_output
from tts.mp3_length import mp3_samples
from tts.sound_file import SoundFile

LAYOUT = 2
"""Raise it when the same items would give other bytes: files that were kept are then made anew."""
_STEP = "ghép bản nghe thử"


def join_for_listening(items: Sequence[Path], target: Path, title: str) -> tuple[int, ...]:
    """Write ``items`` (MP3 as ``tts.mastering`` makes them) in their order to the MP3 ``target``; return how many
    samples each sounds, at 44.1 kHz. Their sum is the target's length.

    One item at a time is on disk as bare samples, and half a megabyte of it in memory. ``target`` is whole only when
    this returns. Raises EmptyAudio (no item), UnreadableAudio, AudioToolMissing, AudioToolFailed.
    """
    if not items:
        raise EmptyAudio
    lengths: list[int] = []
    with workspace(_STEP) as folder:
        output = mp3_output(target, {"title": title})
        feed(_STEP, [*raw_pipe(RATE_HZ), *output], _sound_of(items, folder, lengths))
    if mp3_samples(target) != sum(lengths):
        raise AudioToolFailed(step=_STEP, detail="độ dài không khớp")
    return tuple(lengths)


def _sound_of(items: Sequence[Path], folder: Path, lengths: list[int]) -> Iterator[bytes]:
    """The samples of ``items``, block by block; ``lengths`` grows by each item's when it is done."""
    decoded = SoundFile(folder / "item", RATE_HZ)
    for item in items:
        stated = mp3_samples(item)
        decode_file(item, decoded)
        if decoded.samples != stated:
            raise UnreadableAudio
        lengths.append(stated)
        for block in decoded.blocks():
            yield block.tobytes()
