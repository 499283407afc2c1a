from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.calendar import Calendar, HolidayRule
from playlists.errors import InvalidPlan

FIRST = date(2024, 1, 1)
TET = frozenset(date(2024, 2, day) for day in range(8, 15))


def days(made: Calendar, since: date, until: date, holidays: frozenset[date] = frozenset()) -> list[str]:
    return [f"{day:%d/%m/%y}" for day in made.days(since, until, holidays)]


def on(*weekdays: int) -> frozenset[int]:
    return frozenset(weekdays)


YEAR = (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("made", "span", "expected"),
    [
        (Calendar(FIRST, weekdays=on(0, 4)), (date(2024, 5, 6), date(2024, 5, 12)), "06/05/24 10/05/24"),
        (
            Calendar(date(2024, 5, 8), weekdays=on(1, 3), every_weeks=2),
            (date(2024, 5, 1), date(2024, 6, 7)),
            "09/05/24 21/05/24 23/05/24 04/06/24 06/06/24",
        ),
        (
            Calendar(FIRST, month_days=frozenset({1, 15})),
            (date(2024, 4, 2), date(2024, 5, 31)),
            "15/04/24 01/05/24 15/05/24",
        ),
        (
            Calendar(FIRST, month_days=frozenset({-1})),
            (date(2024, 1, 1), date(2024, 4, 30)),
            "31/01/24 29/02/24 31/03/24 30/04/24",
        ),
        (Calendar(date(2023, 1, 1), month_days=frozenset({29})), (date(2023, 2, 1), date(2023, 3, 31)), "29/03/23"),
        (Calendar(FIRST, month_days=frozenset({31})), (date(2024, 4, 1), date(2024, 6, 30)), "31/05/24"),
        (
            Calendar(FIRST, month_weekdays=frozenset({(2, 0)})),
            (date(2024, 4, 1), date(2024, 6, 30)),
            "08/04/24 13/05/24 10/06/24",
        ),
        (
            Calendar(FIRST, month_weekdays=frozenset({(-1, 6)})),
            (date(2024, 2, 1), date(2024, 3, 31)),
            "25/02/24 31/03/24",
        ),
        (Calendar(FIRST, month_weekdays=frozenset({(5, 3)})), (date(2024, 4, 1), date(2024, 6, 30)), "30/05/24"),
        (Calendar(FIRST, weekdays=on(4), month_days=frozenset({13})), YEAR, "13/09/24 13/12/24"),
        (Calendar(FIRST, last=date(2024, 1, 2)), YEAR, "01/01/24 02/01/24"),
        (
            Calendar(
                date(2024, 5, 6),
                date(2024, 5, 8),
                skipped=frozenset({date(2024, 5, 7)}),
                added=frozenset({date(2024, 6, 1)}),
            ),
            YEAR,
            "06/05/24 08/05/24 01/06/24",
        ),
    ],
)
def test_the_days_of_a_pattern(made: Calendar, span: tuple[date, date], expected: str) -> None:
    assert days(made, *span) == expected.split()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (HolidayRule.AS_USUAL, "07 08 09 10 11 12 13 14 15"),
        (HolidayRule.SKIP, "07 15"),
        (HolidayRule.ONLY, "08 09 10 11 12 13 14"),
    ],
)
def test_tet(rule: HolidayRule, expected: str) -> None:
    found = Calendar(FIRST, holidays=rule).days(date(2024, 2, 7), date(2024, 2, 15), TET)
    assert [f"{day:%d}" for day in found] == expected.split()


def test_an_added_day_wins_over_a_holiday() -> None:
    made = Calendar(FIRST, holidays=HolidayRule.SKIP, added=frozenset({date(2024, 2, 10)}))
    assert days(made, date(2024, 2, 8), date(2024, 2, 14), TET) == ["10/02/24"]


@pytest.mark.parametrize(
    "facts",
    [
        {"weekdays": on()},
        {"weekdays": on(7)},
        {"last": date(2023, 12, 31)},
        {"every_weeks": 0},
        {"month_days": frozenset({0})},
        {"month_days": frozenset({32})},
        {"month_weekdays": frozenset({(6, 0)})},
        {"month_weekdays": frozenset({(0, 0)})},
        {"month_weekdays": frozenset({(1, 7)})},
        {"skipped": frozenset({FIRST}), "added": frozenset({FIRST})},
    ],
)
def test_a_calendar_without_sense_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(InvalidPlan):
        Calendar(FIRST, **facts)


@given(st.dates(date(1999, 1, 1), date(2101, 1, 1)), st.integers(1, 5), st.integers(0, 6))
def test_the_nth_weekday_is_that_of_the_calendar_on_the_wall(day: date, nth: int, weekday: int) -> None:
    grid = [week[weekday] for week in calendar.monthcalendar(day.year, day.month) if week[weekday]]
    first, last = date(day.year, day.month, 1), date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    from_start = Calendar(date(1990, 1, 1), month_weekdays=frozenset({(nth, weekday)})).days(first, last)
    from_end = Calendar(date(1990, 1, 1), month_weekdays=frozenset({(-nth, weekday)})).days(first, last)
    assert [each.day for each in from_start] == grid[nth - 1 : nth]
    assert [each.day for each in from_end] == ([grid[-nth]] if nth <= len(grid) else [])


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 6), st.integers(0, 200))
def test_every_so_many_weeks_counts_from_the_week_of_the_first_day(first: date, every: int, later: int) -> None:
    day = first + timedelta(days=later)
    weeks = (day - timedelta(days=day.weekday()) - (first - timedelta(days=first.weekday()))).days // 7
    assert Calendar(first, every_weeks=every).holds(day) == (weeks % every == 0)
