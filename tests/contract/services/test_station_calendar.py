"""A station's calendar: secret links, the sessions of past and coming days, and their iCalendar text read back."""

from datetime import datetime, timedelta

import pytest
from airing_world import ALLOWANCE, ZONE, World, utc
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.canonical import sha256_hex
from scheduler.db.accounts import AuditEvent
from scheduler.db.calendar_links import CalendarLink
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import Conflict, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import audit, intake, planning
from scheduler.services.settlement import settle
from scheduler.services.station_calendar.ics import Words, calendar_text
from scheduler.services.station_calendar.links import end_link, link_state, make_link, may_share, station_behind
from scheduler.services.station_calendar.sessions import CalendarSession, calendar_sessions

START = utc(2024, 5, 8, 10)
WORDS = Words(result=str.upper, kind=str.title, reason=lambda code: f"<{code}>")


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def station(world: World) -> Station:
    return world.station("Búng Lao")


def make(world: World, station: Station, who: Actor | None = None, now: datetime | None = None) -> str:
    return make_link(
        world.session, who or world.operator, station_id=station.id, zone=ZONE, now=now or world.now
    )  # fmt: skip


def end(world: World, station: Station, who: Actor | None = None) -> None:
    end_link(world.session, who or world.operator, station_id=station.id, zone=ZONE, now=world.now)


def test_a_secret_finds_its_station_and_is_kept_by_its_hash_alone(
    world: World, station: Station, session: Session
) -> None:
    secret = make(world, station)
    assert len(secret) >= 32
    found = station_behind(session, secret)
    assert found is not None
    assert found.id == station.id
    (kept,) = session.scalars(select(CalendarLink))
    assert kept.secret_hash == sha256_hex(secret.encode())
    everything = " ".join(str(vars(row)) for row in [*session.scalars(select(AuditEvent)), kept])
    assert secret not in everything
    state = link_state(session, world.operator, station_id=station.id, zone=ZONE, now=world.now)
    assert state is not None
    assert (state.made_by, state.made_at) == ("Truc", world.now)


@pytest.mark.parametrize("secret", ["", "x", "ệ", "\ud800", "0" * 64, "a" * 10_000])
def test_any_other_text_finds_nothing(world: World, station: Station, secret: str) -> None:
    make(world, station)
    assert station_behind(world.session, secret) is None


def test_the_kept_hash_itself_opens_nothing(world: World, station: Station, session: Session) -> None:
    make(world, station)
    (kept,) = session.scalars(select(CalendarLink))
    assert station_behind(session, kept.secret_hash) is None


def test_a_new_link_ends_the_older_one(world: World, station: Station, session: Session) -> None:
    first, second = make(world, station), make(world, station)
    assert first != second
    assert station_behind(session, first) is None
    assert station_behind(session, second) is not None
    end(world, station)
    assert station_behind(session, second) is None
    with pytest.raises(Conflict, match="không có đường dẫn lịch nào đang dùng"):
        end(world, station)
    assert link_state(session, world.operator, station_id=station.id, zone=ZONE, now=world.now) is None
    deeds = select(AuditEvent.deed).where(AuditEvent.deed.startswith("calendar-link"))
    assert list(session.scalars(deeds.order_by(AuditEvent.ledger_seq))) == [
        "calendar-link-made",
        "calendar-link-renewed",
        "calendar-link-ended",
    ]
    audit.verify(session)


