"""A change of the timetable as people propose it: steps that each touch one slot or one session of it.

The order of the steps says nothing, nor does the order of two changes that touch different slots; so one slot is either
given, edited or ended by a change, or has any number of its dates changed, each date once. A step says what it was made
from, and is refused where that no longer stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, time
from functools import reduce
from typing import Any
from uuid import UUID

from playlists.calendar import Calendar
from playlists.errors import InvalidPlan, PlaylistError
from playlists.office_dates import office_date
from playlists.recurrence import zone_named
from playlists.slots import Anchor, Slot
from playlists.timetable import Timetable


class StaleStep(PlaylistError):
    """Khung giờ “{title}” {why}. {remedy}."""

    title: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Add:
    """A new slot, under an id that no slot ever had."""

    slot: Slot

    @property
    def slot_id(self) -> UUID:
        """The slot that the step touches."""
        return self.slot.id


@dataclass(frozen=True, slots=True)
class Edit:
    """A slot with other facts; ``was`` is what it was made from: only the facts that differ from it are changed."""

    was: Slot
    slot: Slot

    def __post_init__(self) -> None:
        if self.was.id != self.slot.id:
            raise InvalidPlan(what=f"Khung giờ “{self.slot.title}” không thể đổi thành một khung giờ khác")

    @property
    def slot_id(self) -> UUID:
        """The slot that the step touches."""
        return self.slot.id


@dataclass(frozen=True, slots=True)
class End:
    """A slot leaves the timetable; ``title`` is what it was called, for telling people."""

    slot_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A slot's session of one date is left out."""

    slot_id: UUID
    title: str
    date: date


@dataclass(frozen=True, slots=True)
class Unskip:
    """A session that was left out takes place again."""

    slot_id: UUID
    title: str
    date: date


@dataclass(frozen=True, slots=True)
class AddDate:
    """A slot has a session on a date that its pattern doesn't hold."""

    slot_id: UUID
    title: str
    date: date


@dataclass(frozen=True, slots=True)
class MoveDate:
    """A slot's session of one date starts at another local time; None puts it back to its usual one."""

    slot_id: UUID
    title: str
    date: date
    start: time | None


DateStep = Skip | Unskip | AddDate | MoveDate
Step = Add | Edit | End | DateStep

_ELSE = "Hãy xem lại lịch rồi đề xuất lại"


def written_slots(steps: Iterable[Step]) -> frozenset[UUID]:
    """Return the slots that the steps change."""
    return frozenset(step.slot_id for step in steps)


def apply(timetable: Timetable, steps: Sequence[Step]) -> Timetable:
    """Return the timetable with the change made.

    Raises :class:`StaleStep` for a step that doesn't fit what stands, :class:`~playlists.candidates.CircularStart`, and
    :class:`~playlists.errors.InvalidPlan` for steps that contradict each other.
    """
    changed = changed_slots(timetable.slots, steps, timetable.holidays)
    # All leave before any comes: a circle that only stands while some are changed and others not is none.
    bare = reduce(Timetable.without, (each for each in changed if each in timetable.slots), timetable)
    return reduce(Timetable.with_slot, (slot for slot in changed.values() if slot is not None), bare)


def changed_slots(
    slots: Mapping[UUID, Slot], steps: Sequence[Step], holidays: Collection[date] = ()
) -> dict[UUID, Slot | None]:
    """Return what each slot that the steps change becomes, by id; None for one that ends.

    Raises as :func:`apply` does, but for circles.
    """
    _refuse_contradictions(steps)
    by_slot: dict[UUID, list[Step]] = {}
    for step in sorted(steps, key=_place):
        by_slot.setdefault(step.slot_id, []).append(step)
    changed = {
        identity: reduce(lambda slot, step: _made(slot, step, holidays), told, slots.get(identity))
        for identity, told in by_slot.items()
    }
    after = {identity: slot for identity, slot in {**slots, **changed}.items() if slot is not None}
    _refuse_loose_followers(after, slots, changed)
    return changed


def _place(step: Step) -> tuple[UUID, date]:
    return step.slot_id, getattr(step, "date", date.min)


def _refuse_contradictions(steps: Sequence[Step]) -> None:
    if not steps:
        raise InvalidPlan(what="Đề xuất chưa có thay đổi nào")
    whole = Counter(step.slot_id for step in steps if isinstance(step, Add | Edit | End))
    dates = Counter((step.slot_id, step.date) for step in steps if isinstance(step, DateStep))
    for step in steps:
        if whole[step.slot_id] > 1 or (whole[step.slot_id] and isinstance(step, DateStep)):
            raise InvalidPlan(what=f"Đề xuất sửa khung giờ “{_title(step)}” hai lần; hãy gộp thành một")
        if isinstance(step, DateStep) and dates[step.slot_id, step.date] > 1:
            day = office_date(step.date)
            raise InvalidPlan(what=f"Đề xuất sửa buổi ngày {day} của khung giờ “{step.title}” hai lần; hãy giữ một")


def _title(step: Step) -> str:
    return step.slot.title if isinstance(step, Add | Edit) else step.title


