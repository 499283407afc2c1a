"""Documents of several kinds, written for the test: each part is read where its kind has it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scheduler.letters.model import Letter, PartialDate, Signer
from scheduler.letters.parse import parse_letter
from scheduler.letters.plain import markdown_lines, plain_lines
from scheduler.rules.lint.orthography import tidy

SAMPLES = Path(__file__).parent / "samples"
CULTURE_OFFICE = "PHÒNG VĂN HÓA VÀ THÔNG TIN"
DISTRICT = "ỦY BAN NHÂN DÂN HUYỆN MƯỜNG SÁNG"


def read(name: str) -> Letter:
    text = tidy((SAMPLES / name).read_text(encoding="utf-8"))
    return parse_letter(markdown_lines(text) if name.endswith(".md") else plain_lines(text))


HEADS = {
    "quyet-dinh.txt": (
        ("quyết định", None, DISTRICT, "318", "QĐ-UBND", PartialDate(4, 3, 2024)),
        "kiện toàn Ban Biên tập chương trình truyền thanh huyện Mường Sáng năm 2024",
        Signer(None, "CHỦ TỊCH", "Quàng Thị Thử"),
    ),
    "ke-hoach.md": (
        ("kế hoạch", None, DISTRICT, "96", "KH-UBND", PartialDate(15, 2, 2024)),
        "Tuyên truyền qua hệ thống loa truyền thanh năm 2024",
        Signer("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Quàng Thị Thử"),
    ),
    "chi-thi.txt": (
        ("chỉ thị", "UBND TỈNH SƠN LAM", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "05", "CT-STTTT", PartialDate(10, 4, 2024)),
        "bảo đảm an toàn hệ thống loa truyền thanh trong mùa mưa bão",
        Signer("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Hà Minh Thí"),
    ),
    "thong-bao.txt": (
        ("thông báo", None, "ỦY BAN NHÂN DÂN XÃ NÀ LẠNH", "41", "TB-UBND", PartialDate(5, 8, 2024)),
        "Kết luận của Chủ tịch UBND xã tại cuộc họp về hoạt động của đài truyền thanh xã quý II năm 2024",
        Signer("TL. CHỦ TỊCH", "CÔNG CHỨC VĂN PHÒNG - THỐNG KÊ", "Vì Thị Lành"),
    ),
    "to-trinh.txt": (
        ("tờ trình", "UBND HUYỆN MƯỜNG SÁNG", CULTURE_OFFICE, "27", "TTr-VHTT", PartialDate(28, 2, 2024)),
        "phê duyệt kinh phí sửa chữa các cụm loa năm 2024",
        Signer(None, "TRƯỞNG PHÒNG", "Cà Văn Nghiệm"),
    ),
    "bao-cao.txt": (
        ("báo cáo", "ĐẢNG ỦY XÃ NÀ LẠNH", "ĐÀI TRUYỀN THANH XÃ", "09", "BC-ĐTT", PartialDate(30, 6, 2024)),
        "Kết quả hoạt động 6 tháng đầu năm 2024",
        Signer(None, "TRƯỞNG ĐÀI", "Lường Văn Kiểm"),
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_head_subject_and_signer_stand_where_the_kind_has_them(name: str) -> None:
    head, subject, signer = HEADS[name]
    letter = read(name)
    assert (letter.kind, letter.superior, letter.issuer, letter.number, letter.symbol, letter.date) == head
    assert letter.subject == subject
    assert letter.signer == signer


@pytest.mark.parametrize("name", HEADS)
def test_a_clean_document_has_no_faults(name: str) -> None:
    assert read(name).faults == ()


BASES = {
    "quyet-dinh.txt": [
        (None, date(2015, 6, 19)),
        ("39/2020/TT-BTTTT", date(2020, 11, 24)),
        ("27/TTr-VHTT", date(2024, 2, 28)),
    ],
    "ke-hoach.md": [("1204/KH-UBND", date(2023, 12, 20))],
    "chi-thi.txt": [],
    "to-trinh.txt": [("96/KH-UBND", date(2024, 2, 15))],
    "bao-cao.txt": [("55/UBND-VH", date(2024, 6, 3))],
}


@pytest.mark.parametrize("name", BASES)
def test_bases_open_in_every_usual_way(name: str) -> None:
    assert [(base.symbol, base.date) for base in read(name).bases] == BASES[name]


EXECUTORS = (
    "Chánh Văn phòng HĐND và UBND huyện, Trưởng Phòng Văn hóa và Thông tin huyện, Thủ trưởng các cơ quan có liên quan"
    " và các ông, bà có tên tại Điều 1"
)
OBLIGATIONS = {
    "quyet-dinh.txt": [
        ("Trung tâm Văn hóa - Truyền thanh huyện", 1, [date(2024, 3, 20)]),
        (
            EXECUTORS,
            1,
            [],
        ),
    ],
    "ke-hoach.md": [
        ("Trung tâm Văn hóa - Truyền thanh huyện", 2, [date(2024, 3, 1)]),
        ("Phòng Tài chính - Kế hoạch huyện", 1, [date(2024, 2, 28)]),
        ("UBND các xã, thị trấn", 1, []),
    ],
    "chi-thi.txt": [
        ("Phòng Thông tin cơ sở", 2, [date(2024, 4, 30)]),
        ("UBND các huyện", 1, []),
        ("Các doanh nghiệp viễn thông", 1, []),
    ],
    "thong-bao.txt": [("công chức Văn hóa - Xã hội", 1, [date(2024, 8, 12)]), ("Các bản", 1, [])],
    "to-trinh.txt": [("UBND huyện", 1, [date(2024, 3, 15)])],
    "bao-cao.txt": [("UBND xã", 1, [date(2024, 7, 31)])],
}


@pytest.mark.parametrize("name", OBLIGATIONS)
def test_obligations_say_to_whom_how_many_actions_and_by_when(name: str) -> None:
    found = [(each.to, len(each.actions), list(each.deadlines)) for each in read(name).obligations]
    assert found == OBLIGATIONS[name]


def test_a_document_without_kinh_gui_goes_to_those_who_get_copies() -> None:
    assert read("ke-hoach.md").recipients == (
        "Sở Thông tin và Truyền thông",
        "Các cơ quan, đơn vị có liên quan",
        "UBND các xã, thị trấn",
    )


def test_an_inline_address_is_read() -> None:
    assert read("to-trinh.txt").recipients == ("Ủy ban nhân dân huyện Mường Sáng",)
