"""The order of a programme's items while its form is edited: pure functions over what the form holds."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.errors import InvalidInput
from scheduler.services.programme_views import Pieces
from scheduler.services.programmes import ProgrammeEntry

ENDING = frozenset({"closing"})
WANTED_FIRST = ("jingle", "opening", "closing", "jingle")
"""What a new programme begins with, as far as the house has it: bulletins come between."""


def read_items(written: Sequence[str]) -> list[ProgrammeEntry]:
    """Return the items that a form holds as ``kind|bulletin|language``; raises for what no form of ours sends."""
    keys = []
    for each in written:
        kind, _, rest = each.partition("|")
        bulletin_id, _, language = rest.partition("|")
        if not (kind and bulletin_id and language) or "|" in language:
            raise InvalidInput(what="Mục trong chương trình không đọc được. Hãy tải lại trang")
        keys.append((kind, bulletin_id, language))
    return keys


def written(key: ProgrammeEntry) -> str:
    """Return an item as a form holds it."""
    return "|".join(key)


def changed(keys: Sequence[ProgrammeEntry], act: str, chosen: str) -> list[ProgrammeEntry]:
    """Return the items after one button: ``add`` (of ``chosen``), ``up-2``, ``down-2`` or ``remove-2`` (from 0)."""
    items = list(keys)
    deed, _, place = act.partition("-")
    if deed == "add":
        if not chosen:
            raise InvalidInput(what="Hãy chọn mục muốn thêm")
        items.insert(_place_for(items, read_items([chosen])[0]), read_items([chosen])[0])
        return items
    if not (place.isascii() and place.isdigit()) or int(place) >= len(items):
        return items
    at = int(place)
    if deed == "remove":
        del items[at]
    elif deed == "up" and at > 0:
        items[at - 1], items[at] = items[at], items[at - 1]
    elif deed == "down" and at + 1 < len(items):
        items[at + 1], items[at] = items[at], items[at + 1]
    return items


def _place_for(items: Sequence[ProgrammeEntry], new: ProgrammeEntry) -> int:
    """What is said goes before the farewell; the farewell and all after it stay at the end."""
    if new[0] in ENDING:
        return len(items)
    return next((place for place, key in enumerate(items) if key[0] in ENDING), len(items))


def beginning(known: Pieces) -> list[ProgrammeEntry]:
    """Return the house items with which a new programme starts."""
    house: dict[str, ProgrammeEntry] = {}
    for key in known:
        house.setdefault(key[0], key)
    return [house[kind] for kind in WANTED_FIRST if kind in house]
