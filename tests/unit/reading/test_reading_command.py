"""The command `loa read`: a line out for each line in, leftovers apart, and a clear word when the input is no text."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli.read import command


def run(written: bytes, *arguments: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(command, list(arguments), input=written)


def test_each_line_in_gives_one_line_out() -> None:
    result = run("Họp lúc 17h30.\r\n\n   \n- Các xã;\n----\n15%".encode())
    assert result.exit_code == 0
    assert result.stdout == "Họp lúc mười bảy giờ ba mươi phút.\n\n\nCác xã,\n\nmười lăm phần trăm\n"
    assert result.stderr == ""


def test_leftovers_are_told_by_place_token_and_reason() -> None:
    result = run("Đài xã\ntrực 24/7 nhé\n".encode())
    assert result.exit_code == 3
    assert result.stdout == "Đài xã\ntrực 24/7 nhé\n"
    assert result.stderr.startswith("2:6 24/7 có thể là ngày, hoặc suốt ngày đêm")


@pytest.mark.parametrize("written", [b"", b"\n", "\ufeffxin chào".encode()])
def test_nothing_much_to_read_is_no_error(written: bytes) -> None:
    result = run(written)
    assert result.exit_code == 0
    assert result.stdout.count("\n") == max(written.count(b"\n"), bool(written))


def test_input_that_is_not_utf8_is_refused_with_its_line_and_nothing_is_written() -> None:
    result = run("tốt\n".encode() + b"\xff\xfe\x00\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Dòng 2 không phải chữ mã UTF-8. Hãy lưu lại văn bản với mã UTF-8 rồi đọc lại.\n"


def test_a_glossary_of_ones_own_is_used(tmp_path: Path) -> None:
    own = tmp_path / "tu-dien.tsv"
    own.write_text("24/7\tsuốt ngày đêm\n", encoding="utf-8")
    result = run("trực 24/7".encode(), "--glossary", str(own))
    assert (result.exit_code, result.stdout) == (0, "trực suốt ngày đêm\n")


@pytest.mark.parametrize(("content", "said"), [(b"24/7\n", "Dòng 1"), (b"\xff", "UTF-8"), (None, "Không mở được")])
def test_a_glossary_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    own = tmp_path / "tu-dien.tsv"
    if content is not None:
        own.write_bytes(content)
    result = run(b"xin", "--glossary", str(own))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
