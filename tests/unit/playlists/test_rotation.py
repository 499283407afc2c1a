from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_network import EVERYWHERE
from sample_plans import ALWAYS, a_track, an_id

from playlists.campaigns import Campaign
from playlists.errors import InvalidPlan
from playlists.model import ApprovedTrack, BulletinClass, Item, ItemKind, OmissionReason, ProgrammeItem
from playlists.rotation import Heard, Pick, Room, Rotation, Telling, Unmet, Why, WhyNot, rotate
from playlists.rundown import Approvals

DAY = date(2024, 5, 7)
EIGHT = tuple(f"b{n}" for n in range(8))
MINUTE = timedelta(minutes=1)


def campaign(*names: str, per_day: int = 1, days: int = 1, name: str = "c", **more: object) -> Campaign:
    bulletins = tuple(an_id(each) for each in names)
    return Campaign(
        an_id(name),
        name,
        bulletins,
        EVERYWHERE,
        DAY,
        DAY + timedelta(days=days - 1),
        per_day,
        **more,  # type: ignore[arg-type]
    )


def rooms(
    *hours: int, minutes: int = 15, most: int = 40, days: int = 1, between: int = 0, **more: object
) -> list[Room]:
    return [
        Room(
            session=an_id(f"{day}/{hour}"),
            date=DAY + timedelta(days=day),
            starts_at=datetime.combine(DAY + timedelta(days=day), time(hour), tzinfo=UTC),
            length=minutes * MINUTE,
            most=most,
            between=timedelta(seconds=between),
            **more,  # type: ignore[arg-type]
        )
        for day in range(days)
        for hour in hours
    ]


def tracks(*names: str, languages: str = "vi", seconds: float = 60, **more: object) -> list[ApprovedTrack]:
    return [
        a_track(name, language=language, length=seconds, **more)  # type: ignore[arg-type]
        for name in names
        for language in languages.split()
    ]


def run(
    given_rooms: Sequence[Room],
    *campaigns: Campaign,
    approved: Sequence[ApprovedTrack],
    languages: str = "vi",
    days: int = 1,
    told: Sequence[Telling] = (),
    begun: Sequence[Room] = (),
) -> Rotation:
    last = DAY + timedelta(days=days - 1)
    find = Approvals(approved).find
    starts = {room.session: room.starts_at for room in begun}
    return rotate(
        an_id("s"), languages.split(), given_rooms, campaigns, find, days=(DAY, last), told=told, begun=starts
    )


NAME_OF = {an_id(name): name for name in EIGHT}


def heard(found: Rotation, room: Room) -> list[str]:
    return [f"{NAME_OF[bulletin]}/{language}" for bulletin, language in (pick.told for pick in found.of(room.session))]


def short(unmet: Sequence[Unmet]) -> list[tuple[str, int, WhyNot]]:
    return [(NAME_OF[each.item.bulletin_id], each.missing, each.why_not) for each in unmet if each.item.bulletin_id]


def test_each_of_eight_twice_a_day_for_three_days_in_every_language() -> None:
    sessions = rooms(5, 11, 17, days=3, minutes=30)
    found = run(
        sessions,
        campaign(*EIGHT, per_day=2, days=3),
        approved=tracks(*EIGHT, languages="vi blt"),
        languages="vi blt",
        days=3,
    )
    assert found.unmet == ()
    counted = Counter((pick.date, pick.told) for pick in found.picks)
    assert len(counted) == 3 * 8 * 2
    assert set(counted.values()) == {2}
    for room in sessions:
        assert len(set(heard(found, room))) == len(heard(found, room))


def test_what_is_due_is_spread_over_the_day() -> None:
    sessions = rooms(5, 11, 17, 19)
    found = run(sessions, campaign(*EIGHT), approved=tracks(*EIGHT))
    assert [len(heard(found, room)) for room in sessions] == [2, 2, 2, 2]
    assert found.unmet == ()


def test_more_goes_early_when_later_rooms_are_small() -> None:
    early, late = rooms(5, 17)
    small = Room(late.session, late.date, late.starts_at, 2 * MINUTE, 40)
    found = run([early, small], campaign(*EIGHT), approved=tracks(*EIGHT))
    assert (len(heard(found, early)), len(heard(found, small))) == (6, 2)
    assert found.unmet == ()


def test_neighbours_do_not_repeat_while_there_is_something_else() -> None:
    sessions = rooms(5, 11, 17, 19)
    found = run(sessions, campaign(*EIGHT[:4], per_day=2), approved=tracks(*EIGHT))
    for one, two in itertools.pairwise(sessions):
        assert not set(heard(found, one)) & set(heard(found, two))


