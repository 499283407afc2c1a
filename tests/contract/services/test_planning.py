"""Programmes, slots and one-offs: who may, what clashes, and what the days ahead look like."""

from datetime import date, datetime, time, timedelta

import pytest
from airing_world import ZONE, World, utc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from playlists.hours import Hours, Window
from scheduler.db.accounts import LedgerHead
from scheduler.db.base import sessions
from scheduler.db.planning import NOT_IN_TIMETABLE, Airing
from scheduler.db.units import StationUnit
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.services import audit, planning


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


def _airings(session: Session) -> list[Airing]:
    return list(session.scalars(select(Airing).order_by(Airing.starts_at, Airing.station_id)))


def test_published_slots_become_airings_until_the_midnight_ahead(world: World, session: Session) -> None:
    stations = [world.station("Búng Lao"), world.station("Xuân Lao", "03302")]
    programme = world.programme(("bulletin", world.bulletin("Một")), ("bulletin", world.bulletin("Hai")))
    world.published(stations, programme)
    change = world.plan(days_ahead=2)
    rows = _airings(session)
    assert len(change.added) == len(rows) == 4  # today and tomorrow at 17:00, at two stations
    assert [row.starts_at for row in rows[::2]] == [utc(2024, 5, 8, 10), utc(2024, 5, 9, 10)]
    assert {(row.station_name, row.unit_code, row.unit_name) for row in rows} == {
        ("Búng Lao", "03301", "Xã Búng Lao cũ"),
        ("Xuân Lao", "03302", "Xã Xuân Lao"),
    }
    assert [item.kind for item in rows[0].items] == ["bulletin", "bulletin"]
    assert rows[0].ends_by - rows[0].starts_at == timedelta(minutes=15)
    audit.verify(session)


def test_planning_again_writes_nothing(world: World, session: Session) -> None:
    world.published([world.station("Búng Lao")], world.programme(("bulletin", world.bulletin("Một"))))
    assert world.plan()
    session.commit()
    seq = session.get_one(LedgerHead, 1).seq
    assert not world.plan(world.now + timedelta(seconds=1))
    assert not session.dirty
    assert not session.new
    assert session.get_one(LedgerHead, 1).seq == seq


def test_proposed_slots_are_not_planned(world: World) -> None:
    world.slots([world.station("Búng Lao")], world.programme(("bulletin", world.bulletin("Một"))))
    assert not world.plan()


def test_each_midnight_brings_one_day_more(world: World) -> None:
    world.published([world.station("Búng Lao")], world.programme(("bulletin", world.bulletin("Một"))))
    assert len(world.plan().added) == 7
    assert not world.plan(utc(2024, 5, 8, 16, 59, 59))
    (new,) = world.plan(utc(2024, 5, 8, 17, 0, 0)).added  # 00:00 in Vietnam
    assert world.session.get_one(Airing, new).local_date == date(2024, 5, 15)


def test_ended_slots_take_out_what_has_not_started(world: World, session: Session) -> None:
    (slot,) = world.published([world.station("Búng Lao")], world.programme(("bulletin", world.bulletin("Một"))))
    world.plan()
    later = utc(2024, 5, 8, 10, 0, 0)  # today's session starts at this very instant
    world.end_slot(slot, later)
    assert len(world.plan(later).removed) == 6
    rows = _airings(session)
    assert rows[0].cancelled_at is None
    assert {row.cancel_reason for row in rows[1:]} == {NOT_IN_TIMETABLE}
    assert not world.plan(later)


def test_airing_that_a_person_cancelled_stays_out(world: World, session: Session) -> None:
    world.published([world.station("Búng Lao")], world.programme(("bulletin", world.bulletin("Một"))))
    world.plan()
    first, second, *_ = _airings(session)
    planning.cancel_airing(session, world.approver, airing_id=first.id, reason="Nghỉ lễ", now=world.now)
    second.cancelled_at, second.cancel_reason = world.now, NOT_IN_TIMETABLE  # what a planner took out comes back
    session.flush()
    assert world.plan().added == (second.id,)
    assert first.cancel_reason == "Nghỉ lễ"
    assert second.cancelled_at is None


