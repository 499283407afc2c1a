"""Voices on disk: a folder a voice, which appears whole or not at all.

``NAME/voice.onnx``, ``voice.onnx.json``, ``MODEL_CARD`` (the licence, where there is one) and ``voice.json``, which is
ours: what the voice is, its hashes, where it came from, and when.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tts.engine import Voice
from tts.voices.description import check_name
from tts.voices.errors import BadVoiceName, VoiceAlreadyInstalled, VoiceNotInstalled, VoicesBusy, VoicesFolderUnusable

MODEL, CONFIG, CARD = "voice.onnx", "voice.onnx.json", "MODEL_CARD"
_RECORD, _STAGE, _LOCK = "voice.json", ".stage-", ".lock"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an installed voice. ``edition`` is the SHA-256 of model and configuration together, ``sha256``
    of the model alone (both hexadecimal), ``size_bytes`` the model's, ``installed_at`` in ISO 8601."""

    name: str
    language: str
    label: str
    rate_hz: int
    sha256: str
    edition: str
    size_bytes: int
    source: str
    installed_at: str


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """A voice on disk."""

    folder: Path
    record: Record

    @property
    def voice(self) -> Voice:
        """The voice as engines know it."""
        return Voice(self.record.name, self.record.language, self.record.label, self.record.edition)

    @property
    def model(self) -> Path:
        """The model's file."""
        return self.folder / MODEL

    @property
    def config(self) -> Path:
        """The file beside it."""
        return self.folder / CONFIG

    @property
    def vietnamese(self) -> bool:
        """Whether it speaks Vietnamese."""
        return self.record.language.partition("-")[0] == "vi"


class VoiceStore:
    """The voices in ``folder``, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def voices(self) -> tuple[InstalledVoice, ...]:
        """Those that are whole, the Vietnamese ones first, then by name."""
        found = filter(None, map(self._read, self._names()))
        return tuple(sorted(found, key=lambda each: (not each.vietnamese, each.record.name)))

    def damaged(self) -> tuple[str, ...]:
        """The names of folders whose record or files aren't what they should be."""
        return tuple(name for name in self._names() if self._read(name) is None)

    def find(self, name: str) -> InstalledVoice | None:
        """The voice of that name. Raises BadVoiceName."""
        return self._read(check_name(name))

    def check_absent(self, name: str) -> None:
        """Raise VoiceAlreadyInstalled, BadVoiceName."""
        there = self.find(name)
        if there is not None or (self.folder / name).exists():
            raise VoiceAlreadyInstalled(name=name, sha256=there.record.sha256 if there else "không rõ, tệp hỏng")

    @contextmanager
    def staged(self) -> Iterator[Path]:
        """A new folder in which a voice is put together; gone at the end unless ``admit`` took it.

        One at a time; what an earlier, killed one has left is swept. Raises VoicesBusy, VoicesFolderUnusable.
        """
        with self._alone():
            for left in self.folder.glob(f"{_STAGE}*"):
                shutil.rmtree(left, ignore_errors=True)
            stage = self.folder / f"{_STAGE}{secrets.token_hex(8)}"
            try:
                stage.mkdir()
                yield stage
            except OSError as error:
                raise VoicesFolderUnusable(folder=self.folder, why=error.strerror or "lỗi đĩa") from error
            finally:
                shutil.rmtree(stage, ignore_errors=True)

    def admit(self, stage: Path, record: Record) -> InstalledVoice:
        """Make what is in ``stage`` the voice of ``record``. Raises VoiceAlreadyInstalled, OSError."""
        (stage / _RECORD).write_text(json.dumps(asdict(record), ensure_ascii=False, indent=2), encoding="utf-8")
        for path in (*stage.iterdir(), stage):
            _to_disk(path)
        place = self.folder / check_name(record.name)
        self.check_absent(record.name)
        stage.rename(place)
        _to_disk(self.folder)
        return InstalledVoice(place, record)

    def remove(self, name: str) -> None:
        """Take the voice of that name away, damaged ones too.

        Raises BadVoiceName, VoiceNotInstalled, VoicesBusy, VoicesFolderUnusable.
        """
        if check_name(name) not in self._names():
            raise VoiceNotInstalled(name=name)
        with self.staged() as stage:  # from there it is swept even when we are killed
            (self.folder / name).rename(stage / name)

    def _names(self) -> list[str]:
        names = []
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for each in sorted(self.folder.iterdir()):
                with contextlib.suppress(BadVoiceName):
                    if each.is_dir() and not each.is_symlink():
                        names.append(check_name(each.name))
        return names

    def _read(self, name: str) -> InstalledVoice | None:
        folder = self.folder / name
        try:
            record = Record(**json.loads((folder / _RECORD).read_bytes()))
            if any(type(getattr(record, each.name)).__name__ != each.type for each in fields(Record)):
                return None
            whole = record.name == name and (folder / MODEL).stat().st_size == record.size_bytes
        except (OSError, ValueError, TypeError):
            return None
        return InstalledVoice(folder, record) if whole and (folder / CONFIG).is_file() else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("wb")
        except OSError as error:
            raise VoicesFolderUnusable(folder=self.folder, why=error.strerror or "lỗi đĩa") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise VoicesBusy from error
            yield


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
