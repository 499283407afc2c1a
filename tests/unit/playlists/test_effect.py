from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sample_network import DISTRICT, NETWORK, OLD_A, PROVINCE, network_slot, under
from sample_plans import an_id

from playlists.calendar import Calendar
from playlists.effect import Effect, effect
from playlists.timetable import Timetable

SINCE = datetime(2024, 5, 6, 17, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=3)
EVENING = network_slot("Chiều", under(DISTRICT), owner=DISTRICT)
COMMUNE = network_slot("Xã", under(OLD_A), "18:00", owner=OLD_A)


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