def _made(slot: Slot | None, step: Step, holidays: Collection[date]) -> Slot | None:
    if isinstance(step, Add):
        if slot is not None:
            raise StaleStep(title=step.slot.title, why="đã có trong lịch", remedy=_ELSE)
        return _with_known_zone(step.slot)
    if slot is None:
        raise StaleStep(title=_title(step), why="không còn trong lịch", remedy="Hãy thêm một khung giờ mới")
    if isinstance(step, End):
        return None
    if isinstance(step, Edit):
        return _with_known_zone(_merged(slot, step))
    return _with_date(slot, step, holidays)


def _with_known_zone(slot: Slot) -> Slot:
    zone_named(slot.zone)
    return slot


_FACTS: Mapping[str, str] = {
    "title": "tên",
    "scope": "nơi phát",
    "start": "giờ bắt đầu",
    "max_duration": "độ dài",
    "zone": "múi giờ",
    "programme_id": "chương trình",
    "owner": "đơn vị chủ trì",
    "start_rule": "cách bắt đầu",
    "grace": "thời gian chờ",
    "gain_cb": "âm lượng",
    "night_gain_cb": "âm lượng ban đêm",
    "moved": "các buổi dời giờ",
    "first": "ngày đầu",
    "last": "ngày cuối",
    "weekdays": "ngày trong tuần",
    "every_weeks": "số tuần một lần",
    "month_days": "ngày trong tháng",
    "month_weekdays": "thứ trong tháng",
    "holidays": "cách phát ngày lễ",
    "skipped": "các ngày nghỉ",
    "added": "các ngày thêm",
}


def _merged(standing: Slot, step: Edit) -> Slot:
    """Return what stands with the facts changed that the edit changes; others may have been changed since it was
    made."""
    facts = _changed_facts(standing, step.was, step.slot, standing.title)
    calendar = _changed_facts(standing.calendar, step.was.calendar, step.slot.calendar, standing.title)
    return replace(standing, **facts | {"calendar": replace(standing.calendar, **calendar)})


def _changed_facts(standing: Slot | Calendar, was: Slot | Calendar, new: Slot | Calendar, title: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name in (each.name for each in fields(was) if each.name in _FACTS):
        wanted, stands = getattr(new, name), getattr(standing, name)
        if wanted in (getattr(was, name), stands):
            continue
        if stands != getattr(was, name):
            raise StaleStep(title=title, why=f"đã được đổi {_FACTS[name]} sau khi có đề xuất này", remedy=_ELSE)
        facts[name] = wanted
    return facts


def _with_date(slot: Slot, step: DateStep, holidays: Collection[date]) -> Slot:
    calendar, day = slot.calendar, step.date
    held = calendar.holds(day, holidays)
    match step:
        case Skip():
            _require_session(slot, day, held=held)
            without = replace(calendar, added=calendar.added - {day})
            still = without.holds(day, holidays)
            return replace(slot, calendar=replace(without, skipped=without.skipped | {day}) if still else without)
        case Unskip():
            if day not in calendar.skipped:
                raise StaleStep(title=slot.title, why=f"không nghỉ ngày {office_date(day)}", remedy=_ELSE)
            return replace(slot, calendar=replace(calendar, skipped=calendar.skipped - {day}))
        case AddDate():
            if held:
                raise StaleStep(title=slot.title, why=f"đã có buổi phát ngày {office_date(day)}", remedy=_ELSE)
            without = replace(calendar, skipped=calendar.skipped - {day})
            held = without.holds(day, holidays)
            return replace(slot, calendar=without if held else replace(without, added=without.added | {day}))
        case MoveDate():
            _require_session(slot, day, held=held)
            if isinstance(slot.start, Anchor):
                why = "bắt đầu theo một khung giờ khác nên không dời riêng được"
                raise StaleStep(title=slot.title, why=why, remedy="Hãy dời buổi phát của khung giờ kia")
            others = frozenset(each for each in slot.moved if each[0] != day)
            back = step.start is None or step.start == slot.start
            return replace(slot, moved=others if back else others | {(day, step.start or slot.start)})


def _require_session(slot: Slot, day: date, *, held: bool) -> None:
    if not held:
        why = f"không có buổi phát ngày {office_date(day)}"
        raise StaleStep(title=slot.title, why=why, remedy="Hãy chọn một ngày khác")


def _refuse_loose_followers(
    after: Mapping[UUID, Slot], before: Mapping[UUID, Slot], changed: Mapping[UUID, Slot | None]
) -> None:
    """Refuse that a slot follows one which isn't there, unless that was so before."""
    for slot in after.values():
        if not isinstance(slot.start, Anchor) or slot.start.slot_id in after:
            continue
        if slot.start.slot_id in before:
            leader = before[slot.start.slot_id].title
            why = f"không kết thúc được vì khung giờ “{slot.title}” bắt đầu theo nó"
            raise StaleStep(title=leader, why=why, remedy=f"Hãy đặt giờ riêng cho “{slot.title}” trước")
        if slot.id in changed and (slot.id not in before or before[slot.id].start != slot.start):
            why = "bắt đầu theo một khung giờ không còn trong lịch"
            raise StaleStep(title=slot.title, why=why, remedy="Hãy đặt giờ bắt đầu cho nó")