def test_the_database_holds_one_living_link_a_station(world: World, station: Station, session: Session) -> None:
    make(world, station)
    session.add(
        CalendarLink(station_id=station.id, secret_hash="0" * 64, made_by=world.operator.id, made_at=world.now)
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_stopped_station_has_no_calendar(world: World, station: Station, session: Session) -> None:
    secret = make(world, station)
    station.active = False
    assert station_behind(session, secret) is None
    with pytest.raises(Conflict, match="đang ngừng"):
        make(world, station)


def test_only_its_operator_and_an_admin_may_share_it(world: World, station: Station, session: Session) -> None:
    far = world.station("Xuân Lao", "03302")
    elsewhere = Actor(world.operator.id, "Truc", (Grant(Role.OPERATOR, station_id=far.id),))
    admin = Actor(world.operator.id, "Quản trị", (Grant(Role.ADMIN),))
    for who in (world.editor, world.approver, elsewhere):
        assert not may_share(session, who, station_id=station.id, zone=ZONE, now=world.now)
        for deed in (make, end):
            with pytest.raises(NotAllowed):
                deed(world, station, who)
    assert make(world, station, admin)
    with pytest.raises(NotFound):
        make_link(session, admin, station_id="x", zone=ZONE, now=world.now)


def told(world: World, station: Station, now: datetime) -> dict[str, CalendarSession]:
    found = calendar_sessions(
        world.session, station_id=station.id, days_ahead=7, reporting_allowance=ALLOWANCE, now=now
    )
    return {each.id: each for each in found}


def text(world: World, station: Station, now: datetime) -> bytes:
    return calendar_text(told(world, station, now).values(), name=station.name, words=WORDS)


def events(content: bytes) -> dict[str, dict[str, object]]:
    """The events by UID, as the library reads them back."""
    calendar = Calendar.from_ical(content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


@pytest.fixture
def airing(world: World, station: Station) -> Airing:
    """At 17:00, a headline-less session of two bulletins, one of which nobody approved."""
    items = [
        ("jingle", world.bulletin("Nhạc", kind="jingle", duration_ms=5_000)),
        ("bulletin", world.bulletin("Một, hai; ba\\bốn", duration_ms=72_000)),
        ("notice", world.bulletin("Tiêm phòng", kind="notice")),
        ("bulletin", world.bulletin("Chưa duyệt", approved=False)),
    ]
    return world.one_off([station], world.programme(*items), START, title="Buổi chiều, xã")[0]


def test_a_session_to_come_tells_when_where_and_what(world: World, station: Station, airing: Airing) -> None:
    world.issue(station)
    event = events(text(world, station, world.now))[airing.id]
    assert str(event["summary"]) == "Buổi chiều, xã"
    assert event["dtstart"].dt == START  # type: ignore[attr-defined]
    assert event["dtend"].dt == START + timedelta(minutes=15)  # type: ignore[attr-defined]
    assert str(event["location"]) == "Búng Lao, Xã Búng Lao cũ"
    assert str(event["status"]) == "CONFIRMED"
    assert str(event["description"]).split("\n") == [
        "PLANNED.",
        "1. Một, hai; ba\\bốn (1:12)",
        "2. Notice: Tiêm phòng (1:00)",
        "Tổng 2 mục, 2:12.",
        "Để lại: Chưa duyệt (<not-approved>).",
    ]
    assert event["dtstamp"].dt == world.now  # type: ignore[attr-defined]


def test_times_are_told_in_utc_and_lines_are_short(world: World, station: Station, airing: Airing) -> None:
    content = text(world, station, world.now)
    assert b"DTSTART:20240508T100000Z" in content
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_the_same_sessions_give_the_same_bytes_at_any_moment(world: World, station: Station, airing: Airing) -> None:
    world.issue(station)
    first = text(world, station, world.now)
    assert text(world, station, world.now + timedelta(hours=2)) == first


def test_what_was_taken_out_is_cancelled_with_a_greater_sequence(
    world: World, station: Station, airing: Airing
) -> None:
    before = events(text(world, station, world.now))[airing.id]
    later = world.now + timedelta(hours=1)
    planning.cancel_airing(world.session, world.approver, airing_id=airing.id, reason="mưa lũ", now=later)
    after = events(text(world, station, later))[airing.id]
    assert str(after["status"]) == "CANCELLED"
    assert str(after["summary"]) == "ĐÃ BỎ: Buổi chiều, xã"
    assert after["sequence"] == before["sequence"] + 3600  # type: ignore[operator]
    assert after["dtstamp"].dt == later  # type: ignore[attr-defined]
    assert str(after["description"]).startswith("Đã bỏ khỏi lịch: <mưa lũ>.")


def test_what_a_station_played_though_it_was_taken_out_is_told_as_it_went(
    world: World, station: Station, airing: Airing
) -> None:
    issue = world.issue(station)
    planning.cancel_airing(
        world.session, world.approver, airing_id=airing.id, reason="mưa lũ", now=START - timedelta(minutes=1)
    )
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [5, 72, 60])
    over = START + timedelta(minutes=20)
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=over)
    settle(world.session, now=over, reporting_allowance=ALLOWANCE)
    event = events(text(world, station, over))[airing.id]
    assert (str(event["status"]), str(event["summary"])) == ("CONFIRMED", "Buổi chiều, xã")
    assert str(event["description"]).split("\n")[0] == "PARTLY."


def test_a_past_session_tells_how_it_went(world: World, station: Station, airing: Airing) -> None:
    issue = world.issue(station)
    tape = world.tape(station)
    tape.play(airing, issue.sequence, [5, 72, 60])
    over = START + timedelta(minutes=20)
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=over)
    settle(world.session, now=over, reporting_allowance=ALLOWANCE)
    event = events(text(world, station, over))[airing.id]
    assert str(event["description"]).split("\n")[0] == "PARTLY."
    assert "1. Một, hai; ba\\bốn (1:12)" in str(event["description"])
    assert "Để lại: Chưa duyệt (<not-approved>)." in str(event["description"])
    assert event["dtstamp"].dt == over  # type: ignore[attr-defined]


def test_seven_days_back_and_the_planned_days_ahead(world: World, station: Station, airing: Airing) -> None:
    assert set(told(world, station, START + timedelta(days=7) - timedelta(seconds=1))) == {airing.id}
    assert set(told(world, station, START + timedelta(days=7))) == set()
    assert set(told(world, station, START - timedelta(days=7))) == {airing.id}
    assert set(told(world, station, START - timedelta(days=7, seconds=1))) == set()
    far = world.station("Xuân Lao", "03302")
    assert told(world, far, world.now) == {}
    assert events(text(world, far, world.now)) == {}


def test_drills_and_emergencies_are_marked_in_their_titles(world: World, station: Station, airing: Airing) -> None:
    airing.bulletin_class = "emergency"
    world.session.flush()
    assert str(events(text(world, station, world.now))[airing.id]["summary"]) == "KHẨN CẤP: Buổi chiều, xã"
    airing.drill = True
    world.session.flush()
    event = events(text(world, station, world.now))[airing.id]
    assert str(event["summary"]) == "DIỄN TẬP: Buổi chiều, xã"
    assert b"CATEGORIES:Di\xe1\xbb\x85n t\xe1\xba\xadp" in text(world, station, world.now)
