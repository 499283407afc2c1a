"""Which days are public holidays: those of Vietnam, the lunar ones too, as corrected here.

The days come from the ``holidays`` library, which is kept up to date with each year's decisions on days off; what it
doesn't know yet, or what a province decides, is a correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.timetable import HolidayChange
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.programmes import checked_title

COUNTRY = "VN"


def public_holidays(session: Session, first: date, last: date) -> dict[date, str]:
    """Return the public holidays of ``[first, last]`` by day, with their Vietnamese names."""
    found = {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _known(year).items()
        if first <= day <= last
    }
    changes = select(HolidayChange).where(HolidayChange.day.between(first, last)).order_by(HolidayChange.id)
    for change in session.scalars(changes):
        if change.holds:
            found[change.day] = change.name
        else:
            found.pop(change.day, None)
    return dict(sorted(found.items()))


def correct_holiday(
    session: Session, actor: Actor, *, day: date, name: str, holds: bool, now: datetime
) -> HolidayChange:
    """Say that ``day`` is a public holiday here or is none, whatever is known of it; the latest word counts.

    Raises :class:`~scheduler.errors.NotAllowed` and :class:`~scheduler.errors.InvalidInput`.
    """
    require(actor, Deed.CORRECT_HOLIDAYS)
    change = HolidayChange(day=day, name=checked_title(name, "ngày lễ")[:120], holds=holds, person_id=actor.id, at=now)
    session.add(change)
    session.flush()
    audit.record(
        session,
        person=actor.id,
        deed="holiday-corrected",
        subject_kind="holiday",
        subject_id=day.isoformat(),
        at=now,
        facts={"name": change.name, "holds": holds},
    )
    return change


@lru_cache(maxsize=64)
def _known(year: int) -> Mapping[date, str]:
    return MappingProxyType(dict(country_holidays(COUNTRY, years=year, language="vi")))
