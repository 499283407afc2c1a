"""Files of rows: every encoding and separator that offices have, and what is no table told by row."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.canonical import clean_text
from scheduler.services.registers.faults import FileRefused
from scheduler.services.registers.tables import ROWS_MOST, Header, read_table, write_csv, write_json

HEADER = Header(
    root="units",
    words={"code": ("Mã đơn vị", "Mã"), "name": ("Tên đơn vị",), "note": ("Ghi chú",)},
    needed=frozenset({"code", "name"}),
)
TEXT = "Mã đơn vị;Tên đơn vị\n03256;Thị trấn Mường Ảng\n03301;Xã Búng Lao\n03302;Xã Xuân Lao\n"
TONES = "\u0300\u0301\u0303\u0309\u0323"
EXPECTED = [
    (2, {"code": "03256", "name": "Thị trấn Mường Ảng"}),
    (3, {"code": "03301", "name": "Xã Búng Lao"}),
    (4, {"code": "03302", "name": "Xã Xuân Lao"}),
]


def rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, dict(row.cells)) for row in read_table(content, HEADER)]


def windows_1258(text: str) -> bytes:
    """As old Windows programs write Vietnamese: letters with hats whole, tones as marks of their own."""
    return b"".join(_letter(letter) for letter in text)


def _letter(letter: str) -> bytes:
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in parts if mark in TONES)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONES))
    return bare.encode("cp1258") + tones.encode("cp1258")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        windows_1258(TEXT),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace("Mã đơn vị", "CODE").replace("Tên đơn vị", "name").encode(),
        TEXT.replace("Mã đơn vị", '"ma don vi"').replace("Tên đơn vị", " TÊN ĐƠN VỊ ").encode(),
        TEXT.replace("Xã Búng Lao", '"Xã Búng Lao"').encode(),
    ],
    ids=[
        *("utf-8", "utf-8 with mark", "utf-16 with mark", "utf-16-be", "utf-16-le", "windows-1258", "crlf", "commas"),
        *("tabs", "english", "bare header", "quoted"),
    ],
)
def test_a_table_is_read_however_it_was_saved(content: bytes) -> None:
    assert rows(content) == EXPECTED


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    assert [number for number, _ in rows(b"sep=;\n\nma;ten don vi\n\n1;A\n\n2;B\n")] == [5, 7]
    assert [number for number, _ in rows(b'code,name\n1,"A\nB"\n2,C\n')] == [3, 4]


def test_columns_that_nobody_knows_are_passed_over() -> None:
    assert rows(b"STT,code,name\n1,7,A\n") == [(2, {"code": "7", "name": "A"})]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "không có gì"),
        (b"\xff\xfe", "không có gì"),
        (b"\xff\xfe\x00", "bảng mã"),
        (b"code;name\n", "không có dòng nào"),
        (b"code\n1\n", "thiếu cột “Tên đơn vị”"),
        (b"code;name;ma\n1;A;2\n", "có hai lần"),
        (b"[" * 100_000, "JSON"),
        (b"{}", "danh sách “units”"),
        (b'{"units": 5}', "danh sách “units”"),
        (b'[{"code": "1", "name": "A"}, 5]', "dòng 2"),
        (b'[{"code": "1", "name": {"a": 1}}]', "dòng 1: có giá trị không phải chữ"),
        (b'[{"code": "1"}]', "dòng 1: dòng đầu thiếu cột “Tên đơn vị”"),
        (b'code,name\n1,"' + b"x" * 200_000 + b'"\n', "dòng"),
        ("code;name\n1;X· Bóng Lao\n2;ThÞ trÊn M­êng ¶ng\n3;X· Xu©n Lao ®Ñp\n".encode("latin-1"), "bảng mã"),
        (b"code;name\n" + b"1;A\n" * (ROWS_MOST + 1), f"quá {ROWS_MOST} dòng"),
        (b"x" * (8 * 1024 * 1024 + 1), "8 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(content, HEADER)
    assert told in str(refused.value)
    assert "hãy" in str(refused.value)


def test_no_cell_of_an_export_is_run() -> None:
    content = write_csv(HEADER, [{"code": "=1+1", "name": '=HYPERLINK("http://x")', "note": "@SUM(A1)"}])
    cells = content.decode("utf-8-sig").splitlines()[1].split(",")
    assert [cell.strip('"')[0] for cell in cells] == ["'", "'", "'"]


words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Cn")), max_size=12)


@given(st.lists(st.fixed_dictionaries({"code": words, "name": words, "note": words}), min_size=1, max_size=5))
def test_what_is_written_is_read_again(told: list[dict[str, str]]) -> None:
    wanted = [{field: clean_text(cell).strip() for field, cell in row.items()} for row in told]
    assert [dict(row.cells) for row in read_table(write_json(HEADER, told), HEADER)] == wanted
    written = [row for row in wanted if any(row.values())]
    if written:
        assert [dict(row.cells) for row in read_table(write_csv(HEADER, told), HEADER)] == written
    assert json.loads(write_json(HEADER, []))["units"] == []
