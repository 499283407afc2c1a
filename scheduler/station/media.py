"""The station's media on disk: each under its SHA-256, written whole or not at all, verified before it sounds."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Set as AbstractSet
from pathlib import Path

from scheduler.canonical import media_sha256
from scheduler.station.errors import MediaRefused, StoreUnusable, os_reason
from scheduler.station.settings import sync_directory

__all__ = ["MediaShelf", "Part"]

_CHUNK = 256 * 1024
_LEFT_LYING_S = 8 * 24 * 3600


class Part:
    """A medium that is being fetched; what has come survives a restart, and is taken up again at ``size``."""

    def __init__(self, shelf: Path, sha256: str) -> None:
        self._path = shelf / f"{sha256}.part"
        self._whole = shelf / sha256
        self._sha256 = sha256

    @property
    def size(self) -> int:
        """How many bytes have come."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    def restart(self) -> None:
        """Forget what has come."""
        self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Add ``chunk`` at the end."""
        try:
            with self._path.open("ab") as file:
                file.write(chunk)
        except OSError as error:
            raise StoreUnusable(path=str(self._path), reason=os_reason(error)) from error

    def complete(self) -> None:
        """Put the medium on the shelf when its bytes are right; else forget them and raise :class:`MediaRefused`."""
        self._path.touch()  # nothing has come of an empty medium
        found = _hash_file(self._path)
        if found != self._sha256:
            self.restart()
            raise MediaRefused(media=f"sha256:{self._sha256}", reason="nội dung không khớp mã băm")
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
        self._path.replace(self._whole)
        sync_directory(self._whole.parent)


class MediaShelf:
    """The folder of media; names are those of documents (``sha256:…``)."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Return where the medium ``name`` is, or would be."""
        return self.directory / media_sha256(name)

    def names(self) -> frozenset[str]:
        """Return the names of all media on the shelf."""
        return frozenset(f"sha256:{found.name}" for found in self.directory.iterdir() if len(found.name) == 64)

    def part(self, name: str) -> Part:
        """Return the medium ``name`` as one to be fetched."""
        return Part(self.directory, media_sha256(name))

    def whole(self, name: str) -> bool:
        """Return whether the bytes on disk are those that ``name`` names; reads the whole file."""
        try:
            return _hash_file(self.path(name)) == media_sha256(name)
        except OSError:
            return False

    def set_aside(self, name: str) -> None:
        """Keep a damaged file as evidence under another name (the last one found), so that it is fetched anew."""
        path = self.path(name)
        if path.exists():
            path.replace(path.with_name(f"{path.name}.damaged"))
            sync_directory(self.directory)

    def prune(self, keep: AbstractSet[str], *, now_s: float) -> None:
        """Remove what ``keep`` does not name and has lain longer than a plan reaches ahead; ``now_s`` is Unix time."""
        for found in self.directory.iterdir():
            named = f"sha256:{found.name.partition('.')[0]}" in keep
            if not named and now_s - found.stat().st_mtime > _LEFT_LYING_S:
                found.unlink(missing_ok=True)

    def free_mb(self) -> int:
        """Return the free space of the disk, in megabytes."""
        return shutil.disk_usage(self.directory).free // 1_000_000


def _hash_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
