"""The whole way from spoken text to a file ready to air, for callers that need no part of it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tts.cache import SentenceCache
from tts.engine import Engine
from tts.engines.espeak import EspeakEngine
from tts.engines.google import GoogleEngine
from tts.engines.retrying import Retrying
from tts.engines.tone import ToneEngine
from tts.errors import UnknownEngine
from tts.mastering import Mastered, master
from tts.synthesis import Progress, synthesise

ENGINE_NAMES = ("auto", "google", "espeak", "tone")
_AUTO_TIMEOUT_S = 5.0
_PATIENT_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mastered bulletin, the engine and voice that spoke it, and why engines earlier in the order did not."""

    mastered: Mastered
    engine: str
    voice: str
    draft: bool
    causes: tuple[tuple[str, str], ...]


def engines_for(name: str, *, google_timeout_s: float | None = None) -> tuple[Engine, ...]:
    """The engines to try, in order, for a choice among ``ENGINE_NAMES``.

    ``auto`` is google with a short timeout and then espeak. Raises UnknownEngine.
    """
    match name:
        case "auto":
            return (_google(google_timeout_s or _AUTO_TIMEOUT_S), EspeakEngine())
        case "google":
            return (_google(google_timeout_s or _PATIENT_TIMEOUT_S),)
        case "espeak":
            return (EspeakEngine(),)
        case "tone":
            return (ToneEngine(),)
    raise UnknownEngine(name=name, known=", ".join(ENGINE_NAMES))


def render(
    reading_paragraphs: Sequence[Sequence[str]],
    *,
    engines: Sequence[Engine],
    title: str,
    reading_sha256: str,
    cache_dir: Path | None,
    speed: float = 1.0,
    progress: Progress | None = None,
) -> Rendered:
    """Speak and master ``reading_paragraphs`` (spoken sentences in paragraphs).

    Raises what ``tts.synthesis.synthesise`` and ``tts.mastering.master`` raise, all of them TtsError.
    """
    cache = SentenceCache(cache_dir) if cache_dir is not None else None
    spoken = synthesise(reading_paragraphs, engines=engines, cache=cache, speed=speed, progress=progress)
    mastered = master(spoken.speech, title=title, reading_sha256=reading_sha256)
    return Rendered(mastered, spoken.engine, spoken.voice.id, spoken.draft, spoken.causes)


def _google(timeout_s: float) -> Engine:
    return Retrying(GoogleEngine(timeout_s=timeout_s))