def test_priority_goes_first_then_what_was_told_less_and_not_just_before() -> None:
    urgent = [*tracks(*EIGHT[4:]), *tracks(*EIGHT[:4], bulletin_class=BulletinClass.PRIORITY)]
    sessions = rooms(5, 17, most=4)
    found = run(sessions, campaign(*EIGHT), approved=urgent)
    assert sorted(heard(found, sessions[0])) == [f"{name}/vi" for name in EIGHT[:4]]
    assert {(pick.why, pick.due, pick.sessions_left) for pick in found.of(sessions[0].session)} == {
        (Why.PRIORITY, 1, 2)
    }
    assert {(pick.why, pick.due, pick.sessions_left) for pick in found.of(sessions[1].session)} == {
        (Why.LAST_CHANCE, 1, 1)
    }


def test_a_campaign_with_priority_has_its_turn_before_others_and_says_so() -> None:
    urgent = [*tracks(*EIGHT[4:]), *tracks(*EIGHT[:4], bulletin_class=BulletinClass.PRIORITY)]
    morning, evening = rooms(5, 17, most=4)
    first = campaign(*EIGHT[4:], name="d", priority=True)
    found = run([morning, evening], campaign(*EIGHT[:4]), first, approved=urgent)
    assert set(heard(found, morning)) == {f"{name}/vi" for name in EIGHT[4:]}
    assert {(pick.why, pick.campaigns) for pick in found.of(morning.session)} == {(Why.PRIORITY, (first.id,))}
    assert set(heard(found, evening)) == {f"{name}/vi" for name in EIGHT[:4]}


def test_what_cannot_wait_goes_before_priority() -> None:
    (early, late) = rooms(5, 17, most=4)
    until_noon = datetime(2024, 5, 7, 12, tzinfo=UTC)
    approved = [*tracks(*EIGHT[:4], bulletin_class=BulletinClass.PRIORITY), *tracks(*EIGHT[4:], valid_to=until_noon)]
    found = run([early, late], campaign(*EIGHT), approved=approved)
    assert sorted(heard(found, early)) == [f"{name}/vi" for name in EIGHT[4:]]
    assert found.unmet == ()


def test_what_was_told_less_that_day_goes_first() -> None:
    sessions = rooms(5, 11, 17, 19, most=4)
    found = run(sessions, campaign(*EIGHT, per_day=2), approved=tracks(*EIGHT))
    assert sorted(heard(found, sessions[0]) + heard(found, sessions[1])) == [f"{name}/vi" for name in EIGHT]
    assert found.unmet == ()


def test_all_are_told_once_before_any_is_told_again() -> None:
    sessions = rooms(*range(5, 21), most=1)
    found = run(sessions, campaign(*EIGHT, per_day=2), approved=tracks(*EIGHT))
    assert len({told for room in sessions[:8] for told in heard(found, room)}) == 8
    assert found.unmet == ()


def test_what_has_no_other_session_goes_beyond_the_share_of_this_one() -> None:
    sessions = rooms(5, 17, 18, 19)
    until_noon = datetime(2024, 5, 7, 12, tzinfo=UTC)
    found = run(sessions, campaign(*EIGHT[:4]), approved=tracks(*EIGHT, valid_to=until_noon))
    assert len(heard(found, sessions[0])) == 4
    kept_for_another = rooms(17, 18, 19, campaigns=frozenset({an_id("other")}))
    found = run([sessions[0], *kept_for_another], campaign(*EIGHT[:4]), approved=tracks(*EIGHT))
    assert {pick.why for pick in found.of(sessions[0].session)} == {Why.LAST_CHANCE}
    assert found.unmet == ()


def test_the_session_before_that_is_told_counts_as_a_neighbour() -> None:
    (evening,) = rooms(19)
    before = [
        Pick(
            evening.session,
            DAY - timedelta(days=1),
            ProgrammeItem(ItemKind.BULLETIN, an_id(name), "vi"),
            Why.ITS_TURN,
            1,
            1,
        )
        for name in EIGHT[:4]
    ]
    dawn, later = rooms(5, 17, most=4)
    found = run([dawn, later], campaign(*EIGHT), approved=tracks(*EIGHT), told=before)
    assert sorted(heard(found, dawn)) == [f"{name}/vi" for name in EIGHT[4:]]


