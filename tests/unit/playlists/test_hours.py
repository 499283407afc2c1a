from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.errors import InvalidPlan
from playlists.hours import Hours, HoursBreach, HoursRule, Window


def window(hours: str) -> Window:
    first, last = hours.split("-")
    return Window(time.fromisoformat(first), time.fromisoformat(last))


def test_a_window_is_read_as_people_write_it() -> None:
    assert Window.parse(" 21:00-05:30 ") == Window(time(21), time(5, 30))
    for wrong in ("", "21:00", "21-05", "24:00-05:00", "5:00-06:00", "21:00–05:00", "21:00-05:00-06:00"):
        with pytest.raises(InvalidPlan, match="21:00-05:00"):
            Window.parse(wrong)


@pytest.mark.parametrize(
    ("hours", "start", "minutes", "contains", "meets"),
    [
        ("05:00-22:00", "05:00", 45, True, True),
        ("05:00-22:00", "04:59", 45, False, True),
        ("05:00-22:00", "21:15", 45, True, True),
        ("05:00-22:00", "21:16", 45, False, True),
        ("05:00-22:00", "23:00", 45, False, False),
        ("05:00-22:00", "23:00", 361, False, True),
        ("05:00-22:00", "23:00", 360, False, False),
        ("21:00-06:00", "23:30", 120, True, True),
        ("21:00-06:00", "05:30", 45, False, True),
        ("21:00-06:00", "06:00", 45, False, False),
        ("21:00-06:00", "20:30", 30, False, False),
        ("21:00-06:00", "20:30", 31, False, True),
        ("00:00-00:00", "23:30", 120, True, True),
        ("05:00:30-06:00", "05:00", 45, False, True),
        ("05:00:30-06:00", "05:00:29", 45, False, True),
        ("05:00:30-06:00", "05:00:30", 45, True, True),
    ],
)
def test_windows(hours: str, start: str, minutes: int, contains: bool, meets: bool) -> None:
    begins, length = time.fromisoformat(start), timedelta(minutes=minutes)
    assert window(hours).contains(begins, length) is contains
    assert window(hours).meets(begins, length) is meets


def test_breaches_name_their_rule() -> None:
    hours = Hours(allowed=window("05:00-22:00"), quiet=(window("11:30-13:30"),))
    assert hours.breaches(time(17), timedelta(minutes=45)) == ()
    (quiet,) = hours.breaches(time(11), timedelta(minutes=45))
    assert (quiet.kind, quiet.rule, str(quiet.window)) == (HoursBreach.IN_QUIET, HoursRule.WARN, "11:30–13:30")
    (outside,) = hours.breaches(time(4, 30), timedelta(minutes=45))
    assert (outside.kind, outside.rule) == (HoursBreach.OUTSIDE_ALLOWED, HoursRule.REFUSE)


@pytest.mark.parametrize(
    ("start", "by_night", "expected"),
    [
        ("17:00", None, -300),
        ("21:00", None, -900),
        ("05:59", None, -900),
        ("06:00", None, -300),
        ("05:00", -1200, -1200),
        ("05:00", 0, 0),
    ],
)
def test_the_night_is_softer(start: str, by_night: int | None, expected: int) -> None:
    hours = Hours(night=window("21:00-06:00"), night_gain_cb=-600)
    assert hours.gain_cb(time.fromisoformat(start), -300, by_night) == expected


def test_a_louder_night_is_refused() -> None:
    with pytest.raises(InvalidPlan, match="ban đêm"):
        Hours(night_gain_cb=1)


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(times, times, times, st.integers(1, 1440))
def test_windows_agree_with_looking_at_every_minute(first: time, last: time, start: time, minutes: int) -> None:
    span = Window(first, last)
    begins = start.hour * 60 + start.minute
    inside = [span.holds(time((begins + n) // 60 % 24, (begins + n) % 60)) for n in range(minutes)]
    assert span.meets(start, timedelta(minutes=minutes)) == any(inside)
    assert not span.contains(start, timedelta(minutes=minutes)) or all(inside)
