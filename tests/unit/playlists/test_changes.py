from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sample_network import DISTRICT, NETWORK, OLD_A, days_of, network_slot, told, under
from sample_plans import an_id

from playlists.calendar import Calendar, HolidayRule
from playlists.candidates import CircularStart
from playlists.changes import (
    Add,
    AddDate,
    Edit,
    End,
    MoveDate,
    Skip,
    StaleStep,
    Step,
    Unskip,
    apply,
    changed_slots,
    written_slots,
)
from playlists.errors import InvalidPlan, PlaylistError, UnknownZone
from playlists.model import StartRule
from playlists.slots import Anchor, Slot
from playlists.timetable import Timetable

MONDAY = date(2024, 5, 6)
TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = MONDAY - timedelta(days=1)
WORKDAYS = Calendar(date(2024, 1, 1), weekdays=frozenset(range(5)))
EVENING = network_slot("Chiều", under(DISTRICT), owner=DISTRICT, calendar=WORKDAYS)
AFTER = network_slot("Nối", under(OLD_A), Anchor(EVENING.id), calendar=WORKDAYS)
DAWN = network_slot("Sáng", under(OLD_A), "05:00", owner=OLD_A)
STANDING = Timetable(NETWORK, [EVENING, AFTER], holidays={MONDAY})


def heard(timetable: Timetable, day: date, days: int = 1) -> list[str]:
    return told(days_of(timetable, "a1", day, days))


def test_a_slot_comes_changes_and_goes() -> None:
    with_dawn = apply(STANDING, [Add(DAWN)])
    assert heard(with_dawn, TUESDAY) == ["07/05 05:00 Sáng", "07/05 17:00 Chiều", "07/05 17:45 Nối"]
    later = replace(DAWN, start=time(5, 30))
    assert heard(apply(with_dawn, [Edit(DAWN, later)]), TUESDAY)[0] == "07/05 05:30 Sáng"
    assert heard(apply(with_dawn, [End(DAWN.id, "Sáng")]), TUESDAY) == heard(STANDING, TUESDAY)


def test_single_dates_are_left_out_added_and_moved() -> None:
    evening = EVENING.id, "Chiều"
    without = apply(STANDING, [Skip(*evening, TUESDAY)])
    assert heard(without, MONDAY, 3) == [
        "06/05 17:00 Chiều", "06/05 17:45 Nối", "08/05 17:00 Chiều", "08/05 17:45 Nối",
    ]  # fmt: skip
    assert apply(without, [Unskip(*evening, TUESDAY)]).slots == STANDING.slots
    assert apply(without, [AddDate(*evening, TUESDAY)]).slots == STANDING.slots
    sunday = apply(STANDING, [AddDate(*evening, SUNDAY), MoveDate(*evening, TUESDAY, time(18))])
    assert heard(sunday, SUNDAY, 3)[0] == "05/05 17:00 Chiều"
    assert "07/05 18:00 Chiều" in heard(sunday, SUNDAY, 3)
    assert apply(sunday, [Skip(*evening, SUNDAY), MoveDate(*evening, TUESDAY, None)]).slots == STANDING.slots
    assert apply(sunday, [Skip(*evening, SUNDAY), MoveDate(*evening, TUESDAY, time(17))]).slots == STANDING.slots


def test_holidays_count_in_what_a_date_holds() -> None:
    resting = replace(EVENING, calendar=replace(WORKDAYS, holidays=HolidayRule.SKIP))
    standing = Timetable(NETWORK, [resting], holidays={MONDAY})
    with pytest.raises(StaleStep, match="không có buổi phát ngày 06/5/2024"):
        apply(standing, [Skip(resting.id, "Chiều", MONDAY)])
    assert heard(apply(standing, [AddDate(resting.id, "Chiều", MONDAY)]), MONDAY) == ["06/05 17:00 Chiều"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Add(EVENING), "“Chiều” đã có trong lịch"),
        (Edit(DAWN, replace(DAWN, title="Sớm")), "“Sớm” không còn trong lịch. Hãy thêm một khung giờ mới"),
        (End(DAWN.id, "Sáng"), "“Sáng” không còn trong lịch"),
        (Skip(DAWN.id, "Sáng", TUESDAY), "“Sáng” không còn trong lịch"),
        (Skip(EVENING.id, "Chiều", SUNDAY), "“Chiều” không có buổi phát ngày 05/5/2024. Hãy chọn một ngày khác"),
        (Unskip(EVENING.id, "Chiều", TUESDAY), "“Chiều” không nghỉ ngày 07/5/2024"),
        (AddDate(EVENING.id, "Chiều", TUESDAY), "“Chiều” đã có buổi phát ngày 07/5/2024"),
        (MoveDate(EVENING.id, "Chiều", SUNDAY, time(18)), "“Chiều” không có buổi phát ngày 05/5/2024"),
        (MoveDate(AFTER.id, "Nối", TUESDAY, time(18)), "Hãy dời buổi phát của khung giờ kia"),
        (End(EVENING.id, "Chiều"), "“Chiều” không kết thúc được vì khung giờ “Nối” bắt đầu theo nó. Hãy đặt giờ riêng"),
        (Add(replace(DAWN, start=Anchor(an_id("không có")))), "“Sáng” bắt đầu theo một khung giờ không còn trong lịch"),
    ],
)
def test_a_step_that_does_not_fit_says_what_and_what_to_do(step: Step, said: str) -> None:
    with pytest.raises(StaleStep) as refusal:
        apply(STANDING, [step])
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Skip(EVENING.id, "Chiều", TUESDAY), MoveDate(EVENING.id, "Chiều", TUESDAY, time(18))],
        [Skip(EVENING.id, "Chiều", TUESDAY), End(EVENING.id, "Chiều")],
        [Add(DAWN), Add(replace(DAWN, title="Sớm"))],
        [Edit(EVENING, replace(EVENING, title="Tối")), Edit(EVENING, replace(EVENING, gain_cb=-100))],
    ],
)
def test_steps_that_contradict_each_other_are_refused(steps: list[Step]) -> None:
    with pytest.raises(InvalidPlan):
        apply(STANDING, steps)


