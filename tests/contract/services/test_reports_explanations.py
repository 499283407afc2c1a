"""An operator says why; the result stays, and what was said is in the ledger."""

from datetime import datetime, timedelta

import pytest
from airing_world import ALLOWANCE, ZONE, World, utc
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import audit, reports
from scheduler.services.explanations import explain_airing
from scheduler.services.settlement import settle

START = utc(2024, 5, 8, 10)
LATER = START + timedelta(hours=1)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def airing(world: World) -> Airing:
    """A session of which nothing was heard."""
    station = world.station("Búng Lao")
    (airing,) = world.one_off([station], world.programme(("bulletin", world.bulletin("Một"))), START)
    world.issue(station)
    settle(world.session, now=LATER, reporting_allowance=ALLOWANCE)
    return airing


def _explain(world: World, airing_id: str, text: str, *, now: datetime = LATER, actor: Actor | None = None) -> int:
    return explain_airing(world.session, actor or world.operator, airing_id=airing_id, text=text, now=now)


def test_the_newest_explanation_stands_beside_the_result(world: World, airing: Airing, session: Session) -> None:
    _explain(world, airing.id, "Mất điện")
    seq = _explain(world, airing.id, "Mất điện từ 17:00 đến 18:00")
    log = reports.air_log(
        session, filters=reports.AirLogFilters(), page=reports.Page(), reporting_allowance=ALLOWANCE, now=LATER
    )
    (row,) = log.rows
    assert (row.result, row.explanation.text, row.explanation.person_name) == (
        "unknown",
        "Mất điện từ 17:00 đến 18:00",
        "Truc",
    )
    assert row.explanation.ledger_seq == seq == audit.verify(session).seq
    assert "Mất điện từ 17:00 đến 18:00 (Truc)" in reports.air_log_csv(log.rows, ZONE).decode()
    story = reports.airing_story(session, airing_id=airing.id, reporting_allowance=ALLOWANCE, now=LATER)
    assert story.explanation == row.explanation
    assert settle(session, now=LATER, reporting_allowance=ALLOWANCE) == 0


def test_only_an_operator_of_the_place_explains(world: World, airing: Airing) -> None:
    here = Actor(world.operator.id, "Trực", (Grant(Role.OPERATOR, unit_code="102"),))
    assert _explain(world, airing.id, "Mất điện", actor=here)
    elsewhere = Actor(world.operator.id, "Trực", (Grant(Role.OPERATOR, unit_code="03302"),))
    for refused in (elsewhere, world.editor, world.approver):
        with pytest.raises(NotAllowed):
            _explain(world, airing.id, "Mất điện", actor=refused)


def test_mistakes_are_told(world: World, airing: Airing) -> None:
    for text in ("", "  a ", "x" * 501, "mất\0điện"):
        with pytest.raises(InvalidInput):
            _explain(world, airing.id, text)
    with pytest.raises(Conflict):
        _explain(world, airing.id, "Mất điện", now=START - timedelta(seconds=1))
    with pytest.raises(NotFound):
        _explain(world, "khác", "Mất điện")
