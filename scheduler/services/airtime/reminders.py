"""Deadlines that come near while something is missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.obligations import Verdict
from scheduler.db.letters import Obligation
from scheduler.letters.dates import Deadline
from scheduler.services.airtime.directive import directive_airtime
from scheduler.services.airtime.words import left, missing
from scheduler.services.local_days import local_day

_LACKING = frozenset({Verdict.SHORT, Verdict.NOTHING})


@dataclass(frozen=True, slots=True)
class Reminder:
    """An obligation (null: the letter as a whole) that lacks something, ``days_left`` days (1 or more) before its
    deadline; ``urgent`` on the last of the days on which people are reminded."""

    directive_id: str
    directive_name: str
    subject: str | None
    ordinal: int | None
    deadline: Deadline
    days_left: int
    missing: str
    urgent: bool

    @property
    def words(self) -> str:
        """The reminder as one sentence: ``còn 2 ngày, hạn trước 13/5/2024: 3 cụm loa chưa phát …``."""
        return f"{left(self.deadline, self.days_left)}, hạn {self.deadline.words}: {self.missing}"


def reminders(
    session: Session, *, days: Collection[int], zone: str, allowance: timedelta, now: datetime
) -> list[Reminder]:
    """Return what to remind of from the longest of ``days`` before a deadline on, the nearest deadline first."""
    if not days:
        return []
    today = local_day(now, zone)
    last = today + timedelta(days=max(days))
    near = sorted(
        {
            row.directive_id
            for row in session.scalars(select(Obligation))
            if any(today <= date.fromisoformat(day) <= last for day in row.deadlines)
        }
    )
    found = []
    for directive_id in near:
        told = directive_airtime(session, directive_id, zone=zone, allowance=allowance, now=now)
        for each in told.obligations:
            days_left = each.days_left
            if each.deadline is None or days_left is None or each.over or not 0 < days_left <= max(days):
                continue
            if each.verdict not in _LACKING:
                continue
            found.append(
                Reminder(
                    directive_id=told.directive_id,
                    directive_name=told.name,
                    subject=told.subject,
                    ordinal=each.ordinal,
                    deadline=each.deadline,
                    days_left=days_left,
                    missing=missing(each) or "chưa có cụm loa nào hoạt động",
                    urgent=days_left <= min(days),
                )
            )
    return sorted(found, key=lambda each: (each.days_left, each.directive_name, each.ordinal or 0))
