"""Spoken text into the sound of one bulletin: sentence by sentence, through the cache, engine after engine.

One bulletin has one voice: when an engine fails at any sentence, the whole bulletin goes to the next one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tts.assembly import LONGEST_MIN, Pauses, join, trim
from tts.cache import SentenceCache, sentence_key
from tts.engine import Engine, Speech, Voice, has_words
from tts.errors import AudioTooLong, EngineError, EngineRefused, NoEngineSpoke, NothingToSpeak

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
) -> Synthesis:
    """Speak ``paragraphs`` (spoken sentences) with the first of ``engines`` that can speak all of them.

    Sentences without a letter or digit are left out. Raises NothingToSpeak, NoEngineSpoke (with the cause of each
    engine), AudioTooLong, SpeedOutOfRange.
    """
    spoken = _speakable(paragraphs)
    failures: list[EngineError] = []
    for engine in engines:
        try:
            speech = _speak_all(spoken, engine, cache=cache, speed=speed, pauses=pauses or Pauses(), progress=progress)
        except EngineError as error:
            failures.append(error)
            continue
        return Synthesis(speech, engine.name, engine.voices()[0], engine.draft, _causes(failures))
    raise NoEngineSpoke(causes=_causes(failures), retryable=any(failure.retryable for failure in failures)) from _last(
        failures
    )


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
) -> Speech:
    total = sum(map(len, paragraphs))
    spoken: list[list[Speech]] = []
    done = length_ms = 0
    for paragraph in paragraphs:
        spoken.append([])
        for sentence in paragraph:
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
