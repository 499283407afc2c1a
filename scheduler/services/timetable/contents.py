"""A slot as canonical JSON and back: what a slot's version keeps, a change proposes and a digest covers.

One value has one text: sets are sorted, hours are ``HH:MM`` or ``HH:MM:SS``, lengths whole seconds, every field is
there. A text that is not exactly what its slot would be written as is refused, so nothing of it is silently lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from playlists.calendar import Calendar, HolidayRule
from playlists.errors import PlaylistError
from playlists.model import StartRule
from playlists.network import UnitKey
from playlists.scopes import Scope
from playlists.slots import Anchor, Edge, Slot
from scheduler.canonical import NotCanonical, canonical_bytes
from scheduler.errors import LoaError

__all__ = [
    "ContentRefused",
    "scope_from_value",
    "scope_value",
    "slot_as_value",
    "slot_content",
    "slot_from_content",
    "slot_from_value",
]

TYPE = "loa.slot/1"
_A_PAIR = 2
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HOUR = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)
_ONE_SECOND = timedelta(seconds=1)
_T = TypeVar("_T")


class ContentRefused(LoaError):
    """Nội dung khung giờ không đọc được: {what}. Hãy lập lại khung giờ này."""

    what: str
    exit_code = 2


class _Wrong(ValueError):
    """A value of the wrong shape; its text says which and where."""


def slot_content(slot: Slot) -> str:
    """Return the canonical JSON of ``slot``, its id left out; raises :class:`ContentRefused` for split seconds."""
    try:
        return canonical_bytes(slot_as_value(slot)).decode()
    except (NotCanonical, _Wrong) as error:
        raise ContentRefused(what=str(error)) from error


def slot_from_content(slot_id: UUID | str, text: str) -> Slot:
    """Return the slot of this id that ``text`` describes; raises :class:`ContentRefused`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ContentRefused(what="không phải JSON") from error
    slot = slot_from_value(slot_id, value)
    if slot_content(slot) != text:
        raise ContentRefused(what="không ghi theo dạng chuẩn của nó")
    return slot


def slot_as_value(slot: Slot) -> dict[str, object]:
    """Return ``slot`` as a value of JSON, as a step of a change holds it."""
    return {
        "type": TYPE,
        "title": slot.title,
        "scope": scope_value(slot.scope),
        "calendar": _calendar_value(slot.calendar),
        "start": _start_value(slot.start),
        "max_duration_s": _seconds(slot.max_duration),
        "zone": slot.zone,
        "programme": str(slot.programme_id),
        "owner": _key_value(slot.owner) if slot.owner is not None else None,
        "start_rule": slot.start_rule.value,
        "grace_s": _seconds(slot.grace),
        "gain_cb": slot.gain_cb,
        "night_gain_cb": slot.night_gain_cb,
        "moved": [[day.isoformat(), _hour(at)] for day, at in sorted(slot.moved)],
    }


def slot_from_value(slot_id: UUID | str, value: object) -> Slot:
    """Return the slot of this id that a value of JSON describes; raises :class:`ContentRefused`.

    Lists may be in any order: :func:`slot_content` of the slot is their one form.
    """
    try:
        return _slot(slot_id if isinstance(slot_id, UUID) else _uuid(slot_id), value)
    except _Wrong as error:
        raise ContentRefused(what=str(error)) from error
    except PlaylistError as error:
        raise ContentRefused(what=str(error).rstrip(".")) from error


def scope_value(scope: Scope) -> dict[str, object]:
    """Return ``scope`` as a value of JSON; units are ``[code, first day]``."""
    return {
        "everyone": scope.everyone,
        "units": [_key_value(key) for key in sorted(scope.units)],
        "stations": sorted(str(each) for each in scope.stations),
        "languages": sorted(scope.languages),
    }


def scope_from_value(value: object) -> Scope:
    """Return the scope that a value of JSON describes; raises :class:`ContentRefused`."""
    try:
        return _scope(value)
    except _Wrong as error:
        raise ContentRefused(what=str(error)) from error
    except PlaylistError as error:
        raise ContentRefused(what=str(error).rstrip(".")) from error


def _slot(slot_id: UUID, value: object) -> Slot:
    told = _object(value, _SLOT_FIELDS, "khung giờ")
    if told["type"] != TYPE:
        raise _Wrong(f"loại {str(told['type'])[:40]!r} không phải {TYPE}")
    return Slot(
        id=slot_id,
        title=_text(told["title"]),
        scope=_scope(told["scope"]),
        calendar=_calendar(told["calendar"]),
        start=_start(told["start"]),
        max_duration=_length(told["max_duration_s"]),
        zone=_text(told["zone"]),
        programme_id=_uuid(told["programme"]),
        owner=_key(told["owner"]) if told["owner"] is not None else None,
        start_rule=_word(StartRule, told["start_rule"]),
        grace=_length(told["grace_s"]),
        gain_cb=_whole(told["gain_cb"]),
        night_gain_cb=_whole(told["night_gain_cb"]) if told["night_gain_cb"] is not None else None,
        moved=_set(told["moved"], _moved),
    )


_SLOT_FIELDS = frozenset(
    {
        *("type", "title", "scope", "calendar", "start", "max_duration_s", "zone", "programme", "owner", "start_rule"),
        *("grace_s", "gain_cb", "night_gain_cb", "moved"),
    }
)


