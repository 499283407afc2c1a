from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_network import EVERYWHERE
from sample_plans import T, an_id

from playlists.emergencies import Emergency, alerts
from playlists.errors import InvalidPlan

MINUTE = timedelta(minutes=1)


def emergency(**more: Any) -> Emergency:
    facts = {"released_at": T, "expires_at": T + 60 * MINUTE, "scope": EVERYWHERE, **more}
    return Emergency(bulletin_id=an_id("lũ"), revision=1, **facts)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [(0, 60)]),
        ({"times": 3}, [(0, 10), (10, 10), (20, 40)]),
        ({"times": 3, "expires_at": T + 15 * MINUTE}, [(0, 10), (10, 5)]),
        ({"times": 2, "expires_at": T + 10 * MINUTE}, [(0, 10)]),
        ({"times": 2, "every": 30 * MINUTE, "expires_at": T + 31 * MINUTE}, [(0, 30), (30, 1)]),
    ],
)
def test_when_an_emergency_sounds(facts: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    found = alerts(emergency(**facts), an_id("s"))
    assert [((each.starts_at - T) // MINUTE, each.grace // MINUTE) for each in found] == expected


def test_each_sounding_has_an_id_of_its_own_that_stays() -> None:
    found = [
        each.id
        for revision in (1, 2)
        for station in "xy"
        for each in alerts(Emergency(an_id("lũ"), revision, EVERYWHERE, T, T + 60 * MINUTE, times=3), an_id(station))
    ]
    assert len(set(found)) == 12
    assert alerts(emergency(), an_id("s")) == alerts(emergency(), an_id("s"))


@pytest.mark.parametrize(
    "facts",
    [
        {"expires_at": T},
        {"expires_at": T + timedelta(days=1, seconds=1)},
        {"times": 0},
        {"times": 49},
        {"every": timedelta(seconds=59)},
        {"released_at": T.replace(tzinfo=None)},
    ],
)
def test_an_emergency_without_sense_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(InvalidPlan):
        emergency(**facts)


@given(st.integers(1, 48), st.integers(1, 90), st.integers(1, 1440))
def test_at_any_moment_before_it_expires_at_most_one_sounding_may_begin(times: int, every: int, lasts: int) -> None:
    made = emergency(times=times, every=every * MINUTE, expires_at=T + lasts * MINUTE)
    found = alerts(made, an_id("s"))
    assert found[0].starts_at == T
    assert all(each.grace > timedelta(0) for each in found)
    for before, after in itertools.pairwise(found):
        assert before.starts_at + before.grace == after.starts_at
    assert found[-1].starts_at + found[-1].grace == made.expires_at or len(found) == times
    assert found[-1].starts_at + found[-1].grace <= made.expires_at
