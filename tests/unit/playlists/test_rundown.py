from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plans import T, a_slot, a_track, an_airing, an_id, asks, house, seconds

from playlists.model import (
    Airing,
    ApprovedTrack,
    BulletinClass,
    ItemKind,
    OmissionReason,
    PlannedAiring,
    Programme,
    ProgrammeItem,
)
from playlists.rundown import airing_of, plan
from playlists.slots import Occurrence

JINGLE, OPENING, CLOSING, STING = ItemKind.JINGLE, ItemKind.OPENING, ItemKind.CLOSING, ItemKind.STING
HEADLINE, NOTICE = ItemKind.HEADLINE, ItemKind.NOTICE
HOUSE = (
    a_track("house jingle", JINGLE, language="zxx", length=20),
    a_track("house sting", STING, language="zxx", length=4),
    a_track("house opening", OPENING, length=10),
    a_track("house closing", CLOSING, length=10),
)


def planned(airing: Airing, *tracks: ApprovedTrack, house_items: Iterable[ApprovedTrack] = HOUSE) -> PlannedAiring:
    (only,) = plan([airing], tracks, house_items)
    return only


def titles(found: PlannedAiring) -> list[str]:
    return [item.title for item in found.items]


def reasons(found: PlannedAiring) -> list[tuple[int, OmissionReason]]:
    return [(omission.item_ordinal, omission.reason) for omission in found.omissions]


@pytest.mark.parametrize(
    ("tracks", "reason"),
    [
        ([], OmissionReason.NOT_APPROVED),
        ([a_track("b", withdrawn=True)], OmissionReason.WITHDRAWN),
        ([a_track("b", valid_to=T)], OmissionReason.EXPIRED),
        ([a_track("b", valid_from=T + seconds(1))], OmissionReason.NOT_YET_VALID),
        ([a_track("b", has_media=False)], OmissionReason.NO_MEDIA),
        ([a_track("b", HEADLINE)], OmissionReason.NO_MEDIA),
        ([a_track("b", language="blt")], OmissionReason.WRONG_LANGUAGE),
        ([a_track("b", revision=1), a_track("b", revision=2, withdrawn=True)], OmissionReason.WITHDRAWN),
        ([a_track("b", revision=1), a_track("b", revision=2, valid_to=T)], OmissionReason.EXPIRED),
        ([a_track("b", revision=1), a_track("b", revision=2, language="blt")], OmissionReason.WRONG_LANGUAGE),
        ([a_track("b", length=45 * 60 + 1)], OmissionReason.DOES_NOT_FIT),
    ],
)
def test_what_may_not_sound_is_left_out_with_its_reason(tracks: list[ApprovedTrack], reason: OmissionReason) -> None:
    found = planned(
        an_airing(asks("b"), asks("other")), *tracks, a_track("other", bulletin_class=BulletinClass.PRIORITY)
    )
    assert titles(found) == ["other"]
    (omission,) = found.omissions
    assert (omission.airing_id, omission.item_ordinal, omission.bulletin_id) == (found.airing.id, 0, an_id("b"))
    assert (omission.kind, omission.language, omission.reason) == (ItemKind.BULLETIN, "vi", reason)


@pytest.mark.parametrize(
    "track",
    [
        a_track("b", valid_from=T),
        a_track("b", valid_to=T + timedelta(microseconds=1)),
        a_track("b", length=45 * 60),
        a_track("b", language="zxx"),
    ],
)
def test_what_stands_and_is_valid_at_the_start_sounds(track: ApprovedTrack) -> None:
    found = planned(an_airing(asks("b")), track)
    assert found.items == (track.to_item(),)
    assert found.sent
    assert not found.omissions


def test_the_newest_revision_sounds_and_no_older_one() -> None:
    found = planned(an_airing(asks("b")), a_track("b", revision=2), a_track("b", revision=10), a_track("b", revision=9))
    assert [item.revision for item in found.items] == [10]


