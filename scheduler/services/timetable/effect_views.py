"""What a change of the timetable does, in values and words for pages, and as a document to hash and keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from playlists.office_dates import office_date
from scheduler.canonical import digest, format_instant
from scheduler.errors import Conflict

_ONE_MINUTE = timedelta(minutes=1)


class Kind(StrEnum):
    """What becomes of a session; the value is how people call it."""

    ADDED = "thêm"
    MOVED = "dời"
    CHANGED = "sửa"
    REMOVED = "bỏ"


@dataclass(frozen=True, slots=True)
class Where:
    """The stations at which something happens alike, by id, and the name of the first two."""

    station_ids: tuple[str, ...]
    names: tuple[str, ...]

    def __str__(self) -> str:
        """``Búng Lao và 13 cụm loa khác``."""
        if len(self.station_ids) == 1:
            return self.names[0]
        if len(self.station_ids) == len(self.names):
            return " và ".join(self.names)
        return f"{self.names[0]} và {len(self.station_ids) - 1} cụm loa khác"


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One session of a slot at the stations where the same becomes of it; ``was_at`` is the start before a move."""

    kind: Kind
    slot_id: str
    title: str
    date: date
    starts_at: datetime
    was_at: datetime | None
    where: Where
    zone: ZoneInfo

    def __str__(self) -> str:
        """``thêm “Buổi sáng” 05:30 ngày 09/5/2024 ở Búng Lao và 13 cụm loa khác``."""
        hour = f"{self.starts_at.astimezone(self.zone):%H:%M}"
        if self.was_at is not None:
            hour = f"{self.was_at.astimezone(self.zone):%H:%M} → {hour}"
        day = office_date(self.starts_at.astimezone(self.zone).date())
        return f"{self.kind} “{self.title}” {hour} ngày {day} ở {self.where}"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What can be done about a clash with the slot ``slot_id``: another local ``start``, another ``max_duration``, or,
    with neither, another day."""

    slot_id: str | None
    title: str
    start: time | None = None
    max_duration: timedelta | None = None

    def __str__(self) -> str:
        """``dời “Tin xã” sang 17:15``."""
        if self.start is not None:
            return f"dời “{self.title}” sang {self.start:%H:%M}"
        if self.max_duration is not None:
            return f"rút ngắn “{self.title}” còn {self.max_duration // _ONE_MINUTE} phút"
        return f"chọn ngày khác cho “{self.title}”"


@dataclass(frozen=True, slots=True)
class LostTime:
    """Sessions of one slot that lose their time to another, alike in hours: on ``first`` and ``sessions`` - 1 later
    days.

    ``tied``: no rule says which of the two goes first, so the change can't be made as it is.
    """

    slot_id: str
    title: str
    hours: str
    by_title: str
    by_hours: str
    minutes: int
    first: date
    sessions: int
    where: Where
    tied: bool
    remedies: tuple[Remedy, ...]

    def __str__(self) -> str:
        """Slots, stations, hours, minutes and what can be done."""
        times = f" ({self.sessions} buổi)" if self.sessions > 1 else ""
        return (
            f"“{self.title}” ({self.hours}) mất giờ vì “{self.by_title}” ({self.by_hours}) ở {self.where}, trùng "
            f"{self.minutes} phút, từ ngày {office_date(self.first)}{times}. Có thể {remedies_words(self.remedies)}"
        )


@dataclass(frozen=True, slots=True)
class OutOfHours:
    """Sessions of one slot that break the network's hours, alike in hours; ``refused``: they won't take place."""

    slot_id: str
    title: str
    hours: str
    rule: str
    first: date
    sessions: int
    where: Where
    refused: bool

    def __str__(self) -> str:
        """Slot, hours, rule, stations and what can be done."""
        times = f" ({self.sessions} buổi)" if self.sessions > 1 else ""
        return (
            f"“{self.title}” ({self.hours}) {self.rule} ở {self.where}, từ ngày {office_date(self.first)}{times}. "
            "Hãy dời giờ hoặc rút ngắn"
        )


@dataclass(frozen=True, slots=True)
class EffectView:
    """What a change does.

    ``counts`` are sessions × stations by kind, and ``lines`` the first of them, both over the local days from ``first``
    to ``last``: those ahead, or as many from the first day on which anything differs. All else is looked at for over a
    year. ``lines_left`` is how many lines are not told, ``detail`` the digest of every single difference.
    """

    first: date
    last: date
    soon: bool
    counts: tuple[tuple[Kind, int], ...]
    station_ids: tuple[str, ...]
    counted_stations: int
    lines: tuple[EffectLine, ...]
    lines_left: int
    lost: tuple[LostTime, ...]
    out_of_hours: tuple[OutOfHours, ...]
    warnings: tuple[str, ...]
    detail: str

    @property
    def words(self) -> str:
        """``thêm 3, dời 12, bỏ 1 buổi phát ở 14 cụm loa``."""
        told = ", ".join(f"{kind} {count}" for kind, count in self.counts)
        return f"{told} buổi phát ở {self.counted_stations} cụm loa" if told else "không đổi buổi phát nào"

    @property
    def period(self) -> str:
        """The days that ``words`` are about."""
        count = (self.last - self.first).days + 1
        return f"{count} ngày tới" if self.soon else f"{count} ngày từ {office_date(self.first)}"

    @property
    def refusals(self) -> tuple[str, ...]:
        """What stands in the way of the change, in words; empty when it can be made."""
        ties = [f"Trùng giờ phát: {each}" for each in self.lost if each.tied]
        return (*ties, *(f"Ngoài giờ được phát: {each}" for each in self.out_of_hours if each.refused))

    @property
    def concerns(self) -> tuple[str, ...]:
        """What whoever decides should know, in words; it doesn't stand in the way."""
        lost = [str(each) for each in self.lost if not each.tied]
        return (*lost, *(str(each) for each in self.out_of_hours if not each.refused), *self.warnings)

    @property
    def digest(self) -> str:
        """What tells this effect from any other: SHA-256 over :func:`effect_document`."""
        return digest(effect_document(self))

    def require_possible(self) -> None:
        """Raise :class:`~scheduler.errors.Conflict` saying the first thing that stands in the way, if any does."""
        if self.refusals:
            more = f"; và {len(self.refusals) - 1} chỗ khác" if len(self.refusals) > 1 else ""
            raise Conflict(what=self.refusals[0] + more, refusals=self.refusals)


