"""Previews on disk: made beside the request, one at a time, kept by what is in them, failures told."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scheduler.files import FileStore
from scheduler.preview_files import MOST_WAITING, UNEXPECTED, PreviewFiles, Stage, preview_key
from tts.errors import UnreadableAudio


class Workshop:
    """A joiner that writes what it was given end to end, and fails when it is told to; work waits until it is done."""

    def __init__(self, folder: Path, *, kept_bytes: int = 1000) -> None:
        self.store = FileStore(folder / "media")
        self.directory = folder / "previews"
        self.waiting: list[Callable[[], None]] = []
        self.joined = 0
        self.fails: Exception | None = None
        self.files = PreviewFiles(
            self.directory, self.store, join=self._join, start=self.waiting.append, kept_bytes=kept_bytes
        )

    def _join(self, items: Sequence[Path], target: Path, title: str) -> None:
        self.joined += 1
        target.write_bytes(b"".join(path.read_bytes() for path in items) + (b"" if title else b"?"))
        if self.fails is not None:
            raise self.fails

    def work(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()

    def made(self, *media: str) -> Path:
        self.files.ask(media)
        self.work()
        path = self.files.path(preview_key(media))
        assert path is not None
        return path


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_preview_is_made_once_however_often_it_is_asked_for(workshop: Workshop) -> None:
    media = [workshop.store.put(b"one"), workshop.store.put(b"two")]
    first, second = workshop.files.ask(media), workshop.files.ask(media)
    assert (first.stage, second.stage, len(workshop.waiting)) == (Stage.MAKING, Stage.MAKING, 1)
    assert workshop.files.path(first.key) is None
    workshop.work()
    ready = workshop.files.ask(media)
    assert (ready.stage, ready.key, workshop.joined) == (Stage.READY, first.key, 1)
    path = workshop.files.path(ready.key)
    assert path is not None
    assert path.read_bytes() == b"onetwo"
    assert [each.name for each in workshop.directory.iterdir()] == [path.name]


def test_the_order_and_each_item_make_another_preview() -> None:
    keys = {preview_key(media) for media in (["a", "b"], ["b", "a"], ["a"], ["a", "a"], ["ab"], [])}
    assert len(keys) == 6


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UnreadableAudio(), str(UnreadableAudio())),
        (OSError(28, "No space left on device"), "Không ghi được bản nghe thử"),
        (RuntimeError("nobody thought of it"), UNEXPECTED),
    ],
)
def test_a_failure_is_told_once_leaves_nothing_and_may_be_tried_again(
    workshop: Workshop, error: Exception, told: str
) -> None:
    media = [workshop.store.put(b"one")]
    workshop.fails = error
    workshop.files.ask(media)
    try:
        workshop.work()
    except RuntimeError:
        assert isinstance(error, RuntimeError)  # a fault of ours also goes to the diagnostics
    failed = workshop.files.ask(media)
    assert failed.stage is Stage.FAILED
    assert told in failed.failure
    assert list(workshop.directory.iterdir()) == []
    workshop.fails = None
    assert workshop.files.ask(media).stage is Stage.MAKING
    workshop.work()
    assert workshop.files.ask(media).stage is Stage.READY


def test_a_sound_that_is_gone_is_named(workshop: Workshop) -> None:
    workshop.files.ask(["0" * 64])
    workshop.work()
    assert f"Không còn tệp {'0' * 64}" in workshop.files.ask(["0" * 64]).failure


def test_a_directory_that_cannot_be_made_is_told(workshop: Workshop) -> None:
    media = [workshop.store.put(b"one")]
    workshop.directory.write_text("a file stands in its place")
    workshop.files.ask(media)
    workshop.work()
    assert "Hãy kiểm tra chỗ trống trên đĩa" in workshop.files.ask(media).failure


def test_a_flood_of_questions_keeps_a_bounded_row_waiting(workshop: Workshop) -> None:
    media = [[workshop.store.put(str(number).encode())] for number in range(MOST_WAITING + 3)]
    assert {workshop.files.ask(each).stage for each in media} == {Stage.MAKING}
    assert len(workshop.waiting) == MOST_WAITING
    workshop.work()
    assert [workshop.files.ask(each).stage for each in media].count(Stage.READY) == MOST_WAITING
    workshop.work()
    assert {workshop.files.ask(each).stage for each in media} == {Stage.READY}


def test_what_was_heard_longest_ago_goes_first_when_there_is_no_more_room(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, kept_bytes=1000)
    old, heard, left_behind = (workshop.store.put(letter * 400) for letter in (b"a", b"b", b"c"))
    paths = [workshop.made(old), workshop.made(heard)]
    part = workshop.directory / ".half.1.part"
    part.write_bytes(b"x" * 300)
    for age, path in enumerate((paths[0], part, paths[1])):
        os.utime(path, (1000 + age, 1000 + age))
    workshop.files.ask([old])  # heard again: the part of a killed process is now the oldest but one
    newest = workshop.made(left_behind)
    assert sorted(workshop.directory.iterdir()) == sorted([newest, paths[0]])


def test_the_one_just_made_stays_even_when_it_is_larger_than_all_room(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, kept_bytes=10)
    assert workshop.made(workshop.store.put(b"x" * 100)).is_file()


@pytest.mark.parametrize("key", ["", "0" * 63, "../" + "0" * 61, "A" * 64, "0" * 64, "0" * 63 + "\0"])
def test_a_key_that_names_no_preview_names_no_file(workshop: Workshop, key: str) -> None:
    workshop.made(workshop.store.put(b"one"))
    assert workshop.files.path(key) is None


def test_the_thread_that_makes_it_is_beside_the_one_that_asks(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "media")
    media = [store.put(b"not a sound")]
    files = PreviewFiles(tmp_path / "previews", store)
    answers = [files.ask(media)]
    while answers[-1].stage is Stage.MAKING:
        answers.append(files.ask(media))
    assert answers[-1].stage is Stage.FAILED
    assert "Không đọc được tệp âm thanh" in answers[-1].failure
