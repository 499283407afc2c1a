"""Where an entry of the glossary holds, in the words of a page: pure."""

from __future__ import annotations

from collections.abc import Mapping

PLACES: Mapping[str, str] = {
    "": "Mọi chỗ",
    "name": "Đứng trước một tên riêng",
    "number": "Đứng trước một con số",
    "after": "Đứng sau một trong các từ …",
    "before": "Đứng trước một trong các từ …",
    "type": "Trong số, ký hiệu: tên loại văn bản",
    "issuer": "Trong số, ký hiệu: cơ quan ban hành",
    "field": "Trong số, ký hiệu: lĩnh vực, sau chữ B, S, P",
    "suggest": "Chỉ gợi ý, máy không tự đọc",
}
"""The conditions of :class:`tts.reading.Entry`; ``after`` and ``before`` go with words."""

_BESIDE = {"after": "Đứng sau", "before": "Đứng trước"}


def place_of(context: str) -> tuple[str, str]:
    """Return a condition as a form holds it: its place, and the words beside it, parted by a comma and a space."""
    place, sign, words = context.partition("=")
    return (place, ", ".join(words.split(","))) if sign else (context, "")


def told_place(context: str) -> str:
    """Return a condition as a list tells it: "Đứng sau: bến xe, sân bay"."""
    place, words = place_of(context)
    return f"{_BESIDE[place]}: {words}" if place in _BESIDE else PLACES.get(place, place)
