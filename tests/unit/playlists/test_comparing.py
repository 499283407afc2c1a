from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sample_network import DISTRICT, EVERYWHERE, NETWORK, NEW_TOWN, OLD_A, OLD_B, PROVINCE, at, network_slot, under
from sample_plans import an_id

from playlists.calendar import Calendar
from playlists.candidates import CircularStart
from playlists.comparing import plans_compared
from playlists.dawn import dawn_repeats
from playlists.effect import effect
from playlists.hours import Hours, HoursRule, Window
from playlists.model import StartRule
from playlists.settling import Taken
from playlists.slots import Anchor, Edge, Slot
from playlists.timetable import Local, StationDays, Timetable

SINCE = datetime(2025, 6, 27, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=6)
HOURS = Hours(allowed=Window(time(4), time(23)), quiet=(Window(time(12), time(13)),), in_quiet=HoursRule.REFUSE)
TEMPLATE = an_id("mẫu")
NAMES = range(8)

anchors = st.builds(
    Anchor,
    st.sampled_from(NAMES).map(an_id),
    st.sampled_from(Edge),
    st.sampled_from([-90, 0, 20, 1440]).map(lambda n: timedelta(minutes=n)),
)
clock_times = st.builds(time, st.sampled_from([0, 5, 6, 11, 17, 18, 20, 23]), st.sampled_from([0, 15, 30]))


def with_programme(programme_id: UUID, *told: object, **more: object) -> Slot:
    return replace(network_slot(*told, **more), programme_id=programme_id)  # type: ignore[arg-type]  # any facts


slots = st.builds(
    with_programme,
    st.sampled_from([an_id("một"), an_id("hai"), TEMPLATE]),
    st.sampled_from(NAMES),
    st.sampled_from(
        [EVERYWHERE, under(PROVINCE), under(DISTRICT), under(OLD_A), under(NEW_TOWN), under(OLD_B), at("b1")]
    ),
    st.one_of(clock_times, clock_times, anchors),
    minutes=st.sampled_from([15, 45, 120, 600, 1440]),
    owner=st.sampled_from([None, PROVINCE, DISTRICT, OLD_A]),
    calendar=st.builds(
        Calendar,
        st.sampled_from([date(2020, 1, 1), date(2025, 6, 30)]),
        st.sampled_from([None, date(2025, 7, 1)]),
        st.frozensets(st.integers(0, 6), min_size=3),
    ),
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh", "Europe/Berlin"]),
    start_rule=st.sampled_from(StartRule),
    moved=st.frozensets(st.tuples(st.just(date(2025, 6, 29)), clock_times), max_size=1),
)
several = st.lists(slots, max_size=8, unique_by=lambda slot: slot.id)
given_away = st.integers(0, 140).map(
    lambda hours: Taken(SINCE + timedelta(hours=hours), SINCE + timedelta(hours=hours + 2), "làm tay")
)
locals_ = st.dictionaries(
    st.sampled_from(["town", "a1"]).map(an_id), st.builds(Local, st.lists(given_away, max_size=1).map(tuple))
)


def repeats(days: Mapping[UUID, StationDays], station_id: UUID) -> set[tuple[UUID, UUID, date]]:
    found = dawn_repeats(days[station_id].sessions) if station_id in days else []
    fixed = ((evening, dawn) for evening, dawn in found if dawn.slot.programme_id != TEMPLATE)
    return {(evening.slot.id, dawn.slot.id, dawn.date) for evening, dawn in fixed}


@given(several, several, locals_)
def test_what_is_not_looked_at_is_in_no_effect(
    standing: list[Slot], changed: list[Slot], local: dict[UUID, Local]
) -> None:
    both = {slot.id: slot for slot in standing}, {slot.id: slot for slot in (*standing, *changed[2:])}
    for slot in changed[:2]:
        both[1].pop(slot.id, None)
    try:
        before, after = (Timetable(NETWORK, slots.values(), hours=HOURS, local=local) for slots in both)
    except CircularStart:
        assume(False)
        raise
    whole = before.plan(SINCE, UNTIL), after.plan(SINCE, UNTIL)
    part = plans_compared(before, after, SINCE, UNTIL, filled_anew={TEMPLATE})
    assert counted(effect(*part, now=SINCE)) == counted(effect(*whole, now=SINCE))
    for station_id in NETWORK.stations:
        new, old = (repeats(plan, station_id) for plan in reversed(whole))
        new_of_part, old_of_part = (repeats(plan, station_id) for plan in reversed(part))
        assert new - old == new_of_part - old_of_part


def counted(found: object) -> dict[str, Counter[str]]:
    names = ("added", "moved", "changed", "removed", "pushed_out", "forbidden", "warned")
    return {name: Counter(map(told, getattr(found, name))) for name in names}


def told(each: object) -> str:
    """A session or a loss by what it says: plans of different stations hold different objects for it."""
    station, *_ = each if isinstance(each, tuple) else (each,)
    if isinstance(station, UUID):
        lost = each[1]  # type: ignore[index]
        return f"{station} {lost.slot.id} {lost.date} {lost.starts_at} {lost.breaches} {getattr(lost, 'by', None)}"
    return str(each)


@pytest.mark.parametrize(
    ("start", "patterns"),
    [("16:00", 1), ("17:15", 1), ("17:16", 3), ("06:00", 1)],
    ids=["alone", "up to the communes' time", "into the communes' time", "at dawn"],
)
def test_stations_with_other_slots_share_what_a_change_does(start: str, patterns: int) -> None:
    before = Timetable(
        NETWORK,
        [
            with_programme(TEMPLATE, "Chung", start="17:00"),
            *(with_programme(TEMPLATE, unit, under(unit), "18:00", owner=unit) for unit in (OLD_A, OLD_B)),
        ],
    )
    after = before.with_slot(with_programme(TEMPLATE, "Chung", start=start))
    planned, _ = plans_compared(before, after, SINCE, SINCE + timedelta(days=2), filled_anew={TEMPLATE})
    assert planned.keys() == NETWORK.stations.keys()
    assert len({id(days.pattern) for days in planned.values()}) == patterns


@pytest.mark.parametrize(("changed_start", "others_start"), [("05:00", "18:00"), ("18:00", "05:00")])
def test_what_a_change_makes_repeat_at_dawn_is_looked_at(changed_start: str, others_start: str) -> None:
    news = an_id("tin")
    other = with_programme(news, "Kia", under(OLD_B), others_start)
    before = Timetable(NETWORK, [other])
    after = before.with_slot(with_programme(news, "Mới", start=changed_start))
    was, will = plans_compared(before, after, SINCE, SINCE + timedelta(days=2))
    assert repeats(was, an_id("b1")) == set()
    assert repeats(will, an_id("b1"))
    assert not repeats(will, an_id("a1"))
