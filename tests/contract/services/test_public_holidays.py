"""Public holidays: those that everybody knows, and what is said here about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from scheduler.errors import InvalidInput, NotAllowed
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.timetable.public_holidays import correct_holiday, public_holidays


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 1, 29), "Tết Nguyên Đán"),
        (date(2026, 2, 17), "Tết Nguyên Đán"),
        (date(2027, 2, 6), "Tết Nguyên Đán"),
        (date(2025, 4, 7), "Giỗ Tổ Hùng Vương"),
        (date(2026, 4, 26), "Giỗ Tổ Hùng Vương"),
        (date(2027, 4, 16), "Giỗ Tổ Hùng Vương"),
        (date(2026, 4, 30), "Chiến thắng"),
        (date(2026, 9, 2), "Quốc khánh"),
    ],
)
def test_holidays_of_the_moon_and_of_the_sun(session: Session, day: date, name: str) -> None:
    assert name in public_holidays(session, day, day)[day]


def test_a_span_over_new_year_tells_both_years_in_order(session: Session) -> None:
    found = public_holidays(session, date(2025, 12, 20), date(2026, 2, 18))
    assert list(found) == sorted(found)
    assert date(2026, 1, 1) in found
    assert date(2026, 2, 19) not in found
    assert not public_holidays(session, date(2026, 3, 2), date(2026, 3, 20))


def test_the_latest_word_for_a_day_counts(session: Session, person: Callable[..., Actor], now: datetime) -> None:
    who = person("duyet", Role.APPROVER)
    day, tet = date(2026, 10, 10), date(2026, 2, 18)

    def say(day: date, *, holds: bool) -> None:
        correct_holiday(session, who, day=day, name="Ngày thành lập tỉnh", holds=holds, now=now)

    say(day, holds=True)
    say(tet, holds=False)
    assert public_holidays(session, day, day) == {day: "Ngày thành lập tỉnh"}
    assert tet not in public_holidays(session, date(2026, 2, 1), date(2026, 2, 28))
    say(day, holds=False)
    say(tet, holds=True)
    assert public_holidays(session, day, day) == {}
    assert tet in public_holidays(session, tet, tet)
    told = audit.history(session, "holiday", "2026-10-10")
    assert [event.facts["holds"] for event in told] == [True, False]


def test_only_who_publishes_may_correct(session: Session, person: Callable[..., Actor], now: datetime) -> None:
    with pytest.raises(NotAllowed):
        correct_holiday(session, person("bien", Role.EDITOR), day=date(2026, 5, 5), name="X", holds=True, now=now)
    with pytest.raises(InvalidInput):
        correct_holiday(session, person("duyet", Role.APPROVER), day=date(2026, 5, 5), name=" ", holds=True, now=now)
