from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sample_network import DISTRICT, NETWORK, OLD_A, PROVINCE, STATIONS, network_slot, under
from sample_plans import an_id

from playlists.calendar import Calendar
from playlists.effect import Effect, effect, effects_alike
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
    found = change(before, before.with_slot(network_slot("Đêm", under(DISTRICT), "23:00")))
    assert counts(found) == (0, 0, 0, 0, 0, 3)
    assert len(found.forbidden) == 9
    assert found
    again = before.with_slot(network_slot("Đêm", under(DISTRICT), "23:00"))
    assert change(again, again.with_slot(replace(COMMUNE, owner=None))).forbidden == ()


def test_what_the_hours_frown_on_is_told_once() -> None:
    hours = Hours(quiet=(Window(time(12), time(13)),))
    noon = network_slot("Trưa", under(OLD_A), "12:30")
    before = Timetable(NETWORK, [EVENING], hours=hours)
    found = change(before, before.with_slot(noon))
    assert [(station_id, each.date.day) for station_id, each in found.warned] == [
        (an_id("a1"), 7), (an_id("a1"), 8), (an_id("a1"), 9),
    ]  # fmt: skip
    assert change(before.with_slot(noon), before.with_slot(replace(noon, gain_cb=-100))).warned == ()


def test_a_clash_that_only_the_hour_decides_is_a_tie() -> None:
    before = Timetable(NETWORK, [COMMUNE])
    same_rank = network_slot("Xã khác", under(OLD_A), "17:30", owner=OLD_A)
    ((_, dropped), *_) = change(before, before.with_slot(same_rank)).pushed_out
    assert (dropped.slot.title, dropped.tied) == ("Xã", True)
    for other in (replace(same_rank, owner=DISTRICT), replace(same_rank, start_rule=StartRule.SOFT)):
        pushed = change(before, before.with_slot(other)).pushed_out
        assert pushed
        assert not any(each.tied for _, each in pushed)


def test_who_loses_to_another_than_before_is_told() -> None:
    before = Timetable(NETWORK, [EVENING, CLASHING])
    other = network_slot("Tỉnh", under(PROVINCE), "17:30", owner=PROVINCE)
    found = change(before, before.with_slot(other)).pushed_out
    assert {each.slot.title for _, each in found} == {"Chiều", "Trùng"}


def test_stations_alike_are_told_once() -> None:
    before = Timetable(NETWORK, [EVENING])
    after = before.with_slot(replace(EVENING, start=time(17, 30))).with_slot(COMMUNE)
    plans = before.plan(SINCE, UNTIL), after.plan(SINCE, UNTIL)
    groups = effects_alike(*plans, now=SINCE)
    assert {each.station_ids for each in groups} == {
        tuple(sorted(each.id for each in STATIONS if each.name in names)) for names in (("town", "b1"), ("a1",))
    }
    whole = effect(*plans, now=SINCE)
    for name in ("added", "moved", "changed", "removed", "pushed_out"):
        told = sum(len(getattr(each.effect, name)) * len(each.station_ids) for each in groups)
        assert told == len(getattr(whole, name))
    assert effects_alike(plans[0], plans[0], now=SINCE) == []


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
