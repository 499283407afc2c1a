"""The whole way from spoken text to a file ready to air, for callers that need no part of it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tts.assembly import Pauses
from tts.cache import SentenceCache
from tts.casting import Cause, Chosen
from tts.engine import Engine, Voice
from tts.engines.espeak import EspeakEngine
from tts.engines.google import GoogleEngine
from tts.engines.piper import PiperChildren, PiperEngine
from tts.engines.retrying import Retrying, RetryPolicy
from tts.engines.tone import ToneEngine
from tts.errors import UnknownEngine
from tts.ffmpeg import workspace
from tts.mastering import Mastered, master_shaped, shape_speech
from tts.synthesis import Progress, speak_into
from tts.voices.store import VoiceStore

ENGINE_NAMES = ("auto", "google", "piper", "espeak", "tone")
DEFAULT_ORDER = ("google", "piper", "espeak")
"""The engines that ``auto`` tries, the best voice first."""
LANGUAGE = "vi"
_NO_VOICES = Path("/nonexistent")
_PIPER_CHILDREN = PiperChildren()  # of this process: a voice is loaded once, however many drivers are made
_ONCE_MORE = RetryPolicy(tries=2, first_wait_s=0.1)  # by a fresh child
_STEP = "tạo tiếng"
_AUTO_TIMEOUT_S = 5.0
_PATIENT_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mastered bulletin and its headline if one was asked; who spoke both, and why others before did not."""

    mastered: Mastered
    engine: str
    voice: str
    draft: bool
    causes: tuple[Cause, ...]
    headline: Mastered | None = None


@dataclass(frozen=True, slots=True)
class VoiceAtHand:
    """A voice that can be chosen for a bulletin, the name of its engine, and whether it is a stand-in."""

    engine: str
    voice: Voice
    draft: bool


def engines_for(
    name: str,
    *,
    order: Sequence[str] = DEFAULT_ORDER,
    voices_dir: Path | None = None,
    google_timeout_s: float | None = None,
    language: str = LANGUAGE,
) -> tuple[Engine, ...]:
    """The engines to try, in order, for a choice among ``ENGINE_NAMES``.

    ``auto`` is the engines of ``order``, google with a short timeout. Piper has the voices in ``voices_dir`` that speak
    ``language`` (a primary tag; empty: all of them, which is for listening only). Raises UnknownEngine.
    """
    names, timeout_s = (order, _AUTO_TIMEOUT_S) if name == "auto" else ((name,), _PATIENT_TIMEOUT_S)
    return tuple(_engine(each, google_timeout_s or timeout_s, voices_dir, language) for each in names)


def voices_at_hand(engines: Sequence[Engine]) -> tuple[VoiceAtHand, ...]:
    """The Vietnamese voices of ``engines``, in their order and in each engine's own; asked anew at each call."""
    return tuple(
        VoiceAtHand(engine.name, voice, engine.draft)
        for engine in engines
        for voice in engine.voices()
        if voice.language.partition("-")[0] == LANGUAGE
    )


def render(
    reading_paragraphs: Sequence[Sequence[str]],
    *,
    engines: Sequence[Engine],
    title: str,
    reading_sha256: str,
    cache_dir: Path | None,
    headline: Sequence[str] = (),
    chosen: Chosen | None = None,
    speed: float = 1.0,
    pauses: Pauses | None = None,
    progress: Progress | None = None,
) -> Rendered:
    """Speak and master ``reading_paragraphs`` (spoken sentences in paragraphs), and ``headline`` in the same voice.

    ``chosen`` is asked before ``engines``. Raises what ``tts.synthesis.speak_into`` and ``tts.mastering.master`` raise,
    all of them TtsError.
    """
    with workspace(_STEP) as folder:
        files = (folder / str(number) for number in count())
        spoken = speak_into(
            lambda sound, rate_hz: shape_speech(next(files), sound, rate_hz),  # while the rest is being spoken
            reading_paragraphs,
            *((headline,),) if headline else (),
            engines=engines,
            cache=SentenceCache(cache_dir) if cache_dir is not None else None,
            chosen=chosen,
            speed=speed,
            pauses=pauses,
            progress=progress,
        )
        mastered = master_shaped(spoken.speech, title=title, reading_sha256=reading_sha256)
        announced = master_shaped(spoken.speeches[1], title=title) if headline else None
    return Rendered(mastered, spoken.engine, spoken.voice.id, spoken.draft, spoken.causes, announced)


def _engine(name: str, google_timeout_s: float, voices_dir: Path | None, language: str) -> Engine:
    match name:
        case "piper":
            store = VoiceStore(voices_dir if voices_dir is not None else _NO_VOICES)
            return Retrying(PiperEngine(store, children=_PIPER_CHILDREN, language=language), _ONCE_MORE)
        case "google":
            return Retrying(GoogleEngine(timeout_s=google_timeout_s))
        case "espeak":
            return EspeakEngine()
        case "tone":
            return ToneEngine()
    raise UnknownEngine(name=name, known=", ".join(ENGINE_NAMES))
