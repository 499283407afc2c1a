"""What changed between two revisions of a script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.compare import MOST_TOKENS, word_changes

TEXTS = st.text(alphabet="ab đổ.,\n", max_size=60)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("như cũ", "như cũ", [("như cũ", "")]),
        ("", "mới", [("mới", "ins")]),
        ("cũ", "", [("cũ", "del")]),
        (
            "Bà con phải báo ngay.",
            "Bà con nên báo ngay.",
            [("Bà con ", ""), ("phải", "del"), ("nên", "ins"), (" báo ngay.", "")],
        ),
    ],
)
def test_a_change_is_shown_by_whole_words(before, after, expected):
    assert word_changes(before, after) == expected


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_pieces(before, after):
    pieces = word_changes(before, after)
    assert "".join(text for text, kind in pieces if kind != "ins") == before
    assert "".join(text for text, kind in pieces if kind != "del") == after
    assert all(text for text, _ in pieces)


@given(TEXTS)
def test_the_same_text_has_no_change(text):
    assert {kind for _, kind in word_changes(text, text)} <= {""}


def test_a_huge_text_is_shown_as_replaced():
    before, after = "chữ " * MOST_TOKENS, "lời " * MOST_TOKENS
    assert word_changes(before, after) == [(before, "del"), (after, "ins")]
