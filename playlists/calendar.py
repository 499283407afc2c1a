"""On which local days a slot has a session: weekly or monthly patterns, date ranges, exceptions, public holidays.

Holidays come in as dates: which they are is not decided here. A day of a month that the month does not have (the 30th
of February) has no session, as in RFC 5545.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from playlists.model import require

EVERY_DAY = frozenset(range(7))
_LONGEST_MONTH = 31
_MOST_WEEKS_OF_MONTH = 5


class HolidayRule(StrEnum):
    """What a public holiday does to a slot."""

    AS_USUAL = "as-usual"
    SKIP = "skip"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The local days of a slot, from ``first`` to ``last`` (both included; ``last`` None is no end).

    Weekly by ``weekdays`` (0 is Monday), of every ``every_weeks``-th week counted from that of ``first``. Monthly when
    ``month_days`` (1 to 31; -1 is the last day, -2 the one before) or ``month_weekdays`` ((2, 0) is the second Monday,
    (-1, 6) the last Sunday) are given: then a day counts when either names it and its weekday is among ``weekdays``.
    ``skipped`` and ``added`` are exceptions by date; they win over pattern and holidays, ``added`` days also over
    ``first`` and ``last``.
    """

    first: date
    last: date | None = None
    weekdays: frozenset[int] = EVERY_DAY
    every_weeks: int = 1
    month_days: frozenset[int] = frozenset()
    month_weekdays: frozenset[tuple[int, int]] = frozenset()
    holidays: HolidayRule = HolidayRule.AS_USUAL
    skipped: frozenset[date] = frozenset()
    added: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        require(that=bool(self.weekdays), what="Hãy chọn ít nhất một ngày trong tuần")
        require(that=self.weekdays <= EVERY_DAY, what="Ngày trong tuần phải từ 0 (thứ Hai) đến 6 (Chủ nhật)")
        require(that=self.last is None or self.last >= self.first, what="Ngày cuối của khung giờ ở trước ngày đầu")
        require(that=self.every_weeks >= 1, what="Số tuần một lần phải từ 1 trở lên")
        require(
            that=all(1 <= abs(day) <= _LONGEST_MONTH for day in self.month_days),
            what="Ngày trong tháng phải từ 1 đến 31, hoặc -1 (ngày cuối tháng) đến -31",
        )
        require(
            that=all(
                1 <= abs(nth) <= _MOST_WEEKS_OF_MONTH and weekday in EVERY_DAY for nth, weekday in self.month_weekdays
            ),
            what="Thứ trong tháng phải là lần thứ 1 đến 5 (hoặc -1, lần cuối) của một ngày trong tuần",
        )
        both = self.skipped & self.added
        require(that=not both, what=f"Ngày {_shown(min(both, default=self.first))} vừa được thêm vừa bị bỏ")

    @property
    def monthly(self) -> bool:
        """Whether days of the month decide."""
        return bool(self.month_days or self.month_weekdays)

    def days(self, since: date, until: date, holidays: Collection[date] = ()) -> Iterator[date]:
        """Yield the days of ``[since, until]`` on which there is a session, in order."""
        for number in range(since.toordinal(), until.toordinal() + 1):
            day = date.fromordinal(number)
            if self.holds(day, holidays):
                yield day

    def holds(self, day: date, holidays: Collection[date] = ()) -> bool:
        """Tell whether there is a session on ``day``."""
        if day in self.added:
            return True
        if day < self.first or (self.last is not None and day > self.last) or day in self.skipped:
            return False
        if self.holidays is not HolidayRule.AS_USUAL and (day in holidays) != (self.holidays is HolidayRule.ONLY):
            return False
        return day.weekday() in self.weekdays and (self._in_month(day) if self.monthly else self._in_week(day))

    def _in_week(self, day: date) -> bool:
        if self.every_weeks == 1:
            return True
        monday = self.first.toordinal() - self.first.weekday()
        return (day.toordinal() - day.weekday() - monday) // 7 % self.every_weeks == 0

    def _in_month(self, day: date) -> bool:
        length = monthrange(day.year, day.month)[1]
        from_end = day.day - length - 1
        if day.day in self.month_days or from_end in self.month_days:
            return True
        nth, nth_from_end = (day.day - 1) // 7 + 1, -((-from_end - 1) // 7 + 1)
        return bool({(nth, day.weekday()), (nth_from_end, day.weekday())} & self.month_weekdays)


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"
