"""A station's sessions as iCalendar text (RFC 5545): the same sessions always give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from scheduler.services.station_calendar.sessions import CalendarItem, CalendarSession

REFRESH = timedelta(hours=1)
_SEQUENCE_FROM = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Words:
    """What codes are called: results of airings, kinds of items, why something was left out or taken out."""

    result: Callable[[str], str]
    kind: Callable[[str], str]
    reason: Callable[[str], str]


def calendar_text(sessions: Iterable[CalendarSession], *, name: str, words: Words) -> bytes:
    """Return the calendar of ``name``: one event a session, times in UTC, the airing's id as its UID.

    Nothing of the present moment is in it: DTSTAMP is when a session last changed, as RFC 5545 (3.8.7.2) wants it of a
    calendar without a method. SEQUENCE grows whenever a session is planned anew or taken out.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Loa//Lich phat//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for each in sessions:
        calendar.add_component(_event(each, words))
    text: bytes = calendar.to_ical()
    return text


def _event(told: CalendarSession, words: Words) -> Event:
    event = Event()
    event.add("uid", told.id)
    event.add("dtstamp", told.revised_at.replace(microsecond=0))
    event.add("last-modified", told.revised_at.replace(microsecond=0))
    event.add("sequence", max(0, (told.planned_at - _SEQUENCE_FROM) // timedelta(seconds=1)))
    event.add("dtstart", told.starts_at.replace(microsecond=0))
    event.add("dtend", told.ends_by.replace(microsecond=0))
    event.add("summary", f"{_mark(told)}{told.title}")
    event.add("location", ", ".join(filter(None, (told.station_name, told.unit_name))))
    event.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [_category(told)])
    event.add("description", "\n".join(_lines(told, words)))
    return event


def _mark(told: CalendarSession) -> str:
    """Return what stands before the title: nobody may take a drill for an emergency, or either for the ordinary.

    Many programs leave a cancelled session out; those that go on showing it show it as one that won't be.
    """
    gone = "ĐÃ BỎ: " if told.cancelled else ""
    if told.drill:
        return f"{gone}DIỄN TẬP: "
    return f"{gone}KHẨN CẤP: " if told.bulletin_class == "emergency" else gone


def _category(told: CalendarSession) -> str:
    if told.drill:
        return "Diễn tập"
    return {"emergency": "Khẩn cấp", "priority": "Ưu tiên"}.get(told.bulletin_class, "Thông thường")


def _lines(told: CalendarSession, words: Words) -> Iterable[str]:
    if told.cancelled:
        reason = words.reason(told.cancel_reason) if told.cancel_reason else ""
        yield f"Đã bỏ khỏi lịch{f': {reason}' if reason else ''}."
    else:
        yield f"{words.result(told.result)}."
    sounding = [item for item in told.items if item.left_out is None and item.duration_ms is not None]
    for number, item in enumerate(sounding, 1):
        yield f"{number}. {_item(item, words)} ({_length(item.duration_ms or 0)})"
    if sounding:
        yield f"Tổng {len(sounding)} mục, {_length(sum(item.duration_ms or 0 for item in sounding))}."
    for item in told.items:
        if item.left_out is not None:
            yield f"Để lại: {_item(item, words)} ({words.reason(item.left_out)})."


def _item(item: CalendarItem, words: Words) -> str:
    return item.title if item.kind == "bulletin" else f"{words.kind(item.kind)}: {item.title}"


def _length(duration_ms: int) -> str:
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02d}"
