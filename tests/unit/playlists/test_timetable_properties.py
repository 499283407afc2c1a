from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sample_network import DISTRICT, EVERYWHERE, NETWORK, NEW_TOWN, OLD_A, OLD_B, PROVINCE, at, network_slot, under
from sample_plans import an_id

from playlists.calendar import Calendar, HolidayRule
from playlists.candidates import CircularStart
from playlists.hours import Hours, HoursRule, Window
from playlists.model import StartRule
from playlists.recurrence import local_start, zone_named
from playlists.scopes import Reach
from playlists.settling import DropReason, Taken
from playlists.slots import Anchor, Edge, Slot
from playlists.timetable import Local, StationDays, Timetable

REFORM_WEEK = datetime(2025, 6, 27, tzinfo=UTC)
HOLIDAYS = frozenset({date(2025, 6, 29), date(2025, 7, 2)})
HOURS = Hours(
    allowed=Window(time(4), time(23)),
    quiet=(Window(time(12), time(13)),),
    in_quiet=HoursRule.REFUSE,
    night_gain_cb=-600,
)
NAMES = range(6)

owners = st.sampled_from([None, PROVINCE, DISTRICT, OLD_A, OLD_B, NEW_TOWN])
scopes = st.sampled_from(
    [
        EVERYWHERE,
        under(PROVINCE),
        under(DISTRICT),
        under(OLD_A),
        under(NEW_TOWN),
        under(PROVINCE, languages="blt"),
        at("b1"),
    ]
)
calendars = st.builds(
    Calendar,
    st.sampled_from([date(2020, 1, 1), date(2025, 6, 30)]),
    st.sampled_from([None, date(2025, 7, 1)]),
    st.frozensets(st.integers(0, 6), min_size=3),
    holidays=st.sampled_from(HolidayRule),
)
clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
anchors = st.builds(
    Anchor,
    st.sampled_from(NAMES).map(an_id),
    st.sampled_from(Edge),
    st.one_of(st.integers(-90, 90), st.sampled_from([-1440, 1440])).map(lambda n: timedelta(minutes=n)),
)
slots = st.builds(
    network_slot,
    st.sampled_from(NAMES),
    scopes,
    st.one_of(clock_times, clock_times, anchors),
    minutes=st.sampled_from([15, 45, 120, 600]),
    owner=owners,
    calendar=calendars,
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh", "Europe/Berlin"]),
    start_rule=st.sampled_from(StartRule),
)
several = st.lists(slots, max_size=6, unique_by=lambda slot: slot.id)
given_away = st.builds(
    lambda hours, length: Taken(
        REFORM_WEEK + timedelta(hours=hours), REFORM_WEEK + timedelta(hours=hours + length), "làm tay"
    ),
    st.integers(0, 160),
    st.integers(1, 3),
)
locals_ = st.dictionaries(
    st.sampled_from(["town", "a1"]).map(an_id),
    st.builds(
        Local,
        st.lists(given_away, max_size=1).map(tuple),
        st.frozensets(
            st.tuples(st.sampled_from(NAMES).map(an_id), st.dates(date(2025, 6, 27), date(2025, 7, 3))), max_size=3
        ),
    ),
)
SPAN = timedelta(days=6)


def made(given_slots: Sequence[Slot], local: dict[object, Local] | None = None) -> Timetable:
    try:
        return Timetable(NETWORK, given_slots, holidays=HOLIDAYS, hours=HOURS, local=local)  # type: ignore[arg-type]
    except CircularStart:
        assume(False)
        raise


def heard(days: dict[object, StationDays]) -> dict[object, object]:
    return {each: (found.sessions, found.dropped) for each, found in days.items()}


@given(several, locals_)
def test_no_two_sessions_sound_together(given_slots: list[Slot], local: dict[object, Local]) -> None:
    for station_id, days in made(given_slots, local).plan(REFORM_WEEK, REFORM_WEEK + SPAN).items():
        for before, after in pairwise(days.sessions):
            assert before.ends_at <= after.starts_at
        for taken in local.get(station_id, Local()).taken:
            assert all(each.ends_at <= taken.starts_at or taken.ends_at <= each.starts_at for each in days.sessions)
        called_off = local.get(station_id, Local()).cancelled
        assert not called_off & {(each.slot.id, each.date) for each in days.sessions}


@given(several)
def test_no_session_outside_its_slot_its_days_its_hours_or_its_places(given_slots: list[Slot]) -> None:
    reach = Reach(NETWORK)
    for station_id, days in made(given_slots).plan(REFORM_WEEK, REFORM_WEEK + SPAN).items():
        for each in days.sessions:
            zone = zone_named(each.slot.zone)
            assert each.slot.calendar.holds(each.date, HOLIDAYS)
            assert station_id in reach.stations(each.slot.scope, each.date)
            assert not HOURS.breaches(each.starts_at.astimezone(zone).time(), each.slot.max_duration)
            if isinstance(each.slot.start, time):
                assert each.starts_at == local_start(each.date, each.slot.start, zone)
                assert each.starts_at.astimezone(ZoneInfo(each.slot.zone)).date() == each.date


