"""An emergency's order as the value that its approval binds, as the text that a revision keeps, and back (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from playlists.emergencies import EmergencyOrder
from playlists.errors import PlaylistError
from playlists.scopes import Scope
from scheduler.canonical import canonical_bytes
from scheduler.errors import LoaError
from scheduler.services.timetable.contents import ContentRefused, scope_from_value, scope_value

FIELDS = frozenset({"scope", "times", "every_s", "valid_for_s", "drill"})
_ONE_SECOND = timedelta(seconds=1)


class OrderUnreadable(LoaError):
    """Lệnh phát của tin khẩn cấp không đọc được ({what}). Hãy mở bản tin, chọn lại nơi phát và số lần rồi gửi duyệt."""

    what: str


def order_value(order: EmergencyOrder) -> dict[str, object]:
    """Return ``order`` as a value of JSON (whole seconds); where nobody has chosen where yet, ``scope`` is null."""
    return {
        "scope": _scope_value(order.scope) if order.scope is not None else None,
        "times": order.times,
        "every_s": order.every // _ONE_SECOND,
        "valid_for_s": order.valid_for // _ONE_SECOND,
        "drill": order.drill,
    }


def order_text(order: EmergencyOrder) -> str:
    """Return the canonical JSON of ``order``."""
    return canonical_bytes(order_value(order)).decode()


def order_in(text: str | None) -> EmergencyOrder | None:
    """Return the order that a revision keeps, null for none; raises :class:`OrderUnreadable`."""
    if text is None:
        return None
    try:
        return order_from_value(json.loads(text))
    except ValueError as error:
        raise OrderUnreadable(what="không phải JSON") from error


def order_from_value(told: object) -> EmergencyOrder:
    """Return the order that a value of JSON describes; raises :class:`OrderUnreadable`."""
    if not isinstance(told, Mapping) or frozenset(told) != FIELDS:
        raise OrderUnreadable(what="thiếu hoặc thừa mục")
    drill = told["drill"]
    if not isinstance(drill, bool):
        raise OrderUnreadable(what="diễn tập phải là có hoặc không")
    try:
        return EmergencyOrder(
            scope=_scope(told["scope"]),
            times=_whole(told["times"]),
            every=_whole(told["every_s"]) * _ONE_SECOND,
            valid_for=_whole(told["valid_for_s"]) * _ONE_SECOND,
            drill=drill,
        )
    except (ContentRefused, PlaylistError) as error:
        raise OrderUnreadable(what=str(error).rstrip(".")) from error


def _scope_value(scope: Scope) -> dict[str, object]:
    """Return where; an emergency is for everybody there, whatever the languages."""
    return {name: value for name, value in scope_value(scope).items() if name != "languages"}


def _scope(value: object) -> Scope | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise OrderUnreadable(what="nơi phát")
    return scope_from_value({**value, "languages": []})


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10_000_000:
        raise OrderUnreadable(what="số lần và thời gian phải là số nguyên")
    return value
