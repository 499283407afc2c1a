"""A session that somebody moves on the grid, as steps of a change: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from playlists.calendar import EVERY_DAY, Calendar
from playlists.changes import AddDate, Edit, MoveDate, Skip, Step
from playlists.slots import Anchor, Slot
from scheduler.errors import InvalidInput
from scheduler.services.plan_values import refusing


def only_this(slot: Slot, day: date, to_day: date, to_time: time) -> tuple[Step, ...]:
    """Return the steps that move the session of ``day`` alone."""
    key = slot.id, slot.title
    if to_day == day:
        return (MoveDate(*key, day, to_time),)
    steps: tuple[Step, ...] = (Skip(*key, day), AddDate(*key, to_day))
    return steps if to_time == slot.start else (*steps, MoveDate(*key, to_day, to_time))


def every_one(slot: Slot, day: date, at: time, to_day: date, to_time: time) -> tuple[Step, ...]:
    """Return the step that moves all sessions of the slot as the one of ``day``, which starts at ``at``, is moved.

    Raises :class:`~scheduler.errors.InvalidInput` for a slot whose pattern doesn't let its days be moved.
    """
    by = datetime.combine(day, to_time) - datetime.combine(day, at)
    with refusing():
        start = replace(slot.start, offset=slot.start.offset + by) if isinstance(slot.start, Anchor) else to_time
        calendar = slot.calendar if to_day == day else _other_day(slot, day, to_day)
        return (Edit(slot, replace(slot, start=start, calendar=calendar)),)


def _other_day(slot: Slot, day: date, to_day: date) -> Calendar:
    calendar = slot.calendar
    if calendar.monthly or day in calendar.added:
        raise InvalidInput(
            what=f"“{slot.title}” không lặp theo ngày trong tuần: hãy chọn “chỉ buổi này” hoặc sửa khung giờ"
        )
    if calendar.weekdays == EVERY_DAY:
        raise InvalidInput(
            what=f"“{slot.title}” phát hằng ngày nên không dời mọi buổi sang ngày khác được: hãy chọn “chỉ buổi này”"
        )
    if calendar.every_weeks > 1 and abs(to_day - day) > timedelta(days=6):
        raise InvalidInput(what=f"“{slot.title}” không phát hằng tuần: hãy sửa khung giờ để đổi tuần")
    return replace(calendar, weekdays=calendar.weekdays - {day.weekday()} | {to_day.weekday()})