@given(several, locals_)
def test_every_session_takes_place_or_says_why_not(given_slots: list[Slot], local: dict[object, Local]) -> None:
    for station_id, days in made(given_slots, local).plan(REFORM_WEEK, REFORM_WEEK + SPAN).items():
        placed = [(each.slot.id, each.date) for each in days.sessions]
        refused = [(each.slot.id, each.date) for each in days.dropped]
        assert len({*placed, *refused}) == len(placed) + len(refused)
        for slot in given_slots:
            for day in slot.calendar.days(date(2025, 6, 28), date(2025, 7, 1), HOLIDAYS):
                if isinstance(slot.start, time) and station_id in Reach(NETWORK).stations(slot.scope, day):
                    assert (slot.id, day) in {*placed, *refused}
        for each in days.dropped:
            if each.reason is DropReason.CLASH:
                assert each.by is not None
                assert each.by.starts_at < each.starts_at + each.slot.max_duration
                assert each.starts_at < each.by.ends_at


@given(several, locals_, st.randoms(use_true_random=False))
def test_the_order_of_slots_and_planning_again_change_nothing(
    given_slots: list[Slot], local: dict[object, Local], shuffled: object
) -> None:
    first = made(given_slots, local)
    span = REFORM_WEEK, REFORM_WEEK + SPAN
    other = list(given_slots)
    shuffled.shuffle(other)  # type: ignore[attr-defined]  # hypothesis' Random
    assert heard(made(other, local).plan(*span)) == heard(first.plan(*span)) == heard(first.plan(*span))  # type: ignore[arg-type]


@settings(max_examples=60)
@given(several, locals_, st.integers(0, 6 * 24 * 4))
def test_any_horizon_tells_the_same(given_slots: list[Slot], local: dict[object, Local], quarters: int) -> None:
    timetable = made(given_slots, local)
    middle, until = REFORM_WEEK + timedelta(minutes=15 * quarters), REFORM_WEEK + SPAN
    left, right, whole = (
        timetable.plan(*span) for span in ((REFORM_WEEK, middle), (middle, until), (REFORM_WEEK, until))
    )
    for station_id, days in whole.items():
        assert left[station_id].sessions + right[station_id].sessions == days.sessions
        assert left[station_id].dropped + right[station_id].dropped == days.dropped


@settings(max_examples=60)
@given(several, locals_, st.integers(0, 6 * 24 * 4))
def test_what_has_begun_leaves_the_rest_as_it_was_planned(
    given_slots: list[Slot], local: dict[object, Local], quarters: int
) -> None:
    timetable = made(given_slots, local)
    later, until = REFORM_WEEK + timedelta(minutes=15 * quarters), REFORM_WEEK + SPAN
    before = timetable.plan(REFORM_WEEK - timedelta(days=25), until)  # so far back may lie what a session follows
    by_then = {}
    for station_id, days in before.items():
        begun = [each for each in days.sessions if each.starts_at <= later]
        here = local.get(station_id, Local())
        running = [Taken(each.starts_at, each.ends_at, "đang phát") for each in begun if each.ends_at > later]
        by_then[station_id] = Local(
            (*here.taken, *running), here.cancelled, frozenset((each.slot.id, each.date) for each in begun)
        )
    for station_id, days in timetable.as_of(later, by_then).plan(later, until).items():
        assert days.sessions == tuple(each for each in before[station_id].sessions if each.starts_at > later)


@given(several, slots, st.booleans())
def test_changing_one_slot_is_as_good_as_planning_all_anew(given_slots: list[Slot], change: Slot, gone: bool) -> None:
    span = REFORM_WEEK, REFORM_WEEK + SPAN
    before = made(given_slots)
    was = before.plan(*span)
    rest = [slot for slot in given_slots if slot.id != change.id]
    fresh = made(rest if gone else [*rest, change])
    if gone and all(slot.id != change.id for slot in given_slots):
        return
    changed = before.without(change.id) if gone else before.with_slot(change)
    now = changed.plan(*span)
    assert heard(now) == heard(fresh.plan(*span))  # type: ignore[arg-type]
    differing = {each for each in now if heard({each: now[each]}) != heard({each: was[each]})}
    assert differing <= before.touched(changed, *span)
    assert heard(before.plan(*span)) == heard(was)  # type: ignore[arg-type]


@given(several, several, locals_)
def test_other_slots_are_as_good_as_a_timetable_of_their_own(
    given_slots: list[Slot], others: list[Slot], local: dict[object, Local]
) -> None:
    span = REFORM_WEEK, REFORM_WEEK + SPAN
    before = made(given_slots, local)
    was = before.plan(*span)
    fresh = made(others, local)
    changed = before.with_slots({slot.id: slot for slot in others})
    assert heard(changed.plan(*span)) == heard(fresh.plan(*span))  # type: ignore[arg-type]
    assert heard(before.plan(*span)) == heard(was)  # type: ignore[arg-type]
