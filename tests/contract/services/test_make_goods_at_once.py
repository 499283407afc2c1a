"""Several approvers press at the same moment: one make-good a session, one session at a time at a station; and the
secret of a calendar made by two at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from airing_world import ALLOWANCE, ZONE, World
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from playlists.hours import Hours
from scheduler.db.calendar_links import CalendarLink
from scheduler.db.planning import Airing
from scheduler.errors import Conflict
from scheduler.services import audit
from scheduler.services.make_goods.search import LEAD
from scheduler.services.make_goods.verbs import Chosen, plan_make_goods
from scheduler.services.make_goods.views import MakeGoodRules
from scheduler.services.settlement import settle
from scheduler.services.station_calendar.links import make_link

TOGETHER = 4
RULES = MakeGoodRules(
    zone=ZONE, hours=Hours(), within=timedelta(days=3), days_ahead=7, approval_cutoff=timedelta(minutes=5)
)


def _together(maker: sessionmaker[Session], deeds: list[Callable[[Session], object]]) -> list[object]:
    """Do each deed in a transaction of its own, all at once; return what each returned, or the refusal it met."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[Session], object]) -> object:
        barrier.wait()
        try:
            with maker.begin() as session:
                return deed(session)
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def _silent(maker: sessionmaker[Session], now: datetime) -> tuple[World, list[str], datetime]:
    """Two sessions at one station of which it never spoke; the time at which they are looked at."""
    with maker.begin() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        programme = world.programme(("bulletin", world.bulletin("Một")))
        starts = (now + timedelta(hours=1), now + timedelta(hours=2))
        airings = [world.one_off([station], programme, each)[0].id for each in starts]
        world.issue(station)
        later = now + timedelta(hours=3)
        settle(session, now=later, reporting_allowance=ALLOWANCE)
    return world, airings, later


def _plans(world: World, airing_id: str, at: datetime, now: datetime) -> Callable[[Session], object]:
    def deed(session: Session) -> object:
        chosen = [Chosen(airing_id, at)]
        return plan_make_goods(session, world.approver, chosen=chosen, rules=RULES, now=now)[0].id

    return deed


def test_one_session_is_made_good_once(maker: sessionmaker[Session], now: datetime) -> None:
    world, (first, _), later = _silent(maker, now)
    told = _together(maker, [_plans(world, first, later + LEAD, later)] * TOGETHER)
    assert sum(isinstance(each, str) for each in told) == 1
    assert all("đã được xếp phát bù" in str(each) for each in told if isinstance(each, Conflict))
    with maker() as session:
        assert session.scalar(select(func.count()).where(Airing.make_good_of == first)) == 1
        audit.verify(session)


def test_two_sessions_do_not_take_one_time(maker: sessionmaker[Session], now: datetime) -> None:
    world, airings, later = _silent(maker, now)
    told = _together(maker, [_plans(world, each, later + LEAD, later) for each in airings])
    (refusal,) = [each for each in told if isinstance(each, Conflict)]
    assert "không còn trống" in str(refusal)
    with maker() as session:
        (made,) = session.scalars(select(Airing).where(Airing.make_good_of.is_not(None)))
        assert made.starts_at == later + LEAD


def test_a_station_keeps_one_living_link(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        world = World(session, now)
        station_id = world.station("Búng Lao").id

    def deed(session: Session) -> object:
        return make_link(session, world.operator, station_id=station_id, zone=ZONE, now=now)

    told = _together(maker, [deed] * TOGETHER)
    assert len({each for each in told if isinstance(each, str)}) == TOGETHER
    with maker() as session:
        living = select(func.count()).select_from(CalendarLink).where(CalendarLink.ended_at.is_(None))
        assert session.scalar(living) == 1
        audit.verify(session)
