"""Holds each item that is to be signed against the very document that its approval hashed (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from playlists.emergencies import alerts
from playlists.errors import PlaylistError
from playlists.model import Airing, BulletinClass, Item, ItemKind
from playlists.network import UnitKey
from playlists.scopes import Scope
from scheduler.canonical import media_name, parse_instant, sha256_hex
from scheduler.errors import LoaError
from scheduler.services.emergencies.orders import OrderUnreadable, order_from_value
from scheduler.services.local_days import end_of, local_day, midnight
from scheduler.services.plan_values import length_s


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
    except (KeyError, TypeError, ValueError, OrderUnreadable, PlaylistError) as error:
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
    last = approved["valid_to"]
    ordered = order.released(
        item.bulletin_id,
        item.revision,
        at=parse_instant(approved["approved_at"]),
        no_later_than=end_of(date.fromisoformat(last), zone) if last is not None else None,
    )
    due = {(alert.starts_at, length_s(alert.grace)) for alert in alerts(ordered, airing.station_id)}
    agrees = (
        airing.bulletin_class is BulletinClass.EMERGENCY
        and (airing.starts_at, length_s(airing.grace)) in due
        and (airing.drill, told.expires_at) == (ordered.drill, ordered.expires_at)
        and _means(ordered.scope, told, local_day(ordered.released_at, zone))
    )
    if not agrees:
        raise NotCovered(digest=item.approval, reason="khác lệnh phát khẩn cấp đã duyệt")


def _means(scope: Scope, told: Told, day: date) -> bool:
    return scope.everyone or told.airing.station_id in scope.stations or bool(scope.units & told.stood_in(day))


_WORDS: Mapping[str, str] = {
    "bulletin": "bản tin",
    "revision": "lần sửa",
    "title": "tên bản tin",
    "class": "loại bản tin",
}
