"""Templates of programmes: places that always hold the same, places that a rotation fills, and headlines of both.

The usual session of a commune: jingle, opening, headlines, items with stings between, notices, closing, jingle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from playlists.model import NO_TIME, NO_WORDS, ItemKind, ProgrammeItem, require

MOST_ROTATED = 40


class PlaceKind(StrEnum):
    """What a place of a template holds."""

    ITEM = "item"
    ROTATION = "rotation"
    HEADLINES = "headlines"
    NOTICES = "notices"


SINGLE = {PlaceKind.ROTATION: "xoay vòng", PlaceKind.HEADLINES: "điểm tin", PlaceKind.NOTICES: "thông báo"}
"""The kinds that a programme has once at most, and their names."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place. ``item`` belongs to an ``ITEM``; a ``ROTATION`` holds at most ``most`` bulletins, together no longer
    than ``longest`` (None: what the session has room for), of ``campaigns`` (of all of them when it names none).

    ``NOTICES`` takes the notices among what the rotation chose; without such a place they stand with the bulletins.
    """

    kind: PlaceKind
    item: ProgrammeItem | None = None
    most: int = MOST_ROTATED
    longest: timedelta | None = None
    campaigns: frozenset[UUID] = frozenset()

    def __post_init__(self) -> None:
        require(that=(self.kind is PlaceKind.ITEM) == (self.item is not None), what="Chỗ trong chương trình thiếu mục")
        require(that=1 <= self.most <= MOST_ROTATED, what=f"Chỗ xoay vòng nhận từ 1 đến {MOST_ROTATED} bản tin")
        require(that=self.longest is None or self.longest > NO_TIME, what="Chỗ xoay vòng phải dài hơn 0 phút")


@dataclass(frozen=True, slots=True)
class Template:
    """A programme with places in their order; ``sting`` parts what a rotation puts into one place."""

    id: UUID
    title: str
    places: tuple[Place, ...]
    sting: ProgrammeItem | None = None

    def __post_init__(self) -> None:
        for kind, name in SINGLE.items():
            found = sum(place.kind is kind for place in self.places)
            require(that=found <= 1, what=f"Mỗi chương trình chỉ có một chỗ {name}")
        require(
            that=self.rotation is not None or all(place.kind is not PlaceKind.NOTICES for place in self.places),
            what="Chỗ thông báo lấy thông báo của chỗ xoay vòng: hãy thêm chỗ xoay vòng",
        )

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
    return tuple(item for _, item in laid_out(template, chosen, languages))


def laid_out(
    template: Template, chosen: Sequence[ProgrammeItem], languages: Collection[str] | None = None
) -> Iterator[tuple[Place, ProgrammeItem]]:
    """Yield the items of one session as :func:`fill` does, each with the place that it stands in."""
    apart = any(place.kind is PlaceKind.NOTICES for place in template.places)
    notices = [item for item in chosen if apart and item.kind is ItemKind.NOTICE]
    bulletins = [item for item in chosen if item not in notices]
    told = [item for item in _content(template, bulletins, notices) if item.kind is not ItemKind.HEADLINE]
    for place in template.places:
        items: Iterable[ProgrammeItem] = ()
        match place.kind:
            case PlaceKind.ITEM if place.item is not None:
                items = (place.item,)
            case PlaceKind.ROTATION:
                items = _parted(bulletins, template.sting)
            case PlaceKind.NOTICES:
                items = _parted(notices, template.sting)
            case PlaceKind.HEADLINES:
                items = (_headline(item) for item in told if languages is None or item.language in languages)
        yield from ((place, item) for item in items)


def _content(
    template: Template, bulletins: Sequence[ProgrammeItem], notices: Sequence[ProgrammeItem]
) -> Iterator[ProgrammeItem]:
    for place in template.places:
        if place.kind is PlaceKind.ROTATION:
            yield from bulletins
        elif place.kind is PlaceKind.NOTICES:
            yield from notices
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
