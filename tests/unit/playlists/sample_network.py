"""A small network for the tests of this folder: a province, an old district, communes before and after a merge."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sample_plans import a_slot, an_id

from playlists.network import Network, Station, Stay, Unit, UnitKey
from playlists.recurrence import zone_named
from playlists.scopes import Scope
from playlists.slots import Slot
from playlists.timetable import StationDays, Timetable

LONG_AGO = date(2004, 1, 1)
LAST_OF_DISTRICT = date(2025, 6, 30)
REFORM = date(2025, 7, 1)
PROVINCE: UnitKey = ("11", LONG_AGO)
DISTRICT: UnitKey = ("102", LONG_AGO)
OLD_A: UnitKey = ("03287", LONG_AGO)
OLD_B: UnitKey = ("03313", LONG_AGO)
OLD_TOWN: UnitKey = ("03256", LONG_AGO)
NEW_TOWN: UnitKey = ("03256", REFORM)
NEW_C: UnitKey = ("03313", REFORM)

UNITS = (
    Unit("11", "Tỉnh", LONG_AGO),
    Unit("102", "Huyện cũ", LONG_AGO, LAST_OF_DISTRICT, "11"),
    Unit("03256", "Thị trấn cũ", LONG_AGO, LAST_OF_DISTRICT, "102"),
    Unit("03287", "Xã cũ A", LONG_AGO, LAST_OF_DISTRICT, "102"),
    Unit("03313", "Xã cũ B", LONG_AGO, LAST_OF_DISTRICT, "102"),
    Unit("03256", "Xã mới", REFORM, None, "11", ("03256", "03287")),
    Unit("03313", "Xã mới C", REFORM, None, "11", ("03313",)),
)


def a_station(name: str, *stays: tuple[str, date, date | None], languages: str = "vi") -> Station:
    return Station(an_id(name), name, frozenset(languages.split()), tuple(Stay(*stay) for stay in stays))


STATIONS = (
    a_station("town", ("03256", LONG_AGO, None)),
    a_station("a1", ("03287", LONG_AGO, LAST_OF_DISTRICT), ("03256", REFORM, None), languages="vi blt"),
    a_station("b1", ("03313", LONG_AGO, None), languages="vi hmn"),
)
NETWORK = Network(UNITS, STATIONS)


def under(*keys: UnitKey, languages: str = "") -> Scope:
    return Scope(units=frozenset(keys), languages=frozenset(languages.split()))


def at(*names: str) -> Scope:
    return Scope(stations=frozenset(an_id(name) for name in names))


EVERYWHERE = Scope(everyone=True)


def network_slot(name: str, scope: Scope = EVERYWHERE, start: object = "17:00", **more: object) -> Slot:
    begins = time.fromisoformat(start) if isinstance(start, str) else start
    return a_slot(name, scope=scope, start=begins, **more)  # type: ignore[arg-type]  # tables hand over any facts


def day_start(day: date, zone: str = "Asia/Ho_Chi_Minh") -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone_named(zone)).astimezone(ZoneInfo("UTC"))


def days_of(
    timetable: Timetable, station: str, first: date, days: int = 1, zone: str = "Asia/Ho_Chi_Minh"
) -> StationDays:
    since, until = day_start(first, zone), day_start(first + timedelta(days=days), zone)
    return timetable.plan(since, until, [an_id(station)])[an_id(station)]


def told(days: StationDays, zone: str = "Asia/Ho_Chi_Minh") -> list[str]:
    """The sessions as a person would note them: 07/05 17:00 title."""
    tz = zone_named(zone)
    return [f"{each.starts_at.astimezone(tz):%d/%m %H:%M} {each.slot.title}" for each in days.sessions]


def lost(days: StationDays) -> list[str]:
    """The sessions that don't take place: date, title, reason and what has their time."""
    return [
        f"{each.date:%d/%m} {each.slot.title}: {each.reason}" + (f" {each.by.title}" if each.by is not None else "")
        for each in days.dropped
    ]
