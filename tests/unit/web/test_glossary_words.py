"""A glossary's conditions in words, and back."""

from __future__ import annotations

import pytest

from tts.reading.glossary import built_in
from web.glossary_words import PLACES, place_of, told_place


@pytest.mark.parametrize(
    ("context", "place", "told"),
    [
        ("", ("", ""), "Mọi chỗ"),
        ("name", ("name", ""), "Đứng trước một tên riêng"),
        ("after=bến xe,sân bay", ("after", "bến xe, sân bay"), "Đứng sau: bến xe, sân bay"),
        ("before=xã", ("before", "xã"), "Đứng trước: xã"),
        ("chưa có", ("chưa có", ""), "chưa có"),
    ],
)
def test_a_condition_is_parted_and_told(context, place, told):
    assert place_of(context) == place
    assert told_place(context) == told


def test_every_condition_of_the_package_has_its_words():
    assert {place_of(entry.when)[0] for entry in built_in()} <= set(PLACES)