def test_started_airings_are_not_touched_by_a_changed_programme(world: World, session: Session) -> None:
    programme = world.programme(("bulletin", world.bulletin("Một")))
    world.published([world.station("Búng Lao")], programme)
    world.plan()
    at_start = utc(2024, 5, 8, 10)
    planning.change_programme(
        session,
        world.editor,
        programme_id=programme.id,
        title="Đổi",
        items=[("bulletin", world.bulletin("Hai"), "vi"), ("bulletin", world.bulletin("Một b"), "vi")],
        now=at_start,
    )
    assert len(world.plan(at_start).moved) == 6
    assert [len(row.items) for row in _airings(session)] == [1, 2, 2, 2, 2, 2, 2]
    assert not world.plan(at_start)


def test_units_are_those_of_the_day_across_the_merge(world: World, session: Session) -> None:
    stays = world.station("Búng Lao")
    moves = world.station("Xuân Lao", "03302", until=date(2025, 6, 30))
    session.add(StationUnit(station_id=moves.id, unit_code="03313", valid_from=date(2025, 7, 1)))
    session.flush()
    world.published([stays, moves], world.programme(("bulletin", world.bulletin("Một"))))
    world.plan(utc(2025, 6, 29, 3), days_ahead=3)
    told = {(row.local_date, row.station_name): (row.unit_code, row.unit_name) for row in _airings(session)}
    assert told[date(2025, 6, 30), "Búng Lao"] == ("03301", "Xã Búng Lao cũ")
    assert told[date(2025, 7, 1), "Búng Lao"] == ("03301", "Xã Búng Lao")
    assert told[date(2025, 6, 30), "Xuân Lao"] == ("03302", "Xã Xuân Lao")
    assert told[date(2025, 7, 1), "Xuân Lao"] == ("03313", "Xã Mường Lạn")


def test_stopped_station_has_no_airings(world: World) -> None:
    station = world.station("Búng Lao")
    world.published([station], world.programme(("bulletin", world.bulletin("Một"))))
    world.plan()
    station.active = False
    assert len(world.plan().removed) == 7


@pytest.mark.parametrize(
    ("starts", "facts", "clashes"),
    [
        (time(17, 10), {}, True),
        (time(17, 15), {}, False),
        (time(16, 45), {}, False),
        (time(16, 46), {}, True),
        (time(17, 0), {"weekdays": [5]}, True),
        (time(17, 0), {"valid_from": date(2024, 5, 20)}, True),
        (time(9, 0), {"max_duration_s": 86_000}, True),
        (time(17, 0), {"valid_from": date(2024, 5, 8), "valid_to": date(2024, 5, 8)}, True),
        (time(18, 5), {"zone": "Asia/Tokyo"}, False),
        (time(19, 5), {"zone": "Asia/Tokyo"}, True),
    ],
)
def test_clash_is_refused_and_named(world: World, starts: time, facts: dict, clashes: bool) -> None:
    stations = [world.station("Búng Lao"), world.station("Xuân Lao", "03302")]
    programme = world.programme(("bulletin", world.bulletin("Một")))
    world.published(stations[1:], programme)
    if not clashes:
        assert world.slots(stations, programme, starts=starts, title="Tin xã", **facts)
        return
    with pytest.raises(Conflict, match=r"“Buổi chiều”.* ở Xuân Lao, trùng \d+ phút.*Có thể .*“Tin xã”") as refusal:
        world.slots(stations, programme, starts=starts, title="Tin xã", **facts)
    assert "“Tin xã”" in str(refusal.value)


def test_slots_that_never_stand_together_do_not_clash(world: World) -> None:
    station = world.station("Búng Lao")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    world.published([station], programme, valid_to=date(2024, 5, 31))
    world.published([station], programme, valid_from=date(2024, 6, 1))
    with pytest.raises(Conflict):  # the night of 31 May runs into the first morning of June
        world.slots([station], programme, starts=time(16, 50), valid_from=date(2024, 5, 31), title="Sớm")


