"""What of a programme can be heard beforehand: what would air, in its order; the rest is told, or marked on request."""

from datetime import date, datetime, timedelta

import pytest
from airing_world import ALLOWANCE, ZONE, World
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Recording, Revision
from scheduler.errors import NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services.programme_preview import Preview, airing_preview, programme_preview


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def _submitted(world: World, title: str) -> str:
    """A bulletin that waits for its approval, with the sound that its approver is to hear."""
    bulletin_id = world.bulletin(title, approved=False)
    revision = world.session.scalars(select(Revision).where(Revision.bulletin_id == bulletin_id)).one()
    revision.state = "submitted"
    world.session.flush()
    for take in (1, 2):
        world.session.add(
            Recording(
                revision_id=revision.id,
                track="main",
                language="vi",
                media_sha256=world.medium(f"{title}, lần {take}", take * 1000),
                engine="tone",
                voice="tone",
                draft_voice=False,
                causes=[],
                made_at=world.now,
            )
        )
    world.session.flush()
    return bulletin_id


def _preview(world: World, *items: tuple[str, str], **asked: bool) -> Preview:
    programme = world.programme(*items)
    return programme_preview(world.session, world.editor, programme_id=programme.id, zone=ZONE, now=world.now, **asked)


def test_what_would_air_is_heard_in_the_order_in_which_it_would(world: World) -> None:
    jingle = world.bulletin("Nhạc hiệu", kind="jingle", duration_ms=5_000)
    news = world.bulletin("Một", duration_ms=61_000)
    urgent = world.bulletin("Ưu tiên", duration_ms=20_000, bulletin_class="priority")
    told = _preview(world, ("jingle", jingle), ("bulletin", news), ("bulletin", urgent), ("jingle", jingle))
    heard = [(item.title, item.duration_ms, item.omitted) for item in told.items]
    assert heard == [
        ("Nhạc hiệu", 5_000, None),
        ("Ưu tiên", 20_000, None),
        ("Một", 61_000, None),
        ("Nhạc hiệu", 5_000, None),
    ]
    assert (told.left_out, told.more) == ((), 0)
    assert all(len(item.media_sha256) == 64 and item.peaks == (0.5,) for item in told.items)


def test_what_is_not_approved_is_left_out_and_said_so_and_is_marked_when_heard_on_request(world: World) -> None:
    news, waits, written = world.bulletin("Một"), _submitted(world, "Chờ"), world.bulletin("Nháp", approved=False)
    items = ("bulletin", news), ("bulletin", waits), ("bulletin", written)
    told = _preview(world, *items)
    assert [item.title for item in told.items] == ["Một"]
    assert [(item.title, item.omitted) for item in told.left_out] == [("Chờ", "not-approved"), ("Nháp", "not-approved")]
    assert told.more == 1
    more = _preview(world, *items, with_waiting=True)
    assert [(item.title, item.omitted, item.duration_ms) for item in more.items] == [
        ("Một", None, 60_000),
        ("Chờ", "not-approved", 2_000),
    ]
    assert [item.title for item in more.left_out] == ["Nháp"]


def test_what_is_approved_for_a_later_day_is_heard_on_request(world: World) -> None:
    news = world.bulletin("Một")
    later = world.bulletin("Tuần sau", valid_from=date(2024, 5, 20))
    over = world.bulletin("Đã qua", valid_to=date(2024, 5, 2))
    items = ("bulletin", later), ("bulletin", news), ("bulletin", over)
    told = _preview(world, *items)
    assert [(item.title, item.omitted) for item in told.left_out] == [
        ("Tuần sau", "not-yet-valid"),
        ("Đã qua", "expired"),
    ]
    more = _preview(world, *items, with_waiting=True)
    assert [(item.title, item.omitted) for item in more.items] == [("Tuần sau", "not-yet-valid"), ("Một", None)]
    assert [item.title for item in more.left_out] == ["Đã qua"]


