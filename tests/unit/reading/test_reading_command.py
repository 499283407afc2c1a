"""The command `loa read`: a line out for each line in, leftovers apart, and a clear word when the input is no text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli.read import command
from scheduler.cli.read_source import Source


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


def test_a_file_is_read_by_its_name_and_its_old_encoding_is_told(tmp_path: Path) -> None:
    old = tmp_path / "ban-tin.txt"
    old.write_bytes("Uû ban nh©n d©n x·\r\nhäp lóc 7h ngµy 5/5/2025\n".encode("latin-1"))
    result = run(b"", str(old))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "Uỷ ban nhân dân xã"
    assert result.stdout.splitlines()[1].startswith("họp lúc bảy giờ ngày mùng năm tháng năm")
    assert result.stderr == "Đã đổi từ bảng mã TCVN3 (ABC) sang Unicode.\n"


def test_a_report_lists_leftovers_and_warnings_by_line_and_column(tmp_path: Path) -> None:
    script = tmp_path / "ban-tin.md"
    script.write_text("# Thông báo\n\nCác các xã **trực 24/7**, ngày 31/6.\nPhạt 5 triệu đồng.\n", encoding="utf-8")
    result = run(b"", str(script), "--report")
    assert result.exit_code == 3
    assert [row.split("]")[0] for row in result.stdout.splitlines()[:-1]] == [
        "3:1 [cảnh báo",
        "3:19 [chưa đọc được",
        "3:32 [chưa đọc được",
        "3:32 [cảnh báo",
        "4:1 [cần xác nhận",
    ]
    assert result.stdout.splitlines()[-1].startswith(
        "Tổng cộng: 2 chỗ chưa đọc được, 2 chỗ cảnh báo, 1 chỗ cần xác nhận"
    )


def test_a_report_for_programs_tells_the_same_and_the_reading() -> None:
    told = json.loads(run("Họp ngày 5/5/2025.\nTrực 24/7".encode(), "--json").stdout)
    (finding,) = told["findings"]
    assert (finding["kind"], finding["line"], finding["column"], finding["text"]) == ("leftover", 2, 6, "24/7")
    assert told["reading"].startswith("Họp ngày mùng năm tháng năm năm hai nghìn")
    assert told["encoding"] == "Unicode"
    assert run("Xin chào bà con.".encode(), "--json").exit_code == 0


def test_the_wrapped_lines_of_a_letter_keep_their_places() -> None:
    source = Source("một hai\nba", "", (0, 4, 8), (1, 2, 5))
    assert [source.place(offset) for offset in (0, 3, 4, 6, 8, 9)] == [(1, 1), (1, 4), (2, 1), (2, 3), (5, 1), (5, 2)]


def test_the_export_of_the_glossary_page_is_used(tmp_path: Path) -> None:
    own = tmp_path / "tu-dien.tsv"
    row = "24/7\tsuốt ngày đêm\t\t01/01/2024\t\tghi chú\r\nXYZ\tích y dét\t\t01/01/2024\t31/12/2024\t\r\n"
    own.write_bytes(f"\ufeff# Chữ viết\tCách đọc\r\n{row}".encode())
    result = run("trực 24/7 XYZ".encode(), "--glossary", str(own))
    assert (result.exit_code, result.stdout) == (3, "trực suốt ngày đêm XYZ\n")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("khong-co.txt", None, "Không mở được tệp"),
        ("a.docx", b"khong phai Word", "a.docx"),
        ("a.txt", b"\xff\x00", "Dòng 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    result = run(b"", str(file), "--report")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


FIELD_LETTER = Path(__file__).parents[4] / "shared" / "letter"


@pytest.mark.skipif(not FIELD_LETTER.exists(), reason="the field's own letter is not at hand beside the checkout")
@pytest.mark.parametrize("form", ["md", "docx", "pdf"])
def test_the_faults_of_a_real_letter_are_all_listed(form: str) -> None:
    told = json.loads(run(b"", str(FIELD_LETTER / f"cong-van.{form}"), "--json").stdout)["findings"]
    assert [finding["text"] for finding in told if finding["kind"] == "leftover"] == ["/UBND-VHTT", "5", "17/6/202"]
    warned = {finding["code"]: finding for finding in told if finding["kind"] == "warning"}
    assert {"doubled-word", "cut-date", "lost-words", "misspelling", "near-miss-name", "long-sentence"} <= set(warned)
    assert sum(finding["code"] == "lost-words" for finding in told) == 1


@pytest.mark.skipif(not FIELD_LETTER.exists(), reason="the field's own letter is not at hand beside the checkout")
def test_a_printed_letter_is_read_as_the_same_letter_of_a_word_processor() -> None:
    said = {form: run(b"", str(FIELD_LETTER / f"cong-van.{form}")).stdout for form in ("docx", "pdf")}
    assert sorted(said["docx"].split()) == sorted(said["pdf"].split())
    long = {form: [line for line in text.split("\n") if len(line.split()) > 16] for form, text in said.items()}
    assert long["docx"] == long["pdf"]
