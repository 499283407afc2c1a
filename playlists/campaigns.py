"""Campaigns: what shall be told how often, where, from which day to which."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from playlists.model import ItemKind, ProgrammeItem, require
from playlists.scopes import Scope

MOST_PER_DAY = 12
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Each of ``bulletins`` ``per_day`` times a day from ``first`` to ``last`` (both included), at every station that
    ``scope`` means, in every language that the station speaks (of ``languages`` only, when they are given).

    ``notices`` are those among the bulletins that are read as notices. A campaign with ``priority`` has its turn before
    others, whatever the class of its bulletins; among these the class still decides.
    """

    id: UUID
    title: str
    bulletins: tuple[UUID, ...]
    scope: Scope
    first: date
    last: date
    per_day: int = 1
    languages: frozenset[str] = frozenset()
    notices: frozenset[UUID] = frozenset()
    priority: bool = False

    def __post_init__(self) -> None:
        require(that=bool(self.bulletins), what=f"Đợt phát “{self.title}” chưa có bản tin nào")
        require(
            that=len(set(self.bulletins)) == len(self.bulletins),
            what=f"Đợt phát “{self.title}” nêu một bản tin hai lần",
        )
        require(that=self.last >= self.first, what=f"Đợt phát “{self.title}” có ngày cuối trước ngày đầu")
        require(that=self.last - self.first <= LONGEST, what=f"Đợt phát “{self.title}” dài hơn một năm")
        require(that=1 <= self.per_day <= MOST_PER_DAY, what=f"Số lần phát mỗi ngày phải từ 1 đến {MOST_PER_DAY}")

    def runs_on(self, day: date) -> bool:
        """Tell whether ``day`` is one of the campaign's."""
        return self.first <= day <= self.last

    def spoken(self, languages: Collection[str]) -> tuple[str, ...]:
        """Return the languages of a station that the campaign is to be heard in."""
        return tuple(sorted(each for each in languages if not self.languages or each in self.languages))

    def item(self, bulletin_id: UUID, language: str) -> ProgrammeItem:
        """Return what a programme asks for to tell one of the bulletins."""
        kind = ItemKind.NOTICE if bulletin_id in self.notices else ItemKind.BULLETIN
        return ProgrammeItem(kind, bulletin_id, language)