def test_an_edit_keeps_what_others_changed_since() -> None:
    edit = Edit(EVENING, replace(EVENING, title="Chiều tối", calendar=replace(WORKDAYS, last=date(2024, 12, 31))))
    since = apply(STANDING, [Skip(EVENING.id, "Chiều", TUESDAY)])
    slot = apply(since, [edit]).slots[EVENING.id]
    assert (slot.title, slot.calendar.last) == ("Chiều tối", date(2024, 12, 31))
    assert slot.calendar.skipped == {TUESDAY}
    alike = apply(STANDING, [Edit(EVENING, replace(EVENING, title="Chiều tối"))])
    assert apply(alike, [edit]).slots[EVENING.id].title == "Chiều tối"


@pytest.mark.parametrize(
    ("fact", "named"), [({"start": time(18)}, "giờ bắt đầu"), ({"calendar": Calendar(TUESDAY)}, "ngày đầu")]
)
def test_an_edit_of_what_somebody_else_changed_is_refused(fact: dict[str, object], named: str) -> None:
    since = apply(STANDING, [Edit(EVENING, replace(EVENING, **fact))])  # type: ignore[arg-type]
    mine = replace(EVENING, start=time(19), calendar=replace(WORKDAYS, first=date(2024, 2, 1)))
    with pytest.raises(StaleStep, match=f"đã được đổi {named} sau khi có đề xuất này"):
        apply(since, [Edit(EVENING, mine)])


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UnknownZone):
        apply(STANDING, [Add(replace(DAWN, zone="Sao/Hỏa"))])
    with pytest.raises(CircularStart):
        apply(STANDING, [Edit(EVENING, replace(EVENING, start=Anchor(AFTER.id)))])
    with pytest.raises(InvalidPlan):
        Edit(EVENING, DAWN)


def test_a_leader_and_its_follower_may_change_places_in_one_change() -> None:
    steps = [Edit(EVENING, replace(EVENING, start=Anchor(AFTER.id))), Edit(AFTER, replace(AFTER, start=time(16)))]
    for ordered in (steps, steps[::-1]):
        assert heard(apply(STANDING, ordered), TUESDAY) == ["07/05 16:00 Nối", "07/05 16:45 Chiều"]


def touched_slots(slots: Mapping[UUID, Slot], steps: Iterable[Step]) -> frozenset[UUID]:
    """Return the slots that the steps change, and those that these follow as they stand in ``slots`` or are to.

    The order of two changes says nothing where they share none of these.
    """
    told = tuple(steps)
    meant = [step.slot for step in told if isinstance(step, Add | Edit)]
    stand = [slots[identity] for identity in written_slots(told) if identity in slots]
    starts = [slot.start for slot in (*meant, *stand)]
    return written_slots(told) | {start.slot_id for start in starts if isinstance(start, Anchor)}


def test_a_change_may_end_a_leader_with_its_followers() -> None:
    assert apply(STANDING, [End(EVENING.id, "Chiều"), End(AFTER.id, "Nối")]).slots == {}
    assert written_slots([Add(replace(DAWN, start=Anchor(EVENING.id)))]) == {DAWN.id}


def test_what_follows_nothing_already_may_change_in_other_things() -> None:
    loose = Timetable(NETWORK, [AFTER])
    skipped = apply(loose, [Skip(AFTER.id, "Nối", TUESDAY)])
    assert skipped.slots[AFTER.id].calendar.skipped == {TUESDAY}
    with pytest.raises(StaleStep, match="không còn trong lịch"):
        apply(loose, [Edit(AFTER, replace(AFTER, start=Anchor(an_id("khác"))))])


