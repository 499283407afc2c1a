"""Who is asked to speak a bulletin, in which order: the voice that was chosen for it, then the house's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from tts.engine import Engine, Voice
from tts.errors import ChosenVoiceMissing, EngineError, NoVoiceInstalled

Cause = tuple[str, str]
"""An engine's name, and why it did not speak, for people."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A voice chosen for one bulletin: its id, and its engine's name (empty: whichever engine has it)."""

    voice: str
    engine: str = ""

    @classmethod
    def parse(cls, written: str) -> Self:
        """Return the choice written ``engine/voice``, or ``voice`` alone."""
        engine, slash, voice = written.partition("/")
        return cls(voice, engine) if slash else cls(engine)

    def __str__(self) -> str:
        return f"{self.engine}/{self.voice}" if self.engine else self.voice


@dataclass(frozen=True, slots=True)
class Casting:
    """Engines with the voice each would speak in, in the order in which they are asked; why the chosen one is none."""

    order: tuple[tuple[Engine, Voice], ...]
    causes: tuple[Cause, ...] = ()


def cast(engines: Sequence[Engine], chosen: Chosen | None = None) -> Casting:
    """Return who is asked: ``chosen`` first, then each of ``engines`` with its preferred voice.

    A chosen voice that no engine has is told as a cause, and the order stands without it; so does an engine that can't
    even tell its voices. An engine without a voice is passed over, and told as a cause when no other is left.
    """
    causes: list[Cause] = []
    having: list[tuple[Engine, tuple[Voice, ...]]] = []
    for engine in engines:
        try:
            having.append((engine, engine.voices()))
        except EngineError as error:
            causes.append((error.engine, str(error)))
    usual = [(engine, voices[0]) for engine, voices in having if voices]
    if not usual:
        causes += [(engine.name, str(NoVoiceInstalled(engine=engine.name))) for engine, _ in having]
    if chosen is None:
        return Casting(tuple(usual), tuple(causes))
    wanted = _find(having, chosen)
    if wanted is None:
        missing = ChosenVoiceMissing(voice=str(chosen))
        return Casting(tuple(usual), ((chosen.engine or chosen.voice, str(missing)), *causes))
    return Casting((wanted, *(each for each in usual if each != wanted)), tuple(causes))


def _find(having: Sequence[tuple[Engine, Sequence[Voice]]], chosen: Chosen) -> tuple[Engine, Voice] | None:
    for engine, voices in having:
        if chosen.engine in {"", engine.name}:
            for voice in voices:
                if voice.id == chosen.voice:
                    return engine, voice
    return None
