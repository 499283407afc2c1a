"""Sentences that were spoken before, as WAV files named by the hash of what was asked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tts.atomic import write_atomically
from tts.engine import Speech, Voice
from tts.wav import NotOurWav, from_wav, to_wav

_LAYOUT = 3  # raise it when the meaning of a key or of a file changes


def sentence_key(engine: str, voice: Voice, speed: float, text: str) -> str:
    """SHA-256 (hex) of the request: engine, voice and its edition, speed in thousandths, spoken text."""
    request = [_LAYOUT, engine, voice.id, voice.edition, round(speed * 1000), text]
    return hashlib.sha256(json.dumps(request, separators=(",", ":")).encode("ascii")).hexdigest()


class SentenceCache:
    """A folder of spoken sentences; a file appears whole or not at all, and a damaged one counts as absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Speech | None:
        """The sentence stored under ``key``, or None."""
        try:
            return from_wav(self._path(key).read_bytes())
        except (OSError, NotOurWav):
            return None

    def put(self, key: str, speech: Speech) -> None:
        """Store ``speech`` under ``key``. Raises OSError (disk full, no right)."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, to_wav(speech))

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.wav"
