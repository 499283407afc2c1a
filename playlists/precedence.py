"""Which item goes first inside a programme (Circular 39/2020/TT-BTTTT)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from playlists.model import BulletinClass, ItemKind

RANK = {BulletinClass.EMERGENCY: 0, BulletinClass.PRIORITY: 1, BulletinClass.NORMAL: 2}
# Headlines announce and stand before what they announce, so they change places among themselves only.
PLACES_SHARED_BY = (frozenset({ItemKind.HEADLINE}), frozenset({ItemKind.BULLETIN, ItemKind.NOTICE}))


class Ranked(Protocol):
    """What precedence looks at."""

    @property
    def kind(self) -> ItemKind:
        """The item's kind: structure items keep their places."""

    @property
    def bulletin_id(self) -> UUID | None:
        """The bulletin that the commune's tie order names."""

    @property
    def bulletin_class(self) -> BulletinClass:
        """The class that decides who goes first."""


R = TypeVar("R", bound=Ranked)


def in_order(items: Sequence[R], tie_order: Sequence[UUID] = ()) -> tuple[R, ...]:
    """Return ``items`` with priority content first and everything else in the order given.

    Jingles, openings, stings, closings, stand-by and test items keep their places; headlines change places among
    headlines, bulletins and notices among each other. Among priority bulletins ``tie_order``, the bulletins in the
    order that the commune chose, decides; those it does not name follow in the order given.
    """
    arranged = list(items)
    rank = _rank_by(tie_order)
    for kinds in PLACES_SHARED_BY:
        places = [place for place, item in enumerate(items) if item.kind in kinds]
        ranked = sorted((items[place] for place in places), key=rank)
        for place, item in zip(places, ranked, strict=True):
            arranged[place] = item
    return tuple(arranged)


def _rank_by(tie_order: Sequence[UUID]) -> Callable[[Ranked], tuple[int, int]]:
    chosen = {bulletin_id: place for place, bulletin_id in reversed(list(enumerate(tie_order)))}

    def rank(item: Ranked) -> tuple[int, int]:
        if item.bulletin_class is not BulletinClass.PRIORITY or item.bulletin_id is None:
            return RANK[item.bulletin_class], 0
        return RANK[item.bulletin_class], chosen.get(item.bulletin_id, len(chosen))

    return rank
