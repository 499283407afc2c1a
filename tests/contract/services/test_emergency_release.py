"""An emergency's approval is its release: whom it reaches, what stations are told, and how it is called off."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from airing_world import ZONE, World, without_guards
from emergency_world import MINUTE, Desk, order
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from playlists.scopes import Scope
from scheduler.db.planning import Airing
from scheduler.db.units import Alarm, StationUnit
from scheduler.errors import Conflict, InvalidInput, LoaError
from scheduler.protocol import Event
from scheduler.rules.approval import FourEyes
from scheduler.rules.permissions import Role
from scheduler.services import audit, intake
from scheduler.services.bulletins import writing
from scheduler.services.emergencies import urgent
from scheduler.services.emergencies.preview import release_preview
from scheduler.services.emergencies.release import ReleaseChanged, ReleaseUnconfirmed
from scheduler.services.ledger_check import verify_records

SECOND = timedelta(seconds=1)
LAO = ("03301", date(2006, 11, 14))
OLD_DISTRICT = ("102", date(2006, 11, 14))


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_the_approval_is_the_release(world: World, desk: Desk, session: Session) -> None:
    near, far = world.station("Bản Lao"), world.station("Bản Xuân", "03302")
    approval = desk.released(2, emergency=order(times=3, every=10 * MINUTE, valid_for=30 * MINUTE, drill=True))
    rows = desk.airings(approval)
    assert [(row.station_id, row.ordinal, (row.starts_at - world.now) // MINUTE, row.grace_s) for row in rows] == [
        (station.id, turn, 10 * turn, 600) for station in (near, far) for turn in range(3)
    ]
    assert {(row.slot_id, row.bulletin_class, row.drill, row.unit_name) for row in rows} == {
        (None, "emergency", True, "Xã Búng Lao cũ"), (None, "emergency", True, "Xã Xuân Lao"),
    }  # fmt: skip
    assert {row.expires_at for row in rows} == {world.now + 30 * MINUTE}
    assert desk.urgent() == sorted((station.id, "emergency") for station in (near, far))
    (event,) = [row for row in audit.history(session, "bulletin", approval.bulletin_id) if "emergency" in row.deed]
    assert (event.facts["drill"], event.facts["airings"], event.facts["stations"]) == (True, 6, [near.id, far.id])
    audit.verify(session)
    verify_records(session)


def test_the_station_is_told_at_once_what_was_approved(world: World, desk: Desk) -> None:
    station = world.station("Bản Lao")
    approval = desk.released(1, emergency=order(times=2, valid_for=30 * MINUTE))
    told = desk.told(station, world.now + timedelta(milliseconds=200))
    first, second = told["airings"]
    assert (first["starts_at"], second["starts_at"]) == ("2024-05-08T03:00:00.000Z", "2024-05-08T03:10:00.000Z")
    assert {(each["class"], each["start"], each["drill"], each["expires_at"]) for each in (first, second)} == {
        ("emergency", "hard", False, "2024-05-08T03:30:00.000Z")
    }
    (item,) = first["items"]
    assert (item["approval"], item["kind"]) == (f"sha256:{approval.digest}", "bulletin")
    assert set(told["media"]) == {item["media"]}


def test_a_station_that_comes_late_is_told_until_it_expires(world: World, desk: Desk) -> None:
    station = world.station("Bản Lao")
    desk.released(1, emergency=order(times=2, valid_for=30 * MINUTE))
    assert len(desk.told(station, world.now + 29 * MINUTE)["airings"]) == 2
    late = world.station("Bản Xuân")
    assert desk.told(late, world.now + MINUTE)["airings"] == []


def test_past_midnight_it_is_told_still(world: World, desk: Desk) -> None:
    station = world.station("Bản Lao")
    world.now = world.now.replace(hour=16, minute=55)  # 23:55 at the station
    desk.released(1, emergency=order(times=1, valid_for=60 * MINUTE))
    assert len(desk.told(station, world.now + 10 * MINUTE)["airings"]) == 1


def test_it_ends_with_its_last_day(world: World, desk: Desk) -> None:
    station = world.station("Bản Lao")
    world.now = world.now.replace(hour=16, minute=30)
    facts = {"times": 3, "every": 20 * MINUTE, "valid_for": 60 * MINUTE}
    approval = desk.released(1, emergency=order(**facts), valid_to=world.now.date())
    assert [row.expires_at for row in desk.airings(approval)] == [world.now + 30 * MINUTE] * 2
    assert len(desk.told(station)["airings"]) == 2


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(units=frozenset({OLD_DISTRICT})), ["Bản Lao", "Bản Xuân"]),
        (Scope(units=frozenset({LAO})), ["Bản Lao"]),
        (Scope(stations=frozenset({UUID(int=1)}), units=frozenset({LAO})), ["Bản Lao"]),
        (Scope(everyone=True), ["Bản Lao", "Bản Xuân"]),
    ],
)
def test_it_sounds_where_it_is_meant_to(world: World, desk: Desk, scope: Scope, names: list[str]) -> None:
    world.station("Bản Lao")
    world.station("Bản Xuân", "03302")
    world.station("Bản ngừng").active = False
    approval = desk.released(len(names), emergency=order(scope=scope))
    assert [row.station_name for row in desk.airings(approval)] == names


def test_a_scope_without_a_station_is_refused(world: World, desk: Desk) -> None:
    world.station("Bản Lao")
    gone = Scope(units=frozenset({("03301", date(2025, 7, 1))}))
    bulletin_id = desk.ready(emergency=order(scope=gone))
    with pytest.raises(Conflict, match="không có cụm loa nào"):
        desk.approve(bulletin_id, 0)


@pytest.mark.parametrize("typed", [None, 0, 1, 3])
def test_the_approver_says_at_how_many_stations(world: World, desk: Desk, session: Session, typed: int | None) -> None:
    world.station("Bản Lao")
    world.station("Bản Xuân")
    bulletin_id = desk.ready()
    with pytest.raises(ReleaseUnconfirmed, match="2 cụm loa"):
        desk.approve(bulletin_id, typed)
    assert session.scalars(select(Airing)).all() == []
    assert len(desk.airings(desk.approve(bulletin_id, 2))) == 2


def test_as_many_stations_but_others_than_the_page_listed_are_refused(
    world: World, desk: Desk, session: Session
) -> None:
    gone = world.station("Bản Lao")
    world.station("Bản Xuân")
    bulletin_id = desk.ready()
    seen = release_preview(session, bulletin_id=bulletin_id, revision=1, zone=ZONE, now=world.now)
    assert seen is not None
    gone.active = False
    world.station("Bản mới")
    with pytest.raises(ReleaseChanged, match="nay là 2 cụm loa"):
        desk.approve(bulletin_id, 2, shown=seen.shown)
    assert session.scalars(select(Airing)).all() == []
    assert len(desk.airings(desk.approve(bulletin_id, 2))) == 2


def test_its_writer_cannot_release_it(world: World, desk: Desk) -> None:
    world.station("Bản Lao")
    both = world.person("hai vai", Role.EDITOR, Role.APPROVER)
    world.editor = both
    bulletin_id = desk.ready()
    with pytest.raises(FourEyes):
        desk.approve(bulletin_id, 1, who=both)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"emergency": None}, "nơi phát"),
        ({"emergency": order(scope=None)}, "nơi phát"),
    ],
)
def test_an_order_that_is_not_whole_is_not_submitted(desk: Desk, facts: dict[str, Any], told: str) -> None:
    bulletin_id = desk.write(**facts)
    with pytest.raises(InvalidInput, match=told):
        desk.submit(bulletin_id)


@pytest.mark.parametrize(
    ("lasts", "facts"),
    [
        (10 * MINUTE, {"times": 2, "every": 10 * MINUTE}),
        (61 * MINUTE, {"times": 1}),
        (31 * MINUTE, {"times": 2, "every": 40 * MINUTE, "valid_for": 70 * MINUTE}),
    ],
)
def test_a_sound_that_does_not_fit_its_order_is_not_released(
    world: World, desk: Desk, lasts: timedelta, facts: dict[str, Any]
) -> None:
    world.station("Bản Lao")
    bulletin_id = desk.ready(lasts=lasts, emergency=order(**facts))
    with pytest.raises(InvalidInput, match="trả lại"):
        desk.approve(bulletin_id, 1)


def test_one_that_holds_from_tomorrow_is_not_released_today(world: World, desk: Desk) -> None:
    world.station("Bản Lao")
    bulletin_id = desk.ready(valid_from=world.now.date() + timedelta(days=1))
    with pytest.raises(InvalidInput, match="09/05/2024"):
        desk.approve(bulletin_id, 1)


def test_the_order_is_frozen_with_the_text_and_bound_by_the_approval(
    world: World, desk: Desk, session: Session
) -> None:
    world.station("Bản Lao")
    bulletin_id = desk.ready()
    shown = desk.hear(bulletin_id)
    session.commit()
    with pytest.raises(DBAPIError, match="frozen"):
        session.execute(text("UPDATE revision SET emergency = NULL"))
    session.rollback()
    change = "UPDATE revision SET emergency = replace(emergency, :old, :new)"
    without_guards(session, change, old='"drill":false', new='"drill":true')
    assert desk.hear(bulletin_id) != shown


def test_dispatch_signs_no_sounding_that_the_approval_did_not_order(world: World, desk: Desk, session: Session) -> None:
    station = world.station("Bản Lao")
    (row,) = desk.airings(desk.released(1))
    for change in (
        {"starts_at": row.starts_at + MINUTE, "ends_by": row.ends_by + MINUTE},
        {"grace_s": row.grace_s + 1},
        {"drill": True},
        {"bulletin_class": "normal"},
        {"expires_at": row.expires_at + MINUTE},
        {"expires_at": None, "grace_s": 30, "starts_at": row.starts_at + 2 * SECOND},
    ):
        with session.begin_nested() as undone:
            for name, value in change.items():
                setattr(row, name, value)
            session.flush()
            assert desk.told(station, world.now + timedelta(seconds=1))["airings"] == []
            undone.rollback()
        session.expire_all()
    assert len(desk.told(station, world.now + timedelta(seconds=1))["airings"]) == 1


@pytest.mark.parametrize(
    "scope", [Scope(units=frozenset({LAO})), Scope(stations=frozenset({UUID(int=1)}), units=frozenset({LAO}))]
)
def test_dispatch_signs_no_sounding_where_the_approval_did_not_order_it(
    world: World, desk: Desk, session: Session, scope: Scope
) -> None:
    near, far = world.station("Bản Lao"), world.station("Bản Xuân", "03302")
    (row,) = desk.airings(desk.released(1, emergency=order(scope=scope)))
    at = world.now + SECOND
    assert len(desk.told(near, at)["airings"]) == 1
    without_guards(session, "UPDATE airing SET station_id = :there WHERE id = :id", there=far.id, id=row.id)
    session.expire_all()
    assert desk.told(far, at)["airings"] == []
    (alarm,) = session.scalars(select(Alarm))
    assert alarm.kind == "approval-damaged"


def test_a_station_that_moves_that_very_day_is_told_still(world: World, desk: Desk, session: Session) -> None:
    station = world.station("Bản Lao", until=world.now.date() - timedelta(days=1))
    session.add(StationUnit(station_id=station.id, unit_code="03301", valid_from=world.now.date(), valid_to=None))
    session.flush()
    desk.released(1, emergency=order(scope=Scope(units=frozenset({LAO})), times=2))
    session.scalars(select(StationUnit).where(StationUnit.valid_to.is_(None))).one().unit_code = "03302"
    session.flush()
    assert len(desk.told(station, world.now + MINUTE)["airings"]) == 2


def test_an_ordinary_session_may_not_hold_it(world: World, desk: Desk, session: Session) -> None:
    station = world.station("Bản Lao")
    approval = desk.released(1)
    other = world.bulletin("Họp thôn")
    programme = world.programme(("bulletin", approval.bulletin_id), ("bulletin", other))
    (row,) = world.one_off([station], programme, world.now + timedelta(hours=2))
    told = {each["id"]: each for each in desk.told(station)["airings"]}
    assert [item["bulletin"] for item in told[row.id]["items"]] == [other]
    assert [item.omitted for item in row.items] == ["not-approved", None]
    assert session.scalars(select(Alarm)).all() == []


def test_nobody_else_loses_time_to_it(world: World, desk: Desk) -> None:
    station = world.station("Bản Lao")
    programme = world.programme(("bulletin", world.bulletin("Họp thôn")))
    emergency = desk.airings(desk.released(1, emergency=order(times=3, every=10 * MINUTE)))
    world.one_off([station], programme, world.now + 10 * MINUTE)
    world.plan()
    assert [row.cancelled_at for row in emergency] == [None, None, None]


class TestWithdrawal:
    def test_what_has_not_begun_is_called_off_and_the_stations_are_told_first(
        self, world: World, desk: Desk, session: Session
    ) -> None:
        station = world.station("Bản Lao")
        approval = desk.released(1, emergency=order(times=3, every=10 * MINUTE))
        first, *rest = desk.airings(approval)
        tape = world.tape(station)
        sequence = desk.told(station, world.now)["sequence"]
        tape.tell(Event.STARTED, world.now, airing=first.id, rundown=sequence)
        intake.receive_batch(session, station=station, envelope=tape.sealed(), now=world.now)
        later = world.now + timedelta(seconds=20)
        desk.withdraw(approval.bulletin_id, now=later)
        assert [row.cancelled_at for row in (first, *rest)] == [None, later, later]
        assert desk.urgent()[0] == (station.id, "withdrawal")
        told = desk.told(station, later)
        assert [each["id"] for each in told["airings"]] == [first.id]  # word for word: what has begun is no plan
        assert told["withdrawn"] == [f"sha256:{approval.digest}"]

    def test_a_station_that_was_away_never_hears_of_it(self, world: World, desk: Desk) -> None:
        station = world.station("Bản Lao")
        approval = desk.released(1)
        desk.withdraw(approval.bulletin_id, now=world.now + MINUTE)
        assert [row.cancel_reason for row in desk.airings(approval)] == ["Báo nhầm."]
        assert desk.told(station, world.now + 2 * MINUTE)["airings"] == []

    def test_a_newer_revision_calls_the_older_off(self, world: World, desk: Desk) -> None:
        station = world.station("Bản Lao")
        approval = desk.released(1, emergency=order(times=3, every=10 * MINUTE))
        bulletin_id = approval.bulletin_id
        writing.edit(
            desk.session, world.editor, bulletin_id=bulletin_id, title="Lũ về", script="Lũ rút. Bà con về nhà.",
            bulletin_class="emergency", language="vi", valid_from=world.now.date(), valid_to=None, directive_id=None,
            obligation_id=None, emergency=order(times=1), now=world.now + MINUTE,
        )  # fmt: skip
        desk.submit(bulletin_id, now=world.now + MINUTE)
        desk.render(now=world.now + MINUTE)
        newer = desk.approve(bulletin_id, 1, now=world.now + 5 * MINUTE)
        assert [row.cancelled_at is not None for row in desk.airings(approval)] == [True, True, True]
        (airing,) = desk.told(station, world.now + 5 * MINUTE)["airings"]
        assert airing["items"][0]["approval"] == f"sha256:{newer.digest}"

    def test_one_second_before_the_start_it_still_counts(self, world: World, desk: Desk) -> None:
        station = world.station("Bản Lao")
        story = world.bulletin("Họp thôn")
        starts_at = world.now + MINUTE
        (row,) = world.one_off([station], world.programme(("bulletin", story)), starts_at)
        told = desk.told(station)
        assert [each["id"] for each in told["airings"]] == [row.id]
        moment = starts_at - timedelta(seconds=1)
        desk.withdraw(story, now=moment)
        assert desk.urgent() == [(station.id, "withdrawal")]
        after = desk.told(station, moment)
        assert (after["airings"], len(after["withdrawn"])) == ([], 1)
        assert [item.omitted for item in row.items] == ["withdrawn"]

    def test_one_second_after_the_start_it_is_named_so_that_it_fades(self, world: World, desk: Desk) -> None:
        station = world.station("Bản Lao")
        story = world.bulletin("Họp thôn")
        starts_at = world.now + MINUTE
        world.one_off([station], world.programme(("bulletin", story)), starts_at)
        approval = desk.told(station)["airings"][0]["items"][0]["approval"]
        moment = starts_at + timedelta(seconds=1)
        desk.withdraw(story, now=moment)
        assert desk.told(station, moment)["withdrawn"] == [approval]


def test_what_waits_is_told_once_and_emergencies_go_first(world: World, desk: Desk, session: Session) -> None:
    one, two = world.station("Một"), world.station("Hai")
    story = world.bulletin("Họp thôn")
    world.one_off([two], world.programme(("bulletin", story)), world.now + timedelta(hours=1))
    desk.withdraw(story)
    desk.released(1, emergency=order(scope=Scope(stations=frozenset({UUID(one.id)}))))
    assert urgent.waiting(session) == (one.id, two.id)
    desk.told(one)
    assert urgent.waiting(session) == (two.id,)


def test_an_emergency_is_rendered_before_all_others(world: World, desk: Desk) -> None:
    for title in ("Một", "Hai"):
        desk.submit(desk.write(title, bulletin_class="normal"))
    emergency = desk.write("Lũ về")
    desk.submit(emergency, now=world.now + MINUTE)
    assert desk.render(now=world.now + MINUTE) == emergency


def test_an_ordinary_airing_says_what_becomes_of_it_when_cut(world: World, desk: Desk) -> None:
    station = world.station("Bản Lao")
    world.one_off([station], world.programme(("bulletin", world.bulletin("Họp"))), world.now + timedelta(hours=1))
    desk.released(1)
    told = desk.told(station, after_interruption="drop")
    assert {each["class"]: each["after_interruption"] for each in told["airings"]} == {
        "emergency": "resume", "normal": "drop",
    }  # fmt: skip


def test_an_order_that_somebody_damaged_is_refused_in_words(world: World, desk: Desk, session: Session) -> None:
    bulletin_id = desk.ready()
    without_guards(session, "UPDATE revision SET emergency = '{}'")
    with pytest.raises(LoaError, match="Lệnh phát"):
        desk.hear(bulletin_id)
