"""What whoever decides on a change should know beyond its sessions: units that end, repeats at dawn, nobody reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from playlists.dawn import dawn_repeats
from playlists.effect import Alike
from playlists.office_dates import office_date
from playlists.scopes import LostUnit, Reach, lost_units
from playlists.slots import Slot
from playlists.timetable import StationDays
from scheduler.services.local_days import local_day
from scheduler.services.timetable.effect_losses import Scene, where

Plans = tuple[Mapping[UUID, StationDays], Mapping[UUID, StationDays]]


def warnings(found: Sequence[Alike], plans: Plans, scene: Scene, *, filled_anew: Collection[UUID]) -> tuple[str, ...]:
    """Return the warnings in words.

    ``filled_anew`` are the programmes whose content differs from session to session.
    """
    written = [slot for each in sorted(scene.written) if (slot := scene.timetable.slots.get(each)) is not None]
    return (
        *(words for slot in written for words in _places(slot, scene)),
        *_repeats(found, plans, scene, filled_anew),
    )


def _places(slot: Slot, scene: Scene) -> Iterator[str]:
    """Whom the slot no longer reaches: units that end while it stands, or everybody."""
    days = _days_that_differ(slot, scene)
    reach = Reach(scene.timetable.network)
    if not any(reach.stations(slot.scope, day) for day in days):
        yield f"Khung giờ “{slot.title}” chưa tới cụm loa nào. Hãy chọn lại nơi phát"
    told = set()
    for day in days:
        for lost in lost_units(slot.scope, scene.timetable.network, day):
            if lost.key not in told:
                told.add(lost.key)
                yield _lost_unit(slot, lost)


def _days_that_differ(slot: Slot, scene: Scene) -> list[date]:
    """The first day of the slot to come, and each later day on which the network is another than the day before."""
    network = scene.timetable.network
    today = local_day(scene.now, scene.tz)
    first = max(today, slot.calendar.first)
    last = min(local_day(scene.until, scene.tz), slot.calendar.last or date.max)
    days = (first + timedelta(days=number) for number in range(max((last - first).days, 0) + 1))
    stretches: dict[int, date] = {}
    for day in days:
        stretches.setdefault(network.stretch(day), day)
    return list(stretches.values())


def _lost_unit(slot: Slot, lost: LostUnit) -> str:
    name = f"{lost.unit.name} ({lost.key[0]})" if lost.unit is not None else lost.key[0]
    after = ", ".join(f"{unit.name} ({unit.code})" for unit in lost.successors)
    told = f"Từ {office_date(lost.day)} khung giờ “{slot.title}” không còn tới {name}"
    if after:
        return f"{told}: đơn vị này đã nhập vào {after}. Hãy chọn đơn vị mới cho khung giờ"
    return f"{told}: đơn vị này không còn. Hãy chọn lại nơi phát"


def _repeats(found: Sequence[Alike], plans: Plans, scene: Scene, filled_anew: Collection[UUID]) -> Iterator[str]:
    places: dict[tuple[str, str], set[UUID]] = {}
    for alike in found:
        station_id = alike.station_ids[0]
        before, after = (_fixed(plan[station_id], filled_anew) for plan in plans)
        for pair in after - before:
            places.setdefault(pair, set()).update(alike.station_ids)
    for (evening, dawn), stations in sorted(places.items()):
        there = where(stations, scene.timetable.network)
        yield (
            f"“{dawn}” phát lại vào sáng sớm chương trình mà “{evening}” vừa phát tối hôm trước ở {there}. "
            "Hãy chọn chương trình khác cho một trong hai khung giờ"
        )


def _fixed(days: StationDays, filled_anew: Collection[UUID]) -> set[tuple[str, str]]:
    return {
        (evening.slot.title, dawn.slot.title)
        for evening, dawn in dawn_repeats(days.sessions)
        if dawn.slot.programme_id not in filled_anew
    }
