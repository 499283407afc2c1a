"""Speech as a WAV file in memory, and back."""

from __future__ import annotations

import io
import wave

from tts.engine import BYTES_PER_SAMPLE, Speech


class NotOurWav(Exception):
    """The bytes are no whole mono 16-bit WAV file."""


def to_wav(speech: Speech) -> bytes:
    """A mono 16-bit WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(BYTES_PER_SAMPLE)
        out.setframerate(speech.rate_hz)
        out.writeframes(speech.pcm)
    return buffer.getvalue()


def from_wav(content: bytes) -> Speech:
    """Read what ``to_wav`` wrote. Raises NotOurWav when anything is missing or different."""
    try:
        with wave.open(io.BytesIO(content), "rb") as sound:
            frames = sound.getnframes()
            pcm = sound.readframes(frames)
            shape = (sound.getnchannels(), sound.getsampwidth(), len(pcm))
            rate_hz = sound.getframerate()
    except (wave.Error, EOFError) as error:
        raise NotOurWav from error
    if shape != (1, BYTES_PER_SAMPLE, frames * BYTES_PER_SAMPLE):
        raise NotOurWav
    return Speech(pcm, rate_hz)
