from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_network import EVERYWHERE
from sample_plans import T, an_id

from playlists.emergencies import Emergency, EmergencyOrder, alerts, refuse_too_long
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


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"times": 0}, "từ 1 đến 48 lần"),
        ({"times": 49}, "từ 1 đến 48 lần"),
        ({"every": timedelta(seconds=59)}, "ít nhất 1 phút"),
        ({"valid_for": timedelta(seconds=59)}, "từ 1 phút đến 24 giờ"),
        ({"valid_for": timedelta(hours=24, seconds=1)}, "từ 1 phút đến 24 giờ"),
        ({"times": 7, "every": 10 * MINUTE, "valid_for": 60 * MINUTE}, "Lần phát cuối"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(facts: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidPlan, match=told):
        EmergencyOrder(EVERYWHERE, **facts)


def test_an_order_is_released_by_its_approval_and_ends_with_the_bulletin() -> None:
    order = EmergencyOrder(EVERYWHERE, times=6, drill=True)
    whole = order.released(an_id("lũ"), 1, at=T)
    assert (whole.expires_at, len(alerts(whole, an_id("s"))), whole.drill) == (T + 60 * MINUTE, 6, True)
    short = order.released(an_id("lũ"), 1, at=T, no_later_than=T + 25 * MINUTE)
    assert (short.expires_at, len(alerts(short, an_id("s")))) == (T + 25 * MINUTE, 3)


def test_an_order_that_says_not_where_is_not_released() -> None:
    with pytest.raises(InvalidPlan, match="chọn nơi phát"):
        EmergencyOrder().released(an_id("lũ"), 1, at=T)


@pytest.mark.parametrize(
    ("lasts", "facts", "told"),
    [
        (9, {"times": 2}, None),
        (10, {"times": 2}, "thưa hơn"),
        (60, {}, None),
        (61, {}, "dài hơn"),
        (20, {"times": 2, "every": 45 * MINUTE}, "dài hơn"),
    ],
)
def test_a_sound_fits_its_order_or_not(lasts: int, facts: dict[str, Any], told: str | None) -> None:
    order = EmergencyOrder(EVERYWHERE, **facts)
    if told is None:
        refuse_too_long(order, lasts * MINUTE)
        return
    with pytest.raises(InvalidPlan, match=told):
        refuse_too_long(order, lasts * MINUTE)