def test_each_language_has_its_own_track() -> None:
    found = planned(
        an_airing(asks("b", language="vi"), asks("b", language="blt"), asks("b", language="hmn")),
        a_track("b"),
        a_track("b", language="blt"),
    )
    assert [item.language for item in found.items] == ["vi", "blt"]
    assert reasons(found) == [(2, OmissionReason.WRONG_LANGUAGE)]


def test_house_items_give_a_session_its_shape() -> None:
    session = an_airing(
        house(JINGLE), house(OPENING), asks("b"), house(STING), asks("c"), house(CLOSING), house(JINGLE)
    )
    found = planned(session, a_track("b"), a_track("c"))
    assert titles(found) == [
        "house jingle", "house opening", "b", "house sting", "c", "house closing", "house jingle",
    ]  # fmt: skip


def test_a_house_item_needs_a_standing_approval_and_its_language_too() -> None:
    session = an_airing(house(JINGLE), house(OPENING), asks("b"))
    found = planned(
        session,
        a_track("b"),
        house_items=[a_track("j", JINGLE, withdrawn=True), a_track("o", OPENING, language="blt")],
    )
    assert titles(found) == ["b"]
    assert reasons(found) == [(0, OmissionReason.WITHDRAWN), (1, OmissionReason.WRONG_LANGUAGE)]


def test_of_two_house_items_the_one_that_stands_sounds() -> None:
    for withdrawn, stands in (("j1", "j2"), ("j2", "j1")):
        jingles = [a_track(withdrawn, JINGLE, withdrawn=True), a_track(stands, JINGLE)]
        assert titles(planned(an_airing(house(JINGLE), asks("b")), a_track("b"), house_items=jingles)) == [stands, "b"]


def test_a_house_item_in_the_asked_language_comes_before_one_without_words() -> None:
    openings = [a_track("music", OPENING, language="zxx"), a_track("spoken", OPENING)]
    assert titles(planned(an_airing(house(OPENING), asks("b")), a_track("b"), house_items=openings)) == ["spoken", "b"]


@pytest.mark.parametrize(
    ("programme", "approved", "expected"),
    [
        ("a|b|c", "abc", "a|b|c"),
        ("a|b|c", "bc", "b|c"),
        ("a|b|c", "ac", "a|c"),
        ("a|b|c", "ab", "a|b"),
        ("a|b|c", "b", "b"),
        ("a|b|c", "a", "a"),
        ("a|b|c|d", "ad", "a|d"),
        ("a||b", "ab", "a||b"),
        ("ab|c", "bc", "b|c"),
        ("ab|c", "ab", "ab"),
        ("|a|", "a", "|a|"),
    ],
)
def test_a_sting_goes_with_what_it_parted(programme: str, approved: str, expected: str) -> None:
    session = an_airing(*(house(STING) if each == "|" else asks(each) for each in programme))
    found = planned(session, *(a_track(each) for each in approved))
    assert "".join("|" if item.kind is STING else item.title for item in found.items) == expected


def test_stings_do_not_stand_before_a_closing_that_nothing_parts() -> None:
    session = an_airing(house(OPENING), asks("a"), house(STING), asks("b"), house(CLOSING))
    assert titles(planned(session, a_track("a"))) == ["house opening", "a", "house closing"]


def test_an_airing_with_nothing_left_to_say_is_listed_and_not_sent() -> None:
    found = planned(an_airing(house(JINGLE), asks("a"), asks("n", NOTICE), house(CLOSING)))
    assert not found.sent
    assert found.items == ()
    assert reasons(found) == [(1, OmissionReason.NOT_APPROVED), (2, OmissionReason.NOT_APPROVED)]


def test_a_stand_by_item_does_not_stand_in_for_what_was_asked() -> None:
    standby = a_track("standby", ItemKind.STANDBY)
    assert not planned(an_airing(asks("a"), house(ItemKind.STANDBY)), house_items=[standby]).sent
    assert titles(planned(an_airing(house(ItemKind.STANDBY)), house_items=[standby])) == ["standby"]


