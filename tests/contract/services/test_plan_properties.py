"""Whatever people do to the timetable, in whatever order: the same plan, and never another past."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slot_world import DISTRICT, EVERYWHERE, NEW_COMMUNE, OLD_COMMUNE, PROVINCE, SlotWorld, slot_id, written
from sqlalchemy import Engine

from playlists.calendar import Calendar, HolidayRule
from playlists.hours import Hours, HoursRule, Window
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.slots import Anchor, Edge, Slot
from scheduler.db.base import sessions
from scheduler.db.planning import NOT_IN_TIMETABLE
from scheduler.db.units import StationUnit
from scheduler.errors import Conflict, NotFound
from scheduler.services import planning
from scheduler.services.timetable.public_holidays import correct_holiday

REFORM_EVE = datetime(2025, 6, 29, 3, 0, tzinfo=UTC)  # ten o'clock of the last Sunday before the units change
HOURS = Hours(allowed=Window(time(4), time(22)), quiet=(Window(time(12), time(13)),), in_quiet=HoursRule.REFUSE)
NAMES = range(5)

scopes = st.sampled_from(
    [
        EVERYWHERE,
        *(Scope(units=frozenset({key})) for key in (PROVINCE, DISTRICT, OLD_COMMUNE, NEW_COMMUNE)),
        Scope(units=frozenset({PROVINCE}), languages=frozenset({"blt"})),
    ]
)
starts = st.builds(time, st.sampled_from([5, 10, 11, 12, 17, 23]), st.sampled_from([0, 10, 30]))
anchors = st.builds(
    Anchor,
    st.integers(0, 1).map(slot_id),
    st.sampled_from(Edge),
    st.sampled_from([-60, 0, 20, 1440]).map(lambda n: timedelta(minutes=n)),
)
facts = st.fixed_dictionaries(
    {
        "scope": scopes,
        "calendar": st.builds(
            Calendar,
            st.just(date(2025, 6, 1)),
            st.sampled_from([None, date(2025, 6, 30)]),
            st.frozensets(st.integers(0, 6), min_size=4),
            holidays=st.sampled_from(HolidayRule),
        ),
        "owner": st.sampled_from([None, PROVINCE, DISTRICT, OLD_COMMUNE]),
        "start_rule": st.sampled_from(StartRule),
        "max_duration": st.sampled_from([10, 30, 120]).map(lambda n: timedelta(minutes=n)),
        "gain_cb": st.sampled_from([0, -300]),
    }
)
# Slots 0 and 1 have hours of their own, so that nothing follows itself.
slot_facts = st.one_of(
    st.tuples(st.integers(0, 1), starts, facts), st.tuples(st.integers(2, 4), st.one_of(starts, anchors), facts)
)
deeds = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("stand", "stand", "stand", "end", "cancel", "one-off", "wait", "wait"),
                *("station stops", "station starts", "station moves", "programme", "holiday"),
            ]
        ),
        st.integers(0, 40),
        slot_facts,
    ),
    min_size=1,
    max_size=9,
)
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class People:
    """The network on the eve of the reform, and what its people may do."""

    def __init__(self, world: SlotWorld) -> None:
        self.world, self.now = world, world.now
        self.programme = world.usual
        self.places = [
            world.station("Búng Lao", languages=("vi", "blt")),
            world.station("Xuân Lao", "03302", until=date(2025, 6, 30)),
        ]
        world.session.add(StationUnit(station_id=self.places[1].id, unit_code="03301", valid_from=date(2025, 7, 1)))
        world.session.flush()
        self.do: dict[str, Callable[[int, tuple[int, Any, dict[str, Any]]], None]] = {
            "stand": lambda _, told: world.stand(self.slot(*told), at=self.now),
            "end": lambda number, _: self.end(number % len(NAMES)),
            "cancel": lambda number, _: self.cancel(number),
            "one-off": lambda number, _: self.one_off(number),
            "wait": lambda number, _: self.wait(number),
            "station stops": lambda number, _: self.station(number, active=False),
            "station starts": lambda number, _: self.station(number, active=True),
            "station moves": lambda number, _: self.move(number),
            "programme": lambda number, _: self.refill(number),
            "holiday": lambda number, _: self.holiday(number),
        }

    def slot(self, name: int, start: time | Anchor, told: dict[str, Any]) -> Slot:
        return self.world.slot(name, start, programme_id=UUID(self.programme.id), **told)

    def end(self, name: int) -> None:
        self.world.end(name, at=self.now)

    def coming(self) -> list[Any]:
        return [row for row in self.world.on() if row.starts_at > self.now]

    def cancel(self, number: int) -> None:
        for row in self.coming()[number % 7 :][:1]:
            planning.cancel_airing(
                self.world.session, self.world.approver, airing_id=row.id, reason="Nghỉ lễ", now=self.now
            )

    def one_off(self, number: int) -> None:
        at = self.now + timedelta(minutes=30 + 47 * number)
        with suppress(Conflict, NotFound):  # its time may be taken, the station may have stopped
            self.world.one_off([self.places[number % 2]], self.programme, at, now=self.now)

    def wait(self, number: int) -> None:
        self.now += timedelta(minutes=37 * number)

    def station(self, number: int, *, active: bool) -> None:
        self.places[number % 2].active = active
        self.world.session.flush()

    def move(self, number: int) -> None:
        day = date(2025, 6, 28) + timedelta(days=number % 5)
        place = self.places[number % 2].id
        self.world.session.add(StationUnit(station_id=place, unit_code="03301", valid_from=day))
        self.world.session.flush()

    def refill(self, number: int) -> None:
        items = [("bulletin", self.bulletin, "vi")] * (1 + number % 3)
        planning.change_programme(
            self.world.session,
            self.world.editor,
            programme_id=self.programme.id,
            title=f"Chương trình {number}",
            items=items,
            now=self.now,
        )

    @property
    def bulletin(self) -> str:
        return self.programme.items[0].bulletin_id

    def holiday(self, number: int) -> None:
        day = date(2025, 6, 29) + timedelta(days=number % 3)
        correct_holiday(
            self.world.session, self.world.approver, day=day, name="Ngày của xã", holds=bool(number % 2), now=self.now
        )


def replanned(people: People, *, hours: Hours) -> None:
    """Plan as the clock does, some stations at a time."""
    people.world.replan(people.now, days=4, hours=hours, most=1)
    while people.world.before.waiting:
        people.world.replan(people.now, days=4, hours=hours, most=1)


@few
@given(deeds)
def test_planning_what_changed_is_planning_all_and_leaves_the_past(engine: Engine, told: list[Any]) -> None:
    with sessions(engine)() as session:
        people = People(SlotWorld(session, REFORM_EVE))
        world = people.world
        world.stand(people.slot(0, time(17), {}), people.slot(2, Anchor(slot_id(0)), {}))
        replanned(people, hours=HOURS)
        for deed, number, facts_of_slot in told:
            people.do[deed](number, facts_of_slot)
            past = written([row for row in world.rows() if row.starts_at <= people.now])
            called_off = {row.id for row in world.rows() if row.cancel_reason not in {None, NOT_IN_TIMETABLE}}
            replanned(people, hours=HOURS)
            rows = world.rows()
            assert written([row for row in rows if row.starts_at <= people.now]) == past
            assert all(row.cancelled_at is not None for row in rows if row.id in called_off)
            whole = written(rows)
            assert not world.plan_all(people.now, days=4, hours=HOURS)
            assert written(world.rows()) == whole
            _no_two_at_once(people)
        session.rollback()


def _no_two_at_once(people: People) -> None:
    for place in people.places:
        coming = sorted((row.starts_at, row.ends_by) for row in people.world.on() if row.station_id == place.id)
        for (_, ends_by), (starts_at, _) in pairwise(coming):
            assert ends_by <= starts_at


@few
@given(st.lists(slot_facts, min_size=2, max_size=5, unique_by=lambda each: each[0]), st.randoms(use_true_random=False))
def test_the_order_of_publications_says_nothing(engine: Engine, told: list[Any], lots: Random) -> None:
    heard = []
    for planned_between in (False, True):
        with sessions(engine)() as session:
            people = People(SlotWorld(session, REFORM_EVE))
            for each in told if not planned_between else lots.sample(told, len(told)):
                people.world.stand(people.slot(*each))
                if planned_between:
                    replanned(people, hours=HOURS)
            replanned(people, hours=HOURS)
            standing = [row for row in people.world.rows() if row.cancelled_at is None]
            heard.append([(row.id, row.starts_at, row.gain_cb, row.unit_name, len(row.items)) for row in standing])
            session.rollback()
    assert heard[0] == heard[1]


@few
@given(st.lists(slot_facts, min_size=1, max_size=5, unique_by=lambda each: each[0]), st.integers(1, 4 * 24))
def test_time_alone_changes_nothing_but_the_new_day(engine: Engine, told: list[Any], hours_later: int) -> None:
    with sessions(engine)() as session:
        people = People(SlotWorld(session, REFORM_EVE))
        people.world.stand(*(people.slot(*each) for each in told))
        replanned(people, hours=HOURS)
        before = written(people.world.rows())
        until = max((row.starts_at for row in people.world.rows()), default=people.now)
        people.now += timedelta(hours=hours_later)
        people.world.before = None
        replanned(people, hours=HOURS)
        assert written([row for row in people.world.rows() if row.starts_at <= until])[: len(before)] == before
        session.rollback()
