"""The JSON file beside a Piper model, read with distrust: it says what the voice speaks, and how."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tts.voices.errors import BadVoiceName

MOST_BYTES = 1_000_000
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){0,79}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z0-9]{2,8}){0,3}", re.IGNORECASE)
_QUALITIES = {"x_low": "rất thấp", "low": "thấp", "medium": "vừa", "high": "cao"}


class BadDescription(Exception):
    """Why the file is of no use, for people: the end of a sentence."""


def check_name(name: str) -> str:
    """Return ``name``, which may become the name of a folder. Raises BadVoiceName."""
    if not _NAME.fullmatch(name) or name.endswith((".", ".onnx")):
        raise BadVoiceName(name=name)
    return name


@dataclass(frozen=True, slots=True)
class Description:
    """What a voice speaks (BCP 47), its name for people, and its rate."""

    language: str
    label: str
    rate_hz: int

    @classmethod
    def parse(cls, content: bytes, name: str) -> Self:
        """Read the bytes of the file of the voice ``name``. Raises BadDescription."""
        try:
            told = json.loads(content.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BadDescription("tệp .onnx.json không đúng dạng JSON") from error
        if not isinstance(told, dict):
            raise BadDescription("tệp .onnx.json không phải mô tả của một giọng Piper")
        rate_hz = _part(told, "audio").get("sample_rate")
        if type(rate_hz) is not int or not 8_000 <= rate_hz <= 48_000:
            raise BadDescription("tệp .onnx.json không ghi tần số lấy mẫu từ 8.000 đến 48.000 Hz")
        if not isinstance(told.get("phoneme_id_map"), dict) or type(told.get("num_symbols")) is not int:
            raise BadDescription("tệp .onnx.json thiếu bảng âm vị")
        return cls(_language(told), _label(told, name), rate_hz)


def _language(told: Mapping[str, object]) -> str:
    """The language that both the voice and the rules of its phonemes are for."""
    how = told.get("phoneme_type", "espeak")
    if how not in ("espeak", "text"):
        raise BadDescription("giọng dùng kiểu phiên âm mà Loa chưa dùng được (chỉ dùng espeak và text)")
    spoken = _part(told, "espeak").get("voice")
    written = _part(told, "language").get("code", spoken)
    for each in (spoken, written):
        if not isinstance(each, str) or not _LANGUAGE.fullmatch(each):
            raise BadDescription("tệp .onnx.json không ghi đúng ngôn ngữ của giọng")
    tag = str(written).replace("_", "-")
    if how == "espeak" and "vi" in {_base(tag), _base(str(spoken))} and _base(tag) != _base(str(spoken)):
        raise BadDescription("tệp .onnx.json ghi hai ngôn ngữ khác nhau; giọng này sẽ đọc sai tiếng Việt")
    return tag


def _label(told: Mapping[str, object], name: str) -> str:
    dataset = told.get("dataset")
    short = dataset if isinstance(dataset, str) and _NAME.fullmatch(dataset) and len(dataset) <= 40 else name
    quality = _QUALITIES.get(str(_part(told, "audio").get("quality")))
    return f"Giọng {short} (Piper, chất lượng {quality})" if quality else f"Giọng {short} (Piper)"


def _part(told: Mapping[str, object], key: str) -> Mapping[str, object]:
    part = told.get(key, {})
    if not isinstance(part, dict):
        raise BadDescription(f"tệp .onnx.json có phần “{key}” viết sai")
    return part


def _base(tag: str) -> str:
    return re.split("[-_]", tag.lower())[0]
