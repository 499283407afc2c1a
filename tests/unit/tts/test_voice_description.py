"""The file beside a model, and names: read with distrust."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tts.voices.description import BadDescription, Description, check_name
from tts.voices.errors import BadVoiceName
from tts.voices.install import readable

GOOD: dict[str, Any] = {
    "audio": {"sample_rate": 22050, "quality": "medium"},
    "espeak": {"voice": "vi"},
    "language": {"code": "vi_VN"},
    "phoneme_type": "espeak",
    "num_symbols": 256,
    "phoneme_id_map": {"_": [0]},
    "dataset": "vais1000",
}


def parse(**changes: Any) -> Description:
    return Description.parse(json.dumps(GOOD | changes).encode(), "vi_VN-vais1000-medium")


def test_a_voice_is_described_for_people() -> None:
    assert parse() == Description("vi-VN", "Giọng vais1000 (Piper, chất lượng vừa)", 22050)


@pytest.mark.parametrize(
    ("changes", "language"),
    [
        ({"language": {}}, "vi"),
        ({"language": {}, "espeak": {"voice": "en-us"}}, "en-us"),
        ({"language": {"code": "zh_CN"}, "espeak": {"voice": "cmn"}}, "zh-CN"),
        ({"phoneme_type": "text", "espeak": {"voice": "en-us"}}, "vi-VN"),
    ],
)
def test_its_language_is_a_tag(changes: dict[str, Any], language: str) -> None:
    assert parse(**changes).language == language


@pytest.mark.parametrize("dataset", [None, 7, "", "x" * 41, "đọc\x1b[2J", "a/b"])
def test_an_odd_label_gives_way_to_the_name(dataset: object) -> None:
    assert parse(dataset=dataset).label == "Giọng vi_VN-vais1000-medium (Piper, chất lượng vừa)"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"audio": {}}, "tần số"),
        ({"audio": {"sample_rate": True}}, "tần số"),
        ({"audio": {"sample_rate": 10**9}}, "tần số"),
        ({"audio": []}, "audio"),
        ({"phoneme_id_map": None}, "âm vị"),
        ({"num_symbols": "256"}, "âm vị"),
        ({"phoneme_type": "pinyin"}, "phiên âm"),
        ({"phoneme_type": ["espeak"]}, "phiên âm"),
        ({"espeak": {}}, "ngôn ngữ"),
        ({"espeak": {"voice": "../../vi"}}, "ngôn ngữ"),
        ({"language": {"code": 7}}, "ngôn ngữ"),
        ({"espeak": {"voice": "en-us"}}, "hai ngôn ngữ"),
        ({"language": {"code": "en_US"}}, "hai ngôn ngữ"),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadDescription, match=why):
        parse(**changes)


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"null", b"\xff", b"{", b"[" * 100_000, b"\0" * 100])
def test_no_description_at_all(content: bytes) -> None:
    with pytest.raises(BadDescription, match=r"\.onnx\.json"):
        Description.parse(content, "x")


@pytest.mark.parametrize("name", ["a", "vi_VN-vais1000-medium", "A.b-c_1", "x" * 80])
def test_good_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "a\\b", ".lock", "a..b", "-x", "đọc", "a b", "x" * 81, "a\n", "a\0", "a.", "v.onnx"],
)
def test_names_that_could_be_another_place_are_refused(name: str) -> None:
    with pytest.raises(BadVoiceName) as caught:
        check_name(name)
    assert "\n" not in str(caught.value)
    assert "\0" not in str(caught.value)


def test_a_licence_commands_no_terminal() -> None:
    assert readable(b"\xef\xbb\xbfCC0\r\n\x1b[2Jx\x07\ty\xff") == "CC0\n\ufffd[2Jx\ufffd\ty\ufffd"
