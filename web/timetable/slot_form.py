"""A slot as the form writes it, read into its value and shown again: pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from werkzeug.datastructures import MultiDict

from playlists.calendar import Calendar, HolidayRule
from playlists.model import StartRule
from playlists.network import UnitKey
from playlists.scopes import Scope
from playlists.slots import Anchor, Edge, Slot
from scheduler.errors import InvalidInput, NotFound
from scheduler.services.plan_values import refusing
from scheduler.services.programmes import checked_title
from web.days import shown_day, typed_day, typed_day_or_none
from web.timetable.hours import typed_minutes, typed_number, typed_quieter_cb, typed_time

Form = MultiDict[str, str]
MOST_DATES = 60
MONTH_ROWS = 3
LONGEST_GRACE_S = Decimal(3600)
MOST_OFFSET_MINUTES = Decimal(1440)
_LISTED = re.compile(r"[,;\n]")
_MOVED = re.compile(r"(\S+)\s+(?:lúc\s+|sang\s+)?(\S+)")
_WHOLE = re.compile(r"[-−]?\d{1,3}", re.ASCII)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a form doesn't say of its slot: the id, the zone, and whose slot it is when nobody says so."""

    slot_id: UUID
    zone: str
    owner: Callable[[Scope, date], UnitKey | None]


def read_slot(form: Form, frame: Frame) -> Slot:
    """Return the slot that the form describes; raises :class:`~scheduler.errors.InvalidInput`."""
    title = checked_title(form.get("title", ""), "khung giờ")
    programme = _uuid(form.get("programme", ""), "chương trình này")
    with refusing():
        scope, calendar = _scope(form), _calendar(form)
        return Slot(
            id=frame.slot_id,
            title=title,
            scope=scope,
            calendar=calendar,
            start=_start(form),
            max_duration=timedelta(seconds=typed_minutes(form.get("minutes", ""), "Dài nhất (phút)")),
            zone=frame.zone,
            programme_id=programme,
            owner=_owner(form, frame, scope, calendar.first),
            start_rule=_one_of(StartRule, form.get("rule", ""), "Cách bắt đầu"),
            grace=timedelta(seconds=_grace_s(form)),
            gain_cb=typed_quieter_cb(form.get("quieter", "")),
            night_gain_cb=_night_cb(form.get("night", "")),
            moved=_moved(form.get("moved", "")),
        )


def unit_value(key: UnitKey) -> str:
    """Return a unit's key as a box of the form holds it."""
    return f"{key[0]}|{key[1].isoformat()}"


def unit_key(text: str) -> UnitKey:
    """Return the key that a box holds; raises :class:`~scheduler.errors.InvalidInput`."""
    code, _, first = text.partition("|")
    try:
        return code, date.fromisoformat(first)
    except ValueError as error:
        raise InvalidInput(what="Đơn vị: hãy chọn trong danh sách") from error


def _scope(form: Form) -> Scope:
    languages = frozenset(form.getlist("language"))
    if form.get("where") == "all":
        return Scope(everyone=True, languages=languages)
    return Scope(
        units=frozenset(unit_key(each) for each in form.getlist("unit")),
        stations=frozenset(_uuid(each, "cụm loa đã chọn") for each in form.getlist("station")),
        languages=languages,
    )


def _owner(form: Form, frame: Frame, scope: Scope, first: date) -> UnitKey | None:
    typed = form.get("owner", "")
    if typed == "network":
        return None
    return unit_key(typed) if typed else frame.owner(scope, first)


def _calendar(form: Form) -> Calendar:
    monthly = form.get("repeat") == "month"
    return Calendar(
        first=typed_day(form.get("from", ""), "Từ ngày"),
        last=typed_day_or_none(form.get("to", ""), "Đến hết ngày"),
        weekdays=_weekdays(form.getlist("weekday")),
        every_weeks=1 if monthly else _whole(form.get("every", "") or "1", "Mấy tuần một lần", least=1, most=52),
        month_days=_month_days(form) if monthly else frozenset(),
        month_weekdays=_month_weekdays(form) if monthly else frozenset(),
        holidays=_one_of(HolidayRule, form.get("holidays", "") or HolidayRule.AS_USUAL, "Ngày lễ"),
        skipped=_days(form.get("skipped", ""), "Nghỉ các ngày"),
        added=_days(form.get("added", ""), "Thêm các ngày"),
    )


def _weekdays(typed: Sequence[str]) -> frozenset[int]:
    return frozenset(_whole(each, "Ngày trong tuần", least=0, most=6) for each in typed)


def _month_days(form: Form) -> frozenset[int]:
    found = frozenset(
        _whole(each, "Ngày trong tháng", least=-31, most=31) for each in _listed(form.get("month_days", ""))
    )
    if not found and not _month_weekdays(form):
        raise InvalidInput(what="Lặp hằng tháng: hãy ghi ngày trong tháng (ví dụ 1, 15, -1) hoặc chọn thứ trong tháng")
    return found


def _month_weekdays(form: Form) -> frozenset[tuple[int, int]]:
    rows = zip(form.getlist("month_nth"), form.getlist("month_weekday"), strict=False)
    return frozenset(
        (_whole(nth, "Thứ trong tháng", least=-5, most=5), _whole(day, "Thứ trong tháng", least=0, most=6))
        for nth, day in rows
        if nth
    )