def test_what_the_morning_told_already_is_not_due_again() -> None:
    morning, evening = rooms(5, 17)
    whole = run([morning, evening], campaign(*EIGHT, per_day=1), approved=tracks(*EIGHT))
    told = whole.of(morning.session)
    again = run([evening], campaign(*EIGHT, per_day=1), approved=tracks(*EIGHT), told=told)
    assert again.picks == whole.of(evening.session)
    once = Heard(morning.session, DAY, (an_id("b0"), "vi"), (an_id("c"),))
    short_of_one = run([], campaign("b0", per_day=2), approved=tracks("b0"), told=[once], begun=[morning])
    assert short(short_of_one.unmet) == [("b0", 1, WhyNot.TOO_FEW_SESSIONS)]


def fixed(*names: str) -> frozenset[tuple[UUID, str]]:
    return frozenset((an_id(name), "vi") for name in names)


def test_what_a_programme_tells_by_itself_counts_and_comes_no_second_time_in_it() -> None:
    morning, noon = rooms(5, fixed=fixed("b0"))[0], rooms(11)[0]
    evening = rooms(17, most=0, fixed=fixed("b1"))[0]
    found = run([morning, noon, evening], campaign("b0", "b1", "b2", per_day=1), approved=tracks(*EIGHT))
    assert [name for room in (morning, noon, evening) for name in heard(found, room)] == ["b2/vi"]
    assert found.unmet == ()
    twice = run([morning, noon, evening], campaign("b0", "b1", per_day=2), approved=tracks(*EIGHT))
    assert [*heard(twice, morning), *heard(twice, noon)] in (["b1/vi", "b0/vi"], ["b0/vi", "b1/vi"], ["b1/vi"] * 2)
    assert "b0/vi" not in heard(twice, morning)
    assert twice.unmet == ()


def test_what_a_programme_told_in_the_morning_counts_in_the_evening() -> None:
    (evening,) = rooms(17)
    kept = Heard(an_id("morning"), DAY, (an_id("b0"), "vi"))
    found = run([evening], campaign("b0", "b1"), approved=tracks(*EIGHT), told=[kept])
    assert heard(found, evening) == ["b1/vi"]
    assert found.unmet == ()


def test_neighbours_do_not_repeat_what_a_programme_tells_by_itself() -> None:
    fixed_dawn, noon = rooms(5, most=0, fixed=fixed("b0"))[0], rooms(11, most=1)[0]
    evening = rooms(17, most=1)[0]
    found = run([fixed_dawn, noon, evening], campaign("b0", "b1", per_day=2), approved=tracks(*EIGHT))
    assert heard(found, noon) == ["b1/vi"]


def test_a_day_that_is_over_keeps_its_reasons() -> None:
    """By evening all sessions have begun: what was withdrawn, not there yet, or asked for too late is told as that."""
    morning, evening = sessions = rooms(5, 17)
    aired = Heard(morning.session, DAY, (an_id("b1"), "vi"), (an_id("c"),))
    found = run([], campaign("b0", per_day=2), approved=tracks("b0", withdrawn=True), told=[aired], begun=sessions)
    assert [(each.why_not, each.omission) for each in found.unmet] == [
        (WhyNot.NOTHING_TO_AIR, OmissionReason.WITHDRAWN)
    ]
    late = run([], campaign("b0", per_day=2), approved=tracks("b0"), begun=sessions)
    assert short(late.unmet) == [("b0", 2, WhyNot.PASSED)]
    in_part = run([evening], campaign("b0", per_day=2), approved=tracks("b0"), begun=[morning])
    assert short(in_part.unmet) == [("b0", 1, WhyNot.PASSED)]
    too_often = run([evening], campaign("b0", per_day=3), approved=tracks("b0"), begun=[morning])
    assert short(too_often.unmet) == [("b0", 2, WhyNot.TOO_FEW_SESSIONS)]


def test_a_room_of_one_campaign_takes_that_and_no_other() -> None:
    own, any_room = rooms(5, campaigns=frozenset({an_id("a")}))[0], rooms(17)[0]
    found = run(
        [own, any_room],
        campaign("b0", name="a"),
        campaign("b1", name="b"),
        campaign("b2", name="a2"),
        approved=tracks("b0", "b1", "b2"),
    )
    assert heard(found, own) == ["b0/vi"]
    assert sorted(heard(found, any_room)) == ["b1/vi", "b2/vi"]
    assert [
        each.campaigns for each in run([], campaign("b0", name="a"), campaign("b0", name="b"), approved=[]).unmet
    ] == [tuple(sorted((an_id("a"), an_id("b"))))]


