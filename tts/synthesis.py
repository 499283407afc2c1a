"""Spoken text into the sound of one bulletin: sentence by sentence, through the cache, engine after engine.

One bulletin has one voice: when an engine fails at any sentence of its text or its headline, the whole bulletin goes to
the next one. Sentences are spoken several at once where the engine can, and put together in their order: the result is
the same.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from typing import Generic, TypeVar

from tts.assembly import LONGEST_MIN, Pauses, pieces, trim
from tts.cache import SentenceCache, sentence_key
from tts.casting import Cause, Chosen, cast
from tts.engine import Engine, Speech, Voice, has_words
from tts.errors import AudioTooLong, EngineError, EngineRefused, EngineUnavailable, NoEngineSpoke, NothingToSpeak

PATIENCE_S = 240.0
"""How long one engine may take over a bulletin before another is asked."""

Paragraphs = Sequence[Sequence[str]]
Progress = Callable[[str, int, int], None]
"""Called with the engine's name, the sentences done by it and the sentences in all; starts again with each engine."""


T = TypeVar("T")
Take = Callable[[Iterator[bytes], int], T]
"""What is done with a text's sound as it comes: pieces of PCM (see ``tts.assembly.pieces``), at a rate in hertz."""


@dataclass(frozen=True, slots=True)
class Synthesis(Generic[T]):
    """Sounds spoken by one voice: one for each text that was asked, who spoke, and why others before did not."""

    speeches: tuple[T, ...]
    engine: str
    voice: Voice
    draft: bool
    causes: tuple[Cause, ...]

    @property
    def speech(self) -> T:
        """The sound of the first text."""
        return self.speeches[0]


def whole(sound: Iterator[bytes], rate_hz: int) -> Speech:
    """Take a sound by holding it whole."""
    return Speech(b"".join(sound), rate_hz)


def speak_into(
    take: Take[T],
    paragraphs: Paragraphs,
    *others: Paragraphs,
    engines: Sequence[Engine],
    cache: SentenceCache | None = None,
    speed: float = 1.0,
    chosen: Chosen | None = None,
    pauses: Pauses | None = None,
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
    stopwatch: Callable[[], float] = time.monotonic,
) -> Synthesis[T]:
    """Speak ``paragraphs`` (spoken sentences), and ``others`` that belong to them, with the first who can speak all.

    ``take`` is given each text's sound while it is being spoken; it begins anew when another engine does, and what the
    engine raises comes out of the pieces. All is spoken by one engine in one voice: ``chosen`` is asked first, then
    ``engines``, each in its preferred voice. Sentences without a letter or digit are left out. An engine that is still
    speaking after ``patience_s`` seconds by ``stopwatch`` counts as failing. Raises NothingToSpeak, NoEngineSpoke (with
    the cause of each engine), AudioTooLong, SpeedOutOfRange.
    """
    texts = [_speakable(each) for each in (paragraphs, *others)]
    casting = cast(engines, chosen)
    failures: list[EngineError] = []
    for engine, voice in casting.order:
        try:
            hurry = _Hurry(engine.name, patience_s, stopwatch)
            with ThreadPoolExecutor(1) as storing:
                speaker = _Speaker(engine, voice, speed, cache, storing, [])
                speeches = _speak_all(texts, speaker, take, pauses or Pauses(), progress=progress, hurry=hurry)
            for kept in speaker.stored:
                kept.result()  # a fault of ours is told; a full disk was none
        except EngineError as error:
            failures.append(error)
            continue
        return Synthesis(speeches, engine.name, voice, engine.draft, (*casting.causes, *_causes(failures)))
    retryable = any(failure.retryable for failure in failures)
    raise NoEngineSpoke(causes=(*casting.causes, *_causes(failures)), retryable=retryable) from _last(failures)


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


@dataclass(frozen=True, slots=True)
class _Speaker:
    """One engine with one voice at one speed, and the sentences that it spoke before."""

    engine: Engine
    voice: Voice
    speed: float
    cache: SentenceCache | None
    storing: Executor
    stored: list[Future[None]]

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
            self.stored.append(self.storing.submit(_store, self.cache, key, speech))  # the engine needn't wait
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


def _store(cache: SentenceCache, key: str, speech: Speech) -> None:
    with contextlib.suppress(OSError):  # a full disk costs the saving, not the bulletin
        cache.put(key, speech)


def _speak_all(
    texts: list[list[list[str]]],
    speaker: _Speaker,
    take: Take[T],
    pauses: Pauses,
    *,
    progress: Progress | None,
    hurry: _Hurry,
) -> tuple[T, ...]:
    """Speak each text of paragraphs of sentences; ``progress`` counts the sentences of all."""
    hurry.check()
    spoken = _followed(texts, speaker, progress, hurry)
    first = next(spoken)
    in_order = chain((first,), spoken)
    rate_hz = first.rate_hz
    return tuple(
        take(pieces([islice(in_order, len(part)) for part in text], pauses, rate_hz), rate_hz) for text in texts
    )


def _followed(
    texts: list[list[list[str]]], speaker: _Speaker, progress: Progress | None, hurry: _Hurry
) -> Iterator[Speech]:
    """Each sentence's sound in its order, while lengths, rates and time are watched."""
    sentences = [sentence for text in texts for paragraph in text for sentence in paragraph]
    ends = set(accumulate(sum(map(len, text)) for text in texts))
    length_ms = rate_hz = 0
    for done, speech in enumerate(speaker.speak_each(sentences), 1):
        length_ms = speech.duration_ms + (0 if done - 1 in ends else length_ms)
        if length_ms > LONGEST_MIN * 60_000:
            raise AudioTooLong(limit_min=LONGEST_MIN)
        if rate_hz not in {0, speech.rate_hz}:
            raise EngineRefused(engine=speaker.engine.name, why="các câu có tần số lấy mẫu khác nhau")
        rate_hz = speech.rate_hz
        if progress is not None:
            progress(speaker.engine.name, done, len(sentences))
        if done < len(sentences):
            hurry.check()
        yield speech


def _causes(failures: Sequence[EngineError]) -> tuple[Cause, ...]:
    return tuple((failure.engine, str(failure)) for failure in failures)


def _last(failures: Sequence[EngineError]) -> EngineError | None:
    return failures[-1] if failures else None
