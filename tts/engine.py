"""The port of a speaking engine: what a driver gives, and what it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tts.errors import EngineRefused, SpeedOutOfRange, UnknownVoice

SLOWEST, FASTEST = 0.8, 1.2
"""How far a reading may depart from the voice's usual pace and still be understood from a loudspeaker."""
BYTES_PER_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of an engine: ``id`` as the engine calls it, ``language`` in BCP 47, ``label`` for people.

    ``edition`` tells apart two voices of one name that sound different, such as two files.
    """

    id: str
    language: str
    label: str
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound as PCM: mono, signed 16 bits, little-endian, at ``rate_hz``."""

    pcm: bytes
    rate_hz: int

    def __post_init__(self) -> None:
        if self.rate_hz <= 0:
            message = "rate_hz must be positive"
            raise ValueError(message)
        if len(self.pcm) % BYTES_PER_SAMPLE:
            message = "pcm must hold whole 16-bit samples"
            raise ValueError(message)

    @property
    def samples(self) -> int:
        """Length in samples."""
        return len(self.pcm) // BYTES_PER_SAMPLE

    @property
    def duration_ms(self) -> int:
        """Length in whole milliseconds, rounded to the nearest."""
        return (self.samples * 1000 + self.rate_hz // 2) // self.rate_hz


class Engine(Protocol):
    """Something that speaks one utterance at a time.

    ``draft`` marks a stand-in voice, of which the approver must be told. ``parallel`` is how many utterances it may be
    asked for at once, from several threads. Errors of ``speak``: EngineUnavailable (no answer; ``retryable`` says
    whether asking again may help), EngineRefused (an answer that isn't speech, or a text that this engine can't say, as
    a person's recording says its own alone), UnknownVoice, SpeedOutOfRange; a foreign error is their cause.
    """

    @property
    def name(self) -> str: ...

    @property
    def draft(self) -> bool: ...

    @property
    def parallel(self) -> int: ...

    def voices(self) -> tuple[Voice, ...]:
        """The voices, the preferred one first; none where they must be installed and are not yet."""
        ...

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        """Say ``text`` (spoken words) ``speed`` times as fast as usual (0.8 to 1.2)."""
        ...


def has_words(text: str) -> bool:
    """Whether ``text`` holds a letter or a digit: an engine would be silent on the rest, or spell its signs."""
    return any(map(str.isalnum, text))


def check_request(engine: Engine, text: str, voice: Voice, speed: float) -> None:
    """Refuse a text without words, a voice that ``engine`` doesn't have, and a speed outside 0.8 to 1.2."""
    if not has_words(text):
        raise EngineRefused(engine=engine.name, why="câu không có chữ nào đọc được")
    known = engine.voices()
    if voice not in known:
        raise UnknownVoice(engine=engine.name, voice=voice.id, known=", ".join(each.id for each in known))
    if not SLOWEST <= speed <= FASTEST:
        raise SpeedOutOfRange(speed=speed, least=SLOWEST, most=FASTEST)
