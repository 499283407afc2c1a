"""The driver of Piper: offline and good, with voices that the operator installs once."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

from tts.assembly import Pauses, join
from tts.engine import Speech, Voice, check_request, has_words
from tts.engines.piper_process import NAME, PiperProcess, VoiceFiles
from tts.voices.store import VoiceStore

_BREATH = Pauses(sentence_ms=120, lead_ms=0, tail_ms=0)  # between the parts of a sentence too long for one request
_PART_CHARACTERS = 300  # memory grows with the square of a sentence's length
_PLACES_TO_BREAK = (". ", "; ", ": ", ", ", " ")


class PiperChildren:
    """The children of all voices, one each, shared by all drivers of a process: a voice is loaded once.

    Safe from any thread: whoever asks while the voice speaks, waits.
    """

    def __init__(self) -> None:
        self._by_voice: dict[VoiceFiles, PiperProcess] = {}
        self._lock = threading.Lock()

    def speak(self, files: VoiceFiles, text: str, speed: float) -> Speech:
        """Let the voice's child say ``text``."""
        with self._lock:
            child = self._by_voice.setdefault(files, PiperProcess(files))
        return child.speak(text, speed)

    def close(self) -> None:
        """End all of them; asked again, they start again."""
        for child in self._by_voice.values():
            child.close()


class PiperEngine:
    """The voices of ``store`` that speak ``language`` (a BCP 47 primary tag, or empty for all).

    It has none until one is installed. Voices installed or removed later count at once.
    """

    name = NAME
    draft = False
    parallel = 1  # a child speaks in two threads already

    def __init__(self, store: VoiceStore, *, children: PiperChildren, language: str = "vi") -> None:
        self._store = store
        self._children = children
        self._language = language

    def voices(self) -> tuple[Voice, ...]:
        """Those installed, the Vietnamese ones first."""
        return tuple(self._files())

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        """Say ``text``; see the port."""
        check_request(self, text, voice, speed)
        files = self._files()[voice]
        spoken = [self._children.speak(files, part, speed) for part in parts(plain(text))]
        return spoken[0] if len(spoken) == 1 else join([spoken], _BREATH, spoken[0].rate_hz)

    def _files(self) -> dict[Voice, VoiceFiles]:
        return {
            each.voice: VoiceFiles(each.model, each.config, each.voice.edition)
            for each in self._store.voices()
            if self._language in {"", each.voice.language.partition("-")[0]}
        }


def plain(text: str) -> str:
    """``text`` with nothing that Piper takes for an order: ``[[…]]`` would be phonemes, and NUL ends a C string."""
    tidy = text.encode("utf-8", "replace").decode().replace("\0", " ")
    return re.sub(r"\[(?=\[)", "[ ", tidy)


def parts(text: str, most: int = _PART_CHARACTERS) -> Iterator[str]:
    """``text`` in pieces of at most ``most`` characters, cut at the last good place; those without words left out."""
    while len(text) > most:
        half = most // 2
        ends = (text.rfind(mark, half, most) + len(mark) for mark in _PLACES_TO_BREAK if mark in text[half:most])
        end = next(ends, most)
        yield from _worded(text[:end])
        text = text[end:]
    yield from _worded(text)


def _worded(text: str) -> Iterator[str]:
    if has_words(text):
        yield text.strip()
