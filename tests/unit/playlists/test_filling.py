from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_network import EVERYWHERE
from sample_plans import a_track, an_id, asks, house

from playlists.calendar import Calendar
from playlists.campaigns import Campaign
from playlists.filling import Filled, Filler
from playlists.model import ApprovedTrack, ItemKind
from playlists.network import Network, Station, Stay, Unit
from playlists.rotation import WhyNot
from playlists.rundown import Approvals
from playlists.scopes import Reach, Scope
from playlists.slots import Occurrence, Slot
from playlists.templates import STING, Place, PlaceKind, Template

DAY = date(2024, 5, 6)
WEEK = (DAY, DAY + timedelta(days=6))
HERE = an_id("here")
ONE = timedelta(days=1)
EIGHT = tuple(f"b{n}" for n in range(8))
ROTATION, HEADLINES = Place(PlaceKind.ROTATION), Place(PlaceKind.HEADLINES)
HOUSE = [
    a_track("jingle", ItemKind.JINGLE, language="zxx", length=20),
    a_track("sting", ItemKind.STING, language="zxx", length=4),
]
JINGLE = Place(PlaceKind.ITEM, house(ItemKind.JINGLE))


def template(*places: Place) -> Template:
    return Template(an_id("programme"), "Buổi", places, STING)


def network(*stays: Stay) -> Network:
    units = [Unit("1", "Tỉnh", date(2020, 1, 1)), *(Unit(code, code, date(2020, 1, 1), None, "1") for code in "ab")]
    return Network(units, [Station(HERE, "Cụm loa", frozenset({"vi"}), stays or (Stay("a", date(2020, 1, 1)),))])


def sessions(*hours: int, days: int = 1, minutes: int = 15) -> list[Occurrence]:
    slots = [
        Slot(
            id=an_id(f"slot {hour}"),
            title="Buổi",
            scope=EVERYWHERE,
            calendar=Calendar(DAY),
            start=time(hour),
            max_duration=timedelta(minutes=minutes),
            zone="UTC",
            programme_id=an_id("programme"),
        )
        for hour in hours
    ]
    return [
        Occurrence(slot, HERE, day, 0, datetime.combine(day, time(hour), tzinfo=UTC), 0)
        for day in (DAY + number * ONE for number in range(days))
        for hour, slot in zip(hours, slots, strict=True)
    ]


def campaign(*names: str, scope: Scope = EVERYWHERE, last: date = WEEK[1], **more: object) -> Campaign:
    return Campaign(an_id("c"), "Đợt", tuple(an_id(name) for name in names), scope, DAY, last, **more)  # type: ignore[arg-type]


def filled(
    given_sessions: Sequence[Occurrence],
    given_template: Template,
    *campaigns: Campaign,
    approved: Sequence[ApprovedTrack],
    where: Network | None = None,
    languages: Sequence[str] = ("vi",),
    days: tuple[date, date] = (DAY, DAY),
) -> Filled:
    filler = Filler(
        Reach(where or network()), {given_template.id: given_template}, campaigns, Approvals(approved, HOUSE).find
    )
    return filler.fill(HERE, languages, given_sessions, days=days)


def shown(found: Filled, session: Occurrence) -> str:
    names = {an_id(name): name for name in EIGHT}
    return " ".join(
        each.item.kind + (f":{names[each.item.bulletin_id]}" if each.item.bulletin_id else "")
        for each in found.items[session.id]
    )


def test_what_is_chosen_stands_in_its_place_with_what_announces_and_parts_it() -> None:
    approved = [a_track(name, length=60) for name in ("b0", "b1")] + [
        a_track("b1", ItemKind.HEADLINE, length=8)  # of b0 nobody made a headline
    ]
    (session,) = sessions(17)
    found = filled([session], template(JINGLE, HEADLINES, ROTATION), campaign("b0", "b1"), approved=approved)
    assert found.unmet == ()
    told = [name for name in shown(found, session).split() if name.startswith("bulletin")]
    assert sorted(told) == ["bulletin:b0", "bulletin:b1"]
    assert shown(found, session) == f"jingle headline:b1 {told[0]} sting {told[1]}"
    picked = [each.pick.told[0] if each.pick else None for each in found.items[session.id]]
    assert picked == [None, an_id("b1"), an_id(told[0][9:]), None, an_id(told[1][9:])]


@pytest.mark.parametrize(("seconds", "told"), [(20 + 60 + 4 + 60, 2), (20 + 60 + 4 + 59, 1)])
def test_jingle_sting_and_bulletins_share_the_sessions_time(seconds: int, told: int) -> None:
    (session,) = sessions(17)
    session = session._replace(slot=_of_length(session.slot, seconds))
    approved = [a_track(name, length=60) for name in ("b0", "b1")]
    found = filled([session], template(JINGLE, ROTATION), campaign("b0", "b1"), approved=approved)
    assert len(found.picks) == told
    assert [each.why_not for each in found.unmet] == [WhyNot.NO_ROOM] * (2 - told)


def test_headlines_take_their_time_too() -> None:
    (session,) = sessions(17)
    session = session._replace(slot=_of_length(session.slot, 60 + 8 + 60 + 7 + 4))
    approved = [
        a_track(name, kind, length=length)
        for name in ("b0", "b1")
        for kind, length in ((ItemKind.BULLETIN, 60), (ItemKind.HEADLINE, 8))
    ]
    assert len(filled([session], template(HEADLINES, ROTATION), campaign("b0", "b1"), approved=approved).picks) == 1
    assert len(filled([session], template(ROTATION), campaign("b0", "b1"), approved=approved).picks) == 2


