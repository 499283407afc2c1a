"""Airings of days that are not like others: clocks that change, 29 February, midnight; written and read back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from slot_world import SlotWorld
from sqlalchemy.orm import Session

from playlists.calendar import Calendar
from scheduler.services.plan_ahead import plan_ahead


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "started"),
    [
        (date(2024, 3, 30), [utc(2024, 3, 30, 1, 30), utc(2024, 3, 31, 1), utc(2024, 4, 1, 0, 30)]),
        (date(2024, 10, 26), [utc(2024, 10, 26, 0, 30), utc(2024, 10, 27, 0, 30), utc(2024, 10, 28, 1, 30)]),
    ],
    ids=["an hour that doesn't exist", "an hour that comes twice"],
)
def test_where_clocks_change(session: Session, first: date, started: list[datetime]) -> None:
    now = datetime.combine(first, time(), tzinfo=UTC) - timedelta(hours=6)
    world = SlotWorld(session, now)
    world.station("Búng Lao")
    world.stand(world.slot("Đêm", "02:30", zone="Europe/Berlin", calendar=Calendar(first)))

    def plan(at: datetime, days: int) -> list[datetime]:
        plan_ahead(session, now=at, days_ahead=days, default_zone="Europe/Berlin")
        return [row.starts_at for row in world.on()]

    assert plan(now, 4) == started
    kept = [row.id for row in world.on()]
    assert plan(started[1] + timedelta(minutes=40), 2) == started  # after the second has begun
    assert [row.id for row in world.on()] == kept
    assert [row.local_date for row in world.on()] == [first + timedelta(days=each) for each in range(3)]


@pytest.mark.parametrize(("year", "days"), [(2024, [29]), (2025, [])])
def test_29_february(session: Session, year: int, days: list[int]) -> None:
    world = SlotWorld(session, utc(year, 2, 27))
    world.station("Búng Lao")
    world.stand(world.slot("Cuối tháng", "17:00", calendar=Calendar(date(2024, 1, 1), month_days=frozenset({29}))))
    world.replan(days=4)
    assert [row.local_date for row in world.on()] == [date(year, 2, each) for each in days]


def test_a_session_over_midnight_belongs_to_the_day_it_starts(session: Session, now: datetime) -> None:
    world = SlotWorld(session, now)
    world.station("Búng Lao")
    late = world.slot("Khuya", "23:50", max_duration=timedelta(minutes=30))
    early = world.slot("Đầu ngày", "00:15")
    world.stand(late, early)
    world.replan(days=2)
    assert world.heard() == ["08/05 23:50 Khuya @ Búng Lao", "09/05 23:50 Khuya @ Búng Lao"]
    world.stand(replace(early, start=time(0, 20)))
    world.replan(days=2)
    assert world.heard() == [
        "08/05 23:50 Khuya @ Búng Lao", "09/05 00:20 Đầu ngày @ Búng Lao", "09/05 23:50 Khuya @ Búng Lao",
    ]  # fmt: skip
