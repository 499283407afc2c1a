"""Spoken text into the sound of one bulletin: sentence by sentence, through the cache, engine after engine.

One bulletin has one voice: when an engine fails at any sentence, the whole bulletin goes to the next one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tts.assembly import LONGEST_MIN, Pauses, join, trim
from tts.cache import SentenceCache, sentence_key
from tts.engine import Engine, Speech, Voice, has_words
from tts.errors import AudioTooLong, EngineError, EngineRefused, EngineUnavailable, NoEngineSpoke, NothingToSpeak

PATIENCE_S = 240.0
"""How long one engine may take over a bulletin; those who render hold the work for some minutes only."""

Paragraphs = Sequence[Sequence[str]]
Progress = Callable[[str, int, int], None]
"""Called with the engine's name, the sentences done by it and the sentences in all; starts again with each engine."""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """A spoken bulletin: its sound, who spoke it, and why engines earlier in the order did not."""

    speech: Speech
    engine: str
    voice: Voice
    draft: bool
    causes: tuple[tuple[str, str], ...]


def synthesise(
    paragraphs: Paragraphs,
    *,
    engines: Sequence[Engine],
    cache: SentenceCache | None = None,
    speed: float = 1.0,
    pauses: Pauses | None = None,
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
    stopwatch: Callable[[], float] = time.monotonic,
) -> Synthesis:
    """Speak ``paragraphs`` (spoken sentences) with the first of ``engines`` that can speak all of them.

    Sentences without a letter or digit are left out. An engine that is still speaking after ``patience_s`` seconds by
    ``stopwatch`` counts as failing. Raises NothingToSpeak, NoEngineSpoke (with the cause of each engine), AudioTooLong,
    SpeedOutOfRange.
    """
    spoken = _speakable(paragraphs)
    failures: list[EngineError] = []
    for engine in engines:
        try:
            speech = _speak_all(
                spoken,
                engine,
                cache=cache,
                speed=speed,
                pauses=pauses or Pauses(),
                progress=progress,
                hurry=_Hurry(engine.name, patience_s, stopwatch),
            )
        except EngineError as error:
            failures.append(error)
            continue
        return Synthesis(speech, engine.name, engine.voices()[0], engine.draft, _causes(failures))
    retryable = any(failure.retryable for failure in failures)
    raise NoEngineSpoke(causes=_causes(failures), retryable=retryable) from _last(failures)


class _Hurry:
    """Raises EngineUnavailable when an engine answers every sentence, yet so slowly that the bulletin never ends."""

    def __init__(self, engine: str, patience_s: float, stopwatch: Callable[[], float]) -> None:
        self._engine = engine
        self._patience_s = patience_s
        self._stopwatch = stopwatch
        self._started = stopwatch()

    def check(self) -> None:
        if self._stopwatch() - self._started > self._patience_s:
            why = f"quá {self._patience_s:g} giây chưa đọc xong bản tin"
            raise EngineUnavailable(engine=self._engine, why=why, retryable=True)


def _speakable(paragraphs: Paragraphs) -> list[list[str]]:
    tidy = ([" ".join(sentence.split()) for sentence in paragraph] for paragraph in paragraphs)
    kept = ([sentence for sentence in paragraph if has_words(sentence)] for paragraph in tidy)
    spoken = [paragraph for paragraph in kept if paragraph]
    if not spoken:
        raise NothingToSpeak
    return spoken


def _speak_all(
    paragraphs: list[list[str]],
    engine: Engine,
    *,
    cache: SentenceCache | None,
    speed: float,
    pauses: Pauses,
    progress: Progress | None,
    hurry: _Hurry,
) -> Speech:
    total = sum(map(len, paragraphs))
    spoken: list[list[Speech]] = []
    done = length_ms = 0
    for paragraph in paragraphs:
        spoken.append([])
        for sentence in paragraph:
            hurry.check()
            spoken[-1].append(_speak_one(sentence, engine, cache, speed))
            done += 1
            length_ms += spoken[-1][-1].duration_ms
            if length_ms > LONGEST_MIN * 60_000:
                raise AudioTooLong(limit_min=LONGEST_MIN)
            if progress is not None:
                progress(engine.name, done, total)
    rates = {speech.rate_hz for paragraph in spoken for speech in paragraph}
    if len(rates) != 1:
        raise EngineRefused(engine=engine.name, why="các câu có tần số lấy mẫu khác nhau")
    return join(spoken, pauses, rates.pop())


def _speak_one(sentence: str, engine: Engine, cache: SentenceCache | None, speed: float) -> Speech:
    voice = engine.voices()[0]
    key = sentence_key(engine.name, voice, speed, sentence)
    kept = cache.get(key) if cache is not None else None
    if kept is not None:
        return kept
    speech = engine.speak(sentence, voice, speed)
    if not trim(speech).samples:
        raise EngineRefused(engine=engine.name, why="trả về một câu không có tiếng")
    if cache is not None:
        with contextlib.suppress(OSError):  # a full disk costs the saving, not the bulletin
            cache.put(key, speech)
    return speech


def _causes(failures: Sequence[EngineError]) -> tuple[tuple[str, str], ...]:
    return tuple((failure.engine, str(failure)) for failure in failures)


def _last(failures: Sequence[EngineError]) -> EngineError | None:
    return failures[-1] if failures else None
