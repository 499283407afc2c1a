"""Holds each item that is to be signed against the very document that its approval hashed (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from playlists.emergencies import EmergencyOrder
from playlists.model import Airing, BulletinClass, Item, ItemKind
from playlists.network import UnitKey
from scheduler.canonical import media_name, parse_instant, sha256_hex
from scheduler.errors import LoaError
from scheduler.services.emergencies.orders import OrderUnreadable, order_from_value
from scheduler.services.local_days import end_of, local_day, midnight


class NotCovered(LoaError):
    """Bản duyệt {digest} không khớp mục sắp ký ({reason}). Mục này bị để lại; hãy kiểm sổ rồi duyệt lại."""

    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """An airing as its station is to be told of it: ``expires_at`` is an emergency's; ``stood_in`` tells in which units
    the station stood on a day."""

    airing: Airing
    expires_at: datetime | None
    stood_in: Callable[[date], frozenset[UnitKey]]


def refuse_uncovered(item: Item, document: str | None, *, told: Told, zone: str) -> None:
    """Raise :class:`NotCovered` unless the approval's ``document`` hashes to the digest that ``item`` names and covers
    bulletin, revision, title, class, language, medium, and an item of the airing ``told``: its start, and of an
    emergency that this is one of the soundings that the approval ordered, where and until when it ordered them.
    """
    if document is None:
        raise NotCovered(digest=item.approval, reason="không còn văn bản duyệt")
    if sha256_hex(document.encode("utf-8", "surrogatepass")) != item.approval:
        raise NotCovered(digest=item.approval, reason="văn bản duyệt đã bị sửa")
    try:
        approved = json.loads(document)
        _refuse_difference(item, approved, told.airing.starts_at, zone)
        _refuse_unordered(item, approved, told, zone)
    except (KeyError, TypeError, ValueError, OrderUnreadable) as error:
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


def _refuse_unordered(item: Item, approved: Mapping[str, Any], told: Told, zone: str) -> None:
    airing = told.airing
    if item.bulletin_class is not BulletinClass.EMERGENCY:
        if airing.bulletin_class is BulletinClass.EMERGENCY:
            raise NotCovered(digest=item.approval, reason="không phải bản tin khẩn cấp")
        return
    order = order_from_value(approved["emergency"])
    released_at = parse_instant(approved["approved_at"])
    last = approved["valid_to"]
    ends = released_at + order.valid_for
    if last is not None:
        ends = min(ends, end_of(date.fromisoformat(last), zone) or ends)
    ordered = airing.bulletin_class is BulletinClass.EMERGENCY and airing.drill == order.drill
    in_turn = airing.starts_at in {released_at + turn * order.every for turn in range(order.times)}
    in_time = told.expires_at == ends and airing.starts_at < ends
    if not (ordered and in_turn and in_time and _means(order, told, local_day(released_at, zone))):
        raise NotCovered(digest=item.approval, reason="khác lệnh phát khẩn cấp đã duyệt")


def _means(order: EmergencyOrder, told: Told, day: date) -> bool:
    scope = order.scope
    if scope is None:
        return False
    return scope.everyone or told.airing.station_id in scope.stations or bool(scope.units & told.stood_in(day))


_WORDS: Mapping[str, str] = {
    "bulletin": "bản tin",
    "revision": "lần sửa",
    "title": "tên bản tin",
    "class": "loại bản tin",
}