def test_lots_differ_by_station_and_by_session() -> None:
    find = Approvals(tracks(*EIGHT)).find
    firsts = {
        (station, hour): rotate(an_id(station), ["vi"], rooms(hour, most=1), [campaign(*EIGHT)], find, days=(DAY, DAY))
        .picks[0]
        .told
        for station in "abcdef"
        for hour in range(8)
    }
    assert len({firsts[station, 5] for station in "abcdef"}) > 1
    assert len({firsts["a", hour] for hour in range(8)}) > 1


def test_the_stings_between_take_room_too() -> None:
    (room,) = rooms(5, minutes=3, between=4)
    found = run([room], campaign("b0", "b1", "b2"), approved=tracks("b0", "b1", "b2"))
    assert len(heard(found, room)) == 2
    assert short(found.unmet)[0][1:] == (1, WhyNot.NO_ROOM)


@pytest.mark.parametrize(
    ("given_rooms", "approved", "per_day", "why_not", "omission"),
    [
        ([], tracks("b0"), 1, WhyNot.NO_SESSION, None),
        (rooms(5), tracks("b0"), 2, WhyNot.TOO_FEW_SESSIONS, None),
        (rooms(5), [], 1, WhyNot.NOTHING_TO_AIR, OmissionReason.NOT_APPROVED),
        (rooms(5), tracks("b0", languages="blt"), 1, WhyNot.NOTHING_TO_AIR, OmissionReason.WRONG_LANGUAGE),
        (rooms(5), tracks("b0", withdrawn=True), 1, WhyNot.NOTHING_TO_AIR, OmissionReason.WITHDRAWN),
        (
            rooms(5),
            tracks("b0", valid_to=datetime(2024, 5, 7, 5, tzinfo=UTC)),
            1,
            WhyNot.NOTHING_TO_AIR,
            OmissionReason.EXPIRED,
        ),
        (
            rooms(5, 17),
            tracks("b0", valid_from=datetime(2024, 5, 7, 12, tzinfo=UTC)),
            2,
            WhyNot.NOTHING_TO_AIR,
            OmissionReason.NOT_YET_VALID,
        ),
        (rooms(5, minutes=1), tracks("b0", seconds=61), 1, WhyNot.TOO_LONG, None),
        (rooms(5, minutes=1, fixed=frozenset({(an_id("b0"), "vi")})), [], 2, WhyNot.NO_SESSION, None),
        (rooms(5, campaigns=frozenset({an_id("other")})), tracks("b0"), 1, WhyNot.NO_SESSION, None),
    ],
)
def test_what_cannot_be_met_is_told(
    given_rooms: list[Room],
    approved: list[ApprovedTrack],
    per_day: int,
    why_not: WhyNot,
    omission: OmissionReason | None,
) -> None:
    found = run(given_rooms, campaign("b0", per_day=per_day), approved=approved)
    assert [(each.why_not, each.omission) for each in found.unmet] == [(why_not, omission)]


def test_two_campaigns_that_ask_for_the_same_are_both_served_by_it() -> None:
    found = run(
        rooms(5, 17),
        campaign("b0", per_day=1, name="a"),
        campaign("b0", "b1", per_day=2, name="b"),
        approved=tracks("b0", "b1"),
    )
    assert Counter(NAME_OF[pick.told[0]] for pick in found.picks) == {"b0": 2, "b1": 2}


@pytest.mark.parametrize(
    "facts",
    [
        {"bulletins": ()},
        {"bulletins": (an_id("a"), an_id("a"))},
        {"last": DAY - timedelta(days=1)},
        {"last": DAY + timedelta(days=400)},
        {"per_day": 0},
        {"per_day": 13},
    ],
)
def test_a_campaign_without_sense_is_refused(facts: Mapping[str, object]) -> None:
    whole = {"bulletins": (an_id("a"),), "scope": EVERYWHERE, "first": DAY, "last": DAY, **facts}
    with pytest.raises(InvalidPlan, match=r"Đợt phát|Số lần"):
        Campaign(an_id("c"), "Bộ Quy tắc", **whole)  # type: ignore[arg-type]


