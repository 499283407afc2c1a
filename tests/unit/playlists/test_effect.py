from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sample_network import DISTRICT, NETWORK, OLD_A, PROVINCE, network_slot, under
from sample_plans import an_id

from playlists.calendar import Calendar
from playlists.effect import Effect, effect
from playlists.hours import Hours, Window
from playlists.model import StartRule
from playlists.timetable import Timetable

SINCE = datetime(2024, 5, 6, 17, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=3)
EVENING = network_slot("Chiều", under(DISTRICT), owner=DISTRICT)
COMMUNE = network_slot("Xã", under(OLD_A), "18:00", owner=OLD_A)
CLASHING = network_slot("Trùng", under(OLD_A), "17:30", owner=OLD_A)


def change(before: Timetable, after: Timetable, now: datetime = SINCE) -> Effect:
    return effect(before.plan(SINCE, UNTIL), after.plan(SINCE, UNTIL), now=now)


def counts(found: Effect) -> tuple[int, int, int, int, int, int]:
    lists = (found.added, found.moved, found.changed, found.removed, found.pushed_out)
    return (*(len(each) for each in lists), len(found.station_ids))  # type: ignore[return-value]


def test_nothing_changed() -> None:
    before = Timetable(NETWORK, [EVENING])
    assert not change(before, before.with_slot(replace(EVENING)))


def test_adding_removing_moving_and_changing() -> None:
    before = Timetable(NETWORK, [EVENING])
    assert counts(change(before, before.with_slot(COMMUNE))) == (3, 0, 0, 0, 0, 1)
    assert counts(change(before, before.without(EVENING.id))) == (0, 0, 0, 9, 0, 3)
    later = before.with_slot(replace(EVENING, start=time(17, 30)))
    assert counts(change(before, later)) == (0, 9, 0, 0, 0, 3)
    softer = before.with_slot(replace(EVENING, gain_cb=-300))
    assert counts(change(before, softer)) == (0, 0, 9, 0, 0, 3)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Buổi chiều"},
        {"max_duration": timedelta(minutes=30)},
        {"programme_id": an_id("khác")},
        {"start_rule": StartRule.SOFT},
        {"grace": timedelta(seconds=5)},
        {"gain_cb": -300},
    ],
)
def test_each_fact_that_a_listener_or_an_operator_notices_is_a_change(changed: dict[str, Any]) -> None:
    before = Timetable(NETWORK, [EVENING])
    found = change(before, before.with_slot(replace(EVENING, **changed)))
    assert counts(found) == (0, 0, 9, 0, 0, 3)
    assert found


def test_each_kind_of_difference_is_a_difference() -> None:
    before = Timetable(NETWORK, [EVENING])
    later = replace(EVENING, start=time(17, 30))
    for after in (before.with_slot(COMMUNE), before.without(EVENING.id), before.with_slot(later)):
        assert change(before, after)
    (dropped, *_) = Timetable(NETWORK, [EVENING, CLASHING]).plan(SINCE, UNTIL)[an_id("a1")].dropped
    only_pushed = Effect(pushed_out=((an_id("a1"), dropped),))
    assert only_pushed
    assert only_pushed.station_ids == {an_id("a1")}


def test_what_was_pushed_out_before_is_not_told_again_nor_what_is_past() -> None:
    before = Timetable(NETWORK, [EVENING, CLASHING])
    assert change(before, before.with_slot(replace(EVENING, gain_cb=-300))).pushed_out == ()
    alone = Timetable(NETWORK, [CLASHING])
    now = datetime(2024, 5, 8, 17, tzinfo=UTC)
    assert [each.date for _, each in change(alone, alone.with_slot(EVENING), now).pushed_out] == [date(2024, 5, 9)]


def test_what_the_hours_refuse_was_not_pushed_out_by_anybody() -> None:
    hours = Hours(allowed=Window(time(5), time(22)))
    before = Timetable(NETWORK, [EVENING], hours=hours)
    assert not change(before, before.with_slot(network_slot("Đêm", under(DISTRICT), "23:00")))


def test_what_is_added_is_told_in_order_of_time() -> None:
    before = Timetable(NETWORK, [])
    found = change(before, before.with_slot(EVENING).with_slot(COMMUNE)).added
    assert [each.starts_at for each in found] == sorted(each.starts_at for each in found)
    assert len(found) == 12


def test_what_has_begun_is_not_counted() -> None:
    before = Timetable(NETWORK, [EVENING])
    now = datetime(2024, 5, 7, 10, tzinfo=UTC)  # 17:00 there: today's has begun
    assert counts(change(before, before.without(EVENING.id), now)) == (0, 0, 0, 6, 0, 3)


def test_who_is_pushed_out_is_told_with_the_winner() -> None:
    before = Timetable(NETWORK, [COMMUNE])
    day = Calendar(date(2024, 5, 8), date(2024, 5, 8))
    found = change(
        before, before.with_slot(network_slot("Tỉnh", under(PROVINCE), "17:30", owner=PROVINCE, calendar=day))
    )
    assert counts(found) == (3, 0, 0, 1, 1, 3)
    ((station_id, dropped),) = found.pushed_out
    assert (station_id, dropped.date, dropped.slot.title) == (an_id("a1"), date(2024, 5, 8), "Xã")
    assert dropped.by is not None
    assert dropped.by.title == "Tỉnh"
