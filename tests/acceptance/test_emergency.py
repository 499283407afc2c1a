"""An emergency with real processes: approved while a session sounds, it cuts it, and the session goes on after."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from centre_world import STATIONS, World, now
from real_processes import until
from sqlalchemy import select

from playlists.emergencies import EmergencyOrder
from playlists.scopes import Scope
from scheduler.db.planning import Airing
from scheduler.db.reports import AsRunRow
from scheduler.protocol import Event, read_entry
from scheduler.services import audit
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.page import bulletin_page
from scheduler.services.emergencies.preview import release_preview
from scheduler.services.emergencies.release import Confirmed
from scheduler.services.emergencies.under_way import emergencies_since, shares
from tts.reading import read

pytestmark = pytest.mark.acceptance

STATION = STATIONS[0][0]
AHEAD = timedelta(seconds=12)


def order_emergency(world: World, title: str, *, drill: bool) -> str:
    """Let the editor submit an emergency for the one station and the clock speak it; return its id."""
    scope = Scope(stations=frozenset({UUID(world.furnished.stations[STATION])}))
    with world.centre.writers.begin() as session:
        bulletin_id = writing.write(
            session,
            world.furnished.editor,
            title=title,
            script="Lũ về. Bà con lên chỗ cao.",
            valid_from=now().astimezone(world.settings.tz).date(),
            bulletin_class="emergency",
            emergency=EmergencyOrder(scope, valid_for=timedelta(minutes=10), drill=drill),
            now=now(),
        ).bulletin_id
        writing.submit(session, world.furnished.editor, bulletin_id=bulletin_id, reader=read, now=now())
    until(lambda: hear(world, bulletin_id) is not None, "the clock speaks the emergency", within_s=40)
    return bulletin_id


def hear(world: World, bulletin_id: str) -> str | None:
    """Let the approver hear all of it; return the digest that the page shows, null while there is no sound yet."""
    approver, needed = world.furnished.approver, world.settings.heard_permille
    with world.centre.writers.begin() as session:
        page = bulletin_page(session, approver, bulletin_id=bulletin_id, heard_needed_permille=needed)
        if page.rendering is not None or not page.tracks:
            return None
        for track in page.tracks:
            recordings.listened(
                session, approver, recording_id=track.recording_id, share_permille=1000, reached_end=True, now=now()
            )
    return page.shown


def release(world: World, bulletin_id: str) -> str:
    """Let the approver approve it; return the airing that this released."""
    shown = hear(world, bulletin_id)
    with world.centre.writers.begin() as session:
        seen = release_preview(session, bulletin_id=bulletin_id, revision=1, zone=world.settings.zone, now=now())
        assert seen is not None
        approvals.approve(
            session,
            world.furnished.approver,
            bulletin_id=bulletin_id,
            shown=shown or "",
            heard_needed_permille=world.settings.heard_permille,
            release_confirmed=Confirmed(1, seen.shown),
            zone=world.settings.zone,
            today=now().astimezone(world.settings.tz).date(),
            now=now(),
        )
        released = select(Airing.id).where(Airing.expires_at.is_not(None)).order_by(Airing.planned_at.desc())
        airing_id = session.scalars(released).first()
    assert airing_id is not None
    return airing_id


def entries(world: World, airing_id: str) -> list[AsRunRow]:
    """Return what the station told of an airing, in its own order."""
    with world.centre.readers() as session:
        return list(session.scalars(select(AsRunRow).where(AsRunRow.airing_id == airing_id).order_by(AsRunRow.n)))


@pytest.fixture(scope="module")
def station(world: World) -> str:
    """A running centre with one station that sounds."""
    world.start_centre()
    (station,) = world.enrol(STATION)
    station.run()
    return STATION


def test_it_cuts_what_sounds_at_once_and_the_session_goes_on_at_an_item_border(world: World, station: str) -> None:
    emergency = order_emergency(world, "Lũ về", drill=False)
    (ordinary,) = world.plan([station], ("first", "long", "second"), now() + AHEAD)
    until(lambda: world.holds(station, ordinary), "the station holds the session")
    report = world.stations[station].report
    until(lambda: len(report(ordinary)["items"]) == 2, "the long bulletin sounds", within_s=60)
    alert = release(world, emergency)
    until(lambda: world.settled(alert) and world.settled(ordinary), "both outcomes are in the ledger", within_s=90)

    (row,) = world.rows(alert)
    assert (row.result, row.bulletin_class, row.drill) == ("aired", "emergency", False)
    first, cut, after = world.rows(ordinary)
    assert (first.result, cut.result, cut.reason, after.result) == ("aired", "interrupted", "emergency", "aired")
    began = next(entry for entry in entries(world, alert) if entry.event == Event.STARTED.value)
    (interrupted,) = [entry for entry in entries(world, ordinary) if entry.event == Event.INTERRUPTED.value]
    assert alert in interrupted.line
    assert interrupted.n < began.n
    with world.centre.readers() as session:
        accepted = session.scalars(
            select(AsRunRow).where(
                AsRunRow.event == Event.ACCEPTED.value, AsRunRow.rundown_sequence == began.rundown_sequence
            )
        ).one()
    assert began.at - accepted.at < timedelta(seconds=5)  # one is promised; builders' machines are loaded
    assert after.actual_start is not None
    assert row.actual_end is not None
    assert after.actual_start >= row.actual_end


def test_a_drill_is_marked_from_the_rundown_to_the_log(world: World, station: str) -> None:
    alert = release(world, order_emergency(world, "Diễn tập", drill=True))
    until(lambda: world.settled(alert), "the outcome is in the ledger", within_s=90)
    (row,) = world.rows(alert)
    assert (row.result, row.bulletin_class, row.drill) == ("aired", "emergency", True)
    told = next(each for each in world.rundowns(station)[-1]["airings"] if each["id"] == alert)
    assert (told["drill"], told["class"], told["expires_at"] is not None) == (True, "emergency", True)
    assert all((read_entry(entry.line).detail or {}).get("drill") for entry in entries(world, alert))
    with world.centre.readers() as session:
        line = next(each for each in emergencies_since(session, now=now()) if each.drill)
        assert [share.stage for share in shares(session, line)] == ["aired"]
        audit.verify(session)
