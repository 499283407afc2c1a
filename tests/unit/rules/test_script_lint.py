"""The lint of scripts: what each rule must tell, what it must leave alone, and where it says that it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.rules.lint.script import REMARKS_MOST, Room, lint
from scheduler.rules.lint.sentences import LONGEST_SYLLABLES, syllables
from tts.reading.glossary import built_in

UNITS = ("Huyện Mường Ảng", "Xã Búng Lao", "Xã Ẳng Tở", "Tỉnh Điện Biên")


def told(script: str) -> list[tuple[str, str]]:
    return [(remark.code, remark.text) for remark in lint(script, known_names=UNITS)]


@pytest.mark.parametrize(
    ("script", "code", "text"),
    [
        ("Các các xã đã phát.", "doubled-word", "Các các"),
        ("Phát trong trong ba ngày.", "doubled-word", "trong trong"),
        ("Mọi hành vi vi sẽ bị nhắc.", "doubled-word", "vi vi"),
        ("Các hoạt động hoạt động chào mừng.", "doubled-word", "hoạt động hoạt động"),
        ("Ngày ngày các các xã đã phát.", "doubled-word", "các các"),
        ("Họp ngày 30/02/2024.", "impossible-date", "30/02/2024"),
        ("Họp ngày 31 tháng 4 năm 2024.", "impossible-date", "ngày 31 tháng 4 năm 2024"),
        ("Họp ngày 31/6 tới.", "impossible-date", "31/6"),
        ("Theo Quyết định ngày 17/6/202 của Bộ.", "cut-date", "17/6/202"),
        ("Họp ngày 08/5/24.", "two-digit-year", "08/5/24"),
        ("Họp thứ hai, ngày 08/5/2024.", "wrong-weekday", "thứ hai, ngày 08/5/2024"),
        ("Bà con xã Mường Ắng lưu ý.", "near-miss-name", "Mường Ắng"),
        ("Bà con MUỜNG ẢNG lưu ý.", "near-miss-name", "MUỜNG ẢNG"),
        ("Bà con bản Bung Lao lưu ý.", "near-miss-name", "Bung Lao"),
        ("Chống thông tin sai sự chỉ đạo.", "lost-words", "sai sự chỉ đạo"),
        ("Các đại phương lưu ý.", "misspelling", "đại phương"),
        ("Tránh để đối tượng xấu lợi dụng,\n\nphát tán tin giả.", "broken-sentence", "phát"),
        ("Mời bà con trong xã\nđến dự.", "broken-sentence", "đến"),
        ("Đài truyền thanh (xã thông báo.", "unbalanced", "(xã thông báo."),
        ("Bị phạt tiền từ 10 triệu đến 20 triệu đồng.", "unconfirmed-fine", "phạt tiền từ 10 triệu đến 20 triệu đồng"),
        ("Phạt 5.000.000 đồng.", "unconfirmed-fine", "Phạt 5.000.000 đồng"),
        ("Mức phạt là mười triệu đồng.", "unconfirmed-fine", "Mức phạt là mười triệu đồng"),
        ("Bị phạt từ 10-20 triệu đồng.", "unconfirmed-fine", "phạt từ 10-20 triệu đồng"),
        ("Xử phạt hành vi này đến 70.000.000đ.", "unconfirmed-fine", "Xử phạt hành vi này đến 70.000.000đ"),
        ("Bị phạt tù từ 2 năm đến 7 năm.", "unconfirmed-penalty", "phạt tù từ 2 năm đến 7 năm"),
        ("Tước quyền sử dụng giấy phép 3 tháng.", "unconfirmed-penalty", "Tước quyền sử dụng giấy phép 3 tháng"),
        ("Số tài khoản: 0123 4567 8901.", "unconfirmed-account", "Số tài khoản: 0123 4567 8901"),
        (f"{'một hai ba ' * 21}hết.", "long-sentence", f"{'một hai ba ' * 21}hết."),
        (f"{'ai ở đây ' * 19}ở TP. Hồ Chí Minh.", "long-sentence", f"{'ai ở đây ' * 19}ở TP. Hồ Chí Minh."),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(script: str, code: str, text: str) -> None:
    assert (code, text) in told(script)


@pytest.mark.parametrize(
    "script",
    [
        "Trời xanh xanh, đường xa xa, luôn luôn nhớ, từ từ đi, ngày ngày nghe đài, ai ai cũng biết.",
        "Hành vi vi phạm, nhân dân dân tộc Thái, cơ quan quan tâm, công an an ninh, thông tin tin cậy.",
        "Đừng vội vội vàng vàng; đời đời kiếp kiếp nhớ ơn.",
        "Nuôi ba ba, trồng chôm chôm, bắt chuồn chuồn.",
        "Gọi số không không ba ba.",
        "Tháng năm năm hai nghìn không trăm hai mươi tư.",
        "Ban ngày, ngày mai họp. Tại bản Bản Mới.",
        "Họp thứ tư, ngày 08/5/2024, và ngày 29/02/2024, ngày 29 tháng 2.",
        "Thông tin sai sự thật, trái sự thực.",
        "Về thông tin sai sự\nThật trên mạng.",
        "Kính gửi:\ncác xã;\ncác bản.\na) Một việc,\nb) hai việc\n- ba việc\nCHỦ TỊCH\nđã ký",
        "Xã Búng Lao, huyện Mường Ảng, tỉnh Điện Biên; HUYỆN MƯỜNG ẢNG.",
        "Không xử phạt ai. Hỗ trợ 20 triệu đồng. Phạt góc phút 89. Phạt nặng; giá 5 triệu đồng một tấn.",
        "Mở tài khoản mới tại ngân hàng.",
        f"{'một hai ba ' * 19}hết; {'một hai ba ' * 19}hết.",
        "",
        "\n\n",
    ],
)
def test_what_is_right_is_left_alone(script: str) -> None:
    assert told(script) == []


def test_no_word_that_the_glossary_says_is_called_misspelt() -> None:
    written = [entry.written for entry in built_in() if entry.written.islower() and entry.written.isalpha()]
    flaws = [remark.text for word in written for remark in lint(f"bà con dùng {word}.") if remark.code == "misspelling"]
    assert flaws == []


def test_figures_are_to_be_confirmed_and_slips_are_not() -> None:
    remarks = lint("Các các ông bị phạt 5 triệu đồng.")
    assert [(remark.code, remark.confirm) for remark in remarks] == [
        ("doubled-word", False),
        ("unconfirmed-fine", True),
    ]


@pytest.mark.parametrize(
    ("script", "suggestions"),
    [
        ("Các các xã.", ("Các",)),
        ("Đại phương nào?", ("Địa phương",)),
        ("Tin sai sự chỉ đạo.", ("sai sự thật chỉ đạo.", "sai sự thực chỉ đạo.", "sai sự việc chỉ đạo.")),
        ("Huyện Mường Ắng.", ("Mường Ảng",)),
        ("Họp thứ hai, ngày 08/5/2024.", ("thứ tư, ngày 08/5/2024",)),
        ("Họp Chủ nhật (08/5/2024).", ("thứ tư (08/5/2024",)),
    ],
)
def test_what_may_be_meant_is_offered(script: str, suggestions: tuple[str, ...]) -> None:
    (remark,) = lint(script, known_names=UNITS)
    assert tuple(each.rstrip(".") for each in remark.suggestions) == tuple(each.rstrip(".") for each in suggestions)


def test_places_count_in_the_whole_script_and_lines_from_one() -> None:
    script = "Xin chào.\n\nHọp ngày 31/6.\nTạm biệt các các bạn."
    assert [(remark.line, script[remark.start : remark.end]) for remark in lint(script)] == [
        (3, "31/6"),
        (4, "các các"),
    ]


def test_a_reading_longer_than_its_time_is_told_without_a_place() -> None:
    (remark,) = lint("Xin chào.", spoken_ms=135_000, room=Room(60_000))
    assert (remark.code, remark.start, remark.end, remark.line) == ("too-long", 0, 0, 1)
    assert "2 phút 15 giây, quá 1 phút dành cho một mục" in remark.message
    assert lint("Xin chào.", spoken_ms=60_000, room=Room(60_000)) == ()


def test_the_room_that_a_script_has_is_named() -> None:
    (remark,) = lint("Xin chào.", spoken_ms=61_000, room=Room(60_000, "còn lại trong khung giờ “Sáng”"))
    assert remark.message == "Lời đọc dài khoảng 1 phút 1 giây, quá 1 phút còn lại trong khung giờ “Sáng”."


@pytest.mark.parametrize(
    ("script", "spoken", "text", "suggestions"),
    [
        ("Bà con dùng flycamera nhé, Flycamera.", None, "flycamera", ("flycam", "camera")),
        ("Vào facebok xem.", None, "facebok", ("facebook", "facebooker")),
        ("Trồng dứa Queen.", None, "Queen", ()),
        ("Vào facebook xem.", "Vào phây búc xem.", None, ()),
        ("Trang dienbien.gov.vn, thư a@bcdf.vn, mã ABCD, lo-gic.", None, None, ()),
        ("Thong bao cho ba con.", None, None, ()),
        ("Krông Pa, Đắk Lắk.", None, None, ()),
    ],
)
def test_a_foreign_word_said_as_written_is_told_once(
    script: str, spoken: str | None, text: str | None, suggestions: tuple[str, ...]
) -> None:
    remarks = [each for each in lint(script, spoken=spoken or script) if each.code == "foreign-word"]
    assert [(each.text, each.suggestions) for each in remarks] == ([(text, suggestions)] if text else [])


def test_a_text_in_an_old_encoding_is_told_as_a_whole() -> None:
    (remark,) = (each for each in lint("Uû ban nh©n d©n x· häp") if each.code == "old-encoding")
    assert "TCVN3" in remark.message


@pytest.mark.parametrize(
    ("text", "count"), [("xin chào bà con", 4), ("năm 2024", 8), ("15", 3), ("họp lúc 8h", 3), ("…", 0)]
)
def test_syllables_are_counted_with_their_digits(text: str, count: int) -> None:
    assert syllables(text) == count


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "phạt",
            "tiền",
            "từ",
            "10",
            "triệu",
            "đồng",
            "ngày",
            "31/6",
            "/",
            ".",
            ",",
            "\n",
            " ",
            "các",
            "Mường",
            "Ắng",
            "(",
            "“",
            "sai sự",
            "năm",
            "một",
            "thứ hai",
            "tù",
            "TP.",
            "🙂",
            "\u0301",
            "số tài khoản",
        ]
    ),
    max_size=60,
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=300), FRAGMENTS.map(" ".join), FRAGMENTS.map("".join)))
def test_any_script_is_judged_and_every_place_is_in_it(script: str) -> None:
    remarks = lint(script, known_names=UNITS, spoken_ms=1)
    assert len(remarks) <= REMARKS_MOST
    for remark in remarks:
        if remark.code == "old-encoding":
            assert remark.start == remark.end == 0
            continue
        assert 0 <= remark.start < remark.end <= len(script)
        assert script[remark.start : remark.end] == remark.text
        assert remark.line == script[: remark.start].count("\n") + 1
        assert remark.message.endswith(".")
    assert list(remarks) == sorted(remarks, key=lambda remark: remark.start)


@settings(deadline=None)
@given(st.integers(1, 200))
def test_a_sentence_is_long_from_one_syllable_over(count: int) -> None:
    codes = {remark.code for remark in lint("nghe " * (count - 1) + "đài.")}
    assert ("long-sentence" in codes) == (count > LONGEST_SYLLABLES)


def test_the_list_has_an_end() -> None:
    assert len(lint("các các, " * 500)) == REMARKS_MOST
