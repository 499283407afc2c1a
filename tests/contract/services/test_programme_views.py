"""What a programme can be made of: approved tracks and newest revisions, with the lengths of their sounds."""

from datetime import datetime, timedelta

import pytest
from airing_world import World
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Recording, Revision
from scheduler.services import planning
from scheduler.services.programme_views import ProgrammeLine, measure, pieces, programme_lines


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def test_approved_tracks_stand_beside_what_waits(world: World) -> None:
    news = world.bulletin("Một", duration_ms=61_000)
    waits = world.bulletin("Chờ", approved=False)
    jingle = world.bulletin("Nhạc hiệu", kind="jingle")
    found = pieces(world.session, now=world.now)
    by_id = {entry[1]: piece for entry, piece in found.items()}
    assert (by_id[news].title, by_id[news].duration_ms, by_id[news].approved) == ("Một", 61_000, True)
    assert (by_id[waits].title, by_id[waits].approved, by_id[waits].of_house) == ("Chờ", False, False)
    assert (by_id[jingle].kind, by_id[jingle].of_house) == ("jingle", True)


def test_of_what_waits_the_newest_revision_and_its_last_sound_count(world: World, session: Session) -> None:
    waits = world.bulletin("Chờ", approved=False)
    first = session.scalars(select(Revision).where(Revision.bulletin_id == waits)).one()
    told = {column.key: getattr(first, column.key) for column in Revision.__table__.columns if column.key != "id"}
    second = Revision(**told | {"number": first.number + 1, "title": "Chờ, đã sửa"})
    session.add(second)
    session.flush()
    for duration_ms in (30_000, 45_000):
        session.add(
            Recording(
                revision_id=second.id,
                track="main",
                language="vi",
                media_sha256=world.medium(f"âm thanh {duration_ms}", duration_ms),
                engine="tone",
                voice="vi",
                draft_voice=False,
                causes=[],
                made_at=world.now,
            )
        )
    session.flush()
    (piece,) = pieces(session, now=world.now).values()
    assert (piece.title, piece.duration_ms, piece.approved) == ("Chờ, đã sửa", 45_000, False)


def test_programmes_are_measured_by_what_is_known(world: World, session: Session) -> None:
    news = world.bulletin("Một", duration_ms=61_000)
    waits = world.bulletin("Chờ", approved=False)
    programme = world.programme(("bulletin", news), ("bulletin", waits), ("bulletin", news))
    later = planning.make_programme(
        session,
        world.editor,
        title="Chương trình sau",
        items=[("bulletin", news, "vi")],
        now=world.now + timedelta(minutes=1),
    )
    known = pieces(session, now=world.now)
    waits_ms = known["bulletin", waits, "vi"].duration_ms
    first, second = programme_lines(session, known)
    assert first == ProgrammeLine(later.id, "Chương trình sau", 1, 61_000, 0, 0)
    assert (second.id, second.items, second.unapproved) == (programme.id, 3, 1)
    assert (second.duration_ms, second.unmeasured) == (122_000 + (waits_ms or 0), int(waits_ms is None))


def test_what_is_unknown_has_no_length() -> None:
    assert measure([("bulletin", "x", "vi")], {}) == (0, 1)
