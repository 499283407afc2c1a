"""Two processes at the same moment: one rundown, each entry once, one planner at a station after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier

from airing_world import ZONE, World
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.planning import Airing, RundownIssue
from scheduler.db.reports import AsRunEvidence, AsRunRow
from scheduler.db.units import Alarm, Station
from scheduler.errors import Conflict
from scheduler.protocol import Event
from scheduler.services import audit, dispatch, intake, planning

TOGETHER = 4


def _together(maker: sessionmaker[Session], deed: Callable[[Session], object]) -> list[object]:
    """Do the deed in several transactions at once; return what each returned, or the error of ours that it met."""
    barrier = Barrier(TOGETHER)

    def run(_: int) -> object:
        barrier.wait()
        try:
            with maker.begin() as session:
                return deed(session)
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(run, range(TOGETHER)))


def test_one_rundown_is_issued(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        world.one_off([station], world.programme(("bulletin", world.bulletin("Một"))), now + timedelta(hours=1))

    seconds = count()

    def issue(session: Session) -> object:
        # Clocks of two machines differ: that both would take the same sequence must not be what keeps them apart.
        return dispatch.issue_rundown(
            session,
            station_id=station.id,
            key=world.centre,
            zone=ZONE,
            days_ahead=7,
            valid_days=7,
            approval_cutoff_s=300,
            now=now + timedelta(seconds=next(seconds)),
        )

    told = _together(maker, issue)
    assert sum(isinstance(each, RundownIssue) for each in told) == 1
    assert told.count(None) == TOGETHER - 1
    with maker() as session:
        assert session.scalar(select(func.count()).select_from(RundownIssue)) == 1
        audit.verify(session)


def test_the_same_batch_is_taken_in_once(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        tape = world.tape(station)
        for _ in range(20):
            tape.tell(Event.FAULT, now)

    def receive(session: Session) -> object:
        mine = session.get_one(Station, station.id)
        return intake.receive_batch(session, station=mine, envelope=tape.sealed(), now=now)

    assert _together(maker, receive) == [("mot", 20)] * TOGETHER
    with maker() as session:
        assert session.scalar(select(func.count()).select_from(AsRunRow)) == 20
        assert session.scalar(select(func.count()).select_from(AsRunEvidence)) == 0
        assert session.scalar(select(func.count()).select_from(Alarm)) == 0
        assert audit.verify(session).seq == audit.head(session).seq


def test_one_of_several_clashing_one_offs_stands(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        programme = world.programme(("bulletin", world.bulletin("Một")))

    def plan(session: Session) -> object:
        return planning.plan_one_off(
            session,
            world.approver,
            station_ids=[station.id],
            programme_id=programme.id,
            title="Phát bù",
            starts_at=now + timedelta(hours=1),
            start_rule="hard",
            grace_s=30,
            gain_cb=0,
            zone=ZONE,
            now=now,
        )

    told = _together(maker, plan)
    assert sum(isinstance(each, Conflict) for each in told) == TOGETHER - 1
    with maker() as session:
        assert session.scalar(select(func.count()).select_from(Airing)) == 1
