"""Hand-worked cases of the timetable: each was written down by reading a calendar, not by running the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sample_network import (
    DISTRICT,
    EVERYWHERE,
    NETWORK,
    NEW_TOWN,
    OLD_A,
    OLD_TOWN,
    PROVINCE,
    STATIONS,
    UNITS,
    a_station,
    at,
    days_of,
    lost,
    network_slot,
    told,
    under,
)
from sample_plans import an_id

from playlists.calendar import Calendar, HolidayRule
from playlists.candidates import CircularStart
from playlists.hours import Hours, HoursRule, Window
from playlists.model import StartRule
from playlists.network import Network
from playlists.settling import Taken
from playlists.slots import Anchor, Edge, Slot
from playlists.timetable import Local, Timetable

LONG = date(2020, 1, 1)
BERLIN = "Europe/Berlin"
#: Tết Giáp Thìn and the days before and after that the government gave in 2024.
TET_2024 = frozenset(date(2024, 2, day) for day in range(8, 15))


@dataclass(frozen=True)
class Case:
    """What stands in the timetable, and what a station has on some days."""

    name: str
    slots: Sequence[Slot]
    station: str
    first: date
    sessions: Sequence[str]
    lost: Sequence[str] = ()
    days: int = 1
    zone: str = "Asia/Ho_Chi_Minh"
    timetable: dict[str, Any] | None = None
    network: Network = NETWORK


def slot(name: str, scope: object = EVERYWHERE, start: object = "17:00", minutes: int = 45, **more: Any) -> Slot:
    return network_slot(name, scope, start, minutes=minutes, **more)  # type: ignore[arg-type]  # as the tables give it


def after(name: str, minutes: int = 0, edge: Edge = Edge.END) -> Anchor:
    return Anchor(an_id(name), edge, timedelta(minutes=minutes))


def taken(day: date, start: str, end: str, title: str = "Phát bù") -> Taken:
    def instant(wall: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(wall), tzinfo=UTC) - timedelta(hours=7)

    return Taken(instant(start), instant(end), title)


def local(station: str, *given: Taken, cancelled: frozenset[tuple[str, date]] = frozenset()) -> dict[str, Any]:
    called_off = frozenset((an_id(name), day) for name, day in cancelled)
    return {"local": {an_id(station): Local(tuple(given), called_off)}}


TUESDAY = date(2024, 5, 7)
HOURS = Hours(
    allowed=Window(time(5), time(22)),
    quiet=(Window(time(11, 30), time(13, 30)),),
    night=Window(time(21), time(6)),
    night_gain_cb=-600,
)
MOVED_MIDWEEK = Network(
    UNITS, (*STATIONS, a_station("wanderer", ("03287", LONG, date(2024, 5, 7)), ("03313", date(2024, 5, 8), None)))
)

CASES = [
    Case("an ordinary day", [slot("Chiều")], "town", TUESDAY, ["07/05 17:00 Chiều"]),
    Case(
        "the commune below has the producer's session",
        [slot("Huyện", under(DISTRICT), owner=DISTRICT)],
        "a1",
        TUESDAY,
        ["07/05 17:00 Huyện"],
    ),
    Case(
        "a commune adds its own",
        [slot("Huyện", under(DISTRICT), owner=DISTRICT), slot("Xã", under(OLD_A), "18:00", owner=OLD_A)],
        "a1",
        TUESDAY,
        ["07/05 17:00 Huyện", "07/05 18:00 Xã"],
    ),
    Case(
        "and the neighbour doesn't hear it",
        [slot("Huyện", under(DISTRICT), owner=DISTRICT), slot("Xã", under(OLD_A), "18:00", owner=OLD_A)],
        "b1",
        TUESDAY,
        ["07/05 17:00 Huyện"],
    ),
    Case(
        "the producer goes before the commune",
        [slot("Huyện", under(DISTRICT), owner=DISTRICT), slot("Xã", under(OLD_A), "16:30", owner=OLD_A)],
        "a1",
        TUESDAY,
        ["07/05 17:00 Huyện"],
        ["07/05 Xã: clash Huyện"],
    ),
    Case(
        "the province goes before the district, which then leaves its own commune free",
        [
            slot("Tỉnh", under(PROVINCE), "17:30", owner=PROVINCE),
            slot("Huyện", under(DISTRICT), "17:00", owner=DISTRICT),
            slot("Xã", under(OLD_A), "16:45", minutes=30, owner=OLD_A),
        ],
        "a1",
        TUESDAY,
        ["07/05 16:45 Xã", "07/05 17:30 Tỉnh"],
        ["07/05 Huyện: clash Tỉnh"],
    ),
    Case(
        "a hard start goes before a soft one of the same unit, though it is later",
        [slot("Mềm", start="16:50", start_rule=StartRule.SOFT), slot("Cứng")],
        "town",
        TUESDAY,
        ["07/05 17:00 Cứng"],
        ["07/05 Mềm: clash Cứng"],
    ),
    Case(
        "one ends as the other begins",
        [slot("Một"), slot("Hai", start="17:45")],
        "town",
        TUESDAY,
        ["07/05 17:00 Một", "07/05 17:45 Hai"],
    ),
    Case(
        "a second of overlap is an overlap",
        [slot("Một"), slot("Hai", start="17:44:59")],
        "town",
        TUESDAY,
        ["07/05 17:00 Một"],
        ["07/05 Hai: clash Một"],
    ),
    Case(
        "past midnight it belongs to the day it began on",
        [slot("Đêm", start="23:30", minutes=60)],
        "town",
        TUESDAY,
        ["07/05 23:30 Đêm"],
    ),
    Case(
        "a session from last night still holds its time",
        [slot("Đêm", start="23:30", minutes=60), slot("Sáng sớm", start="00:15", start_rule=StartRule.SOFT)],
        "town",
        TUESDAY,
        ["07/05 23:30 Đêm"],
        ["07/05 Sáng sớm: clash Đêm"],
    ),
    Case(
        "the gap of spring: what has no hour begins when the hour does",
        [slot("Giờ mất", start="02:30", zone=BERLIN)],
        "town",
        date(2024, 3, 31),
        ["31/03 03:00 Giờ mất"],
        zone=BERLIN,
    ),
    Case(
        "the gap pushes one session onto another",
        [
            slot("Giờ mất", start="02:30", minutes=30, zone=BERLIN),
            slot("Ba giờ", start="03:00", zone=BERLIN, start_rule=StartRule.SOFT),
        ],
        "town",
        date(2024, 3, 31),
        ["31/03 03:00 Giờ mất"],
        ["31/03 Ba giờ: clash Giờ mất"],
        zone=BERLIN,
    ),
    Case(
        "the overlap of autumn: the first of two",
        [slot("Giờ đôi", start="02:30", minutes=30, zone=BERLIN), slot("Ba giờ", start="03:00", zone=BERLIN)],
        "town",
        date(2024, 10, 27),
        ["27/10 02:30 Giờ đôi", "27/10 03:00 Ba giờ"],
        zone=BERLIN,
    ),
    Case(
        "29 February",
        [slot("Ngày nhuận", calendar=Calendar(LONG, month_days=frozenset({29})))],
        "town",
        date(2024, 2, 29),
        ["29/02 17:00 Ngày nhuận"],
    ),
    Case(
        "no 29 February",
        [slot("Ngày nhuận", calendar=Calendar(LONG, month_days=frozenset({29})))],
        "town",
        date(2023, 2, 27),
        [],
        days=3,
    ),
    Case(
        "the last day of February",
        [slot("Cuối tháng", calendar=Calendar(LONG, month_days=frozenset({-1})))],
        "town",
        date(2023, 2, 27),
        ["28/02 17:00 Cuối tháng"],
        days=3,
    ),
    Case(
        "Tết: the ordinary rests, the festive airs",
        [
            slot("Thường", calendar=Calendar(LONG, holidays=HolidayRule.SKIP)),
            slot("Chúc Tết", start="08:00", calendar=Calendar(LONG, holidays=HolidayRule.ONLY)),
        ],
        "town",
        date(2024, 2, 7),
        ["07/02 17:00 Thường", "08/02 08:00 Chúc Tết"],
        days=2,
        timetable={"holidays": TET_2024},
    ),
    Case(
        "the day after Tết all is as before",
        [slot("Thường", calendar=Calendar(LONG, holidays=HolidayRule.SKIP))],
        "town",
        date(2024, 2, 14),
        ["15/02 17:00 Thường"],
        days=2,
        timetable={"holidays": TET_2024},
    ),
    Case(
        "the last evening of the old district and the first of the new commune",
        [slot("Huyện", under(DISTRICT), owner=DISTRICT), slot("Xã mới", under(NEW_TOWN), owner=NEW_TOWN)],
        "a1",
        date(2025, 6, 30),
        ["30/06 17:00 Huyện", "01/07 17:00 Xã mới"],
        days=2,
    ),
    Case(
        "a code used again doesn't carry the old unit's slot over",
        [slot("Thị trấn", under(OLD_TOWN), owner=OLD_TOWN)],
        "town",
        date(2025, 6, 30),
        ["30/06 17:00 Thị trấn"],
        days=2,
    ),
    Case(
        "the province's slot doesn't notice the reform",
        [slot("Tỉnh", under(PROVINCE), owner=PROVINCE)],
        "a1",
        date(2025, 6, 30),
        ["30/06 17:00 Tỉnh", "01/07 17:00 Tỉnh"],
        days=2,
    ),
    Case(
        "a station that moves in mid-week takes its new unit's sessions from that day",
        [slot("Xã A", under(OLD_A), owner=OLD_A), slot("Xã B", under(("03313", date(2004, 1, 1))), "18:00")],
        "wanderer",
        date(2024, 5, 6),
        ["06/05 17:00 Xã A", "07/05 17:00 Xã A", "08/05 18:00 Xã B", "09/05 18:00 Xã B"],
        days=4,
        network=MOVED_MIDWEEK,
    ),
    Case(
        "only those who speak it",
        [slot("Tiếng Thái", under(PROVINCE, languages="blt"))],
        "b1",
        TUESDAY,
        [],
    ),
    Case(
        "and they do", [slot("Tiếng Thái", under(PROVINCE, languages="blt"))], "a1", TUESDAY, ["07/05 17:00 Tiếng Thái"]
    ),
    Case(
        "too early for the allowed hours",
        [slot("Sớm", start="04:30"), slot("Chiều")],
        "town",
        TUESDAY,
        ["07/05 17:00 Chiều"],
        ["07/05 Sớm: hours"],
        timetable={"hours": HOURS},
    ),
    Case(
        "it ends a minute after the allowed hours",
        [slot("Muộn", start="21:16")],
        "town",
        TUESDAY,
        [],
        ["07/05 Muộn: hours"],
        timetable={"hours": HOURS},
    ),
    Case(
        "it ends with the allowed hours",
        [slot("Tối", start="21:15")],
        "town",
        TUESDAY,
        ["07/05 21:15 Tối"],
        timetable={"hours": HOURS},
    ),
    Case(
        "quiet hours only warn",
        [slot("Trưa", start="11:45")],
        "town",
        TUESDAY,
        ["07/05 11:45 Trưa"],
        timetable={"hours": HOURS},
    ),
    Case(
        "unless they refuse",
        [slot("Trưa", start="11:00", minutes=31)],
        "town",
        TUESDAY,
        [],
        ["07/05 Trưa: hours"],
        timetable={"hours": Hours(quiet=(Window(time(11, 30), time(13, 30)),), in_quiet=HoursRule.REFUSE)},
    ),
    Case(
        "what the hours refuse holds no time",
        [slot("Sớm", start="04:30", minutes=60), slot("Năm giờ", start="05:00", start_rule=StartRule.SOFT)],
        "town",
        TUESDAY,
        ["07/05 05:00 Năm giờ"],
        ["07/05 Sớm: hours"],
        timetable={"hours": HOURS},
    ),
    Case(
        "one follows another at once",
        [slot("Huyện", under(DISTRICT), owner=DISTRICT), slot("Xã", under(OLD_A), after("Huyện"), owner=OLD_A)],
        "a1",
        TUESDAY,
        ["07/05 17:00 Huyện", "07/05 17:45 Xã"],
    ),
    Case(
        "five minutes before another begins",
        [slot("Huyện"), slot("Báo trước", start=after("Huyện", -5, Edge.START), minutes=5)],
        "town",
        TUESDAY,
        ["07/05 16:55 Báo trước", "07/05 17:00 Huyện"],
    ),
    Case(
        "nothing to follow where the leader was pushed out",
        [
            slot("Tỉnh", under(PROVINCE), owner=PROVINCE),
            slot("Huyện", under(DISTRICT), "17:15", owner=DISTRICT),
            slot("Sau huyện", start=after("Huyện")),
        ],
        "a1",
        TUESDAY,
        ["07/05 17:00 Tỉnh"],
        ["07/05 Huyện: clash Tỉnh", "07/05 Sau huyện: nothing-to-follow"],
    ),
    Case(
        "nothing to follow where the leader isn't heard",
        [slot("Xã", under(OLD_A), owner=OLD_A), slot("Sau xã", start=after("Xã"))],
        "b1",
        TUESDAY,
        [],
        ["07/05 Sau xã: nothing-to-follow"],
    ),
    Case(
        "the last of a chain that began days before",
        [
            slot("Một", start="10:00", calendar=Calendar(LONG, weekdays=frozenset({0})), minutes=30),
            slot("Hai", start=after("Một", 24 * 60), minutes=30),
            slot("Ba", start=after("Hai", 24 * 60), minutes=30),
            slot("Bốn", start=after("Ba", 24 * 60), minutes=30),
        ],
        "town",
        date(2024, 5, 9),
        ["09/05 11:30 Bốn"],
    ),
    Case(
        "a session called off beside nothing else",
        [slot("Chiều")],
        "town",
        TUESDAY,
        [],
        ["07/05 Chiều: cancelled"],
        timetable=local("town", cancelled=frozenset({("Chiều", TUESDAY)})),
    ),
    Case(
        "the network's own slot goes before the province's",
        [slot("Mạng"), slot("Tỉnh", under(PROVINCE), "16:45", owner=PROVINCE)],
        "town",
        TUESDAY,
        ["07/05 17:00 Mạng"],
        ["07/05 Tỉnh: clash Mạng"],
    ),
    Case(
        "a unit that has ended outranks nobody, also where another has its code",
        [
            slot("Xã mới", under(NEW_TOWN), "17:30", owner=NEW_TOWN),
            slot("Thị trấn cũ", at("town"), owner=OLD_TOWN),
        ],
        "town",
        date(2025, 6, 30),
        ["30/06 17:00 Thị trấn cũ", "01/07 17:30 Xã mới"],
        ["01/07 Thị trấn cũ: clash Xã mới"],
        days=2,
    ),
    Case(
        "a chain of clashes that began four days before",
        [
            slot(name, start=start, minutes=24 * 60, calendar=Calendar(day, day))
            for name, day, start in (
                ("Không", date(2024, 5, 6), "00:00"),
                ("Một", date(2024, 5, 6), "23:00"),
                ("Hai", date(2024, 5, 7), "22:00"),
                ("Ba", date(2024, 5, 8), "21:00"),
                ("Bốn", date(2024, 5, 9), "20:00"),
                ("Năm", date(2024, 5, 10), "19:00"),
            )
        ],
        "town",
        date(2024, 5, 10),
        [],
        ["10/05 Năm: clash Bốn"],
    ),
    Case(
        "a make-good planned by hand keeps its time",
        [slot("Chiều")],
        "town",
        TUESDAY,
        [],
        ["07/05 Chiều: clash Phát bù"],
        timetable=local("town", taken(TUESDAY, "16:30", "17:01")),
    ),
    Case(
        "a session called off leaves its time to the one that it had pushed out",
        [slot("Huyện", under(DISTRICT), owner=DISTRICT), slot("Xã", under(OLD_A), "17:30", owner=OLD_A)],
        "a1",
        TUESDAY,
        ["07/05 17:30 Xã"],
        ["07/05 Huyện: cancelled"],
        timetable=local("a1", cancelled=frozenset({("Huyện", TUESDAY)})),
    ),
    Case(
        "one date moved, the next as ever",
        [slot("Chiều", moved=frozenset({(TUESDAY, time(16))}))],
        "town",
        TUESDAY,
        ["07/05 16:00 Chiều", "08/05 17:00 Chiều"],
        days=2,
    ),
    Case(
        "one date left out, one added beyond the end",
        [
            slot(
                "Chiều",
                calendar=Calendar(
                    LONG,
                    TUESDAY + timedelta(days=1),
                    skipped=frozenset({TUESDAY}),
                    added=frozenset({date(2024, 5, 10)}),
                ),
            )
        ],
        "town",
        TUESDAY,
        ["08/05 17:00 Chiều", "10/05 17:00 Chiều"],
        days=4,
    ),
    Case(
        "every other week",
        [slot("Cách tuần", calendar=Calendar(date(2024, 5, 6), weekdays=frozenset({1}), every_weeks=2))],
        "town",
        TUESDAY,
        ["07/05 17:00 Cách tuần", "21/05 17:00 Cách tuần"],
        days=15,
    ),
    Case(
        "the first Monday of the month",
        [slot("Thứ Hai đầu tháng", calendar=Calendar(LONG, month_weekdays=frozenset({(1, 0)})))],
        "town",
        date(2024, 5, 1),
        ["06/05 17:00 Thứ Hai đầu tháng", "03/06 17:00 Thứ Hai đầu tháng"],
        days=40,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(case: Case) -> None:
    timetable = Timetable(case.network, case.slots, **(case.timetable or {}))
    found = days_of(timetable, case.station, case.first, case.days, case.zone)
    assert told(found, case.zone) == list(case.sessions)
    assert lost(found) == list(case.lost)


def test_warnings_and_the_night_stand_beside_the_session() -> None:
    timetable = Timetable(
        NETWORK,
        [
            slot("Trưa", start="11:45"),
            slot("Sớm", start="05:00", gain_cb=-100),
            slot("Riêng", start="05:50", minutes=5, night_gain_cb=-50),
        ],
        hours=HOURS,
    )
    found = days_of(timetable, "town", TUESDAY)
    assert [(each.slot.title, str(each.breaches[0].window)) for each in found.warned] == [("Trưa", "11:30–13:30")]
    assert [(each.slot.title, each.gain_cb) for each in found.sessions] == [("Sớm", -700), ("Riêng", -50), ("Trưa", 0)]


def test_slots_that_wait_for_each_other_are_refused() -> None:
    circle = [slot("Một", start=after("Hai")), slot("Hai", start=after("Ba")), slot("Ba", start=after("Một"))]
    with pytest.raises(CircularStart, match="theo"):
        Timetable(NETWORK, circle)
    with pytest.raises(CircularStart):
        Timetable(NETWORK, circle[:1]).with_slot(circle[1]).with_slot(circle[2])