def test_one_off_gives_way_to_slots_unless_their_session_is_cancelled(world: World, session: Session) -> None:
    station = world.station("Búng Lao")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    world.published([station], programme)
    world.plan()
    start = utc(2024, 5, 8, 10, 5)
    with pytest.raises(Conflict) as refusal:
        world.one_off([station], programme, start)
    assert str(refusal.value) == (
        "Trùng giờ phát tại Búng Lao: “Phát bù” (17:05–17:20) và “Buổi chiều” (17:00–17:15) ngày 08/5/2024, "
        "trùng 10 phút. Có thể dời “Phát bù” sang 17:15, hoặc chọn ngày khác cho “Phát bù”."
    )
    planning.cancel_airing(session, world.approver, airing_id=_airings(session)[0].id, reason="Nhường", now=world.now)
    (airing,) = world.one_off([station], programme, start)
    assert airing.slot_id is None
    assert airing.id[14] == "7"
    with pytest.raises(Conflict, match="trùng 1 phút"):
        world.one_off([station], programme, start + timedelta(minutes=14))
    assert not world.plan()


@pytest.mark.parametrize(
    ("starts_at", "minutes", "refused"),
    [
        (utc(2024, 5, 9, 9, 45), 15, None),
        (utc(2024, 5, 9, 9, 46), 15, "rút ngắn “Phát bù” còn 14 phút"),
        (utc(2024, 5, 9, 10, 15), 15, None),
        (utc(2024, 5, 9, 10, 14), 15, "dời “Phát bù” sang 17:15"),
        (utc(2024, 5, 9, 17, 1), 15, None),  # the next day's
        (utc(2024, 5, 8, 11), 1440, "ngày 09/5/2024, trùng 15 phút"),  # over midnight into tomorrow's session
        (utc(2025, 5, 8, 10), 15, "ngày 08/5/2025"),
        (utc(2024, 5, 8, 3, 5), 15, "trùng 11 phút"),  # what sounds now has its time
    ],
)
def test_what_a_one_off_meets(world: World, starts_at: datetime, minutes: int, refused: str | None) -> None:
    station = world.station("Búng Lao")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    world.one_off([station], programme, world.now + timedelta(seconds=1), title="Đang phát")
    world.published([station], programme)
    facts = {"max_duration_s": minutes * 60, "now": world.now + timedelta(minutes=1)}
    if refused is None:
        assert world.one_off([station], programme, starts_at, **facts)
        return
    with pytest.raises(Conflict, match="Trùng giờ phát tại Búng Lao") as refusal:
        world.one_off([station], programme, starts_at, **facts)
    assert refused in str(refusal.value)


def test_hours_refuse_a_one_off_or_only_warn(world: World) -> None:
    station = world.station("Búng Lao")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    night = utc(2024, 5, 8, 14, 50)  # 21:50 there
    hours = Hours(allowed=Window(time(5), time(22)), quiet=(Window(time(12), time(13)),))
    with pytest.raises(Conflict, match=r"“Phát bù” \(21:50–22:05\) nằm ngoài giờ được phát 05:00–22:00"):
        world.one_off([station], programme, night, hours=hours)
    assert world.one_off([station], programme, utc(2024, 5, 8, 5), hours=hours)
    assert world.one_off([station], programme, night)


def test_an_airing_is_cancelled_only_before_its_start(world: World, session: Session) -> None:
    station = world.station("Búng Lao")
    (airing,) = world.one_off([station], world.programme(("bulletin", world.bulletin("Một"))), utc(2024, 5, 8, 5))
    with pytest.raises(InvalidInput, match="lý do"):
        planning.cancel_airing(session, world.approver, airing_id=airing.id, reason=" ", now=world.now)
    with pytest.raises(Conflict, match="đã đến giờ"):
        planning.cancel_airing(session, world.approver, airing_id=airing.id, reason="Trễ rồi", now=airing.starts_at)
    with pytest.raises(NotFound):
        planning.cancel_airing(session, world.approver, airing_id="không có", reason="Nghỉ lễ", now=world.now)


