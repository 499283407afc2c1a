"""What a proposed step must keep to, beyond fitting the timetable: known places, programmes, limits, days to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.changes import Add, DateStep, Edit, Step
from playlists.network import Network
from playlists.office_dates import office_date
from playlists.recurrence import zone_named
from playlists.slots import Anchor, Slot
from scheduler.db.planning import Programme
from scheduler.db.planning import Slot as SlotRow
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.services.local_days import local_day
from scheduler.services.plan_values import refusing
from scheduler.services.programmes import checked_title
from scheduler.services.timetable.effects import LOOKS_AHEAD, Outlook
from scheduler.services.timetable.standing import network

MOST_STEPS = 200
LONGEST_GRACE = timedelta(hours=1)
SHORTEST = timedelta(seconds=1)
QUIETEST_CB = -6_000
_ONE_SECOND = timedelta(seconds=1)


def check_steps(session: Session, steps: Sequence[Step], *, now: datetime, outlook: Outlook) -> None:
    """Raise :class:`~scheduler.errors.InvalidInput`, :class:`~scheduler.errors.NotFound` or
    :class:`~scheduler.errors.Conflict` for the first step that asks for what can't be."""
    if len(steps) > MOST_STEPS:
        raise InvalidInput(what=f"Một đề xuất có tối đa {MOST_STEPS} thay đổi; hãy chia thành nhiều đề xuất")
    today = local_day(now, outlook.zone)
    latest = today + LOOKS_AHEAD - timedelta(days=1)
    given = [step for step in steps if isinstance(step, Add | Edit)]
    _refuse_known_ids(session, steps)
    if given:
        known = network(session)
        for one in given:
            _check_slot(session, one, known, today, latest)
    for day in (step.date for step in steps if isinstance(step, DateStep)):
        if not today <= day <= latest:
            span = f"từ hôm nay đến {office_date(latest)}"
            raise InvalidInput(what=f"Ngày {office_date(day)} không nằm trong khoảng {span}; hãy chọn ngày khác")


def _refuse_known_ids(session: Session, steps: Sequence[Step]) -> None:
    new = [str(step.slot_id) for step in steps if isinstance(step, Add)]
    if session.scalars(select(SlotRow.id).where(SlotRow.id.in_(new)).limit(1)).first() is not None:
        raise Conflict(what="Khung giờ này đã có trong lịch. Hãy xem lại lịch rồi đề xuất lại")


def _check_slot(session: Session, step: Add | Edit, known: Network, today: date, latest: date) -> None:
    slot = step.slot
    if checked_title(slot.title, "khung giờ") != slot.title:
        raise InvalidInput(what=f"Tên khung giờ “{slot.title}” có khoảng trắng thừa ở đầu hoặc cuối")
    _check_limits(slot)
    with refusing():
        zone_named(slot.zone)
    if session.get(Programme, str(slot.programme_id)) is None:
        raise NotFound(what=f"chương trình của khung giờ “{slot.title}”")
    was = step.was if isinstance(step, Edit) else None
    _check_places(slot, known, was)
    days = slot.calendar
    if days.last is not None and max((days.last, *days.added)) < today:
        raise InvalidInput(what=f"Ngày cuối của khung giờ “{slot.title}” đã qua; hãy chọn ngày khác")
    if min((days.first, *days.added)) > latest:
        raise InvalidInput(what=f"Khung giờ “{slot.title}” phải bắt đầu trước {office_date(latest)}")


def _check_limits(slot: Slot) -> None:
    if not timedelta(0) <= slot.grace <= LONGEST_GRACE or slot.grace % _ONE_SECOND:
        raise InvalidInput(what="Thời gian chờ cần từ 0 đến 3600 giây, tròn giây")
    if slot.max_duration < SHORTEST or slot.max_duration % _ONE_SECOND:
        raise InvalidInput(what="Độ dài cần từ 1 giây đến 24 giờ, tròn giây")
    for gain in (slot.gain_cb, slot.night_gain_cb or 0):
        if not QUIETEST_CB <= gain <= 0:
            raise InvalidInput(what="Âm lượng chỉ giảm được từ 0 đến 60 dB so với bản đã duyệt")
    if not isinstance(slot.start, Anchor) and slot.start.microsecond:
        raise InvalidInput(what="Giờ bắt đầu cần tròn giây")


def _check_places(slot: Slot, known: Network, was: Slot | None) -> None:
    """Refuse places that are not known; one that the slot had before may stay, until somebody chooses another."""
    had: frozenset[UUID] = was.scope.stations if was is not None else frozenset()
    if not slot.scope.stations - had <= known.stations.keys():
        raise NotFound(what="cụm loa đã chọn (hoặc cụm loa đã ngừng)")
    units = {unit.key for unit in known.units}
    owner = frozenset() if slot.owner is None else frozenset({slot.owner})
    if not (slot.scope.units | owner) <= units:
        raise NotFound(what=f"đơn vị đã chọn cho khung giờ “{slot.title}”")
