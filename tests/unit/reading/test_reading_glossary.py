"""The glossary: the package's own rows say what they say for good, and the district's go before every rule."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files

import pytest

from tts.reading import Entry, Glossary, GlossaryRowInvalid, read
from tts.reading.glossary import parse_rows

ROWS = parse_rows(files("tts.reading").joinpath("glossary.tsv").read_text(encoding="utf-8"), own=False)


@pytest.mark.parametrize("spoken", sorted({row.spoken for row in ROWS}))
def test_what_a_row_says_is_itself_read_without_change(spoken: str) -> None:
    reading = read(f"nghe {spoken} ạ")
    assert reading.text == f"nghe {spoken} ạ"
    assert not reading.leftovers


@pytest.mark.parametrize("row", [row for row in ROWS if row.when == ""], ids=lambda row: row.written)
def test_a_row_that_holds_everywhere_is_said(row: Entry) -> None:
    said = read(f"xem {row.written} nhé").text
    assert re.sub(r"[,.]", "", said) == f"xem {row.spoken} nhé".replace(",", "")


def test_no_two_rows_say_the_same_thing_for_good() -> None:
    always = [row.written for row in ROWS if row.when == ""]
    assert sorted(always) == sorted(set(always))


def test_the_districts_entries_go_before_every_rule() -> None:
    glossary = Glossary.from_tsv(
        "VH-TT-TH\tvăn hóa, truyền thanh, truyền hình\n24/7\tsuốt ngày đêm\n.gov.vn\tchấm gờ o vê chấm vê nờ\n"
        "Nặm Cắm\tNậm Cắm\nUBND\tủy ban\n"
    )
    reading = read("Trung tâm VH-TT-TH, UBND bản Nặm Cắm trực 24/7, đuôi .gov.vn nhé.", glossary)
    assert reading.text == (
        "Trung tâm văn hóa, truyền thanh, truyền hình, ủy ban bản Nậm Cắm trực suốt ngày đêm,"
        " đuôi chấm gờ o vê chấm vê nờ nhé."
    )
    assert not reading.leftovers
    (sentence,) = reading.paragraphs[0]
    assert [span.written for span in sentence.spans if span.kind == "fixed"] == [
        "VH-TT-TH",
        "UBND",
        "Nặm Cắm",
        "24/7",
        ".gov.vn",
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("UBND", "cột"),
        ("UBND\t", "trống"),
        ("\tủy ban", "trống"),
        ("a\tb\t\t\t\t\tg", "cột"),
        ("a\tb\t\t31/6/2025", "ngày"),
        ("a\tb\t\t\tmai", "ngày"),
        ("ABC\tcông ty 5", "chữ số"),
        ("ABC\tcông ty XYZ", "viết tắt"),
        ("ABC\ta & b", "ký hiệu"),
        ("ABC\tmột\tkhi nào", "điều kiện"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: str, why: str) -> None:
    with pytest.raises(GlossaryRowInvalid, match=why) as refused:
        Glossary.from_tsv(f"MTTQ\tmặt trận\n# ghi chú\n\n{row}\n")
    assert refused.value.row == 4
    assert "Dòng 4" in str(refused.value)


EXPORTED = (
    "\ufeff# Chữ viết\tCách đọc\tĐiều kiện\tTừ ngày\tĐến hết ngày\tGhi chú\r\n"
    "24/7\tsuốt ngày đêm\t\t01/5/2024\t\tđài dặn\r\n"
    "XYZ\tích y dét\t\t01/01/2024\t31/12/2024\t\r\n"
    "'@dai\ta còng đài\t\t\t\t\r\n"
)


def test_what_the_glossary_page_exports_is_taken_with_its_days() -> None:
    in_time = Glossary.from_tsv(EXPORTED, date(2024, 12, 31))
    assert read("24/7, XYZ, @dai", in_time).text == "suốt ngày đêm, ích y dét, a còng đài"
    later = Glossary.from_tsv(EXPORTED, date(2025, 1, 1))
    assert [left.token for left in read("24/7, XYZ, @dai", later).leftovers] == ["XYZ"]
    before = Glossary.from_tsv(EXPORTED, date(2024, 4, 30))
    assert [left.token for left in read("24/7, XYZ, @dai", before).leftovers] == ["24/7"]


def test_an_entry_made_without_a_table_is_checked_too() -> None:
    assert read("trực 24/7", Glossary([Entry("24/7", "suốt ngày đêm")])).text == "trực suốt ngày đêm"
    with pytest.raises(GlossaryRowInvalid, match="Dòng 2"):
        Glossary([Entry("24/7", "suốt ngày đêm"), Entry("XYZ", "công ty XYZ")])


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Bộ TT&TT", "Bộ thông tin và truyền thông"),
        ("Sở Thông tin và TT tỉnh", "Sở Thông tin và truyền thông tỉnh"),
        ("TT. Mường Ảng và TT Tủa Chùa", "thị trấn Mường Ảng và thị trấn Tủa Chùa"),
        ("TT 39 của Bộ", "thông tư ba mươi chín của Bộ"),
        ("TT HĐND xã", "thường trực hội đồng nhân dân xã"),
        ("TTr số 5", "tờ trình số năm"),
        ("Q.CHỦ TỊCH", "quyền chủ tịch"),
        ("P. Mường Thanh, P.5", "phường Mường Thanh, phường năm"),
        ("Công ty CP Thủy điện", "Công ty cổ phần Thủy điện"),
        ("KT-XH, QP-AN", "kinh tế xã hội, quốc phòng an ninh"),
    ],
)
def test_an_abbreviation_is_read_by_the_words_beside_it(written: str, spoken: str) -> None:
    reading = read(written)
    assert reading.text == spoken
    assert not reading.leftovers