def test_deeds_need_their_roles(world: World, session: Session) -> None:
    station = world.station("Búng Lao")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    with pytest.raises(NotAllowed):
        planning.make_programme(session, world.operator, title="X", items=[], now=world.now)
    (airing,) = world.one_off([station], programme, utc(2024, 5, 8, 5))
    with pytest.raises(NotAllowed):
        planning.cancel_airing(session, world.editor, airing_id=airing.id, reason="Nghỉ lễ", now=world.now)


def test_a_programme_names_bulletins_as_they_are(world: World, session: Session) -> None:
    jingle = world.bulletin("Nhạc hiệu", kind="jingle")
    story = world.bulletin("Một")
    made = world.programme(("jingle", jingle), ("headline", story), ("bulletin", story))
    assert [item.ordinal for item in made.items] == [0, 1, 2]
    for kind, bulletin_id, wrong in (
        ("notice", story, InvalidInput),
        ("headline", jingle, InvalidInput),
        ("bulletin", "không có", NotFound),
    ):
        with pytest.raises(wrong):
            world.programme((kind, bulletin_id))
    for items in ((), (("jingle", jingle),)):
        with pytest.raises(InvalidInput):
            world.programme(*items)


def test_one_off_must_lie_ahead(world: World) -> None:
    station = world.station("Búng Lao")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    for starts_at in (world.now, world.now + timedelta(days=367)):
        with pytest.raises(InvalidInput):
            world.one_off([station], programme, starts_at)
    with pytest.raises(NotFound):
        world.one_off([], programme, world.now + timedelta(hours=1))


def test_midnight_belongs_to_the_next_day(world: World, session: Session) -> None:
    world.published(
        [world.station("Búng Lao")], world.programme(("bulletin", world.bulletin("Một"))), starts=time(0, 0), zone=ZONE
    )
    world.plan(days_ahead=1)
    assert _airings(session) == []
    world.plan(days_ahead=2)
    assert [(row.local_date, row.starts_at) for row in _airings(session)] == [(date(2024, 5, 9), utc(2024, 5, 8, 17))]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["publish", "end", "cancel", "wait", "stop", "start"]), st.integers(0, 30)),
        max_size=8,
    )
)
def test_planning_is_settled_after_one_run_whatever_people_do(engine: Engine, deeds: list[tuple[str, int]]) -> None:
    now = utc(2024, 5, 8, 3)
    with sessions(engine)() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        programme = world.programme(("bulletin", world.bulletin("Một")))
        slots = [world.slots([station], programme, starts=time(hour))[0] for hour in (5, 11, 17)]
        published: set[str] = set()
        ended: set[str] = set()
        for deed, number in deeds:
            slot = slots[number % len(slots)]
            if deed == "publish" and slot.id not in published:
                world.publish(slot.change_id or "", now)
                published.add(slot.id)
            elif deed == "end" and slot.id in published - ended:
                world.end_slot(slot, now)
                ended.add(slot.id)
            elif deed == "cancel":
                coming = [row for row in _airings(session) if row.starts_at > now]
                for row in coming[number : number + 1]:
                    planning.cancel_airing(session, world.approver, airing_id=row.id, reason="Nghỉ lễ", now=now)
            elif deed == "wait":
                now += timedelta(hours=number)
            elif deed in {"stop", "start"}:
                station.active = deed == "start"
            before = {row.id: (row.starts_at, row.cancel_reason) for row in _airings(session)}
            world.plan(now)
            assert not world.plan(now)
            after = {row.id: (row.starts_at, row.cancel_reason) for row in _airings(session)}
            assert all(after[each] == told for each, told in before.items() if told[0] <= now or told[1] == "Nghỉ lễ")
            assert before.keys() <= after.keys()
            standing = {row.slot_id for row in _airings(session) if row.starts_at > now and row.cancelled_at is None}
            assert standing <= (published - ended if station.active else set())
        session.rollback()
