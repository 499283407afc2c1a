"""Templates of programmes: places that always hold the same, places that a rotation fills, and headlines of both.

The usual session of a commune: jingle, opening, headlines, items with stings between, notices, closing, jingle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from playlists.model import NO_WORDS, ItemKind, ProgrammeItem, require

MOST_ROTATED = 40


class PlaceKind(StrEnum):
    """What a place of a template holds."""

    ITEM = "item"
    ROTATION = "rotation"
    HEADLINES = "headlines"


@dataclass(frozen=True, slots=True)
class Place:
    """One place. ``item`` belongs to an ``ITEM``; a ``ROTATION`` holds at most ``most`` bulletins, of ``campaigns`` (of
    all of them when it names none)."""

    kind: PlaceKind
    item: ProgrammeItem | None = None
    most: int = MOST_ROTATED
    campaigns: frozenset[UUID] = frozenset()

    def __post_init__(self) -> None:
        require(that=(self.kind is PlaceKind.ITEM) == (self.item is not None), what="Chỗ trong chương trình thiếu mục")
        require(that=1 <= self.most <= MOST_ROTATED, what=f"Chỗ xoay vòng nhận từ 1 đến {MOST_ROTATED} bản tin")


@dataclass(frozen=True, slots=True)
class Template:
    """A programme with places in their order; ``sting`` parts what a rotation puts into one place."""

    id: UUID
    title: str
    places: tuple[Place, ...]
    sting: ProgrammeItem | None = None

    def __post_init__(self) -> None:
        rotating = [place for place in self.places if place.kind is PlaceKind.ROTATION]
        require(that=len(rotating) <= 1, what="Mỗi chương trình chỉ có một chỗ xoay vòng")
        headlines = [place for place in self.places if place.kind is PlaceKind.HEADLINES]
        require(that=len(headlines) <= 1, what="Mỗi chương trình chỉ có một chỗ điểm tin")

    @property
    def rotation(self) -> Place | None:
        """The place that a rotation fills, None when all is fixed."""
        return next((place for place in self.places if place.kind is PlaceKind.ROTATION), None)

    @property
    def headlined(self) -> bool:
        """Whether what is told is announced first."""
        return any(place.kind is PlaceKind.HEADLINES for place in self.places)


def fill(
    template: Template, chosen: Sequence[ProgrammeItem], languages: Collection[str] | None = None
) -> tuple[ProgrammeItem, ...]:
    """Return the items of one session: ``chosen`` in the rotation's place, headlines for all that is told.

    ``languages`` are those that the station speaks; what is in another one is left to the plan to refuse, so that the
    omission is told. None keeps everything.
    """
    told = [item for item in _content(template, chosen) if item.kind is not ItemKind.HEADLINE]
    items: list[ProgrammeItem] = []
    for place in template.places:
        match place.kind:
            case PlaceKind.ITEM if place.item is not None:
                items.append(place.item)
            case PlaceKind.ROTATION:
                items.extend(_parted(chosen, template.sting))
            case PlaceKind.HEADLINES:
                items.extend(_headline(item) for item in told if languages is None or item.language in languages)
    return tuple(items)


def _content(template: Template, chosen: Sequence[ProgrammeItem]) -> Iterator[ProgrammeItem]:
    for place in template.places:
        if place.kind is PlaceKind.ROTATION:
            yield from chosen
        elif place.item is not None and place.item.kind.is_content:
            yield place.item


def _headline(item: ProgrammeItem) -> ProgrammeItem:
    return ProgrammeItem(ItemKind.HEADLINE, item.bulletin_id, item.language, item.bulletin_class)


def _parted(chosen: Sequence[ProgrammeItem], sting: ProgrammeItem | None) -> Iterator[ProgrammeItem]:
    for place, item in enumerate(chosen):
        if place and sting is not None:
            yield sting
        yield item


STING = ProgrammeItem(ItemKind.STING, language=NO_WORDS)
"""The house's sting."""