def test_a_place_may_be_shorter_than_its_session() -> None:
    (session,) = sessions(17)
    place = Place(PlaceKind.ROTATION, longest=timedelta(seconds=119))
    approved = [a_track(name, length=60) for name in ("b0", "b1")]
    assert len(filled([session], template(place), campaign("b0", "b1"), approved=approved).picks) == 1


def test_a_programme_without_a_rotation_serves_no_campaign() -> None:
    (session,) = sessions(17)
    fixed = template(Place(PlaceKind.ITEM, asks("b1")))
    found = filled([session], fixed, campaign("b0"), approved=[a_track("b0"), a_track("b1")])
    assert shown(found, session) == "bulletin:b1"
    assert [each.why_not for each in found.unmet] == [WhyNot.NO_SESSION]


def test_what_a_template_names_itself_counts_as_far_as_it_sounds() -> None:
    (session,) = sessions(17)
    named = template(Place(PlaceKind.ITEM, asks("b0")), ROTATION, Place(PlaceKind.ITEM, asks("b1")))
    approved = [a_track(name, length=60) for name in ("b0", "b1", "b2")]
    found = filled([session], named, campaign("b0", "b1", "b2"), approved=approved)
    assert shown(found, session) == "bulletin:b0 bulletin:b2 bulletin:b1"
    assert [each.pick is not None for each in found.items[session.id]] == [False, True, False]
    assert found.unmet == ()
    short = session._replace(slot=_of_length(session.slot, 119))
    assert [
        each.item.bulletin_id for each in filled([short], named, campaign("b0", "b1"), approved=approved).unmet
    ] == [an_id("b1")]
    withdrawn = [a_track("b0", withdrawn=True), a_track("b1")]
    assert len(filled([session], named, campaign("b0", "b1"), approved=withdrawn).unmet) == 1


def test_what_a_template_names_counts_in_the_language_that_sounds() -> None:
    (session,) = sessions(17)
    approved = [a_track("b0", language=language) for language in ("vi", "blt")]
    named = template(Place(PlaceKind.ITEM, asks("b0")))
    found = filled([session], named, campaign("b0"), approved=approved, languages=("blt",))
    assert found.unmet == ()
    both = filled([session], named, campaign("b0"), approved=approved, languages=("vi", "blt"))
    assert [each.item.language for each in both.unmet] == ["blt"]


def test_a_campaign_means_the_station_as_long_as_it_stands_in_its_unit() -> None:
    """It moves from a to b on Thursday: what is meant for a is told to Wednesday, and asked for no longer."""
    moved = network(Stay("a", date(2020, 1, 1), DAY + 2 * ONE), Stay("b", DAY + 3 * ONE))
    for_a = campaign("b0", scope=Scope(units=frozenset({("a", date(2020, 1, 1))})))
    found = filled(sessions(17, days=7), template(ROTATION), for_a, approved=[a_track("b0")], where=moved, days=WEEK)
    assert [pick.date for pick in found.picks] == [DAY, DAY + ONE, DAY + 2 * ONE]
    assert found.unmet == ()


@settings(max_examples=50)
@given(
    hours=st.lists(st.sampled_from([5, 9, 11, 17, 19]), min_size=1, max_size=4, unique=True),
    lengths=st.lists(st.integers(20, 400), min_size=1, max_size=6),
    headlined=st.booleans(),
    per_day=st.integers(1, 3),
    minutes=st.integers(1, 20),
)
def test_what_a_session_holds_fits_it_and_every_goal_is_met_or_told(
    hours: list[int], lengths: list[int], headlined: bool, per_day: int, minutes: int
) -> None:
    approved = [a_track(f"b{n}", length=length) for n, length in enumerate(lengths)]
    approved += [a_track(f"b{n}", ItemKind.HEADLINE, length=9) for n in range(0, len(lengths), 2)]
    places = (JINGLE, HEADLINES, ROTATION) if headlined else (JINGLE, ROTATION)
    names = [f"b{n}" for n in range(len(lengths))]
    given_sessions = sessions(*sorted(hours), days=7, minutes=minutes)
    asked = campaign(*names, per_day=per_day)
    found = filled(given_sessions, template(*places), asked, approved=approved, days=WEEK)
    find = Approvals(approved, HOUSE).find
    for session in given_sessions:
        items = [find(each.item, session.starts_at, ("vi",)) for each in found.items[session.id]]
        assert sum((each.duration for each in items), timedelta(0)) <= session.slot.max_duration  # type: ignore[union-attr]
    told = Counter((pick.date, pick.item.bulletin_id) for pick in found.picks)
    missing = {(each.date, each.item.bulletin_id): each.missing for each in found.unmet}
    for number in range(7):
        for name in names:
            key = (DAY + number * ONE, an_id(name))
            assert told[key] + missing.get(key, 0) == per_day


def _of_length(slot: Slot, seconds: int) -> Slot:
    return Slot(
        slot.id, slot.title, slot.scope, slot.calendar, slot.start, timedelta(seconds=seconds), "UTC", slot.programme_id
    )
