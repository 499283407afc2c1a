from __future__ import annotations

from datetime import timedelta

import pytest
from sample_plans import an_id, asks, house

from playlists.errors import InvalidPlan
from playlists.model import ItemKind, ProgrammeItem
from playlists.templates import STING, Place, PlaceKind, Template, fill

ROTATION = Place(PlaceKind.ROTATION)
HEADLINES = Place(PlaceKind.HEADLINES)


def fixed(item: ProgrammeItem) -> Place:
    return Place(PlaceKind.ITEM, item)


def template(*places: Place, sting: ProgrammeItem | None = None) -> Template:
    return Template(an_id("t"), "Buổi chiều", places, sting)


def shown(items: tuple[ProgrammeItem, ...]) -> str:
    names = {an_id(name): name for name in "abcn"}
    return " ".join(each.kind + (f":{names[each.bulletin_id]}" if each.bulletin_id else "") for each in items)


USUAL = template(
    fixed(house(ItemKind.JINGLE)),
    fixed(house(ItemKind.OPENING)),
    HEADLINES,
    ROTATION,
    fixed(asks("n", ItemKind.NOTICE)),
    fixed(house(ItemKind.CLOSING)),
    sting=STING,
)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("", "jingle opening headline:n notice:n closing"),
        ("a", "jingle opening headline:a headline:n bulletin:a notice:n closing"),
        (
            "a b c",
            (
                "jingle opening headline:a headline:b headline:c headline:n "
                "bulletin:a sting bulletin:b sting bulletin:c notice:n closing"
            ),
        ),
    ],
)
def test_the_usual_session(chosen: str, expected: str) -> None:
    assert shown(fill(USUAL, [asks(name) for name in chosen.split()])) == expected


def test_headlines_in_the_languages_that_the_station_speaks() -> None:
    both = [asks("a"), asks("b", language="blt")]
    assert shown(fill(template(HEADLINES, ROTATION), both, {"vi"})) == "headline:a bulletin:a bulletin:b"


def test_a_template_without_rotation_is_a_plain_programme() -> None:
    plain = template(fixed(house(ItemKind.JINGLE)), fixed(asks("a")))
    assert plain.rotation is None
    assert not plain.headlined
    assert shown(fill(plain, [asks("b")])) == "jingle bulletin:a"


@pytest.mark.parametrize(
    "made",
    [
        lambda: template(ROTATION, ROTATION),
        lambda: template(HEADLINES, HEADLINES),
        lambda: Place(PlaceKind.ITEM),
        lambda: Place(PlaceKind.ROTATION, asks("a")),
        lambda: Place(PlaceKind.ROTATION, most=0),
        lambda: Place(PlaceKind.ROTATION, most=41),
    ],
)
def test_a_template_without_sense_is_refused(made: object) -> None:
    assert callable(made)
    with pytest.raises(InvalidPlan):
        made()


def test_notices_have_a_place_of_their_own_where_the_template_gives_one() -> None:
    chosen = [asks("n", ItemKind.NOTICE), asks("a"), asks("b")]
    apart = template(HEADLINES, ROTATION, fixed(house(ItemKind.CLOSING)), Place(PlaceKind.NOTICES), sting=STING)
    told = "headline:a headline:b headline:n bulletin:a sting bulletin:b closing notice:n"
    assert shown(fill(apart, chosen)) == told
    assert shown(fill(template(ROTATION), chosen)) == "notice:n bulletin:a bulletin:b"


def test_notices_come_of_a_rotation_alone() -> None:
    with pytest.raises(InvalidPlan, match="chỗ xoay vòng"):
        template(Place(PlaceKind.NOTICES))
    with pytest.raises(InvalidPlan, match="một chỗ thông báo"):
        template(ROTATION, Place(PlaceKind.NOTICES), Place(PlaceKind.NOTICES))


def test_a_rotation_of_no_time_is_none() -> None:
    with pytest.raises(InvalidPlan, match="dài hơn 0 phút"):
        Place(PlaceKind.ROTATION, longest=timedelta(0))
