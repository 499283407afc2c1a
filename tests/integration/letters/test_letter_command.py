"""``loa letter`` as its user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli.letter import command
from scheduler.letters.reading.letter import MAX_FILE_BYTES

SHARED = Path(__file__).parents[4] / "shared"


def run(*arguments: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(command, list(arguments))


@pytest.fixture
def sample(tmp_path: Path, sample_md: bytes) -> str:
    file = tmp_path / "công văn.md"
    file.write_bytes(sample_md)
    return str(file)


def test_json_carries_the_agreed_keys(sample: str) -> None:
    result = run(sample, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["number"] is None
    assert answer["date"] == {"day": 6, "month": 5, "year": 2024}
    assert answer["obligations"][0]["deadlines"] == ["2024-05-15"]
    assert {"code", "text", "line"} <= answer["warnings"][0].keys()


def test_the_summary_shows_parts_then_obligations_then_faults_with_lines(sample: str) -> None:
    result = run(sample)
    text = result.stdout
    assert result.exit_code == 0
    assert text.index("Trích yếu:") < text.index("VIỆC ĐƯỢC GIAO: 3") < text.index("LỖI TRONG VĂN BẢN: 6")
    assert "Số, ký hiệu:  …/UBND-VHTT" in text
    assert "Hạn: 15/5/2024" in text
    assert "dòng 29: Từ bị lặp: “trong trong”." in text


def test_help_is_vietnamese_and_complete() -> None:
    text = run("--help").stdout
    assert "TỆP" in text
    assert "--json" in text
    assert "Ví dụ" in text


@pytest.mark.parametrize("kind", ["absent", "folder", "device"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = {"absent": str(tmp_path / "a.docx"), "folder": str(tmp_path), "device": "/dev/zero"}[kind]
    result = run(path)
    assert result.exit_code == 2
    assert result.stderr.startswith("Lỗi: Không mở được tệp")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "a.docx"
    with huge.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES * 50)
    result = run(str(huge))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "lớn hơn 20 MB" in result.stderr


def test_a_name_that_is_no_text_is_shown_replaced() -> None:
    result = run("a\udcff.docx")
    assert result.exit_code == 2
    assert "a?.docx" in result.stderr


@pytest.mark.skipif(not (SHARED / "check_letter.py").exists(), reason="../shared with the real letter is not here")
def test_the_real_letter_is_read_right_in_every_format(tmp_path: Path) -> None:
    letters = [str(SHARED / "letter" / f"cong-van.{ending}") for ending in ("md", "docx", "pdf")]
    checker = [sys.executable, str(SHARED / "check_letter.py"), str(SHARED / "letter/expected.json"), *letters, "--"]
    command_line = [sys.executable, "-c", "from scheduler.cli.letter import command; command()"]
    result = subprocess.run([*checker, *command_line], capture_output=True, text=True, check=False, timeout=60)
    assert "3 of 3 letters read right" in result.stdout, result.stdout