SINCE = datetime(2024, 5, 5, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=9)
NAMES = range(5)
HOLIDAYS = frozenset({MONDAY, date(2024, 5, 10)})

calendars = st.builds(
    Calendar,
    st.sampled_from([date(2024, 1, 1), TUESDAY]),
    st.sampled_from([None, date(2024, 5, 11)]),
    st.frozensets(st.integers(0, 6), min_size=3),
    holidays=st.sampled_from(HolidayRule),
    skipped=st.frozensets(st.dates(MONDAY, date(2024, 5, 9)), max_size=2),
    added=st.frozensets(st.dates(date(2024, 5, 10), date(2024, 5, 12)), max_size=1),
)
given_slots = st.builds(
    network_slot,
    st.sampled_from(NAMES),
    st.sampled_from([under(DISTRICT), under(OLD_A)]),
    st.one_of(
        st.builds(time, st.integers(4, 22), st.sampled_from([0, 30])),
        st.builds(Anchor, st.sampled_from(NAMES).map(an_id)),
    ),
    owner=st.sampled_from([None, DISTRICT, OLD_A]),
    calendar=calendars,
    start_rule=st.sampled_from(StartRule),
)


@st.composite
def standings(draw: st.DrawFn) -> Timetable:
    slots = draw(st.lists(given_slots, max_size=4, unique_by=lambda slot: slot.id))
    try:
        return Timetable(NETWORK, slots, holidays=HOLIDAYS)
    except CircularStart:
        assume(False)
        raise


@st.composite
def changes(draw: st.DrawFn, standing: Timetable, names: Sequence[int] = NAMES) -> list[Step]:
    steps: list[Step] = []
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        slot = standing.slots.get(an_id(name))
        new = draw(given_slots.map(lambda one, name=name: replace(one, id=an_id(name), title=str(name))))
        if slot is None:
            steps.append(Add(new))
        elif draw(st.booleans()):
            steps.append(draw(st.sampled_from([Edit(slot, new), End(slot.id, slot.title)])))
        else:
            days = draw(st.lists(st.dates(SUNDAY, SUNDAY + timedelta(days=8)), min_size=1, max_size=3, unique=True))
            steps += [draw(st.sampled_from(_fitting(slot, day))) for day in days]
    return draw(st.permutations(steps))


def _fitting(slot: Slot, day: date) -> list[Step]:
    """The steps that fit a date as it stands."""
    named = slot.id, slot.title, day
    if slot.calendar.holds(day, HOLIDAYS):
        moves: list[Step] = (
            [] if isinstance(slot.start, Anchor) else [MoveDate(*named, time(19)), MoveDate(*named, None)]
        )
        return [Skip(*named), *moves]
    return [AddDate(*named), *([Unskip(*named)] if day in slot.calendar.skipped else [])]


def _made(deed: Callable[[], Timetable]) -> Timetable | None:
    try:
        return deed()
    except PlaylistError:
        return None


def _alike(one: Timetable | None, two: Timetable | None) -> bool:
    if one is None or two is None:
        return one is two
    plans = [
        {key: (days.sessions, days.dropped) for key, days in each.plan(SINCE, UNTIL).items()} for each in (one, two)
    ]
    return one.slots == two.slots and plans[0] == plans[1]


@settings(deadline=None)
@given(st.data())
def test_the_order_of_the_steps_says_nothing(data: st.DataObject) -> None:
    standing = data.draw(standings())
    steps = data.draw(changes(standing))
    other = data.draw(st.permutations(steps))
    one, two = (_made(lambda told=told: apply(standing, told)) for told in (steps, other))
    assert _alike(one, two)


@settings(deadline=None)
@given(st.data())
def test_the_order_of_two_changes_of_different_slots_says_nothing(data: st.DataObject) -> None:
    standing = data.draw(standings())
    first = data.draw(changes(standing, [0, 1, 2]))
    second = data.draw(changes(standing, [3, 4]))
    assume(not touched_slots(standing.slots, first) & touched_slots(standing.slots, second))
    one = _made(lambda: apply(apply(standing, first), second))
    two = _made(lambda: apply(apply(standing, second), first))
    assert _alike(one, two)
    if one is not None:
        assert _alike(one, _made(lambda: apply(standing, [*second, *first])))


@settings(deadline=None)
@given(st.data())
def test_a_change_writes_only_the_slots_that_it_names(data: st.DataObject) -> None:
    standing = data.draw(standings())
    steps = data.draw(changes(standing))
    after = _made(lambda: apply(standing, steps))
    assume(after is not None)
    assert after is not None
    written = written_slots(steps)
    assert {each: slot for each, slot in after.slots.items() if each not in written} == {
        each: slot for each, slot in standing.slots.items() if each not in written
    }
    assert changed_slots(standing.slots, steps, HOLIDAYS) == {each: after.slots.get(each) for each in written}
