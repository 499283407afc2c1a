"""A step of a change in words: what somebody wants, before what it does is looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, time, timedelta
from itertools import islice
from uuid import UUID

from playlists.calendar import EVERY_DAY, Calendar, HolidayRule
from playlists.changes import Add, AddDate, Edit, End, MoveDate, Skip, Step, Unskip
from playlists.model import StartRule
from playlists.network import Network
from playlists.office_dates import office_date
from playlists.scopes import Scope
from playlists.slots import Anchor, Edge, Slot

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_MOST_NAMED = 3
_ONE_MINUTE = timedelta(minutes=1)


def step_words(step: Step, network: Network, programmes: Mapping[UUID, str]) -> str:
    """Return what the step is to do, as one phrase; ``programmes`` are the titles of programmes."""
    match step:
        case Add():
            told = "; ".join(_facts(step.slot, network, programmes))
            return f"Thêm khung giờ “{step.slot.title}”: {told}"
        case Edit():
            was, new = list(_facts(step.was, network, programmes)), list(_facts(step.slot, network, programmes))
            changes = [f"{old} → {now}" for old, now in zip(was, new, strict=True) if old != now]
            renamed = [f"tên mới “{step.slot.title}”"] if step.was.title != step.slot.title else []
            told = "; ".join((*renamed, *changes)) or "không có gì mới"
            return f"Sửa khung giờ “{step.was.title}”: {told}"
        case End():
            return f"Kết thúc khung giờ “{step.title}”"
        case Skip():
            return f"Nghỉ buổi “{step.title}” ngày {office_date(step.date)}"
        case Unskip():
            return f"Phát lại buổi “{step.title}” ngày {office_date(step.date)} (trước đây nghỉ)"
        case AddDate():
            return f"Thêm buổi “{step.title}” ngày {office_date(step.date)}"
        case MoveDate():
            hour = f"sang {_hour(step.start)}" if step.start is not None else "về giờ thường lệ"
            return f"Dời buổi “{step.title}” ngày {office_date(step.date)} {hour}"


def slot_words(slot: Slot, network: Network) -> str:
    """Return when and where a slot has sessions, as one phrase."""
    return "; ".join(islice(_facts(slot, network, {}), 4))


def _facts(slot: Slot, network: Network, programmes: Mapping[UUID, str]) -> Iterator[str]:
    """Each fact of a slot in words, always as many."""
    yield _start(slot.start)
    yield calendar_words(slot.calendar)
    yield f"dài nhất {_number(slot.max_duration / _ONE_MINUTE)} phút"
    yield scope_words(slot.scope, network)
    yield f"chương trình “{programmes.get(slot.programme_id, 'chưa rõ')}”"
    hard = slot.start_rule is StartRule.HARD
    yield f"{'đúng giờ' if hard else 'nối tiếp'}, chờ tối đa {_number(slot.grace.total_seconds())} giây"
    night = "" if slot.night_gain_cb is None else f", ban đêm {_decibels(slot.night_gain_cb)}"
    yield f"âm lượng {_decibels(slot.gain_cb)}{night}"
    owner = network.unit(slot.owner) if slot.owner is not None else None
    yield "của cả mạng" if slot.owner is None else f"của {owner.name if owner is not None else slot.owner[0]}"
    moved = (f"{office_date(day)} lúc {_hour(at)}" for day, at in sorted(slot.moved))
    yield f"dời {'; '.join(moved)}" if slot.moved else "không dời buổi nào"


def _decibels(gain_cb: int) -> str:
    return "như bản đã duyệt" if not gain_cb else f"{_number(gain_cb / 100)} dB"


def _number(number: float) -> str:
    return f"{number:g}".replace(".", ",").replace("-", "−")


def _start(start: time | Anchor) -> str:
    if not isinstance(start, Anchor):
        return _hour(start)
    edge = "hết" if start.edge is Edge.END else "bắt đầu"
    minutes = start.offset / _ONE_MINUTE
    after = f", {'sau' if minutes > 0 else 'trước'} {_number(abs(minutes))} phút" if minutes else ""
    return f"theo lúc {edge} khung giờ khác{after}"


def _hour(at: time) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def calendar_words(calendar: Calendar) -> str:
    """Return on which days a slot has sessions: ``hằng ngày, từ 01/5/2024 đến hết 31/5/2024``."""
    parts = [_pattern(calendar), f"từ {office_date(calendar.first)}"]
    if calendar.last is not None:
        parts[1] += f" đến hết {office_date(calendar.last)}"
    if calendar.holidays is HolidayRule.SKIP:
        parts.append("nghỉ ngày lễ")
    elif calendar.holidays is HolidayRule.ONLY:
        parts.append("chỉ ngày lễ")
    if calendar.skipped:
        parts.append(f"nghỉ {_days(calendar.skipped)}")
    if calendar.added:
        parts.append(f"thêm {_days(calendar.added)}")
    return ", ".join(parts)


def _pattern(calendar: Calendar) -> str:
    weekdays = ", ".join(_WEEKDAYS[day] for day in sorted(calendar.weekdays))
    if calendar.monthly:
        days = [_month_day(day) for day in sorted(calendar.month_days, key=lambda day: (day < 0, day))]
        days += [f"{_WEEKDAYS[day]} {_nth(nth)}" for nth, day in sorted(calendar.month_weekdays)]
        only = "" if calendar.weekdays == EVERY_DAY else f" nếu là {weekdays}"
        return f"{', '.join(days)} hằng tháng{only}"
    words = "hằng ngày" if calendar.weekdays == EVERY_DAY else weekdays
    return words if calendar.every_weeks == 1 else f"{words}, {calendar.every_weeks} tuần một lần"


def _month_day(day: int) -> str:
    if day == -1:
        return "ngày cuối"
    return f"ngày {day}" if day > 0 else f"ngày thứ {-day} tính từ cuối"


def _nth(nth: int) -> str:
    if nth == -1:
        return "cuối cùng"
    return f"lần thứ {nth}" if nth > 0 else f"lần thứ {-nth} tính từ cuối"


def _days(days: Collection[date]) -> str:
    ordered = sorted(days)
    named = ", ".join(office_date(day) for day in ordered[:_MOST_NAMED])
    return named if len(ordered) <= _MOST_NAMED else f"{named} và {len(ordered) - _MOST_NAMED} ngày khác"


def scope_words(scope: Scope, network: Network) -> str:
    """Return whom a slot means: ``toàn mạng``, or units and stations by name, with the languages asked for."""
    names = ["toàn mạng"] if scope.everyone else []
    names += [unit.name if (unit := network.unit(key)) else key[0] for key in sorted(scope.units)]
    names += sorted(
        known.name if (known := network.stations.get(each)) else "cụm loa đã ngừng" for each in scope.stations
    )
    shown = ", ".join(names[:_MOST_NAMED])
    more = f" và {len(names) - _MOST_NAMED} nơi khác" if len(names) > _MOST_NAMED else ""
    languages = f" (cụm loa có tiếng {', '.join(sorted(scope.languages))})" if scope.languages else ""
    return f"ở {shown}{more}{languages}"
