"""Holds each item that is to be signed against the very document that its approval hashed (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from playlists.model import Item, ItemKind
from scheduler.canonical import media_name, sha256_hex
from scheduler.errors import LoaError
from scheduler.services.local_days import end_of, midnight


class NotCovered(LoaError):
    """Bản duyệt {digest} không khớp mục sắp ký ({reason}). Mục này bị để lại; hãy kiểm sổ rồi duyệt lại."""

    digest: str
    reason: str


def refuse_uncovered(item: Item, document: str | None, *, at: datetime, zone: str) -> None:
    """Raise :class:`NotCovered` unless the approval's ``document`` hashes to the digest that ``item`` names and covers
    bulletin, revision, title, class, language, medium, and an airing that starts ``at``.
    """
    if document is None:
        raise NotCovered(digest=item.approval, reason="không còn văn bản duyệt")
    if sha256_hex(document.encode("utf-8", "surrogatepass")) != item.approval:
        raise NotCovered(digest=item.approval, reason="văn bản duyệt đã bị sửa")
    try:
        _refuse_difference(item, json.loads(document), at, zone)
    except (KeyError, TypeError, ValueError) as error:
        raise NotCovered(digest=item.approval, reason="văn bản duyệt không đọc được") from error


def _refuse_difference(item: Item, told: Mapping[str, Any], at: datetime, zone: str) -> None:
    expected = {
        "bulletin": str(item.bulletin_id),
        "revision": item.revision,
        "title": sha256_hex(item.title.encode("utf-8")),
        "class": item.bulletin_class.value,
    }
    for name, value in expected.items():
        if told[name] != value:
            raise NotCovered(digest=item.approval, reason=f"khác {_WORDS[name]}")
    track = {
        "kind": "headline" if item.kind is ItemKind.HEADLINE else "main",
        "language": item.language,
        "media": media_name(item.media or ""),
    }
    if track not in told["tracks"]:
        raise NotCovered(digest=item.approval, reason="khác bản âm thanh")
    last = told["valid_to"]
    end = end_of(date.fromisoformat(last), zone) if last is not None else None
    if at < midnight(date.fromisoformat(told["valid_from"]), zone) or (end is not None and at >= end):
        raise NotCovered(digest=item.approval, reason="ngoài thời gian hiệu lực")


_WORDS: Mapping[str, str] = {
    "bulletin": "bản tin",
    "revision": "lần sửa",
    "title": "tên bản tin",
    "class": "loại bản tin",
}