def remedies_words(remedies: Iterable[Remedy]) -> str:
    """Return what can be done, as one phrase: one of them is enough."""
    return ", hoặc ".join(str(each) for each in remedies)


def effect_document(view: EffectView) -> dict[str, object]:
    """Return the effect as a value of canonical JSON, ``loa.effect/1``: what a decision keeps."""
    return {
        "type": "loa.effect/1",
        "first": view.first.isoformat(),
        "last": view.last.isoformat(),
        "words": view.words,
        "period": view.period,
        "counts": {kind.name.lower(): count for kind, count in view.counts},
        "stations": list(view.station_ids),
        "lines": [_line(each) for each in view.lines],
        "lines_left": view.lines_left,
        "refusals": list(view.refusals),
        "concerns": list(view.concerns),
        "detail": view.detail,
    }


def _line(line: EffectLine) -> dict[str, object]:
    return {
        "kind": line.kind.name.lower(),
        "slot": line.slot_id,
        "title": line.title,
        "date": line.date.isoformat(),
        "starts_at": format_instant(line.starts_at),
        "was_at": format_instant(line.was_at) if line.was_at is not None else None,
        "stations": list(line.where.station_ids),
    }


def counted(counts: Sequence[tuple[Kind, int]]) -> tuple[tuple[Kind, int], ...]:
    """Return the kinds that occur, in the order in which people are told of them."""
    found = dict.fromkeys(Kind, 0)
    for kind, count in counts:
        found[kind] += count
    return tuple((kind, count) for kind, count in found.items() if count)
