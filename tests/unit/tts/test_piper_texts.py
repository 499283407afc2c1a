"""What Piper is given: no orders in it, and never too much at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.engines.piper import parts, plain


@pytest.mark.parametrize(
    ("text", "given_on"),
    [
        ("xin chào", "xin chào"),
        ("[[h@l'oU]] bà con", "[ [h@l'oU]] bà con"),
        ("[[[a]]]", "[ [ [a]]]"),
        ("mục [1]", "mục [1]"),
        ("xin\0chào", "xin chào"),
        ("xin \ud800 chào", "xin ? chào"),
    ],
)
def test_orders_become_text(text: str, given_on: str) -> None:
    assert plain(text) == given_on


@given(st.text())
def test_no_text_keeps_a_bracket_of_phonemes(text: str) -> None:
    assert not re.search(r"\[\[.*?\]\]", plain(text), re.DOTALL)
    assert "\0" not in plain(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ngắn thôi", ["ngắn thôi"]),
        ("một hai ba, bốn năm sáu", ["một hai ba,", "bốn năm sáu"]),
        ("một hai ba bốn năm sáu bảy", ["một hai ba bốn", "năm sáu bảy"]),
        ("x" * 35, ["x" * 16, "x" * 16, "xxx"]),
        ("một hai ba bốn … … … …", ["một hai ba bốn"]),
    ],
)
def test_a_long_sentence_is_cut_at_a_good_place(text: str, expected: list[str]) -> None:
    assert list(parts(text, 16)) == expected


@given(st.text(min_size=1, max_size=300), st.integers(2, 40))
def test_no_word_is_lost_and_no_part_too_long(text: str, most: int) -> None:
    cut = list(parts(text, most))
    assert all(len(part) <= most for part in cut)
    assert [c for c in "".join(cut) if c.isalnum()] == [c for c in text if c.isalnum()]
