"""The command that makes a script into an MP3, as a user meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from measured import ffmpeg, measured

from scheduler.cli.speak import LeftoversRemain, command
from scheduler.errors import InvalidInput

SCRIPT = "Thưa bà con, ngày 07/5/2024 xã họp. Mời bà con tới dự!\nXin cảm ơn bà con."


def speak(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner(mix_stderr=False).invoke(command, arguments, input=stdin)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "Bản tin chiều.txt"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def title_of(mp3: Path) -> str:
    report = ffmpeg("-loglevel", "error", "-i", str(mp3), "-f", "ffmetadata", "-").stdout.decode()
    return next(line.removeprefix("title=") for line in report.splitlines() if line.startswith("title="))


def test_a_script_becomes_a_file_ready_to_air(script: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp3"
    result = speak(str(script), "-o", str(output), "--engine", "espeak")
    assert result.exit_code == 0
    for words in (str(output), "espeak (vi), giọng dự phòng", "Thời lượng: 0:", "LUFS", "dBTP", "Mã băm:"):
        assert words in result.stdout
    seen = measured(output.read_bytes(), tmp_path)
    assert seen.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert title_of(output) == "Bản tin chiều"
    assert not list(tmp_path.glob(".*"))


def test_the_settings_pauses_are_kept(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []
    for pause_ms in ("0", "2000"):
        monkeypatch.setenv("LOA_PAUSE_SENTENCE_MS", pause_ms)
        monkeypatch.setenv("LOA_PAUSE_PARAGRAPH_MS", pause_ms)
        output = tmp_path / f"{pause_ms}.mp3"
        assert speak(str(script), "-o", str(output), "--engine", "tone").exit_code == 0
        lengths.append(measured(output.read_bytes(), tmp_path).samples_44100 / 44_100)
    assert lengths[1] - lengths[0] == pytest.approx(2 * 2.0, abs=0.1)


def test_a_script_may_come_from_standard_input_with_any_line_ends_and_mark(tmp_path: Path) -> None:
    outputs = [tmp_path / f"{name}.mp3" for name in ("plain", "windows")]
    windows = b"\xef\xbb\xbf" + SCRIPT.replace("\n", "\r\n").encode()
    for output, raw in zip(outputs, (SCRIPT.encode(), windows), strict=True):
        assert speak("-", "-o", str(output), "--engine", "tone", stdin=raw).exit_code == 0
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    assert title_of(outputs[0]) == "Bản tin"


def test_leftovers_are_refused_with_their_places(tmp_path: Path) -> None:
    output = tmp_path / "out.mp3"
    result = speak("-", "-o", str(output), "--engine", "tone", stdin="Xin chào.\nGặp XQZT ngay.".encode())
    assert isinstance(result.exception, LeftoversRemain)
    assert result.exception.exit_code == 3
    assert "Còn 1 chỗ chưa đọc được:\n  dòng 2, cột 5: XQZT (" in str(result.exception)
    assert not output.exists()


def test_leftovers_may_be_forced_and_are_still_told(tmp_path: Path) -> None:
    output = tmp_path / "out.mp3"
    result = speak("-", "-o", str(output), "--engine", "tone", "--force", stdin="Gặp XQZT ngay.".encode())
    assert result.exit_code == 0
    assert "dòng 1, cột 5: XQZT" in result.stderr
    assert output.stat().st_size > 5_000


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "Lời bản tin trống"),
        (b"\xef\xbb\xbf \n\t\r\n", "Lời bản tin trống"),
        ("Bà con".encode("utf-16"), "không phải văn bản thuần"),
        (b"PK\x03\x04\0\0", "không phải văn bản thuần"),
        ("Dòng một\nBà con".encode("cp1258", "replace") + b"\xe0 con", "không ở mã UTF-8 (chỗ sai đầu tiên ở dòng 2)"),
        (b"a " * 40_000, "quá dài"),
    ],
    ids=["empty", "blank", "utf-16", "word-file", "cp1258", "huge"],
)
def test_a_bad_script_is_refused_in_words(raw: bytes, message: str, tmp_path: Path) -> None:
    output = tmp_path / "out.mp3"
    result = speak("-", "-o", str(output), "--engine", "tone", stdin=raw)
    assert isinstance(result.exception, InvalidInput)
    assert result.exception.exit_code == 2
    assert message in str(result.exception)
    assert not output.exists()


def test_files_that_cannot_be_read_or_written_are_named(script: Path, tmp_path: Path) -> None:
    for arguments, message in [
        ((str(tmp_path / "none.txt"), "-o", str(tmp_path / "out.mp3")), "không có tệp này"),
        ((str(tmp_path), "-o", str(tmp_path / "out.mp3")), "đây là một thư mục"),
        ((str(script), "-o", str(tmp_path)), "là một thư mục; hãy ghi tên tệp MP3"),
        ((str(script), "-o", str(tmp_path / "none" / "out.mp3")), "Không có thư mục"),
    ]:
        result = speak(*arguments, "--engine", "tone")
        assert isinstance(result.exception, InvalidInput)
        assert message in str(result.exception)


def test_a_failure_leaves_the_old_file_as_it_was(script: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp3"
    output.write_bytes(b"old")
    assert speak(str(script), "-o", str(output), "--engine", "tone", "--speed", "9").exit_code != 0
    assert output.read_bytes() == b"old"


def test_the_program_ends_with_one_sentence_and_the_right_status(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "scheduler.cli", "speak", "-", "-o", str(tmp_path / "out.mp3"), "--engine", "tone"],
        input="Gặp XQZT ngay.".encode(),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 3
    assert ran.stdout == b""
    assert ran.stderr.decode().startswith("Lỗi: Còn 1 chỗ chưa đọc được:")
    assert b"Traceback" not in ran.stderr


def test_help_tells_everything_in_vietnamese() -> None:
    told = speak("--help").stdout
    for word in ("TỆP", "--engine", "--title", "--speed", "--force", "--cache", "Mã kết thúc", "Ví dụ"):
        assert word in told


def test_a_persons_recording_takes_the_place_of_a_machines_voice(script: Path, tmp_path: Path) -> None:
    read_aloud, output = tmp_path / "read.mp3", tmp_path / "out.mp3"
    speak(str(script), "-o", str(read_aloud), "--engine", "espeak")
    left_alone = tmp_path / "left.flac"
    ffmpeg("-loglevel", "error", "-i", str(read_aloud), "-af", "pan=stereo|c0=c0", str(left_alone))
    result = speak(str(script), "-o", str(output), "--recording", str(left_alone))
    assert result.exit_code == 0
    assert "recorded (nguoi-doc)" in result.stdout
    assert "Chỉ kênh trái có tiếng" in result.stdout
    seen = measured(output.read_bytes(), tmp_path)
    assert seen.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert seen.true_peak_dbtp <= -1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--recording", "gone.wav"], "không có tệp này"),
        (["--recording", "gone.wav", "--engine", "tone"], "Chọn một trong hai"),
        (["--recording", "{script}"], "không phải tệp âm thanh"),
    ],
)
def test_a_recording_that_cannot_be_used_is_told_and_nothing_is_written(
    arguments: list[str], words: str, script: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.mp3"
    result = speak(str(script), "-o", str(output), *(each.format(script=script) for each in arguments))
    assert words in str(result.exception)
    assert not output.exists()