def _start(form: Form) -> time | Anchor:
    if form.get("start") != "follow":
        return typed_time(form.get("starts", ""))
    offset = typed_number(
        form.get("offset", "") or "0", "Lệch (phút)", least=-MOST_OFFSET_MINUTES, most=MOST_OFFSET_MINUTES
    )
    if not form.get("follows"):
        raise InvalidInput(what="Giờ bắt đầu: hãy chọn khung giờ đi trước")
    return Anchor(
        _uuid(form.get("follows", ""), "khung giờ đi trước"),
        _one_of(Edge, form.get("edge", "") or Edge.END, "Tính từ lúc"),
        timedelta(seconds=round(offset * 60)),
    )


def _grace_s(form: Form) -> int:
    return int(typed_number(form.get("grace", ""), "Chờ tối đa (giây)", least=Decimal(0), most=LONGEST_GRACE_S))


def _night_cb(text: str) -> int | None:
    return typed_quieter_cb(text) if text.strip() else None


def _days(text: str, label: str) -> frozenset[date]:
    listed = _listed(text)
    if len(listed) > MOST_DATES:
        raise InvalidInput(what=f"{label}: tối đa {MOST_DATES} ngày")
    return frozenset(typed_day(each, label) for each in listed)


def _moved(text: str) -> frozenset[tuple[date, time]]:
    found = set()
    for each in _listed(text)[:MOST_DATES]:
        told = _MOVED.fullmatch(each)
        if told is None:
            raise InvalidInput(what="Dời riêng: hãy ghi ngày rồi giờ, ví dụ 09/05/2024 17:30")
        found.add((typed_day(told[1], "Dời riêng"), typed_time(told[2])))
    return frozenset(found)


def _listed(text: str) -> list[str]:
    return [each.strip() for each in _LISTED.split(text) if each.strip()]


def _whole(text: str, label: str, *, least: int, most: int) -> int:
    typed = text.strip()
    number = int(typed.replace("−", "-")) if _WHOLE.fullmatch(typed) else None
    if number is None or not least <= number <= most:
        raise InvalidInput(what=f"{label}: cần số nguyên từ {least} đến {most}")
    return number


def _one_of(words: Callable[[str], _T], text: str, label: str) -> _T:
    try:
        return words(text)
    except ValueError as error:
        raise InvalidInput(what=f"{label}: hãy chọn một trong các lựa chọn của biểu mẫu") from error


def _uuid(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(what=what) from error


def shown_slot(slot: Slot) -> Form:
    """Return what a form shows of a slot; reading it gives the same slot."""
    calendar, start, scope = slot.calendar, slot.start, slot.scope
    rows = sorted(calendar.month_weekdays)
    told: list[tuple[str, str]] = [
        ("title", slot.title),
        ("programme", str(slot.programme_id)),
        ("where", "all" if scope.everyone else "some"),
        ("owner", unit_value(slot.owner) if slot.owner is not None else "network"),
        ("from", shown_day(calendar.first)),
        ("to", shown_day(calendar.last)),
        ("repeat", "month" if calendar.monthly else "week"),
        ("every", str(calendar.every_weeks)),
        ("month_days", ", ".join(str(each) for each in sorted(calendar.month_days, key=lambda day: (day < 0, day)))),
        ("holidays", calendar.holidays.value),
        ("skipped", ", ".join(shown_day(each) for each in sorted(calendar.skipped))),
        ("added", ", ".join(shown_day(each) for each in sorted(calendar.added))),
        ("moved", ", ".join(f"{shown_day(day)} {shown_time(at)}" for day, at in sorted(slot.moved))),
        ("minutes", _minutes(slot.max_duration)),
        ("rule", slot.start_rule.value),
        ("grace", str(slot.grace // timedelta(seconds=1))),
        ("quieter", _decibels(slot.gain_cb)),
        ("night", _decibels(slot.night_gain_cb) if slot.night_gain_cb is not None else ""),
        *_shown_start(start),
    ]
    told += [("weekday", str(each)) for each in sorted(calendar.weekdays)]
    told += [("month_nth", str(nth)) for nth, _ in rows] + [("month_weekday", str(day)) for _, day in rows]
    told += [("unit", unit_value(each)) for each in sorted(scope.units)]
    told += [("station", str(each)) for each in sorted(scope.stations)]
    told += [("language", each) for each in sorted(scope.languages)]
    return MultiDict(told)


def _shown_start(start: time | Anchor) -> list[tuple[str, str]]:
    if not isinstance(start, Anchor):
        return [("start", "clock"), ("starts", shown_time(start))]
    offset = _minutes(start.offset)
    return [("start", "follow"), ("follows", str(start.slot_id)), ("edge", start.edge.value), ("offset", offset)]


def shown_time(at: time) -> str:
    """Return a time of day as a field holds it, ``17:00`` or ``17:00:30``."""
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _minutes(length: timedelta) -> str:
    # Hundredths of a minute don't tell every second; a fraction that does is written out as it is.
    return f"{Decimal(length // timedelta(seconds=1)) / 60:.6g}".replace(".", ",")


def _decibels(gain_cb: int) -> str:
    return f"{Decimal(-gain_cb) / 100:g}".replace(".", ",") if gain_cb else "0"
