"""What stations tell of sessions that did not start: how late, and what was in the way."""

from datetime import datetime, timedelta

import pytest
from airing_world import Tape, World, utc
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing, RundownIssue
from scheduler.db.units import Station
from scheduler.protocol import Event
from scheduler.services import intake
from scheduler.services.lateness import Lateness, lateness

START = utc(2024, 5, 8, 10)
GRACE = timedelta(seconds=30)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def station(world: World) -> Station:
    return world.station("Búng Lao")


@pytest.fixture
def sessions(world: World, station: Station) -> tuple[Airing, Airing]:
    """One of a minute that may last until 17:00, and one at 17:00."""
    programme = world.programme(("bulletin", world.bulletin("Một")))
    before = world.one_off([station], programme, START - timedelta(minutes=10), title="Trước", max_duration_s=600)[0]
    after = world.one_off([station], programme, START, title="Sau")[0]
    return before, after


@pytest.fixture
def issue(world: World, station: Station, sessions: tuple[Airing, Airing]) -> RundownIssue:
    return world.issue(station)


def _send(world: World, station: Station, tape: Tape) -> None:
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=START + timedelta(hours=1))


def _miss(tape: Tape, airing: Airing, issue: RundownIssue, **facts: object) -> None:
    told: dict[str, object] = {"reason": "late", "detail": {"late_ms": 31_000}} | facts
    tape.tell(Event.MISSED, START + timedelta(seconds=31), airing=airing.id, rundown=issue.sequence, **told)


def _one(world: World, airing: Airing) -> Lateness:
    return lateness(world.session, [airing.id])[airing.id]


def test_the_session_before_it_ran_over(
    world: World, station: Station, sessions: tuple[Airing, Airing], issue: RundownIssue
) -> None:
    before, after = sessions
    tape = world.tape(station)
    tape.tell(Event.STARTED, before.starts_at, airing=before.id, rundown=issue.sequence)
    _miss(tape, after, issue)
    tape.tell(Event.FINISHED, START + timedelta(minutes=2), airing=before.id, rundown=issue.sequence)
    _send(world, station, tape)
    expected = Lateness(START, GRACE, "late", timedelta(seconds=31), "Trước", START + timedelta(minutes=2))
    assert _one(world, after) == expected
    assert lateness(world.session, [before.id, "x"]) == {}
    assert lateness(world.session, []) == {}


def test_what_had_ended_before_was_not_in_the_way(
    world: World, station: Station, sessions: tuple[Airing, Airing], issue: RundownIssue
) -> None:
    before, after = sessions
    tape = world.tape(station)
    tape.play(before, issue.sequence, [60])
    _miss(tape, after, issue, detail={"late_ms": 720_000})
    _send(world, station, tape)
    assert _one(world, after) == Lateness(START, GRACE, "late", timedelta(minutes=12))


def test_one_whose_end_nobody_told_counts_by_its_plan(
    world: World, station: Station, sessions: tuple[Airing, Airing], issue: RundownIssue
) -> None:
    before, after = sessions
    tape = world.tape(station)
    tape.tell(Event.STARTED, before.starts_at, airing=before.id, rundown=issue.sequence)
    _miss(tape, after, issue)
    _send(world, station, tape)
    assert _one(world, after).busy_with is None  # it may last until 17:00 and no longer
    before.ends_by = START + timedelta(minutes=5)
    world.session.flush()
    assert (_one(world, after).busy_with, _one(world, after).busy_until) == ("Trước", None)


@pytest.mark.parametrize("late_ms", ["x", True, None, -1, 2**53 - 1])
def test_a_station_that_does_not_say_how_late_it_was(
    world: World, station: Station, sessions: tuple[Airing, Airing], issue: RundownIssue, late_ms: object
) -> None:
    _, after = sessions
    tape = world.tape(station)
    _miss(tape, after, issue, reason="not-ready", detail={"late_ms": late_ms})
    _send(world, station, tape)
    assert _one(world, after) == Lateness(START, GRACE, "not-ready")
