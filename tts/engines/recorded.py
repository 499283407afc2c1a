"""A person's recordings behind the port of engines: each says the one text that it was made for.

The port can't fit wholly: nobody can say any text in a voice that was recorded before, so a text without a recording is
refused and the next engine is asked for the whole bulletin. All else holds, the speed included. A sound goes through
memory here, as the port has it; what people upload, half an hour long, goes from file to file by ``tts.recording``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tts.engine import Speech, Voice, check_request
from tts.errors import EngineRefused
from tts.ffmpeg import READING, raw_input, raw_output, run, workspace
from tts.recording_check import check_recording
from tts.sound_file import SoundFile

_SHOWN = 40


class RecordedEngine:
    """Says the texts that ``takes`` has a file for, with the voice of ``reader`` in ``language`` (BCP 47).

    ``notes`` tells, after ``speak``, what was doubtful in what it said last. Beside the port's errors ``speak`` raises
    what ``tts.recording_check.check_recording`` raises, and the constructor OSError.
    """

    name = "recorded"
    draft = False
    parallel = 1

    def __init__(self, takes: Mapping[str, Path], *, reader: str = "Người đọc", language: str = "vi") -> None:
        self._takes = {_tidy(text): path for text, path in takes.items()}
        files = sorted((text, _sha256(path)) for text, path in self._takes.items())
        self._voice = Voice("nguoi-doc", language, reader, edition=hashlib.sha256(repr(files).encode()).hexdigest())
        self.notes: tuple[str, ...] = ()

    def voices(self) -> tuple[Voice, ...]:
        """The one reader."""
        return (self._voice,)

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        """The recording of ``text``, checked, as one channel; see the port."""
        check_request(self, text, voice, speed)
        take = self._takes.get(_tidy(text))
        if take is None:
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            raise EngineRefused(engine=self.name, why=f"chưa có bản thu của lời “{shown}”")
        with workspace(READING) as folder:
            checked = check_recording(take, folder)
            self.notes = checked.notes
            sound = checked.sound if speed == 1.0 else _paced(checked.sound, speed)
            return Speech(sound.path.read_bytes(), sound.rate_hz)


def _paced(sound: SoundFile, speed: float) -> SoundFile:
    """The sound ``speed`` times as fast, at the same pitch."""
    paced = SoundFile(sound.path.with_name("paced"), sound.rate_hz)
    source, output = raw_input(sound.path, sound.rate_hz), raw_output(paced.path, sound.rate_hz)
    run("đổi tốc độ", [*source, "-af", f"atempo={speed}", *output])
    return paced


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
