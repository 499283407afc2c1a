"""The driver's end of a child of Piper, against children that misbehave: the right outcome and message for each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tts.engines.piper_process import Limits, PiperProcess, VoiceFiles
from tts.errors import EngineError, EngineRefused, EngineUnavailable

CHILD = Path(__file__).with_name("misbehaving_child.py")
FILES = VoiceFiles(Path("model"), Path("config"), "ab" * 32)
UNAVAILABLE, REFUSED = "Giọng piper không trả lời: ", "Giọng piper từ chối: "


def process(behaviour: str, folder: Path, *, misbehaving: int = 1) -> PiperProcess:
    counter = folder / "left"
    counter.write_text(str(misbehaving))
    start = behaviour == "hangs-at-start"
    limits = Limits(load_s=0.5 if start else 20, speak_s=0.3 if behaviour.startswith("hangs") else 20)
    return PiperProcess(FILES, limits=limits, command=[sys.executable, "-I", str(CHILD), behaviour, str(counter)])


@pytest.mark.parametrize(
    ("behaviour", "retryable", "message"),
    [
        ("hangs-at-start", True, f"{UNAVAILABLE}không nạp xong giọng trong 0.5 giây."),
        ("dies-at-start", True, f"{UNAVAILABLE}chương trình đọc dừng giữa chừng với mã -9."),
        ("rubbish-at-start", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("speaks-at-start", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("endless", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("other-bytes", False, f"{UNAVAILABLE}tệp giọng đã bị sửa sau khi cài; hãy gỡ rồi cài lại giọng này."),
        (
            "unloadable",
            False,
            f"{UNAVAILABLE}tệp giọng hỏng hoặc không phải giọng Piper; hãy gỡ rồi cài lại giọng này.",
        ),
        ("hangs", True, f"{UNAVAILABLE}không đọc xong một câu trong 0.3 giây."),
        ("hangs-amid", True, f"{UNAVAILABLE}không đọc xong một câu trong 0.3 giây."),
        ("dies", True, f"{UNAVAILABLE}chương trình đọc dừng giữa chừng với mã -9."),
        ("dies-amid", True, f"{UNAVAILABLE}chương trình đọc dừng giữa chừng với mã -9."),
        ("leaves-amid", True, f"{UNAVAILABLE}chương trình đọc dừng giữa chừng với mã 0."),
        ("rubbish", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("too-long", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("ready-again", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("half-a-sample", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("no-rate", True, f"{UNAVAILABLE}chương trình đọc trả lời sai."),
        ("silent", False, f"{REFUSED}không có tiếng nào trả về."),
        ("unspeakable", False, f"{REFUSED}không đọc được câu này."),
    ],
)
def test_each_failure_is_named_and_a_fresh_child_speaks(
    behaviour: str, retryable: bool, message: str, tmp_path: Path
) -> None:
    child = process(behaviour, tmp_path)
    with pytest.raises(EngineError) as caught:
        child.speak("Xin chào", 1.0)
    assert str(caught.value) == message
    assert caught.value.retryable is retryable
    assert isinstance(caught.value, EngineRefused if message.startswith(REFUSED) else EngineUnavailable)
    if isinstance(caught.value, EngineUnavailable):
        assert child.pid is None
        assert child.speak("Xin chào", 1.0).duration_ms > 100
    child.close()


def test_a_child_that_leaves_when_asked_was_idle_and_another_speaks(tmp_path: Path) -> None:
    child = process("leaves", tmp_path)
    assert child.speak("Xin chào", 1.0).duration_ms > 100
    child.close()


def test_children_that_always_leave_are_no_endless_loop(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        process("leaves", tmp_path, misbehaving=99).speak("Xin chào", 1.0)
    assert (tmp_path / "left").read_text() == "97"


def test_a_text_larger_than_a_pipe_to_a_child_that_does_not_read_is_a_hang(tmp_path: Path) -> None:
    child = process("hangs", tmp_path)
    with pytest.raises(EngineUnavailable, match="không đọc xong"):
        child.speak("bà con " * 100_000, 1.0)
    child.close()


@pytest.mark.parametrize("command", [["/nonexistent/python"], ["/bin/false"], ["/bin/echo", "hello"]])
def test_no_child_at_all_is_unavailable(command: list[str]) -> None:
    with pytest.raises(EngineUnavailable, match="chương trình đọc"):
        PiperProcess(FILES, command=command).speak("Xin chào", 1.0)