def test_what_was_withdrawn_is_not_heard_even_on_request(world: World) -> None:
    taken_back = world.bulletin("Thu hồi", approved=False)
    world.end(world.approve(taken_back, "Thu hồi"), "withdrawn", world.now - timedelta(minutes=1))
    told = _preview(world, ("bulletin", taken_back), ("bulletin", world.bulletin("Một")), with_waiting=True)
    assert [item.title for item in told.items] == ["Một"]
    assert [(item.title, item.omitted) for item in told.left_out] == [("Thu hồi", "withdrawn")]


def test_a_revision_that_stands_is_heard_and_not_the_newer_one_that_waits(world: World) -> None:
    news = world.bulletin("Một", duration_ms=61_000)
    first = world.session.scalars(select(Revision).where(Revision.bulletin_id == news)).one()
    told = {column.key: getattr(first, column.key) for column in Revision.__table__.columns if column.key != "id"}
    world.session.add(Revision(**told | {"number": 2, "state": "submitted", "title": "Một, đã sửa"}))
    world.session.flush()
    assert [item.title for item in _preview(world, ("bulletin", news), with_waiting=True).items] == ["Một"]


def test_a_programme_without_anything_to_say_sounds_not_at_all(world: World) -> None:
    jingle, waits = world.bulletin("Nhạc hiệu", kind="jingle"), _submitted(world, "Chờ")
    told = _preview(world, ("jingle", jingle), ("bulletin", waits))
    assert (told.items, [item.title for item in told.left_out], told.more) == ((), ["Chờ"], 1)
    more = _preview(world, ("jingle", jingle), ("bulletin", waits), with_waiting=True)
    assert [(item.title, item.omitted) for item in more.items] == [("Nhạc hiệu", None), ("Chờ", "not-approved")]


def test_a_planned_session_is_heard_as_its_station_was_told(world: World) -> None:
    news, written = world.bulletin("Một", duration_ms=61_000), world.bulletin("Nháp", approved=False)
    station = world.station("Cụm loa")
    programme = world.programme(("bulletin", news), ("bulletin", written))
    (airing,) = world.one_off([station], programme, world.now + timedelta(minutes=30))
    world.issue(station)
    told = _airing(world, world.editor, airing.id)
    assert (told.title, told.starts_at) == ("Phát bù", airing.starts_at)
    assert [(item.title, item.duration_ms, item.omitted) for item in told.items] == [("Một", 61_000, None)]
    assert [(item.title, item.omitted) for item in told.left_out] == [("Nháp", "not-approved")]


def test_an_operator_hears_the_sessions_of_his_own_stations_alone(world: World) -> None:
    station, other = world.station("Cụm loa"), world.station("Cụm loa xa", "03313")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    mine, theirs = world.one_off([station, other], programme, world.now + timedelta(minutes=30))
    operator = Actor("x", "Trực", (Grant(Role.OPERATOR, station_id=mine.station_id),))
    assert _airing(world, operator, mine.id).items
    with pytest.raises(NotAllowed):
        _airing(world, operator, theirs.id)


def test_strangers_and_things_unknown_are_refused(world: World) -> None:
    nobody = Actor("x", "Không ai", ())
    programme = world.programme(("bulletin", world.bulletin("Một")))
    with pytest.raises(NotAllowed):
        programme_preview(world.session, nobody, programme_id=programme.id, zone=ZONE, now=world.now)
    with pytest.raises(NotFound):
        programme_preview(world.session, world.editor, programme_id="x", zone=ZONE, now=world.now)
    with pytest.raises(NotFound):
        _airing(world, world.editor, "x")


def _airing(world: World, who: Actor, airing_id: str) -> Preview:
    return airing_preview(
        world.session,
        who,
        airing_id=airing_id,
        zone=ZONE,
        reporting_allowance_s=int(ALLOWANCE.total_seconds()),
        now=world.now,
    )
