"""Written forms and what is said for them: spoken.tsv, and the field's own table where it is at hand."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tts.reading import read

HERE = Path(__file__).parent
CASES = [row.split("\t") for row in (HERE / "spoken.tsv").read_text(encoding="utf-8").splitlines() if row]
FIELD = HERE.parents[2].parent / "shared" / "reading-gold.tsv"


@pytest.mark.parametrize(("written", "spoken"), CASES)
def test_a_written_form_is_said_so(written: str, spoken: str) -> None:
    reading = read(written)
    assert reading.text == spoken
    assert reading.leftovers == ()


@pytest.mark.parametrize(("written", "spoken"), CASES)
def test_decomposed_text_is_said_the_same(written: str, spoken: str) -> None:
    assert read(unicodedata.normalize("NFD", written)).text == spoken


def test_no_symbol_of_a_decree_is_read_as_shares() -> None:
    assert "cổ phần" not in read("Nghị định số 49/2024/NĐ-CP, NĐ-CP, 12/NQ-CP, CP").text


@pytest.mark.parametrize(
    "written", ["Điện Biên - Lai Châu", "Tày-Nùng", "bản – xã", "- 5 hộ", "thôn -5 hộ", "2024 - 30 năm"]
)
def test_a_dash_between_words_is_never_minus(written: str) -> None:
    assert not re.search(r"\b(trừ|âm)\b", read(written).text)


@pytest.mark.parametrize(
    ("written", "token", "suggestions"),
    [
        ("trực 24/7", "24/7", ("suốt ngày đêm", "ngày hai mươi tư tháng bảy")),
        ("đạt 3/4", "3/4", ("ngày mùng ba tháng tư", "ba phần tư")),
        ("1/2", "1/2", ("ngày mùng một tháng hai", "một phần hai")),
        ("ngày 5-10", "5-10", ("mùng năm tháng mười", "mùng năm đến mùng mười")),
        ("giá 3.5", "3.5", ("ba phẩy năm", "ba chấm năm")),
        ("giá 1,500 đồng", "1,500 đồng", ("một nghìn năm trăm đồng", "một phẩy năm trăm đồng")),
        ("10-5", "10-5", ("mười đến năm", "mười năm")),
        ("bấm @", "@", ("a còng",)),
        ("ngành TT", "TT", ("thông tin", "truyền thông", "thị trấn", "trung tâm", "thông tư")),
        ("Bộ XYZ", "XYZ", ("ích y dét",)),
        ("thứ x", "x", ("ích",)),
    ],
)
def test_what_is_not_sure_is_left_with_its_readings(written: str, token: str, suggestions: tuple[str, ...]) -> None:
    (leftover,) = read(written).leftovers
    assert (leftover.token, leftover.suggestions) == (token, suggestions)
    assert token in read(written).text


@pytest.mark.parametrize(
    "written",
    [
        "17/6/202", "31/02/2024", "5:72", "Số: /UBND-VHTT", "Họ tên: ..........", "ngày ... tháng 5", "27B1-123.45",
        "192.168.1.1", "12/QĐ-XYZ", "A2.1", "VH-TT-TH", "2+3=5", "50 ^", "Привет", "漢字", "½", "x²", "५", "😀",
        "17h75", "3tr5", "McDonald", "1234567890Facebook",
    ],
)  # fmt: skip
def test_what_no_rule_reads_is_left(written: str) -> None:
    assert read(written).leftovers


def test_a_leftover_tells_its_place() -> None:
    (leftover,) = read("Thưa bà con.\n\nĐài trực 24/7 tại xã.").leftovers
    assert (leftover.line, leftover.column, leftover.start, leftover.end) == (3, 10, 23, 27)


def test_sentences_and_paragraphs_are_kept_for_pauses() -> None:
    reading = read("Thưa bà con. Hôm nay 5/5/2024!\r\n\r\nÔng nói: “Tôi đi.” Rồi đi?")
    assert [[sentence.spoken for sentence in paragraph] for paragraph in reading.paragraphs] == [
        ["Thưa bà con.", "Hôm nay ngày mùng năm tháng năm năm hai nghìn không trăm hai mươi tư!"],
        ["Ông nói, Tôi đi.", "Rồi đi?"],
    ]
    assert [span.kind for span in reading.paragraphs[0][1].spans] == ["same", "said", "same"]


def fold(text: str) -> str:
    text = re.sub(r"[^\w\s]", " ", unicodedata.normalize("NFC", text).lower())
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.skipif(not FIELD.exists(), reason="the field's table of readings is not at hand beside the checkout")
def test_the_fields_table_is_read_without_leftovers() -> None:
    rows = [row.split("\t") for row in FIELD.read_text(encoding="utf-8").splitlines() if row.strip()]
    assert [written for written, _ in rows if read(written).leftovers] == []
    said = sum(fold(read(written).text) in {fold(form) for form in accepted.split(" | ")} for written, accepted in rows)
    assert said >= 0.97 * len(rows)  # the rest differ by a variant of spelling that sounds the same