def _scope(value: object) -> Scope:
    told = _object(value, frozenset({"everyone", "units", "stations", "languages"}), "nơi phát")
    if not isinstance(told["everyone"], bool):
        raise _Wrong("“everyone” cần là true hoặc false")
    return Scope(
        units=_set(told["units"], _key),
        stations=_set(told["stations"], _uuid),
        languages=_set(told["languages"], _text),
        everyone=told["everyone"],
    )


def _calendar_value(calendar: Calendar) -> dict[str, object]:
    return {
        "first": calendar.first.isoformat(),
        "last": calendar.last.isoformat() if calendar.last is not None else None,
        "weekdays": sorted(calendar.weekdays),
        "every_weeks": calendar.every_weeks,
        "month_days": sorted(calendar.month_days),
        "month_weekdays": [list(each) for each in sorted(calendar.month_weekdays)],
        "holidays": calendar.holidays.value,
        "skipped": [day.isoformat() for day in sorted(calendar.skipped)],
        "added": [day.isoformat() for day in sorted(calendar.added)],
    }


def _calendar(value: object) -> Calendar:
    told = _object(value, _CALENDAR_FIELDS, "lịch ngày")
    return Calendar(
        first=_day(told["first"]),
        last=_day(told["last"]) if told["last"] is not None else None,
        weekdays=_set(told["weekdays"], _whole),
        every_weeks=_whole(told["every_weeks"]),
        month_days=_set(told["month_days"], _whole),
        month_weekdays=_set(told["month_weekdays"], _month_weekday),
        holidays=_word(HolidayRule, told["holidays"]),
        skipped=_set(told["skipped"], _day),
        added=_set(told["added"], _day),
    )


_CALENDAR_FIELDS = frozenset(
    {"first", "last", "weekdays", "every_weeks", "month_days", "month_weekdays", "holidays", "skipped", "added"}
)


def _start_value(start: time | Anchor) -> object:
    if not isinstance(start, Anchor):
        return _hour(start)
    return {"follows": str(start.slot_id), "edge": start.edge.value, "offset_s": _seconds(start.offset)}


def _start(value: object) -> time | Anchor:
    if isinstance(value, str):
        return _time(value)
    told = _object(value, frozenset({"follows", "edge", "offset_s"}), "giờ bắt đầu")
    return Anchor(_uuid(told["follows"]), _word(Edge, told["edge"]), _length(told["offset_s"]))


def _moved(value: object) -> tuple[date, time]:
    day, at = _pair(value)
    return _day(day), _time(at)


def _month_weekday(value: object) -> tuple[int, int]:
    nth, weekday = _pair(value)
    return _whole(nth), _whole(weekday)


def _key_value(key: UnitKey) -> list[str]:
    return [key[0], key[1].isoformat()]


def _key(value: object) -> UnitKey:
    code, first = _pair(value)
    return _text(code), _day(first)


def _hour(at: time) -> str:
    if at.microsecond or at.tzinfo is not None:
        raise _Wrong(f"giờ {at} không tròn giây hoặc kèm múi giờ")
    return at.isoformat() if at.second else f"{at:%H:%M}"


def _seconds(length: timedelta) -> int:
    if length % _ONE_SECOND:
        raise _Wrong(f"độ dài {length} không tròn giây")
    return length // _ONE_SECOND


def _object(value: object, fields: frozenset[str], what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _Wrong(f"{what} cần là một đối tượng")
    differing = sorted(fields ^ value.keys())
    if differing:
        raise _Wrong(f"{what} thiếu hoặc thừa “{str(differing[0])[:40]}”")
    return value


def _pair(value: object) -> tuple[object, object]:
    if not isinstance(value, list) or len(value) != _A_PAIR:
        raise _Wrong("cần một cặp giá trị")
    return value[0], value[1]


def _set(value: object, convert: Callable[[object], _T]) -> frozenset[_T]:
    if not isinstance(value, list):
        raise _Wrong("cần một danh sách")
    return frozenset(convert(each) for each in value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Wrong("cần chữ")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong(f"{str(value)[:40]!r} không phải số nguyên")
    return value


def _length(value: object) -> timedelta:
    try:
        return timedelta(seconds=_whole(value))
    except OverflowError as error:
        raise _Wrong(f"{str(value)[:40]} giây là quá dài") from error


def _uuid(value: object) -> UUID:
    try:
        return UUID(_text(value))
    except ValueError as error:
        raise _Wrong(f"{str(value)[:40]!r} không phải mã UUID") from error


def _day(value: object) -> date:
    return _parsed(value, _DAY, lambda text: datetime.strptime(text, "%Y-%m-%d").date())  # noqa: DTZ007 - a bare day


def _time(value: object) -> time:
    return _parsed(value, _HOUR, time.fromisoformat)


def _parsed(value: object, form: re.Pattern[str], read: Callable[[str], _T]) -> _T:
    text = _text(value)
    try:
        if form.fullmatch(text):
            return read(text)
    except ValueError:
        pass
    raise _Wrong(f"{text[:40]!r} không phải ngày YYYY-MM-DD hoặc giờ HH:MM")


def _word(words: type[_T], value: object) -> _T:
    try:
        return words(value)  # type: ignore[call-arg]  # an enumeration is called with a value
    except ValueError as error:
        raise _Wrong(f"không có lựa chọn {str(value)[:40]!r}") from error
