"""Piper's own promises, with a real voice: the same bytes anywhere, no order in a text, no child left behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tts.engine import Engine
from tts.engines.piper import PiperChildren, PiperEngine
from tts.engines.piper_process import Limits, PiperProcess, VoiceFiles
from tts.engines.programs import environment, program
from tts.errors import EngineRefused, EngineUnavailable
from tts.voices.store import InstalledVoice, VoiceStore

SENTENCES = ("Good morning.", "The market opens at seven.")


def engine(installed: InstalledVoice, children: PiperChildren) -> PiperEngine:
    return PiperEngine(VoiceStore(installed.folder.parent), children=children, language="en")


def files_of(installed: InstalledVoice) -> VoiceFiles:
    return VoiceFiles(installed.model, installed.config, installed.voice.edition)


def said(by: Engine, text: str, speed: float = 1.0) -> bytes:
    return by.speak(text, by.voices()[0], speed).pcm


@contextmanager
def watched(pid: int) -> Iterator[select.poll]:
    """A poll that answers when the process ``pid``, not ours to wait for, has ended."""
    handle = os.pidfd_open(pid)
    ended = select.poll()
    ended.register(handle, select.POLLIN)
    try:
        yield ended
    finally:
        os.close(handle)


def test_two_processes_give_the_same_bytes_in_any_order(
    installed: InstalledVoice, piper_children: PiperChildren
) -> None:
    usual = engine(installed, piper_children)
    asked = [(text, speed) for text in SENTENCES for speed in (1.0, 0.9)]
    first = {each: said(usual, *each) for each in asked}
    others = PiperChildren()
    try:
        fresh = engine(installed, others)
        again = {each: said(fresh, *each) for each in reversed(asked)}
    finally:
        others.close()
    assert again == first


def test_sentences_side_by_side_are_those_spoken_one_by_one(
    installed: InstalledVoice, piper_children: PiperChildren
) -> None:
    by = engine(installed, piper_children)
    texts = [f"{number} people." for number in range(6)]
    with ThreadPoolExecutor(by.parallel + 1) as pool:
        together = list(pool.map(lambda text: said(by, text), texts))
    assert together == [said(by, text) for text in texts]


def test_a_bracket_of_phonemes_is_text(installed: InstalledVoice, piper_children: PiperChildren) -> None:
    by = engine(installed, piper_children)
    assert said(by, "[[market]] opens") == said(by, "[ [market]] opens")
    order = piper_children.speak(files_of(installed), "[[market]] opens", 1.0)  # what it would have been
    assert order.pcm != said(by, "[[market]] opens")


def test_it_has_no_voice_until_one_of_its_language_is_installed(installed: InstalledVoice, tmp_path: Path) -> None:
    children = PiperChildren()
    assert PiperEngine(VoiceStore(tmp_path / "none"), children=children).voices() == ()
    assert PiperEngine(VoiceStore(installed.folder.parent), children=children).voices() == ()
    assert PiperEngine(VoiceStore(installed.folder.parent), children=children, language="").voices() == (
        installed.voice,
    )


def test_a_child_that_was_killed_is_followed_by_another(installed: InstalledVoice) -> None:
    child = PiperProcess(files_of(installed))
    before = child.speak(SENTENCES[0], 1.0)
    pid = child.pid
    assert pid is not None
    with watched(pid) as ended:
        os.kill(pid, signal.SIGKILL)
        assert ended.poll(10_000)
    assert child.speak(SENTENCES[0], 1.0) == before
    child.close()
    assert child.pid is None


def test_a_sentence_that_takes_too_long_ends_the_child_and_the_next_one_speaks(installed: InstalledVoice) -> None:
    child = PiperProcess(files_of(installed), limits=Limits(speak_s=0.5))
    with pytest.raises(EngineUnavailable, match=r"không đọc xong một câu trong 0\.5 giây") as caught:
        child.speak("and so on " * 300, 1.0)
    assert caught.value.retryable
    assert child.pid is None
    assert child.speak("Yes.", 1.0).pcm
    child.close()


def test_an_idle_child_ends_by_itself(installed: InstalledVoice) -> None:
    child = PiperProcess(files_of(installed), limits=Limits(idle_s=0.2))
    child.speak(SENTENCES[0], 1.0)
    pid = child.pid
    if pid is not None:  # else it has ended already
        with watched(pid) as ended:
            assert ended.poll(10_000)
    assert child.pid is None
    assert child.speak(SENTENCES[0], 1.0).pcm
    child.close()


def test_it_ends_by_itself_when_a_sentence_never_ends_and_nobody_ends_it(installed: InstalledVoice) -> None:
    files = files_of(installed)
    options = ("--model", files.model, "--config", files.config, "--sha256", files.sha256, "--idle-s", "60")
    # Five seconds are added to what the driver waits: this asks for an end after a tenth of a second.
    asked = json.dumps({"text": "and so on " * 2_000, "speed": 1.0, "within_s": -4.9}).encode() + b"\n"
    command = [*program(sys.executable, "tts.engines.piper_child"), *map(str, options)]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
    )
    assert child.stdin is not None
    with child:
        child.stdin.write(asked)
        child.stdin.flush()  # and stays open: a parent that lives, and is stuck
        assert child.wait(30) == 1


@pytest.mark.parametrize("busy", [False, True])
def test_it_dies_with_its_parent_even_amid_a_sentence(installed: InstalledVoice, busy: bool) -> None:
    program = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from tts.engines.piper_process import *\n"
        "child = PiperProcess(VoiceFiles(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))\n"
        "child.speak('Yes.', 1.0)\n"
        "if sys.argv[4] == 'True':\n"
        "    threading.Thread(target=child.speak, args=('and so on ' * 2_000, 1.0), daemon=True).start()\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    files = files_of(installed)
    arguments = (str(files.model), str(files.config), files.sha256, str(busy))
    parent = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    with parent, watched(int(parent.stdout.readline())) as ended:
        parent.kill()
        assert ended.poll(10_000)


def test_a_file_that_was_changed_after_its_installation_does_not_speak(
    installed: InstalledVoice, tmp_path: Path
) -> None:
    changed = tmp_path / "voice.onnx.json"
    changed.write_bytes(installed.config.read_bytes() + b"\n")
    child = PiperProcess(VoiceFiles(installed.model, changed, installed.voice.edition))
    with pytest.raises(EngineUnavailable, match="đã bị sửa sau khi cài"):
        child.speak("Yes.", 1.0)
    gone = PiperProcess(VoiceFiles(tmp_path / "gone.onnx", changed, installed.voice.edition))
    with pytest.raises(EngineUnavailable, match="không còn tệp giọng"):
        gone.speak("Yes.", 1.0)


def test_it_speaks_in_a_folder_with_files_named_like_modules(
    installed: InstalledVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("piper", "tts", "onnxruntime", "numpy", "queue"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the user folder')")
    monkeypatch.chdir(tmp_path)
    child = PiperProcess(files_of(installed))
    assert child.speak("Yes.", 1.0).pcm
    child.close()


def test_a_text_that_has_no_sound_in_this_voice_is_an_error_of_the_port(
    installed: InstalledVoice, piper_children: PiperChildren
) -> None:
    with pytest.raises(EngineRefused, match="không có tiếng nào trả về"):
        said(engine(installed, piper_children), "१२३")
