"""An engine for tests: it says every text as samples of one height, and fails where it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tts.engine import Speech, Voice


@dataclass
class ScriptedEngine:
    """Keeps what it was asked in ``asked``; raises the errors of ``failures`` (text to errors, used up in order)."""

    name: str = "scripted"
    draft: bool = False
    height: int = 8_000
    rate_hz: int = 16_000
    parallel: int = 1
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def voices(self) -> tuple[Voice, ...]:
        return (Voice(f"{self.name}-1", "vi", "Giọng thử"), Voice(f"{self.name}-2", "vi", "Giọng thử khác"))

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        assert voice in self.voices()
        self.asked.append(text)
        if self.failures.get(text):
            raise self.failures[text].pop(0)
        return steady(self.height, self.rate_hz, round(100 / speed))


def steady(height: int, rate_hz: int, duration_ms: int) -> Speech:
    """Samples of one height."""
    return Speech(np.full(rate_hz * duration_ms // 1000, height, dtype="<i2").tobytes(), rate_hz)
