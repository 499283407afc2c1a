"""Any text can be parsed: nothing raises, and JSON can always be made of the answer."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.letters.encodings import UndecodableText, decode
from scheduler.letters.model import Letter, Line
from scheduler.letters.parse import parse_letter
from scheduler.letters.plain import markdown_lines, plain_lines
from scheduler.rules.lint.orthography import is_syllable, tidy

PIECES = [
    "ỦY BAN NHÂN DÂN", "HUYỆN MUỜNG SÁNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    "Số: /UBND", "Số: 12-CV/HU", "Mường Sáng, ngày tháng 5 năm 2024", "V/v ", "KẾ HOẠCH", "QUYẾT ĐỊNH",
    "Kính gửi:", "- UBND xã;", "Căn cứ ", "Điều 1. ", "1. Giao ", "a) ", "I. ", "UBND huyện yêu cầu ",
    "trước ngày 13/5", "17/6/202", "31/4/2024", "./.", "Nơi nhận:", "TM. UBND", "KT. CHỦ TỊCH", "Lò Văn Mẫu", "PHỤ LỤC",
    "|", "**", "\t", "\f", "      ", "\n", "\n\n", ",", "(", "“", "số ..../QĐ-", "đại phương", "sai sự ",
    "trong trong", "thứ Hai, ngày 1/1/2024", "huyện Mường Sang",
]  # fmt: skip
LETTER_LIKE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=40).map(" ".join)
LINES = st.lists(
    st.builds(
        Line,
        st.text(max_size=60),
        st.integers(1, 999),
        gap=st.booleans(),
        page_start=st.booleans(),
        whole=st.booleans(),
    ),
    max_size=20,
)


def check(letter: Letter) -> None:
    json.dumps(letter.to_json(), ensure_ascii=False).encode("utf-8", "surrogatepass")
    for fault in letter.faults:
        assert fault.code
        assert fault.message


@given(st.one_of(st.text(), LETTER_LIKE))
def test_random_text_never_raises(text: str) -> None:
    check(parse_letter(plain_lines(tidy(text))))
    check(parse_letter(markdown_lines(tidy(text)), known_names=("Huyện Mường Sáng", "")))


@given(LINES)
def test_random_lines_never_raise(lines: list[Line]) -> None:
    check(parse_letter(lines))


@given(st.binary(max_size=400))
def test_random_bytes_are_decoded_or_refused(content: bytes) -> None:
    with contextlib.suppress(UndecodableText):
        assert isinstance(decode(content), str)


@given(st.text(max_size=12))
def test_any_word_can_be_judged(word: str) -> None:
    assert is_syllable(word) in {True, False}


@pytest.mark.parametrize(
    "seed",
    [
        " ",
        "A ",
        "KT. A ",
        "số ",
        "Mường ",
        "(",
        "1/",
        "12/QĐ-A,",
        "ngày 1 ",
        "trước ngày 1/1/2024 ",
        "* ",
        "|",
        "<br>",
        "- a\n",
        "1. Giao A\n",
    ],
)
def test_a_long_hostile_text_is_parsed_whole(seed: str) -> None:
    text = seed * (20_000 // len(seed))
    check(parse_letter(plain_lines(text)))
    check(parse_letter(markdown_lines(text)))
