"""Asking an engine again when it may answer later: a bounded number of tries, with growing, scattered waits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tts.engine import Engine, Speech, Voice
from tts.errors import EngineUnavailable


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """``tries`` in all; the wait before try n + 1 is ``first_wait_s`` x 2^(n-1), at most ``longest_wait_s``, and of
    that a random half to whole, so that many centres don't ask again in one moment."""

    tries: int = 3
    first_wait_s: float = 0.8
    longest_wait_s: float = 8.0

    def wait_s(self, failed_tries: int, asked_s: float | None, chance: float) -> float:
        """The wait after ``failed_tries``; the engine's own wish ``asked_s`` counts when longer; 0 <= chance < 1."""
        grown = self.first_wait_s * 2.0 ** (failed_tries - 1) * (0.5 + chance / 2)
        return min(max(grown, asked_s or 0.0), self.longest_wait_s)


class Retrying:
    """An engine that asks ``engine`` again while its failure is retryable; everything else is that engine's own."""

    def __init__(
        self,
        engine: Engine,
        policy: RetryPolicy | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._engine = engine
        self._policy = policy or RetryPolicy()
        self._sleep = sleep
        self._chance = chance

    @property
    def name(self) -> str:
        """The name of the engine within."""
        return self._engine.name

    @property
    def draft(self) -> bool:
        """As the engine within."""
        return self._engine.draft

    @property
    def parallel(self) -> int:
        """As the engine within."""
        return self._engine.parallel

    def voices(self) -> tuple[Voice, ...]:
        """As the engine within."""
        return self._engine.voices()

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        """See the port; when every try failed, the last failure is raised and says how many there were."""
        tries = 0
        while True:
            try:
                return self._engine.speak(text, voice, speed)
            except EngineUnavailable as error:
                tries += 1
                if not error.retryable:
                    raise
                if tries >= self._policy.tries:
                    why = f"{error.why}, đã thử {tries} lần"
                    raise EngineUnavailable(engine=self.name, why=why, retryable=True) from error
                self._sleep(self._policy.wait_s(tries, error.retry_after_s, self._chance()))
