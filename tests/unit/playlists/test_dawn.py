from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sample_network import NETWORK, at, days_of, network_slot
from sample_plans import an_id

from playlists.calendar import Calendar
from playlists.dawn import dawn_repeats
from playlists.timetable import Timetable

MONDAY = date(2024, 5, 6)


@pytest.mark.parametrize(
    ("evening", "dawn", "repeats"),
    [
        ("16:00", "06:59", 6),
        ("15:59", "06:59", 0),
        ("16:00", "07:00", 0),
        ("22:00", "00:00", 6),
    ],
)
def test_the_same_programme_in_the_evening_and_at_dawn(evening: str, dawn: str, repeats: int) -> None:
    told = [network_slot(name, at("b1"), hour) for name, hour in (("E", evening), ("D", dawn))]
    pairs = dawn_repeats(days_of(Timetable(NETWORK, told), "b1", MONDAY, 7).sessions)
    assert len(pairs) == repeats
    assert all(one.slot.title == "E" and two.slot.title == "D" and one.date < two.date for one, two in pairs)


def test_other_programmes_and_days_between_are_no_repeat() -> None:
    evening = network_slot("E", at("b1"), "17:00")
    other = replace(network_slot("D", at("b1"), "05:00"), programme_id=an_id("q"))
    assert dawn_repeats(days_of(Timetable(NETWORK, [evening, other]), "b1", MONDAY, 7).sessions) == []
    apart = [
        network_slot(name, at("b1"), hour, calendar=Calendar(MONDAY, weekdays=frozenset({day})))
        for name, hour, day in (("E", "17:00", 0), ("D", "05:00", 2))
    ]
    assert dawn_repeats(days_of(Timetable(NETWORK, apart), "b1", MONDAY, 7).sessions) == []
