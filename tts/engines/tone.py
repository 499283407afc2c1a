"""The null engine: a quiet tone in place of a voice, for rehearsals of everything around the voice."""

from __future__ import annotations

import math
from array import array
from sys import byteorder

from tts.engine import Speech, Voice, check_request

_RATE_HZ = 22_050
_PITCH_HZ = 441  # divides the sample rate: one period is 50 samples
_AMPLITUDE = 3_000  # of 32,767: about -21 dBFS
_MS_PER_CHARACTER = 60  # close to the pace of a newsreader
_FADE_SAMPLES = 441
_VOICE = Voice("tone", "zxx", "Tiếng tít thay giọng đọc")


class ToneEngine:
    """Says any text as one tone of a length in proportion to it."""

    name = "tone"
    draft = True
    parallel = 1

    def voices(self) -> tuple[Voice, ...]:
        """The one tone."""
        return (_VOICE,)

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        """A tone of 60 ms a character, divided by ``speed``; see the port."""
        check_request(self, text, voice, speed)
        letters = sum(character.isalnum() for character in text)
        period = _RATE_HZ // _PITCH_HZ
        length = round(letters * _MS_PER_CHARACTER * _RATE_HZ / 1000 / speed)
        wave = [_AMPLITUDE * math.sin(2 * math.pi * step / period) for step in range(period)]
        samples = array("h", (_sample(wave[at % period], at, length) for at in range(length)))
        if byteorder == "big":
            samples.byteswap()
        return Speech(samples.tobytes(), _RATE_HZ)


def _sample(value: float, at: int, length: int) -> int:
    edge = min(at, length - 1 - at)
    return round(value * min(1.0, edge / _FADE_SAMPLES))
