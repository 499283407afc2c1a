"""The starter bulletins and the house texts: eight rules, kind in tone, read without leftovers."""

from __future__ import annotations

import re

import pytest

from scheduler.starters import Starter, starters
from scheduler.starters.house import HouseText, house_texts
from tts.reading import read


def test_there_is_one_bulletin_for_each_rule() -> None:
    assert [starter.rule for starter in starters()] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len({starter.title for starter in starters()}) == 8


@pytest.mark.parametrize("starter", starters(), ids=lambda starter: starter.key)
def test_a_bulletin_is_read_without_leftovers_and_fits_its_time(starter: Starter) -> None:
    assert read(starter.script).leftovers == ()
    assert read(starter.title).text == starter.title
    assert 90 <= len(starter.script.split()) <= 140
    assert starter.script.startswith("Thưa bà con")


@pytest.mark.parametrize("starter", starters(), ids=lambda starter: starter.key)
def test_a_bulletin_recommends_and_threatens_nobody(starter: Starter) -> None:
    assert "khuyến nghị" in starter.script
    assert "nên" in starter.script
    assert not re.search(r"\b(phạt|nghiêm cấm|truy cứu|xử lý|bắt buộc|phải)\b", starter.script)


@pytest.mark.parametrize("text", house_texts(), ids=lambda text: text.key)
def test_a_house_text_is_read_as_it_is_written(text: HouseText) -> None:
    assert read(text.script).text == text.script
    assert "{" not in text.script
