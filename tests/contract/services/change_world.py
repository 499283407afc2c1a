"""The small network with people who change its timetable."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

from airing_world import OUTLOOK, ZONE, World
from sqlalchemy import update

from playlists.calendar import Calendar
from playlists.changes import Add, Step
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.db.planning import Programme
from scheduler.db.units import Station, Unit
from scheduler.rules.permissions import Actor, Role
from scheduler.services.timetable import change_views, changes, stances
from scheduler.services.timetable.change_views import ChangeView
from scheduler.services.timetable.effect_views import EffectView
from scheduler.services.timetable.effects import change_effect
from scheduler.services.timetable.standing import standing_slots

DISTRICT = ("102", date(2006, 11, 14))
COMMUNE = ("03301", date(2006, 11, 14))


class ChangeWorld(World):
    """Two old communes of a district with a station each; a programme; a second approver."""

    outlook = OUTLOOK

    def __post_init__(self) -> None:
        super().__post_init__()
        self.other_approver = self.person("duyet-hai", Role.APPROVER)
        self.bung_lao = self.station("Búng Lao")
        self.xuan_lao = self.station("Xuân Lao", "03302")
        self.usual: Programme = self.programme(("bulletin", self.bulletin("Một")))

    def slot(self, title: str = "Buổi chiều", *places: Station, starts: str = "17:00", **facts: object) -> Slot:
        """A slot of a quarter of an hour, every day from 1 May 2024, everywhere unless places are named."""
        first = Slot(
            id=UUID(changes.new_slot_id()),
            title=title,
            scope=Scope(stations=frozenset(UUID(place.id) for place in places), everyone=not places),
            calendar=Calendar(date(2024, 5, 1)),
            start=time.fromisoformat(starts),
            max_duration=timedelta(minutes=15),
            zone=ZONE,
            programme_id=UUID(self.usual.id),
        )
        return replace(first, **facts)

    def propose(self, *steps: Step, actor: Actor | None = None, title: str = "Đổi lịch", **facts: object) -> str:
        told: dict[str, object] = {"now": self.now, "outlook": self.outlook} | facts
        return changes.propose(self.session, actor or self.editor, title=title, steps=steps, **told)

    def view(self, change_id: str, **facts: object) -> ChangeView:
        told: dict[str, object] = {"now": self.now, "outlook": self.outlook} | facts
        return change_views.change_view(self.session, change_id, **told)

    def publish(self, change_id: str, actor: Actor | None = None, **facts: object) -> EffectView:
        told: dict[str, object] = {"now": self.now, "outlook": self.outlook} | facts
        if "seen" not in told:
            told["seen"] = self.view(change_id, now=told["now"], outlook=told["outlook"]).seen or ""
        return changes.publish(self.session, actor or self.approver, change_id=change_id, **told)

    def stand(self, *slots: Slot) -> None:
        """Put slots into the timetable, as people do."""
        self.publish(self.propose(*(Add(slot) for slot in slots)))

    def effect(self, *steps: Step, **facts: object) -> EffectView:
        told: dict[str, object] = {"now": self.now, "outlook": self.outlook} | facts
        return change_effect(self.session, steps, **told)

    def standing(self) -> dict[UUID, Slot]:
        return standing_slots(self.session, self.now)

    def say(self, change_id: str, actor: Actor, *places: Station, stance: str = "confirm", **facts: object) -> None:
        told: dict[str, object] = {"now": self.now, "outlook": self.outlook} | facts
        chosen = [place.id for place in places]
        stances.say(self.session, actor, change_id=change_id, station_ids=chosen, stance=stance, **told)

    def merge(self, code: str) -> None:
        """Let today's unit of that code say that it came of the old one."""
        self.session.execute(
            update(Unit).where(Unit.code == code, Unit.valid_from == date(2025, 7, 1)).values(formed_from=[code])
        )