def test_a_test_tone_is_a_session_of_its_own_and_a_jingle_is_none() -> None:
    tone = a_track("tone", ItemKind.TEST, language="zxx")
    assert planned(an_airing(house(ItemKind.TEST)), house_items=[tone]).sent
    assert not planned(an_airing(house(ItemKind.TEST)), house_items=[]).sent
    assert not planned(an_airing(house(JINGLE))).sent
    assert not planned(an_airing()).sent


def test_a_headline_goes_with_the_bulletin_it_announces() -> None:
    session = an_airing(asks("a", HEADLINE), asks("b", HEADLINE), asks("elsewhere", HEADLINE), asks("a"), asks("b"))
    headlines = [a_track(each, HEADLINE, length=5) for each in ("a", "b", "elsewhere")]
    found = planned(session, *headlines, a_track("a"))
    assert titles(found) == ["a", "elsewhere", "a"]
    assert reasons(found) == [(1, OmissionReason.NO_MEDIA), (4, OmissionReason.NO_MEDIA)]


def test_what_does_not_fit_goes_from_the_end_and_the_least_urgent_first() -> None:
    session = an_airing(
        house(JINGLE), asks("a", HEADLINE), asks("c", HEADLINE), asks("a"), asks("b"), asks("c"), house(CLOSING),
        room=seconds(20 + 5 + 60 + 60 + 10),
    )  # fmt: skip
    found = planned(
        session,
        a_track("a", HEADLINE, length=5),
        a_track("c", HEADLINE, length=5),
        a_track("a"),
        a_track("b", bulletin_class=BulletinClass.PRIORITY),
        a_track("c"),
    )
    assert titles(found) == ["house jingle", "a", "b", "a", "house closing"]
    assert reasons(found) == [(2, OmissionReason.DOES_NOT_FIT), (5, OmissionReason.DOES_NOT_FIT)]
    assert found.duration == session.max_duration


def test_an_airing_without_a_limit_keeps_everything() -> None:
    found = planned(an_airing(asks("a"), room=None), a_track("a", length=5 * 3600))
    assert found.duration == timedelta(hours=5)


def test_priority_of_the_approved_bulletin_counts_and_the_commune_breaks_ties() -> None:
    session = an_airing(asks("a"), asks("b"), asks("c"))
    priority = BulletinClass.PRIORITY
    tracks = [a_track("a"), a_track("b", bulletin_class=priority), a_track("c", bulletin_class=priority)]
    assert titles(planned(session, *tracks)) == ["b", "c", "a"]
    (chosen,) = plan([session], tracks, tie_orders={session.id: [an_id("c"), an_id("b")]})
    assert titles(chosen) == ["c", "b", "a"]


def test_an_airing_takes_its_facts_from_its_slot() -> None:
    slot = a_slot("evening", minutes=15)
    since = datetime(2024, 5, 6, tzinfo=UTC)
    session = Occurrence(slot, an_id("station"), since.date(), 0, since + timedelta(hours=10), -300)
    programme = Programme(an_id("p"), "Chương trình chiều", (asks("a"),))
    airing = airing_of(session, programme, drill=True)
    assert (airing.id, airing.slot_id, airing.station_id) == (session.id, slot.id, an_id("station"))
    assert (airing.date, airing.starts_at, airing.max_duration) == (session.date, session.starts_at, slot.max_duration)
    assert (airing.title, airing.programme, airing.drill) == ("Chương trình chiều", programme.items, True)
    assert (airing.start_rule, airing.grace, airing.gain_cb) == (slot.start_rule, slot.grace, -300)


