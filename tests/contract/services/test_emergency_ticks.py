"""The clock's ticks with emergencies: who is told first, what fails alone, and what is rendered beside the others."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from airing_world import World, without_guards
from emergency_world import MINUTE, Desk, order
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from playlists.scopes import Scope
from scheduler.compose import Centre, open_centre
from scheduler.db.planning import RundownIssue
from scheduler.db.units import Station
from scheduler.services.bulletins.recordings import claim_rendering
from scheduler.settings import Settings
from scheduler.ticks import URGENT_SET_ASIDE, DispatchTick


@pytest.fixture
def centre(engine: Engine, tmp_path: Path) -> Iterator[Centre]:
    url = engine.url.render_as_string(hide_password=False)
    with open_centre(Settings(data_dir=tmp_path, database_url=url)) as opened:
        yield opened


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def issued(session: Session) -> list[str]:
    """Return the stations in the order in which their rundowns were issued."""
    session.expire_all()
    return list(session.scalars(select(RundownIssue.station_id).order_by(RundownIssue.id)))


def only(*stations: Station) -> Scope:
    return Scope(stations=frozenset(UUID(each.id) for each in stations))


def test_the_station_of_an_emergency_is_told_before_all_others(
    centre: Centre, world: World, desk: Desk, session: Session
) -> None:
    stations = sorted((world.station(name) for name in ("Một", "Hai", "Ba")), key=lambda each: each.id)
    last = stations[-1]
    desk.released(1, emergency=order(scope=only(last)))
    session.commit()
    tick = DispatchTick(centre, world.centre)
    tick.run(world.now)
    assert issued(session) == [last.id, *(each.id for each in stations[:-1])]
    assert desk.urgent() == []
    session.commit()
    tick.run(world.now + MINUTE)
    assert len(issued(session)) == 3


def test_one_that_comes_in_amid_a_round_does_not_wait_for_its_end(
    centre: Centre, world: World, desk: Desk, session: Session
) -> None:
    stations = sorted((world.station(name) for name in ("Một", "Hai", "Ba")), key=lambda each: each.id)
    bulletin_id = desk.ready(emergency=order(scope=only(stations[-1])))
    desk.hear(bulletin_id)
    session.commit()
    looked = 0

    def stopwatch() -> float:
        nonlocal looked
        looked += 1
        if looked == 3:  # before the second station: somebody approves
            desk.approve(bulletin_id, 1, now=world.now + timedelta(seconds=2))
            session.commit()
        return float(looked)

    DispatchTick(centre, world.centre, stopwatch=stopwatch).run(world.now)
    assert issued(session) == [stations[0].id, stations[2].id, stations[1].id]


def test_a_station_that_fails_waits_again_and_stops_no_other(
    centre: Centre, world: World, desk: Desk, session: Session
) -> None:
    good, bad = world.station("Tốt"), world.station("Hỏng")
    desk.released(2)
    # Its newest rundown cannot be read: something outside of this software has been at it.
    session.add(
        RundownIssue(
            station_id=bad.id, sequence=1, issued_at=world.now, expires_at=world.now, from_at=world.now,
            to_at=world.now, content_digest="0" * 64, envelope='{"payload": "e30="}', envelope_sha256="0" * 64,
        )
    )  # fmt: skip
    session.commit()
    tick = DispatchTick(centre, world.centre)
    tick.run(world.now)
    assert issued(session) == [bad.id, good.id]
    assert desk.urgent() == [(bad.id, "emergency")]
    without_guards(session, "DELETE FROM rundown_issue WHERE sequence = 1")
    session.commit()
    tick.run(world.now + URGENT_SET_ASIDE / 2)
    assert desk.urgent() == [(bad.id, "emergency")]
    session.commit()  # on SQLite who reads here holds up who writes there
    tick.run(world.now + URGENT_SET_ASIDE)
    assert desk.urgent() == []


def test_an_emergency_is_rendered_beside_what_is_being_rendered(world: World, desk: Desk, session: Session) -> None:
    ordinary = desk.write("Họp thôn", bulletin_class="normal")
    desk.submit(ordinary)
    claimed = claim_rendering(session, owner="một", now=world.now, lease=MINUTE)
    assert claimed is not None
    assert claim_rendering(session, owner="hai", now=world.now, lease=MINUTE, emergencies_only=True) is None
    emergency = desk.write("Lũ về")
    desk.submit(emergency)
    desk.submit(desk.write("Họp xã", bulletin_class="normal"))
    beside = claim_rendering(session, owner="hai", now=world.now, lease=MINUTE, emergencies_only=True)
    assert beside is not None
    assert beside.bulletin_id == emergency