names = st.lists(st.sampled_from(EIGHT), min_size=1, max_size=8, unique=True)
any_rooms = st.builds(
    lambda hours, minutes, most, told: rooms(*hours, minutes=minutes, most=most, days=3, fixed=fixed(*told)),
    st.lists(st.integers(0, 23), max_size=5, unique=True).map(sorted),
    st.sampled_from([1, 3, 10]),
    st.sampled_from([0, 1, 3, 40]),
    st.sampled_from([(), (), ("b0",), ("b1", "b2")]),
)
any_tracks = st.lists(
    st.builds(
        a_track,
        st.sampled_from(EIGHT),
        language=st.sampled_from(["vi", "blt"]),
        length=st.sampled_from([30.0, 90.0, 200.0]),
        valid_from=st.sampled_from([ALWAYS, datetime(2024, 5, 8, 6, tzinfo=UTC)]),
        valid_to=st.sampled_from([None, datetime(2024, 5, 9, tzinfo=UTC)]),
        withdrawn=st.booleans(),
        bulletin_class=st.sampled_from([BulletinClass.NORMAL, BulletinClass.PRIORITY]),
    ),
    max_size=16,
    unique_by=lambda track: (track.bulletin_id, track.language),
)
any_campaigns = st.lists(
    st.builds(
        lambda names, per_day, days, name: campaign(*names, per_day=per_day, days=days, name=name),
        names,
        st.integers(1, 3),
        st.integers(1, 3),
        st.sampled_from("xyz"),
    ),
    max_size=3,
    unique_by=lambda each: each.id,
)


@given(any_rooms, any_tracks, any_campaigns)
def test_every_goal_is_met_or_reported_and_nothing_unfit_is_chosen(
    given_rooms: list[Room], approved: list[ApprovedTrack], campaigns: list[Campaign]
) -> None:
    found = run(given_rooms, *campaigns, approved=approved, languages="vi blt", days=3)
    find = Approvals(approved).find
    told = Counter((pick.date, *pick.told) for pick in found.picks)
    told.update((room.date, *each) for room in given_rooms for each in room.fixed)
    missing = {(each.date, each.item.bulletin_id, each.item.language): each.missing for each in found.unmet}
    for number in range(3):
        day = DAY + timedelta(days=number)
        wanted = Counter[tuple[date, object, str]]()
        for each in campaigns:
            for bulletin in each.bulletins if each.runs_on(day) else ():
                for language in ("vi", "blt"):
                    wanted[day, bulletin, language] = max(wanted[day, bulletin, language], each.per_day)
        for key, times in wanted.items():
            assert missing.get(key, 0) == max(0, times - told[key])  # type: ignore[index]
    chosen_beside = Counter((pick.date, *pick.told) for pick in found.picks)
    assert all(told[key] <= max(wanted_most(campaigns, key), told[key] - chosen_beside[key]) for key in told)
    for room in given_rooms:
        chosen = found.of(room.session)
        items = [find(pick.item, room.starts_at) for pick in chosen]
        assert all(isinstance(item, Item) for item in items)
        assert len(chosen) <= room.most
        assert sum((item.duration for item in items if isinstance(item, Item)), timedelta(0)) <= room.length
        assert len({pick.told for pick in chosen} | room.fixed) == len(chosen) + len(room.fixed)


def wanted_most(campaigns: Sequence[Campaign], key: tuple[date, UUID, str]) -> int:
    asking = [each.per_day for each in campaigns if each.runs_on(key[0]) and key[1] in each.bulletins]
    return max(asking, default=0)


@settings(max_examples=60)
@given(any_rooms, any_tracks, any_campaigns, st.integers(0, 15), st.randoms(use_true_random=False))
def test_planning_again_at_any_moment_gives_the_rest_as_before(
    given_rooms: list[Room], approved: list[ApprovedTrack], campaigns: list[Campaign], aired: int, shuffled: object
) -> None:
    whole = run(given_rooms, *campaigns, approved=approved, languages="vi blt", days=3)
    past = {room.session for room in given_rooms[:aired]}
    told: list[Telling] = []
    for room in given_rooms[:aired]:
        told += whole.of(room.session)
        told += [Heard(room.session, room.date, each) for each in sorted(room.fixed)]
    left = given_rooms[aired:]
    shuffled.shuffle(left)  # type: ignore[attr-defined]  # hypothesis' Random
    since = given_rooms[aired].date if aired < len(given_rooms) else DAY
    find = Approvals(approved).find
    again = rotate(
        an_id("s"), ["blt", "vi"], left, reversed(campaigns), find, days=(since, DAY + timedelta(days=2)), told=told
    )
    assert again.picks == tuple(pick for pick in whole.picks if pick.session not in past)


def test_a_rotation_needs_a_bulletin() -> None:
    with pytest.raises(ValueError, match="bulletin"):
        _ = Pick(an_id("s"), DAY, ProgrammeItem(ItemKind.STING), Why.ITS_TURN, 1, 1).told
