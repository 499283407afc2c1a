"""The units of a small district before and after a reform, with stations and slots over them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from playlists.calendar import Calendar
from playlists.network import UnitKey
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.db.planning import Programme
from scheduler.db.planning import Slot as SlotIdentity
from scheduler.db.timetable import SlotVersion
from scheduler.db.units import StationUnit, Unit
from scheduler.rules.permissions import Actor
from scheduler.services import stations
from scheduler.services.timetable.contents import slot_content

REFORM = date(2025, 7, 1)
OLD = date(2006, 11, 14)
NOW = datetime(2025, 6, 1, 3, 0, tzinfo=UTC)
TODAY = date(2025, 6, 1)
PROVINCE: UnitKey = ("11", date(2004, 1, 1))
DISTRICT: UnitKey = ("102", OLD)
TOWN, UPPER, LOWER, CAY = (("03256", OLD), ("03307", OLD), ("03310", OLD), ("03287", OLD))
HAMLET: UnitKey = ("03307-1", OLD)


@dataclass
class Stage:
    """Units as before the reform; verbs add stations and slots."""

    session: Session
    admin: Actor

    def __post_init__(self) -> None:
        for (code, first), kind, name, parent in (
            (PROVINCE, "tinh", "Tỉnh Điện Biên", None),
            (DISTRICT, "huyen", "Huyện Mường Ảng", "11"),
            (TOWN, "thi_tran", "Thị trấn Mường Ảng", "102"),
            (UPPER, "xa", "Xã Ẳng Nưa", "102"),
            (LOWER, "xa", "Xã Ẳng Cang", "102"),
            (CAY, "xa", "Xã Ngối Cáy", "102"),
            (HAMLET, "thon", "Bản Kéo", "03307"),
        ):
            self.session.add(
                Unit(code=code, kind=kind, name=name, parent_code=parent, valid_from=first, formed_from=[], note="")
            )
        self.session.flush()

    def station(self, name: str, unit_code: str) -> str:
        """A station that stands there since 2024; returns its id."""
        made = stations.make_station(
            self.session, self.admin, name=name, unit_code=unit_code, today=date(2024, 5, 1), now=NOW
        )
        self.session.flush()
        return made.id

    def slot(self, title: str, *units: UnitKey, last: date | None = None) -> str:
        """A slot published for these units, every day at 17:00; returns its id."""
        programme, identity = Programme(title=title), str(uuid.uuid4())
        programme.id, programme.created_by, programme.created_at = str(uuid.uuid4()), self.admin.id, NOW
        self.session.add(programme)
        self.session.add(SlotIdentity(id=identity))
        self.session.flush()
        slot = Slot(
            id=uuid.UUID(identity),
            title=title,
            scope=Scope(units=frozenset(units)),
            calendar=Calendar(date(2024, 5, 1), last),
            start=time(17),
            max_duration=timedelta(minutes=15),
            zone="Asia/Ho_Chi_Minh",
            programme_id=uuid.UUID(programme.id),
        )
        version = SlotVersion(slot_id=identity, number=1, content=slot_content(slot), published_at=NOW)
        self.session.add(version)
        self.session.flush()
        return identity

    def stays(self, station_id: str) -> list[tuple[str, date, date | None]]:
        """Where a station stood."""
        found = self.session.query(StationUnit).filter_by(station_id=station_id).order_by(StationUnit.valid_from)
        return [(row.unit_code, row.valid_from, row.valid_to) for row in found]
