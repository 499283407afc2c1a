"""Files kept by the SHA-256 of their bytes: written once, whole or not at all, never changed.

Web and clock may run as two users of one group, and each reads what the other has kept.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from scheduler.canonical import sha256_hex
from scheduler.errors import LoaError

_GROUP_READS = 0o440
_GROUP_ADDS = 0o070


class FileDamaged(LoaError):
    """Tệp {sha256} không còn đúng nội dung đã lưu. Hãy khôi phục từ bản sao lưu."""

    sha256: str


class FileMissing(LoaError):
    """Không còn tệp {sha256} trong kho. Hãy khôi phục từ bản sao lưu."""

    sha256: str


class StoreClosed(LoaError):
    """Không ghi được vào kho tệp ({why}). Hãy kiểm tra dung lượng đĩa và quyền ghi của thư mục dữ liệu."""

    why: str
    retryable = True


class FileStore:
    """A directory of immutable files; the name of a file is its hash, in folders of the first two digits."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, sha256: str) -> Path:
        """Return where the file of that hash stands, whether it is there or not."""
        if len(sha256) != 64 or not all(letter in "0123456789abcdef" for letter in sha256):
            raise FileMissing(sha256=sha256[:64])
        return self.directory / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its hash; on disk (fsync, rename) before this returns.

        Raises :class:`StoreClosed` when the disk is full or shut.
        """
        sha256 = sha256_hex(content)
        path = self.path(sha256)
        try:
            self._put(path, content)
        except OSError as error:
            raise StoreClosed(why=error.strerror or str(error)) from error
        return sha256

    def _put(self, path: Path, content: bytes) -> None:
        if _holds(path, content):
            return
        self._make_folder(path.parent)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), _GROUP_READS)
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _make_folder(self, folder: Path) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir()
        except FileExistsError:
            return
        folder.chmod(folder.stat().st_mode | _GROUP_ADDS)  # whatever the umask: the other process adds files here too

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a file, verified; raises :class:`FileMissing` or :class:`FileDamaged`."""
        try:
            content = self.path(sha256).read_bytes()
        except OSError as error:
            raise FileMissing(sha256=sha256) from error
        if sha256_hex(content) != sha256:
            raise FileDamaged(sha256=sha256)
        return content


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False
