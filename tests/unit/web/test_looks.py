"""The words and signs of states: each three carriers of meaning, and each code of the protocol named."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

import web
from web import looks

STATIC = Path(web.__file__).parent / "static"
ICONS = set(re.findall(r'id="i-([a-z]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
STYLES = "".join(sheet.read_text(encoding="utf-8") for sheet in sorted((STATIC / "css").glob("*.css")))
BADGES = [(subject, code) for subject in ("state", "result", "readiness") for code in looks.LOOKS[subject]]


@pytest.mark.parametrize(("subject", "code"), BADGES)
def test_a_state_has_a_word_an_icon_and_a_style(subject, code):
    seen = looks.look(code, subject)
    assert seen.word
    assert seen.icon in ICONS
    assert not seen.style or f".loa-state--{seen.style} " in STYLES


@pytest.mark.parametrize("code", looks.CLASSES)
def test_a_class_of_bulletin_has_its_tag(code):
    seen = looks.look(code, "class")
    assert not seen.icon or seen.icon in ICONS
    assert not seen.style or f".loa-tag--{seen.style} " in STYLES


def test_no_report_is_never_written_as_aired():
    assert looks.look("unknown", "result").word == "Chưa rõ"


@pytest.mark.parametrize("subject", ["state", "result", "readiness", "class"])
def test_two_codes_of_one_subject_never_look_the_same(subject):
    assert len(set(looks.LOOKS[subject].values())) == len(looks.LOOKS[subject])


def test_an_enum_member_is_known_by_its_value():
    class Result(StrEnum):
        ON_AIR = "on-air"

    assert looks.look(Result.ON_AIR, "result").word == "Đang phát"


@pytest.mark.parametrize(("code", "subject"), [("lost", "result"), (None, "state"), ("draft", "weather")])
def test_a_code_without_a_look_is_refused_by_name(code, subject):
    with pytest.raises(KeyError, match=f"{subject} '{code}'"):
        looks.look(code, subject)
