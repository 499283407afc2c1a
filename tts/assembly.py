"""Utterances into one bulletin: silence trimmed from each, pauses put between them (pydub)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self, cast

import numpy as np

from tts.engine import BYTES_PER_SAMPLE, Speech
from tts.sound_file import Samples

with warnings.catch_warnings():
    # pydub looks for an ffmpeg on the PATH as it loads and warns the user of its absence; we bring our own.
    warnings.simplefilter("ignore")
    import pydub

LONGEST_MIN = 30
"""The longest sound that is made or taken; a bulletin lasts a minute or two, a whole session 10 to 15 minutes."""
_QUIET_BELOW_PEAK_DB = 42.0  # a recording made too low is still all there
_SILENCE_DBFS = -66.0
_KEPT_MS = 15  # kept at each edge, so that a soft consonant isn't cut
_FADE_MS = 6  # an edge without a click


class Segment(Protocol):
    """As much of pydub's AudioSegment as is used here."""

    @property
    def raw_data(self) -> bytes: ...

    def fade_in(self, duration: int) -> Self: ...

    def fade_out(self, duration: int) -> Self: ...


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence between sentences, between paragraphs, and at the two ends, in milliseconds."""

    sentence_ms: int = 350
    paragraph_ms: int = 700
    lead_ms: int = 150
    tail_ms: int = 300


def trim(speech: Speech) -> Speech:
    """``speech`` without the silence at its two ends (see ``sounding``); empty when there is nothing but silence."""
    samples = np.frombuffer(speech.pcm, dtype="<i2")
    first, end = sounding(lambda: (samples,), speech.rate_hz)
    return Speech(samples[first:end].tobytes(), speech.rate_hz)


def sounding(blocks: Callable[[], Iterable[Samples]], rate_hz: int) -> tuple[int, int]:
    """Where the sound in ``blocks`` (read twice) begins and ends, in samples; (0, 0) when it is silence alone.

    A sample counts as sound above -66 dBFS and within 42 dB of the loudest one.
    """
    loudest = max((_loudest(block) for block in blocks() if block.size), default=0)
    threshold = max(32_768 * 10 ** (_SILENCE_DBFS / 20), loudest * 10 ** (-_QUIET_BELOW_PEAK_DB / 20))
    at, first, end = 0, -1, 0
    for block in blocks():
        loud = np.flatnonzero(np.abs(block.astype(np.int32)) >= threshold)
        if loud.size:
            first = at + int(loud[0]) if first < 0 else first
            end = at + int(loud[-1]) + 1
        at += block.size
    if first < 0:
        return 0, 0
    kept = _KEPT_MS * rate_hz // 1000
    return max(0, first - kept), min(at, end + kept)


def _loudest(block: Samples) -> int:
    return max(int(block.max()), -int(block.min()))


def silence(duration_ms: int, rate_hz: int) -> Speech:
    """Silence of ``duration_ms``."""
    quiet = cast("Segment", pydub.AudioSegment.silent(duration=duration_ms, frame_rate=rate_hz))
    return Speech(quiet.raw_data, rate_hz)


def join(paragraphs: Iterable[Iterable[Speech]], pauses: Pauses, rate_hz: int) -> Speech:
    """One sound of all utterances, each trimmed and with soft edges. All must be at ``rate_hz``.

    For the parts of a sentence; a bulletin is taken piece by piece.
    """
    return Speech(b"".join(pieces(paragraphs, pauses, rate_hz)), rate_hz)


def pieces(paragraphs: Iterable[Iterable[Speech]], pauses: Pauses, rate_hz: int) -> Iterator[bytes]:
    """What ``join`` joins, as it comes: a pause, an utterance, a pause … and the silence at the end, as PCM."""
    between_sentences = silence(pauses.sentence_ms, rate_hz).pcm
    between_paragraphs = silence(pauses.paragraph_ms, rate_hz).pcm
    pause = silence(pauses.lead_ms, rate_hz).pcm
    for paragraph in paragraphs:
        for utterance in paragraph:
            yield pause
            yield _soft(trim(utterance)).pcm
            pause = between_sentences
        pause = between_paragraphs
    yield silence(pauses.tail_ms, rate_hz).pcm


def _soft(speech: Speech) -> Speech:
    if speech.duration_ms <= 2 * _FADE_MS:
        return speech
    sound = cast(
        "Segment",
        pydub.AudioSegment(data=speech.pcm, sample_width=BYTES_PER_SAMPLE, frame_rate=speech.rate_hz, channels=1),
    )
    return Speech(sound.fade_in(_FADE_MS).fade_out(_FADE_MS).raw_data, speech.rate_hz)
