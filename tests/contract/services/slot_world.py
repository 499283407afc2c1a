"""The small network with slots of every kind, put into the timetable at once as their publication leaves them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from airing_world import ZONE, World
from sqlalchemy import func, select

from playlists.calendar import Calendar
from playlists.hours import Hours
from playlists.recurrence import zone_named
from playlists.scopes import Scope
from playlists.settling import Dropped
from playlists.slots import Anchor, Slot
from scheduler.db import planning as tables
from scheduler.db.planning import Airing
from scheduler.db.timetable import SlotVersion
from scheduler.services.plan_ahead import NO_HOURS, PlanChange, Planned, plan_ahead, plan_what_changed
from scheduler.services.timetable.contents import slot_content
from scheduler.services.timetable.standing import standing_timetable

TZ = zone_named(ZONE)
ROOT = UUID("6f2a7c5e-0d6b-5d0e-9a51-3f5d2f0c1b11")
EVERYWHERE = Scope(everyone=True)
PROVINCE = ("11", date(2004, 1, 1))
DISTRICT = ("102", date(2006, 11, 14))
OLD_COMMUNE = ("03301", date(2006, 11, 14))
NEW_COMMUNE = ("03301", date(2025, 7, 1))


def slot_id(name: object) -> UUID:
    return uuid5(ROOT, str(name))


class SlotWorld(World):
    """A world that plans as the clock does, remembering what it saw."""

    before: Planned | None = None

    def slot(self, name: object, start: str | time | Anchor, scope: Scope = EVERYWHERE, **facts: Any) -> Slot:
        """A quarter of an hour every day from 1 May 2024."""
        begins = time.fromisoformat(start) if isinstance(start, str) else start
        told: dict[str, Any] = {
            "calendar": Calendar(date(2024, 5, 1)),
            "max_duration": timedelta(minutes=15),
            "zone": ZONE,
        } | facts
        if "programme_id" not in told:
            told["programme_id"] = UUID(self.usual.id)
        return Slot(id=slot_id(name), title=str(name), scope=scope, start=begins, **told)

    @property
    def usual(self) -> tables.Programme:
        """The one programme of slots that name no other."""
        found = self.session.scalars(select(tables.Programme).order_by(tables.Programme.id).limit(1)).first()
        return found or self.programme(("bulletin", self.bulletin("Một")))

    def stand(self, *slots: Slot, at: datetime | None = None) -> None:
        for slot in slots:
            self._version(str(slot.id), slot_content(slot), at or self.now)

    def end(self, name: object, at: datetime | None = None) -> None:
        self._version(str(slot_id(name)), None, at or self.now)

    def _version(self, identity: str, content: str | None, at: datetime) -> None:
        if self.session.get(tables.Slot, identity) is None:
            self.session.add(tables.Slot(id=identity))
            self.session.flush()
        newest = select(func.max(SlotVersion.number)).where(SlotVersion.slot_id == identity)
        number = (self.session.scalar(newest) or 0) + 1
        self.session.add(
            SlotVersion(
                slot_id=identity, number=number, content=content, published_by=self.approver.id, published_at=at
            )
        )
        self.session.flush()

    def replan(
        self, now: datetime | None = None, *, days: int = 3, hours: Hours = NO_HOURS, most: int | None = None
    ) -> PlanChange:
        """Plan where something changed since the last time, at ``most`` so many stations."""
        change, self.before = plan_what_changed(
            self.session,
            now=now or self.now,
            days_ahead=days,
            default_zone=ZONE,
            hours=hours,
            before=self.before,
            most=most,
        )
        return change

    def plan_all(self, now: datetime | None = None, *, days: int = 3, hours: Hours = NO_HOURS) -> PlanChange:
        return plan_ahead(self.session, now=now or self.now, days_ahead=days, default_zone=ZONE, hours=hours)

    def lost(self, station_id: str, until: datetime, hours: Hours = NO_HOURS) -> list[Dropped]:
        """What a station's slots yield before ``until`` and doesn't take place."""
        wanted = [UUID(station_id)]
        timetable = standing_timetable(self.session, hours=hours, now=self.now, until=until, station_ids=wanted)
        return list(timetable.plan(self.now, until, wanted)[wanted[0]].dropped)

    def rows(self) -> list[Airing]:
        self.session.flush()
        return list(self.session.scalars(select(Airing).order_by(Airing.starts_at, Airing.id)))

    def heard(self) -> list[str]:
        """What is planned, as a person would note it: 08/05 17:00 title @ station."""
        rows = sorted(self.on(), key=lambda each: (each.starts_at, each.title, each.station_name))
        return [f"{each.starts_at.astimezone(TZ):%d/%m %H:%M} {each.title} @ {each.station_name}" for each in rows]

    def on(self) -> list[Airing]:
        return [row for row in self.rows() if row.cancelled_at is None]


def written(rows: list[Airing]) -> list[tuple[object, ...]]:
    """All that stands in these rows and in their items."""
    columns = [column.key for column in Airing.__table__.columns]
    return [
        (
            *(getattr(row, name) for name in columns),
            tuple((item.ordinal, item.kind, item.bulletin_id, item.language, item.why) for item in row.items),
        )
        for row in rows
    ]
