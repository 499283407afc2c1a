"""The parts of a letter, one rule a test, on letters made for it."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.letters.model import Letter, PartialDate
from scheduler.letters.parse import parse_letter
from scheduler.letters.plain import plain_lines

HEAD = """ỦY BAN NHÂN DÂN
HUYỆN MƯỜNG SÁNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: {number}
{place_date}
V/v phát bản tin
"""
FOOT = """
Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Lò Văn Mẫu
"""
BODY = """Kính gửi: UBND các xã.

{text}
"""


def letter(
    text: str = "Đề nghị UBND các xã thực hiện./.", *, number: str = "12/UBND-VH", place_date: str = ""
) -> Letter:
    place_date = place_date or "Mường Sáng, ngày 02 tháng 5 năm 2024"
    source = HEAD.format(number=number, place_date=place_date) + BODY.format(text=text) + FOOT
    return parse_letter(plain_lines(source))


@pytest.mark.parametrize(
    ("written", "number", "symbol"),
    [
        ("12/UBND-VH", "12", "UBND-VH"),
        ("  /UBND-VH", None, "UBND-VH"),
        ("…../UBND-VH", None, "UBND-VH"),
        (".....", None, None),
        ("12 / UBND - VH", "12", "UBND-VH"),
        ("679/STTTT-TTr,BCXB", "679", "STTTT-TTr,BCXB"),
        ("39/2020/TT-BTTTT", "39", "2020/TT-BTTTT"),
        ("12-CV/HU", "12", "CV/HU"),
        ("05", "05", None),
    ],
)
def test_number_and_symbol(written: str, number: str | None, symbol: str | None) -> None:
    read = letter(number=written)
    assert (read.number, read.symbol) == (number, symbol)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mường Sáng, ngày 02 tháng 5 năm 2024", PartialDate(2, 5, 2024)),
        ("Mường Sáng, ngày      tháng 5 năm 2024", PartialDate(None, 5, 2024)),
        ("Mường Sáng, ngày … tháng … năm 2024", PartialDate(None, None, 2024)),
        ("Mường Sáng, ngày .... tháng .... năm ......", PartialDate(None, None, None)),
        ("Mường Sáng, ngày 02 tháng 5 năm\n2024", PartialDate(2, 5, 2024)),
        ("Mường Sáng, ngày 02\ntháng 5 năm 2024", PartialDate(2, 5, 2024)),
        ("Mường Sáng, ngày 02/5/2024", PartialDate(2, 5, 2024)),
        ("Mường Sáng, ngày 02 tháng 5 năm 202", PartialDate(2, 5, None)),
    ],
)
def test_the_date_may_lack_parts_and_wrap(written: str, expected: PartialDate) -> None:
    read = letter(place_date=written)
    assert (read.date, read.place) == (expected, "Mường Sáng")


def test_two_columns_on_one_line_are_told_apart_by_their_gutter() -> None:
    source = """\
    ỦY BAN NHÂN DÂN             CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
   HUYỆN MƯỜNG SÁNG                 Độc lập - Tự do - Hạnh phúc

   Số:        /UBND-VH           Mường Sáng, ngày      tháng 5 năm
V/v phát bản tin về Bộ                          2024
 Quy tắc ứng xử trên mạng

Kính gửi: UBND các xã.
"""
    read = parse_letter(plain_lines(source))
    assert read.issuer == "ỦY BAN NHÂN DÂN HUYỆN MƯỜNG SÁNG"
    assert (read.number, read.symbol, read.date) == (None, "UBND-VH", PartialDate(None, 5, 2024))
    assert read.subject == "phát bản tin về Bộ Quy tắc ứng xử trên mạng"


def test_two_columns_run_together_without_a_gutter_are_parted_at_fixed_phrases() -> None:
    source = """ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
