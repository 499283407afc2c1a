"""Files by hash: whole or absent, and never believed unread."""

from pathlib import Path

import pytest

from scheduler.canonical import sha256_hex
from scheduler.files import FileDamaged, FileMissing, FileStore


def test_a_file_is_kept_once_and_read_back(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "media")
    sha256 = store.put(b"sound")
    assert sha256 == sha256_hex(b"sound") == store.put(b"sound")
    assert store.get(sha256) == b"sound"
    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == [sha256]


def test_a_flipped_byte_is_found(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    sha256 = store.put(b"sound")
    store.path(sha256).write_bytes(b"Sound")
    with pytest.raises(FileDamaged):
        store.get(sha256)


def test_a_cut_file_is_written_anew(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    sha256 = store.put(b"sound")
    store.path(sha256).write_bytes(b"so")
    store.put(b"sound")
    assert store.get(sha256) == b"sound"


def test_damage_of_the_same_length_is_mended_by_the_same_bytes(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    sha256 = store.put(b"sound")
    store.path(sha256).write_bytes(b"Sound")
    store.put(b"sound")
    assert store.get(sha256) == b"sound"


def test_the_other_process_of_the_group_may_read_and_nobody_may_write(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    path = store.path(store.put(b"sound"))
    assert path.stat().st_mode & 0o777 == 0o440
    assert path.parent.stat().st_mode & 0o070 == 0o070


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "G" * 64, "0" * 63 + "/"])
def test_only_hashes_are_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileMissing):
        FileStore(tmp_path).get(name)
