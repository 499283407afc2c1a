"""What changed between two texts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.services.bulletins.text_diff import Segment, diff_texts

TEXTS = st.text(alphabet=st.sampled_from("ab đệ.!?…,\n\t”1"), max_size=60)


def _told(old: str, new: str) -> list[tuple[str, str]]:
    return [(segment.change, segment.text) for segment in diff_texts(old, new)]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_put_together_again(old: str, new: str) -> None:
    segments = diff_texts(old, new)
    assert "".join(segment.text for segment in segments if segment.change != "ins") == old
    assert "".join(segment.text for segment in segments if segment.change != "del") == new
    assert all(segment.text for segment in segments)
    assert all(one.change != other.change for one, other in pairwise(segments))


@given(TEXTS)
def test_the_same_text_is_the_same(text: str) -> None:
    assert diff_texts(text, text) == ((Segment("same", text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "Họp lúc 8 giờ. Xin cảm ơn.",
            "Họp lúc 9 giờ. Xin cảm ơn.",
            [("same", "Họp lúc "), ("del", "8"), ("ins", "9"), ("same", " giờ. Xin cảm ơn.")],
        ),
        ("Một câu. ", "Một câu. Thêm câu.", [("same", "Một câu. "), ("ins", "Thêm câu.")]),
        ("Bỏ câu này. Giữ câu kia.", "Giữ câu kia.", [("del", "Bỏ câu này. "), ("same", "Giữ câu kia.")]),
        (
            "Mời bà con đi họp.",
            "Cấm đốt nương rẫy!",
            [("del", "Mời bà con đi họp."), ("ins", "Cấm đốt nương rẫy!")],
        ),
        ("", "Mới.", [("ins", "Mới.")]),
        ("Cũ.", "", [("del", "Cũ.")]),
        ("", "", []),
    ],
)
def test_changes_are_told_by_sentence_and_word(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert _told(old, new) == told


def test_texts_that_repeat_one_thing_without_end_are_told_whole() -> None:
    old, new = "a.\n" * 6_000, "a.\n" * 6_001
    assert _told(old, new) == [("del", old), ("ins", new)]
    assert _told("a " * 9_000, "a " * 9_000 + "b") == [("del", "a " * 9_000), ("ins", "a " * 9_000 + "b")]
