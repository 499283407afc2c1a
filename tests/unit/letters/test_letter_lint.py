"""Faults in a letter: each rule with what it must flag and what it must leave alone."""

from __future__ import annotations

import pytest

from scheduler.letters.model import Letter
from scheduler.letters.parse import parse_letter
from scheduler.letters.plain import plain_lines

TEMPLATE = """ỦY BAN NHÂN DÂN
HUYỆN MƯỜNG SÁNG

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 12/UBND-VH

Mường Sáng, ngày 06 tháng 5 năm 2024

V/v phát bản tin

Kính gửi: UBND các xã.

{text}

Đề nghị UBND các xã thực hiện./.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Lò Văn Mẫu
"""


def faults(text: str, known_names: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    letter = parse_letter(plain_lines(TEMPLATE.format(text=text)), known_names=known_names)
    return [(fault.code, fault.text) for fault in letter.faults]


def without(line: str, instead: str = "") -> Letter:
    assert line in TEMPLATE
    return parse_letter(plain_lines(TEMPLATE.replace(line, instead).format(text="Các xã đã phát.")))


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("Các hoạt động hoạt động chào mừng.", "doubled-word", "hoạt động hoạt động"),
        ("Phát trong trong ba ngày.", "doubled-word", "trong trong"),
        ("Các các xã đã phát.", "doubled-word", "Các các"),
        ("Tại các đại phương đã phát.", "misspelling", "đại phương"),
        ("Các nghành đã phát.", "misspelling", "nghành"),
        ("Các xã đã tuyêt đối chấp hành.", "misspelling", "tuyêt"),
        ("Chống thông tin sai sự tại các xã.", "lost-words", "sai sự tại các"),
        ("Trên mạng xã, mọi người nên cẩn thận.", "lost-words", "mạng xã"),
        ("Theo văn bản ngày 17/6/202 của Bộ.", "cut-date", "17/6/202"),
        ("Theo văn bản ngày 17/6/20214 của Bộ.", "cut-date", "17/6/20214"),
        ("Theo văn bản ngày 17/6/21 của Bộ.", "two-digit-year", "17/6/21"),
        ("Theo văn bản ngày 31/4/2024 của Bộ.", "impossible-date", "31/4/2024"),
        ("Theo văn bản ngày 30 tháng 02 năm 2024 của Bộ.", "impossible-date", "ngày 30 tháng 02 năm 2024"),
        ("Theo văn bản ngày 12/5/2204 của Bộ.", "impossible-date", "12/5/2204"),
        ("Họp vào thứ Ba, ngày 13/5/2024 tại huyện.", "wrong-weekday", "thứ Ba, ngày 13/5/2024"),
        ("Theo Công văn số ……/UBND của huyện.", "blank-field", "……/UBND"),
        ("Các xã (qua Phòng VHTT đã phát.", "unbalanced", "(qua Phòng VHTT đã phát."),
        ("Tại bản Nậm Sáng và bản Nậm Sàng.", "near-miss-name", "Nậm Sàng"),
        ("Tại huyện Muờng Sáng.", "near-miss-name", "Muờng Sáng"),
        ("1. Giao Phòng VHTT theo dõi.\n\n3. UBND các xã phát lại.", "numbering-gap", "3. UBND các xã phát lại."),
        ("1. Giao Phòng VHTT báo cáo trước ngày 01/5/2024.", "deadline-before-date", "01/5/2024"),
        ("Các xã đã hứa xong trước ngày 20/5/2024.", "unassigned-deadline", "20/5/2024"),
        ("1. Giao Phòng VHTT báo cáo trước ngày 20/5.", "deadline-without-year", "ngày 20/5"),
        ("Theo số 5/KH-UBND ngày 01/3/2024, số 5/KH-UBND ngày 02/3/2024.", "conflicting-date", "5/KH-UBND … 02/3/2024"),
    ],
)
def test_a_fault_is_flagged_with_its_words(text: str, code: str, told: str) -> None:
    found = [words for each, words in faults(text) if each == code]
    assert any(told in words for words in found), faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "Luôn luôn đúng giờ, từ từ rồi ngày ngày đều phát.",
        "Thông tin sai sự thật bị xử lý; không nói sai sự việc.",
        "Kỷ niệm (07/5/1954-07/5/2024) và 28/6/1909-28/6/2024.",
        "Họp vào thứ Hai, ngày 13/5/2024 tại huyện.",
        "Văn hóa và văn hoá, thủy và thuỷ là một.",
        "Các nội dung: a) Phát lại; b) Tiếp âm; c) Thu âm (nếu cần).",
        "Trên Facebook, Tiktok, fanpage, youtube... có tin giả.",
        "Tỉnh Sơn Lam, huyện Mường Sáng, xã Nà Lạnh, bản Nậm Sáng.",
        "Quyển vở, quốc gia, giếng nước, khuya, ngoằn ngoèo, tuýp, quýt, gìn giữ, giữa, thuở, huơ, rượu.",
        "1. Các xã đã phát.\n\n2. Các bản đã nghe.\n\n3. Đã sửa loa.",
    ],
)
def test_right_text_is_left_alone(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("line", "instead", "code"),
    [
        ("Số: 12/UBND-VH", "Số: /UBND-VH", "missing-number"),
        ("Số: 12/UBND-VH", "Số: 12", "missing-symbol"),
        ("ngày 06 tháng 5", "ngày    tháng 5", "missing-day"),
        ("ngày 06 tháng 5", "ngày 06 tháng   ", "missing-month"),
        ("năm 2024", "năm", "missing-year"),
        ("Mường Sáng, ngày 06 tháng 5 năm 2024", "", "missing-date"),
        ("V/v phát bản tin", "", "missing-subject"),
        ("Kính gửi: UBND các xã.", "", "missing-recipients"),
        ("./.", ".", "missing-end-mark"),
        ("Lò Văn Mẫu", "", "missing-signer"),
        ("ỦY BAN NHÂN DÂN\nHUYỆN MƯỜNG SÁNG\n", "", "missing-issuer"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n", "", "missing-motto"),
    ],
)
def test_a_missing_part_is_flagged_alone(line: str, instead: str, code: str) -> None:
    assert [fault.code for fault in without(line, instead).faults] == [code]


def test_a_known_name_shows_which_spelling_is_wrong() -> None:
    text = "Tại xã Nà Lãnh, xã Nà Lãnh và xã Nà Lạnh."
    assert faults(text, ("Xã Nà Lạnh",)) == [("near-miss-name", "Nà Lãnh")]


def test_a_single_spelling_is_judged_by_the_known_name() -> None:
    assert faults("Tại xã Nà Lãnh.", ("Xã Nà Lạnh",)) == [("near-miss-name", "Nà Lãnh")]
    assert faults("Tại xã Nà Lãnh.") == []


def test_any_of_several_known_names_is_right() -> None:
    known = ("Xã Nà Lạnh", "Thôn Nà Lành")
    assert faults("Tại xã Nà Lạnh và thôn Nà Lành.", known) == []
    assert faults("Tại xã Nà Lanh.", known) == [("near-miss-name", "Nà Lanh")]


def test_equally_frequent_spellings_are_all_named() -> None:
    assert faults("Tại xã Nà Lãnh và xã Nà Lạnh.") == [("near-miss-name", "Nà Lãnh"), ("near-miss-name", "Nà Lạnh")]


def test_faults_carry_the_line_where_they_stand() -> None:
    source = TEMPLATE.format(text="Các xã đã phát.\n\nTại các đại phương đã phát.")
    (fault,) = parse_letter(plain_lines(source)).faults
    assert source.split("\n")[(fault.line or 0) - 1] == "Tại các đại phương đã phát."