names = st.sampled_from("abcd")
any_asks = st.one_of(
    st.builds(asks, names, st.sampled_from([ItemKind.BULLETIN, NOTICE, HEADLINE]), st.sampled_from(["vi", "blt"])),
    st.builds(house, st.sampled_from([JINGLE, STING, OPENING, CLOSING])),
)
any_track = st.builds(
    a_track,
    names,
    st.sampled_from([ItemKind.BULLETIN, NOTICE, HEADLINE]),
    language=st.sampled_from(["vi", "blt"]),
    length=st.integers(1, 1500),
    revision=st.integers(1, 3),
    valid_from=st.sampled_from([T - timedelta(days=1), T, T + timedelta(days=1)]),
    valid_to=st.sampled_from([None, T, T + timedelta(days=1)]),
    withdrawn=st.booleans(),
    has_media=st.booleans(),
    bulletin_class=st.sampled_from(BulletinClass),
)
any_airing = st.builds(
    lambda name, programme, day: an_airing(*programme, name=name, starts_at=T + timedelta(days=day)),
    st.integers(0, 10**6),
    st.lists(any_asks, max_size=9),
    st.integers(0, 2),
)
airings_of_days = st.lists(any_airing, max_size=4, unique_by=lambda each: each.id)


@given(airings_of_days, st.lists(any_track, max_size=10), st.randoms())
def test_planning_again_in_any_order_gives_the_same(
    airings: list[Airing], tracks: list[ApprovedTrack], random: Random
) -> None:
    once = plan(airings, tracks, HOUSE)
    mixed_airings, mixed_tracks = random.sample(airings, len(airings)), random.sample(tracks, len(tracks))
    assert plan(mixed_airings, [*mixed_tracks, *mixed_tracks], reversed(HOUSE)) == once


@given(airings_of_days, st.lists(any_track, max_size=10))
def test_only_what_a_valid_approval_names_is_ever_sent(airings: list[Airing], tracks: list[ApprovedTrack]) -> None:
    for found in plan(airings, tracks, HOUSE):
        at = found.airing.starts_at
        for item in found.items:
            assert any(
                track.to_item() == item
                and not track.withdrawn
                and track.valid_from <= at
                and (track.valid_to is None or at < track.valid_to)
                for track in (*tracks, *HOUSE)
            )
            assert item.media is not None
        assert found.sent == any(item.kind.is_content for item in found.items)
        assert found.duration <= (found.airing.max_duration or found.duration)


@given(airings_of_days, st.lists(any_track, max_size=10))
def test_every_item_of_a_programme_is_sent_or_omitted(airings: list[Airing], tracks: list[ApprovedTrack]) -> None:
    def content(programme: Iterable[ProgrammeItem]) -> int:
        return sum(each.kind.is_content for each in programme)

    for found in plan(airings, tracks, HOUSE):
        omitted = sum(omission.kind.is_content for omission in found.omissions)
        sent = sum(item.kind.is_content for item in found.items)
        assert sent + omitted == content(found.airing.programme)
        ordinals = [omission.item_ordinal for omission in found.omissions]
        assert ordinals == sorted(set(ordinals))


@pytest.mark.parametrize(
    ("languages", "asked", "heard"),
    [
        ((), "vi", "vi"),
        (("hmn",), "vi", "hmn"),
        (("vi", "hmn"), "vi", "vi"),
        (("kjg", "hmn"), "vi", "hmn"),
        (("kjg",), "vi", "vi"),
        (("kjg",), "blt", None),
    ],
)
def test_a_station_gets_a_language_of_its_own_where_it_lacks_the_one_asked_for(
    languages: tuple[str, ...], asked: str, heard: str | None
) -> None:
    airing = replace(an_airing(asks("b", language=asked)), languages=languages)
    found = planned(airing, a_track("b"), a_track("b", language="hmn"), a_track("b", language="kjg", valid_to=T))
    assert [item.language for item in found.items] == ([heard] if heard else [])
    assert [omission.language for omission in found.omissions] == ([] if heard else [asked])
