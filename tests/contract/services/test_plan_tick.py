"""The clock's plan tick: it looks where something was written, and plans many stations in short transactions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from slot_world import SlotWorld
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scheduler.compose import Centre, open_centre
from scheduler.settings import Settings
from scheduler.ticks import PLAN_AT_LEAST_EVERY, PlanTick


@pytest.fixture
def centre(engine: Engine, tmp_path: Path) -> Iterator[Centre]:
    url = engine.url.render_as_string(hide_password=False)
    with open_centre(Settings(data_dir=tmp_path, database_url=url, days_ahead=1)) as opened:
        yield opened


def test_it_comes_back_to_the_stations_that_wait(centre: Centre, session: Session, now: datetime) -> None:
    world = SlotWorld(session, now)
    for name in ("Một", "Hai", "Ba"):
        world.station(name)
    world.stand(world.slot("Chiều", "17:00"))
    session.commit()
    tick = PlanTick(centre, at_once=2)
    for planned in (2, 3, 3):
        tick.run(now)
        session.expire_all()
        assert len(world.on()) == planned
        session.commit()


def test_it_looks_again_every_minute_though_nobody_writes(centre: Centre, session: Session, now: datetime) -> None:
    world = SlotWorld(session, now)
    world.station("Một")
    slot = world.slot("Chiều", "17:00")
    session.commit()
    tick = PlanTick(centre)
    tick.run(now)
    world.stand(slot)  # as nobody does, without a word to the audit
    session.commit()
    for later, planned in ((timedelta(seconds=1), 0), (PLAN_AT_LEAST_EVERY, 1)):
        tick.run(now + later)
        session.expire_all()
        assert len(world.on()) == planned
        session.commit()