HUYỆN MƯỜNG SÁNG Độc lập - Tự do - Hạnh phúc
Số: 12/UBND-VH Mường Sáng, ngày 02 tháng 5 năm 2024
V/v phát bản tin
Kính gửi: UBND các xã.
Đề nghị UBND các xã thực hiện./.
Nơi nhận: TM. ỦY BAN NHÂN DÂN
- Như trên; CHỦ TỊCH
"""
    read = parse_letter(plain_lines(source))
    assert read.issuer == "ỦY BAN NHÂN DÂN HUYỆN MƯỜNG SÁNG"
    assert (read.number, read.symbol) == ("12", "UBND-VH")
    assert (read.place, read.date) == ("Mường Sáng", PartialDate(2, 5, 2024))
    assert read.signer.capacity == "TM. ỦY BAN NHÂN DÂN"


def test_hard_wrapped_lines_are_rejoined_and_split_symbols_mended() -> None:
    read = letter(
        "Đề nghị UBND các xã thực hiện đầy đủ theo Quyết định số 874/QĐ-\n"
        "BTTTT ngày 17/6/2021 của Bộ Thông tin và Truyền thông, phát trên\n"
        "hệ thống loa và báo cáo UBND huyện trước ngày 20/5/2024./."
    )
    (obligation,) = read.obligations
    assert obligation.to == "UBND các xã"
    assert "số 874/QĐ-BTTTT ngày 17/6/2021" in obligation.actions[0]
    assert obligation.deadlines == (date(2024, 5, 20),)
    assert read.faults == ()


def test_wide_line_spacing_breaks_no_paragraph() -> None:
    text = (
        "1. Giao Trung tâm Văn hóa - Truyền thanh huyện biên tập các bản tin\n\n"
        "ngắn về ứng xử trên mạng xã hội, phát hai buổi mỗi ngày trên hệ thống\n\n"
        "loa truyền thanh của huyện và của các xã, thị trấn trong tháng này, có\n\n"
        "thu âm bằng tiếng dân tộc để phát ở các bản xa trung tâm./."
    )
    read = letter(text)
    assert len(read.obligations) == 1
    assert "broken-paragraph" not in {fault.code for fault in read.faults}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Giao Phòng VHTT: Theo dõi.", [("Phòng VHTT", ("Theo dõi.",))]),
        ("1. Giao Phòng VHTT theo dõi.", [("Phòng VHTT", ("theo dõi.",))]),
        ("1. Phòng VHTT\n- Theo dõi;\n- Báo cáo.", [("Phòng VHTT", ("Theo dõi;", "Báo cáo."))]),
        (
            "1. Giao Đội kiểm tra liên ngành; Công an huyện\n- Rà soát.",
            [("Đội kiểm tra liên ngành; Công an huyện", ("Rà soát.",))],
        ),
        (
            "1. Giao Phòng VHTT\n- Công an huyện phối hợp.\n2. UBND các xã phát lại.",
            [("Phòng VHTT", ("Công an huyện phối hợp.",)), ("UBND các xã", ("phát lại.",))],
        ),
        (
            "- Phòng VHTT: theo dõi;\n- UBND các xã: phát lại.",
            [("Phòng VHTT", ("theo dõi;",)), ("UBND các xã", ("phát lại.",))],
        ),
        ("UBND huyện yêu cầu UBND các xã phát lại.", [("UBND các xã", ("phát lại.",))]),
        (
            "UBND huyện yêu cầu UBND các xã thực hiện:\n1. Phát lại.\n2. Báo cáo.\n3. Giao Phòng X theo dõi.",
            [("UBND các xã", ("Phát lại.", "Báo cáo.")), ("Phòng X", ("theo dõi.",))],
        ),
        ("UBND huyện có ý kiến như sau:\n1. Tăng cường phát bản tin.", [(None, ("Tăng cường phát bản tin.",))]),
        ("UBND huyện đề nghị các xã:\n- Phát lại;\n- Báo cáo.", [("các xã", ("Phát lại;", "Báo cáo."))]),
        (
            "Phòng VHTT đề nghị như sau:\n1. Phòng, chống tin giả.\n2. Xã hội hóa kinh phí.",
            [(None, ("Phòng, chống tin giả.", "Xã hội hóa kinh phí."))],
        ),
        ("1. Tình hình chung.\n2. Ban hành quy chế.\n3. Hội nghị đã họp.\n4. Trường hợp hỏng loa.", []),
        (
            "Điều 3. Các ông, bà: Chánh Văn phòng; Trưởng Phòng VHTT chịu trách nhiệm thi hành Quyết định này.",
            [
                (
                    "Các ông, bà: Chánh Văn phòng; Trưởng Phòng VHTT",
                    ("chịu trách nhiệm thi hành Quyết định này.",),
                )
            ],
        ),
        ("Đề nghị các trường công lập phát lại.", [("các trường công lập", ("phát lại.",))]),
        ("Năm qua, các xã đã phát 12 bản tin.", []),
    ],
)
def test_who_is_told_what(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(each.to, each.actions) for each in letter(text).obligations] == expected


def test_the_closing_order_to_carry_out_the_letter_is_no_obligation_beside_numbered_ones() -> None:
    read = letter("1. Giao Phòng VHTT theo dõi.\n\nNhận được Công văn này, UBND huyện yêu cầu các xã thực hiện./.")
    assert [each.to for each in read.obligations] == ["Phòng VHTT"]


def test_a_closing_order_with_a_deadline_is_an_obligation() -> None:
    read = letter(
        "1. Giao Phòng VHTT theo dõi.\n\nNhận được Công văn này, đề nghị các xã báo cáo trước ngày 20/5/2024./."
    )
    assert [(each.to, each.deadlines) for each in read.obligations] == [
        ("Phòng VHTT", ()),
        ("các xã", (date(2024, 5, 20),)),
    ]


def test_a_sentence_cut_by_a_new_paragraph_is_one_action_and_a_fault() -> None:
    read = letter("1. Giao Phòng VHTT\n\n- Theo dõi các xã,\n\nbáo cáo UBND huyện.")
    assert read.obligations[0].actions == ("Theo dõi các xã, báo cáo UBND huyện.",)
    assert [fault.code for fault in read.faults if fault.code == "broken-paragraph"] == ["broken-paragraph"]


def test_what_stands_around_a_break_is_told_in_whole_words() -> None:
    before = "Vận động các hộ trong thôn bản tham gia phong trào,"
    after = "nghiêm túc thực hiện các quy định về bảo đảm vệ sinh môi trường nơi công cộng, nhất là chợ và trường học."
    read = letter(f"1. Giao Phòng VHTT\n\n- {before}\n\n{after}")
    (told,) = (fault.text for fault in read.faults if fault.code == "broken-paragraph")
    left, right = (each.split() for each in told.split(" / "))
    assert left == before.split()[-len(left) :]
    assert right == after.split()[: len(right)]
    assert len(left) > 3
    assert len(right) > 3


@pytest.mark.parametrize(
    ("foot", "signer"),
    [
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nLò Văn Mẫu", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lò Văn Mẫu")),
        ("TM. UBND\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(Đã ký)\nLò Văn Mẫu", ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Lò Văn Mẫu")),
        (
            "TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\nThượng tá Lò Văn Mẫu",
            ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Thượng tá Lò Văn Mẫu"),
        ),
        ("TUQ. CHỦ TỊCH\nTRƯỞNG PHÒNG\nLÒ VĂN MẪU", ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG", "LÒ VĂN MẪU")),
        ("TRƯỞNG PHÒNG", (None, "TRƯỞNG PHÒNG", None)),
    ],
)
def test_signature_blocks(foot: str, signer: tuple[str | None, str | None, str | None]) -> None:
    source = HEAD.format(number="1/UBND", place_date="Mường Sáng, ngày 02 tháng 5 năm 2024")
    source += BODY.format(text="Đề nghị thực hiện./.") + f"\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n\n{foot}\n"
    read = parse_letter(plain_lines(source)).signer
    assert (read.capacity, read.title, read.name) == signer


def test_what_follows_the_signature_is_told_and_not_read() -> None:
    source = HEAD.format(number="1/UBND", place_date="Mường Sáng, ngày 02 tháng 5 năm 2024")
    source += BODY.format(text="1. Giao Phòng VHTT theo dõi./.") + FOOT + "\nPHỤ LỤC\n1. UBND xã A phát lại.\n"
    read = parse_letter(plain_lines(source))
    assert [each.to for each in read.obligations] == ["Phòng VHTT"]
    assert "attachment" in {fault.code for fault in read.faults}


def test_an_attachment_without_a_title_is_told_and_its_lines_are_not_judged() -> None:
    source = HEAD.format(number="1/UBND", place_date="Mường Sáng, ngày 02 tháng 5 năm 2024")
    source += BODY.format(text="1. Giao Phòng VHTT theo dõi./.") + FOOT + "\nHƯỚNG DẪN\ntại các ủy ban nhân\ndân xã\n"
    read = parse_letter(plain_lines(source))
    assert read.signer.name == "Lò Văn Mẫu"
    assert [fault.code for fault in read.faults] == ["attachment"]


def test_bases_may_be_bullets() -> None:
    read = letter(
        "- Căn cứ Kế hoạch số 5/KH-UBND ngày 01/3/2024;\n- Căn cứ nhiệm vụ được giao,\nĐề nghị các xã phát lại./."
    )
    assert [(base.symbol, base.date) for base in read.bases] == [("5/KH-UBND", date(2024, 3, 1)), (None, None)]


def test_json_has_every_key_and_null_for_what_is_absent() -> None:
    read = parse_letter([]).to_json()
    assert read["number"] is None
    assert read["date"] == {"day": None, "month": None, "year": None}
    assert read["signer"] == {"capacity": None, "title": None, "name": None}
    assert (read["recipients"], read["bases"], read["obligations"]) == ([], [], [])
    assert {"issuer", "symbol", "subject", "warnings"} <= read.keys()
