"""The order of a programme's items while its form is edited: pure functions over what the form holds."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.errors import InvalidInput
from scheduler.services.programme_views import Pieces
from scheduler.services.programmes import PlaceEntry, ProgrammeEntry, ProgrammePart

PLACE_MARK = "@"
"""Begins what the form holds for a place, as no item's kind does."""
ENDING = frozenset({"closing"})
PLACES = {
    "@headlines": "Chỗ điểm tin: điểm tin của mọi bản tin trong buổi",
    "@rotation": "Chỗ xoay vòng: bản tin của các đợt tuyên truyền",
    "@notices": "Chỗ thông báo: thông báo của các đợt tuyên truyền",
}
"""The places that a template may have, as the form holds them, each with its name."""
WANTED_FIRST = ("jingle", "opening", "closing", "jingle")
"""What a new programme begins with, as far as the house has it: bulletins come between."""


def read_items(written: Sequence[str]) -> list[ProgrammePart]:
    """Return the parts that a form holds, items as ``kind|bulletin|language`` and places as ``@kind``.

    Raises for what no form of ours sends.
    """
    keys: list[ProgrammePart] = []
    for each in written:
        if each in PLACES:
            keys.append(PlaceEntry(each.removeprefix(PLACE_MARK)))
            continue
        kind, _, rest = each.partition("|")
        bulletin_id, _, language = rest.partition("|")
        if not (kind and bulletin_id and language) or "|" in language:
            raise InvalidInput(what="Mục trong chương trình không đọc được. Hãy tải lại trang")
        keys.append((kind, bulletin_id, language))
    return keys


def written(key: ProgrammePart) -> str:
    """Return a part as a form holds it; what a rotation may take stands in fields of its own."""
    return f"{PLACE_MARK}{key.kind}" if isinstance(key, PlaceEntry) else "|".join(key)


def changed(keys: Sequence[ProgrammePart], act: str, chosen: str) -> list[ProgrammePart]:
    """Return the items after one button: ``add`` (of ``chosen``), ``up-2``, ``down-2`` or ``remove-2`` (from 0)."""
    items = list(keys)
    deed, _, place = act.partition("-")
    if deed == "add":
        if not chosen:
            raise InvalidInput(what="Hãy chọn mục muốn thêm")
        (new,) = read_items([chosen])
        if isinstance(new, PlaceEntry) and any(
            isinstance(each, PlaceEntry) and each.kind == new.kind for each in items
        ):
            raise InvalidInput(what="Chương trình đã có chỗ này. Mỗi loại chỗ chỉ có một")
        items.insert(_place_for(items, new), new)
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


def _place_for(items: Sequence[ProgrammePart], new: ProgrammePart) -> int:
    """What is said goes before the farewell; the farewell and all after it stay at the end."""
    if _ends(new):
        return len(items)
    return next((place for place, key in enumerate(items) if _ends(key)), len(items))


def _ends(part: ProgrammePart) -> bool:
    return not isinstance(part, PlaceEntry) and part[0] in ENDING


def beginning(known: Pieces) -> list[ProgrammePart]:
    """Return the house items with which a new programme starts."""
    house: dict[str, ProgrammeEntry] = {}
    for key in known:
        house.setdefault(key[0], key)
    return [house[kind] for kind in WANTED_FIRST if kind in house]
