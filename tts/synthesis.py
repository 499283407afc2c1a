"""Spoken text into the sound of one bulletin: sentence by sentence, through the cache, engine after engine.

One bulletin has one voice: when an engine fails at any sentence, the whole bulletin goes to the next one. Sentences are
spoken several at once where the engine can, and put together in their order: the result is the same.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

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
    voice_id: str = "",
    pauses: Pauses | None = None,
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
    stopwatch: Callable[[], float] = time.monotonic,
) -> Synthesis:
    """Speak ``paragraphs`` (spoken sentences) with the first of ``engines`` that can speak all of them.

    An engine speaks with its voice of the name ``voice_id``, or with its preferred one when it has none so named.
    Sentences without a letter or digit are left out. An engine that is still speaking after ``patience_s`` seconds by
    ``stopwatch`` counts as failing. Raises NothingToSpeak, NoEngineSpoke (with the cause of each engine), AudioTooLong,
    SpeedOutOfRange.
    """
    spoken = _speakable(paragraphs)
    failures: list[EngineError] = []
    for engine in engines:
        try:
            speaker = _Speaker(engine, _voice(engine, voice_id), speed, cache)
            hurry = _Hurry(engine.name, patience_s, stopwatch)
            speech = _speak_all(spoken, speaker, pauses=pauses or Pauses(), progress=progress, hurry=hurry)
        except EngineError as error:
            failures.append(error)
            continue
        return Synthesis(speech, engine.name, speaker.voice, engine.draft, _causes(failures))
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


def _voice(engine: Engine, voice_id: str) -> Voice:
    voices = engine.voices()
    return next((voice for voice in voices if voice.id == voice_id), voices[0])


@dataclass(frozen=True, slots=True)
class _Speaker:
    """One engine with one voice at one speed, and the sentences that it spoke before."""

    engine: Engine
    voice: Voice
    speed: float
    cache: SentenceCache | None

    def speak(self, sentence: str) -> Speech:
        """The sentence from the cache, or else from the engine."""
        key = sentence_key(self.engine.name, self.voice, self.speed, sentence)
        kept = self.cache.get(key) if self.cache is not None else None
        if kept is not None:
            return kept
        speech = self.engine.speak(sentence, self.voice, self.speed)
        if not trim(speech).samples:
            raise EngineRefused(engine=self.engine.name, why="trả về một câu không có tiếng")
        if self.cache is not None:
            with contextlib.suppress(OSError):  # a full disk costs the saving, not the bulletin
                self.cache.put(key, speech)
        return speech

    def speak_each(self, sentences: Sequence[str]) -> Iterator[Speech]:
        """The sentences in their order; while one is taken, as many as the engine allows are being spoken."""
        if self.engine.parallel == 1:
            yield from map(self.speak, sentences)
            return
        waiting: deque[Future[Speech]] = deque()
        with ThreadPoolExecutor(self.engine.parallel) as pool:
            try:
                for sentence in sentences:
                    if len(waiting) == 2 * self.engine.parallel:  # a failing engine isn't asked for the whole script
                        yield waiting.popleft().result()
                    waiting.append(pool.submit(self.speak, sentence))
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()


def _speak_all(
    paragraphs: list[list[str]], speaker: _Speaker, *, pauses: Pauses, progress: Progress | None, hurry: _Hurry
) -> Speech:
    total = sum(map(len, paragraphs))
    hurry.check()
    speeches: list[Speech] = []
    length_ms = 0
    for speech in speaker.speak_each([sentence for paragraph in paragraphs for sentence in paragraph]):
        speeches.append(speech)
        length_ms += speech.duration_ms
        if length_ms > LONGEST_MIN * 60_000:
            raise AudioTooLong(limit_min=LONGEST_MIN)
        if progress is not None:
            progress(speaker.engine.name, len(speeches), total)
        if len(speeches) < total:
            hurry.check()
    rates = {speech.rate_hz for speech in speeches}
    if len(rates) != 1:
        raise EngineRefused(engine=speaker.engine.name, why="các câu có tần số lấy mẫu khác nhau")
    in_order = iter(speeches)
    return join([islice(in_order, len(paragraph)) for paragraph in paragraphs], pauses, rates.pop())


def _causes(failures: Sequence[EngineError]) -> tuple[tuple[str, str], ...]:
    return tuple((failure.engine, str(failure)) for failure in failures)


def _last(failures: Sequence[EngineError]) -> EngineError | None:
    return failures[-1] if failures else None
