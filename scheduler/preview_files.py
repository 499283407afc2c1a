"""Previews of programmes on disk: made when somebody asks, kept under the hash of what is in them.

Making one takes seconds, so it is done beside the request by a thread that does nothing but move sound between ffmpeg's
processes, one preview at a time. A preview is for listening only: nothing here signs, plans or airs.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scheduler.canonical import digest
from scheduler.errors import LoaError
from scheduler.files import FileMissing, FileStore
from tts.errors import TtsError, UnreadableAudio
from tts.mp3_length import mp3_samples
from tts.preview import LAYOUT, join_for_listening

KEPT_BYTES = 500_000_000
"""So much of them is kept, the last heard first: some twelve hours of programmes."""
MOST_WAITING = 8
TITLE = "Bản nghe thử, không dùng để phát"
UNEXPECTED = "Máy chưa ghép được bản nghe thử. Hãy thử lại; nếu vẫn lỗi, báo cho quản trị"

Join = Callable[[Sequence[Path], Path, str], object]
Start = Callable[[Callable[[], None]], None]


class PreviewNotKept(LoaError):
    """Không ghi được bản nghe thử vào {path} ({reason}). Hãy kiểm tra chỗ trống trên đĩa và quyền ghi."""

    path: str
    reason: str


class Stage(StrEnum):
    """How far a preview is."""

    READY = "ready"
    MAKING = "making"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to who asks for a preview: its key, how far it is, and why it failed (else empty)."""

    key: str
    stage: Stage
    failure: str = ""


def preview_key(media: Sequence[str]) -> str:
    """Return the name of the preview of these sounds (SHA-256 digits, in their order): 64 hexadecimal digits."""
    return digest(["loa.preview", LAYOUT, list(media)])


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="preview", daemon=True).start()


class PreviewFiles:
    """A folder of previews, made from the sounds in ``media``; safe for several threads and several processes.

    Two processes may make the same one at once: each writes a file of its own, and the last one stays.
    """

    def __init__(
        self,
        directory: Path,
        media: FileStore,
        *,
        join: Join = join_for_listening,
        start: Start = _in_background,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self._directory = directory
        self._media = media
        self._join = join
        self._start = start
        self._kept_bytes = kept_bytes
        self._one_at_a_time = threading.Lock()
        self._state = threading.Lock()
        self._making: set[str] = set()
        self._failed: dict[str, str] = {}

    def path(self, key: str) -> Path | None:
        """Return the file of a preview that is ready; null for any other key, whatever it holds."""
        if len(key) != 64 or not all(letter in "0123456789abcdef" for letter in key):
            return None
        path = self._directory / f"{key}.mp3"
        return path if path.is_file() else None

    def samples(self, sha256: str) -> int | None:
        """Return how many samples at 44.1 kHz a sound has; null when it is gone or cannot be read."""
        try:
            return mp3_samples(self._media.path(sha256))
        except (FileMissing, UnreadableAudio):
            return None

    def ask(self, media: Sequence[str]) -> Asked:
        """Tell how far the preview of ``media`` is, and have it made when nobody has; never waits for it.

        A failure is told once: who asks again has it tried again.
        """
        key = preview_key(media)
        ready = self.path(key)
        if ready is not None:
            _note_use(ready)
            return Asked(key, Stage.READY)
        with self._state:
            failure = self._failed.pop(key, None)
            if failure is not None:
                return Asked(key, Stage.FAILED, failure)
            begins = key not in self._making and len(self._making) < MOST_WAITING
            if begins:
                self._making.add(key)
        if begins:
            self._start(lambda: self._make(key, tuple(media)))
        return Asked(key, Stage.MAKING)

    def _make(self, key: str, media: Sequence[str]) -> None:
        failure = UNEXPECTED
        try:
            with self._one_at_a_time:
                self._write(key, media)
            failure = ""
        except OSError as error:
            failure = str(PreviewNotKept(path=str(self._directory), reason=error.strerror or "lỗi đĩa"))
        except (LoaError, TtsError) as error:
            failure = str(error)
        finally:
            with self._state:
                self._making.discard(key)
                if failure:
                    self._failed[key] = failure

    def _write(self, key: str, media: Sequence[str]) -> None:
        if self.path(key) is not None:
            return
        items = [self._media.path(sha256) for sha256 in media]
        for path in items:
            if not path.is_file():
                raise FileMissing(sha256=path.name)
        self._directory.mkdir(parents=True, exist_ok=True)
        part = self._directory / f".{key}.{os.getpid()}.part"
        try:
            self._join(items, part, TITLE)
            part.replace(self._directory / f"{key}.mp3")
        finally:
            part.unlink(missing_ok=True)
        self._make_room(self._directory / f"{key}.mp3")

    def _make_room(self, made: Path) -> None:
        """Remove what was heard longest ago, and what a killed process left behind, beyond what is kept."""
        total = 0
        for path, size in _last_used_first(self._directory):
            total += size
            if total > self._kept_bytes and path != made:
                path.unlink(missing_ok=True)


def _last_used_first(directory: Path) -> list[tuple[Path, int]]:
    found = []
    for path in directory.iterdir():
        try:
            facts = path.stat()
        except FileNotFoundError:
            continue  # another process has just removed it
        found.append((facts.st_mtime_ns, path, facts.st_size))
    return [(path, size) for _, path, size in sorted(found, reverse=True)]


def _note_use(path: Path) -> None:
    try:
        path.touch()
    except OSError:
        return  # another user's file: it counts from when it was made
