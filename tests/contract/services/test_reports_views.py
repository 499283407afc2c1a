"""What pages show of stations: playlist, overview, and the story of an airing."""

import json
from datetime import date, datetime, timedelta

import pytest
from airing_world import ALLOWANCE, ZONE, World, told_in, utc
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.letters import Directive, Obligation
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import NotAllowed, NotFound
from scheduler.protocol import ClockState, Event, Heartbeat
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import intake, planning, reports
from scheduler.services.airing_story import Story
from scheduler.services.ledger_check import verify_records
from scheduler.services.settlement import settle

START = utc(2024, 5, 8, 10)
OVER = START + timedelta(minutes=5)
TODAY = date(2024, 5, 8)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def station(world: World) -> Station:
    return world.station("Búng Lao")


def _heartbeat(world: World, station: Station, at: datetime, **changes: object) -> None:
    told = Heartbeat(1, None, (), None, ClockState(3, 40, "centre"), 900, 0, {"loa": "1"}).to_json() | changes
    intake.receive_heartbeat(world.session, station=station, content=json.dumps(told).encode(), now=at)


def _day(world: World, station: Station, now: datetime | None = None, actor: Actor | None = None) -> reports.Playlist:
    return reports.playlist(
        world.session,
        actor or world.operator,
        station_id=station.id,
        local_date=TODAY,
        zone=ZONE,
        reporting_allowance_s=900,
        now=now or world.now,
    )


def test_playlist_tells_items_omissions_and_readiness(world: World, station: Station) -> None:
    programme = world.programme(
        ("bulletin", world.bulletin("Một")),
        ("bulletin", world.bulletin("Chờ", approved=False)),
        ("bulletin", world.bulletin("Ba", duration_ms=90_000)),
    )
    world.one_off([station], programme, START)
    (airing,) = _day(world, station).airings
    assert [(item.title, item.omitted) for item in airing.items] == [
        ("Một", None),
        ("Ba", None),
        ("Chờ", "not-approved"),
    ]
    assert airing.readiness == "unknown"
    issue = world.issue(station)
    _heartbeat(world, station, world.now, sequence=issue.sequence)
    shown = _day(world, station)
    (airing,) = shown.airings
    assert (airing.readiness, airing.result, airing.reason) == ("ready", "planned", "not-approved")
    first, second = airing.sounding
    assert (first.starts_at, first.duration_ms, first.approver_name, first.held) == (START, 60_000, "Duyet", True)
    assert (second.starts_at, airing.ends_at) == (START + timedelta(seconds=60), START + timedelta(seconds=150))
    assert (shown.held_sequence, shown.newest_sequence, shown.unit_name) == (
        issue.sequence,
        issue.sequence,
        "Xã Búng Lao cũ",
    )


@pytest.mark.parametrize(
    ("changes", "ahead", "expected"),
    [
        ({}, timedelta(hours=1), "ready"),
        ({"sequence": 1}, timedelta(hours=1), "loading"),
        ({"sequence": 1}, timedelta(minutes=4), "not-ready"),
        ({"missing": True}, timedelta(hours=1), "loading"),
        ({"missing": True}, timedelta(minutes=4), "not-ready"),
        ({"media_missing": ["sha256:" + "a" * 64]}, timedelta(minutes=4), "ready"),
        ({"clock": {"offset_ms": None, "uncertainty_ms": None, "source": "unset"}}, timedelta(hours=1), "not-ready"),
        ({"stale": True}, timedelta(hours=1), "unknown"),
    ],
)
def test_readiness(world: World, station: Station, changes: dict, ahead: timedelta, expected: str) -> None:
    world.one_off([station], world.programme(("bulletin", world.bulletin("Một"))), START)
    issue = world.issue(station)
    (item,) = _day(world, station).airings[0].items
    told = dict(changes)
    now = START - ahead
    at = now - timedelta(minutes=6) if told.pop("stale", False) else now
    if told.pop("missing", False):
        told["media_missing"] = [f"sha256:{item.media_sha256}"]
    _heartbeat(world, station, at, **{"sequence": issue.sequence, **told})
    (airing,) = _day(world, station, now).airings
    assert airing.readiness == expected


def test_playlist_tells_what_became_of_it(world: World, station: Station) -> None:
    (row,) = world.one_off(
        [station], world.programme(("bulletin", world.bulletin("Một")), ("bulletin", world.bulletin("Hai"))), START
    )
    tape = world.tape(station)
    tape.play(row, world.issue(station).sequence, [60, 60], upto=1)
    intake.receive_batch(world.session, station=station, envelope=tape.sealed(), now=OVER)
    (airing,) = _day(world, station, OVER).airings
    assert (airing.result, airing.reason, airing.readiness) == ("interrupted", "power", None)
    assert [(item.result, item.reason) for item in airing.items] == [("aired", None), ("interrupted", "power")]


def test_cancelled_session_stays_on_the_playlist(world: World, station: Station, session: Session) -> None:
    (row,) = world.one_off([station], world.programme(("bulletin", world.bulletin("Một"))), START)
    planning.cancel_airing(session, world.approver, airing_id=row.id, reason="Nghỉ lễ", now=world.now)
    (airing,) = _day(world, station).airings
    assert (airing.result, airing.cancel_reason, airing.readiness, airing.sounding) == (
        "cancelled",
        "Nghỉ lễ",
        None,
        (),
    )


def test_operators_read_their_own_places(world: World, station: Station) -> None:
    def limited(**places: str) -> Actor:
        return Actor(world.operator.id, "Trực", (Grant(Role.OPERATOR, **places),))

    for allowed in (limited(), limited(station_id=station.id), limited(unit_code="03301"), limited(unit_code="102")):
        assert _day(world, station, actor=allowed).station_id == station.id
    for refused in (limited(unit_code="03302"), limited(station_id="khác"), Actor("x", "Không", ())):
        with pytest.raises(NotAllowed):
            _day(world, station, actor=refused)
    with pytest.raises(NotFound):
        reports.playlist(
            world.session,
            world.operator,
            station_id="khác",
            local_date=TODAY,
            zone=ZONE,
            reporting_allowance_s=1,
            now=world.now,
        )


def test_overview_tells_contact_readiness_alarms_and_what_is_next(
    world: World, station: Station, session: Session
) -> None:
    silent = world.station("Xuân Lao", "03302")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    world.one_off([station], programme, START + timedelta(hours=1))
    (first,) = world.one_off([station], programme, START)
    issue = world.issue(station)
    _heartbeat(world, station, world.now, sequence=issue.sequence)
    tape = world.tape(station)
    tape.tell(Event.REFUSED, world.now, reason="signature")
    intake.receive_batch(session, station=station, envelope=tape.sealed(), now=world.now)
    overview = reports.station_overview(session, zone=ZONE, now=world.now + timedelta(minutes=1))
    lao, xuan = overview.stations
    assert (lao.name, lao.online, lao.readiness, lao.unit_name) == ("Búng Lao", True, "ready", "Xã Búng Lao cũ")
    assert (lao.next_airing.airing_id, lao.next_airing.starts_at) == (first.id, START)
    assert [(alarm.kind, alarm.station_name) for alarm in lao.alarms] == [("rundown-refused", "Búng Lao")]
    assert (xuan.station_id, xuan.online, xuan.readiness, xuan.last_contact, xuan.next_airing) == (
        silent.id,
        False,
        "unknown",
        None,
        None,
    )
    assert overview.open_alarms == 1


def test_story_goes_from_letter_to_ledger(world: World, station: Station, session: Session) -> None:
    session.add(
        Directive(
            id="d1",
            file_sha256="a" * 64,
            file_name="cv.docx",
            file_bytes=1,
            symbol="UBND-VHTT",
            recipients=[],
            bases=[],
            warnings=["thiếu số"],
            imported_by=world.editor.id,
            imported_at=world.now,
        )
    )
    session.flush()
    session.add(
        Obligation(
            id=5,
            directive_id="d1",
            ordinal=2,
            addressee="Trung tâm",
            actions=["đưa tin"],
            deadlines=[],
            broadcasting=True,
        )
    )
    session.flush()
    story_id = world.bulletin("Một", directive_id="d1", obligation_id=5)
    (slot,) = world.published([station], world.programme(("bulletin", story_id)))
    world.plan(days_ahead=1)
    (row,) = session.scalars(select(Airing))
    issue = world.issue(station)
    tape = world.tape(station)
    tape.tell(Event.ACCEPTED, world.now + timedelta(minutes=1), rundown=issue.sequence)
    tape.play(row, issue.sequence, [60], media=list(told_in(issue.envelope)["media"]))
    intake.receive_batch(session, station=station, envelope=tape.sealed(), now=OVER)

    def told() -> Story:
        return reports.airing_story(session, airing_id=row.id, reporting_allowance=ALLOWANCE, now=OVER)

    live = told()
    assert (live.result, live.settlements, live.items[0].row.ledger_seq) == ("aired", (), None)
    settle(session, now=OVER, reporting_allowance=ALLOWANCE)
    story = told()
    assert story.unit_path == ("Xã Búng Lao cũ", "Huyện Mường Ảng", "Tỉnh Điện Biên")
    assert (story.plan.slot_id, story.plan.proposed_by, story.plan.published_by) == (slot.id, "Bien", "Duyet")
    assert story.rundown.sequence == issue.sequence
    assert story.rundown.accepted_at == world.now + timedelta(minutes=1)
    (item,) = story.items
    assert (item.directive.symbol, item.directive.warnings, item.obligation.ordinal) == ("UBND-VHTT", 1, 2)
    assert [revision.number for revision in item.revisions] == [1]
    assert (item.approval.approver_name, item.approval.heard_permille) == ("Duyet", 1000)
    assert (item.recording.duration_ms, item.media_matches) == (60_000, True)
    assert [entry.event for entry in story.entries] == ["started", "item", "item", "finished"]
    assert [settlement.result for settlement in story.settlements] == ["aired"]
    assert item.row.ledger_seq == story.settlements[0].ledger_seq == story.ledger[-1].seq
    assert {line.kind for line in story.ledger} == {"rundown", "as-run", "result"}
    with pytest.raises(NotFound):
        reports.airing_story(session, airing_id="khác", reporting_allowance=ALLOWANCE, now=OVER)


@pytest.mark.parametrize(("media", "matches"), [(None, None), ("f" * 64, False)])
def test_story_says_when_other_bytes_sounded(
    world: World, station: Station, session: Session, media: str | None, matches: bool | None
) -> None:
    (row,) = world.one_off([station], world.programme(("bulletin", world.bulletin("Một"))), START)
    tape = world.tape(station)
    tape.play(row, world.issue(station).sequence, [60])
    if media is not None:
        tape.tell(Event.COMMAND, OVER, airing=row.id, media=f"sha256:{media}")
    intake.receive_batch(session, station=station, envelope=tape.sealed(), now=OVER)
    story = reports.airing_story(session, airing_id=row.id, reporting_allowance=ALLOWANCE, now=OVER)
    assert story.items[0].media_matches is matches


def test_story_of_what_is_still_to_come(world: World, station: Station, session: Session) -> None:
    (row,) = world.one_off([station], world.programme(("bulletin", world.bulletin("Chờ", approved=False))), START)
    story = reports.airing_story(session, airing_id=row.id, reporting_allowance=ALLOWANCE, now=world.now)
    assert (story.rundown, story.entries, story.ledger, story.plan.planned_by) == (None, (), (), "Duyet")
    assert (story.items[0].approval, story.items[0].recording, story.items[0].row.result) == (None, None, "left-out")


def test_the_state_of_one_station_is_what_the_overview_says_of_it(
    world: World, station: Station, session: Session
) -> None:
    other = world.station("Xuân Lao", "03302")
    programme = world.programme(("bulletin", world.bulletin("Một")))
    for each in (station, other):
        world.one_off([each], programme, START)
        _heartbeat(world, each, world.now, sequence=world.issue(each).sequence)
        tape = world.tape(each)
        tape.tell(Event.REFUSED, world.now, reason="signature")
        intake.receive_batch(session, station=each, envelope=tape.sealed(), now=world.now)
    for told in reports.station_overview(session, zone=ZONE, now=world.now).stations:
        assert told.alarms
        assert told.next_airing is not None
        assert reports.station_state(session, station_id=told.station_id, zone=ZONE, now=world.now) == told
    with pytest.raises(NotFound):
        reports.station_state(session, station_id="khác", zone=ZONE, now=world.now)


def test_stations_on_duty_are_an_operators_own_places(world: World, station: Station, session: Session) -> None:
    lao, xuan = station, world.station("Xuân Lao", "03302")
    stopped = world.station("Đã ngừng", "03302")
    stopped.active = False
    session.flush()

    def seen(*grants: Grant, at: datetime = world.now) -> tuple[str, ...]:
        who = Actor(world.operator.id, "Trực", grants)
        return reports.stations_on_duty(session, who, zone=ZONE, now=at)

    everything = (lao.id, xuan.id)
    assert seen() == ()
    assert seen(Grant(Role.OPERATOR)) == seen(Grant(Role.AUDITOR)) == everything
    assert seen(Grant(Role.OPERATOR, station_id=xuan.id)) == (xuan.id,)
    assert seen(Grant(Role.OPERATOR, unit_code="03302")) == (xuan.id,)
    assert seen(Grant(Role.OPERATOR, unit_code="102")) == seen(Grant(Role.OPERATOR, unit_code="11")) == everything
    assert seen(Grant(Role.OPERATOR, unit_code="03302"), Grant(Role.OPERATOR, station_id=lao.id)) == everything
    assert seen(Grant(Role.OPERATOR, unit_code="03302"), Grant(Role.EDITOR)) == everything
    assert seen(Grant(Role.OPERATOR, station_id=stopped.id)) == ()
    # In July 2025 the district is no more, and the code 03301 names the new commune.
    reform = utc(2025, 7, 2)
    assert seen(Grant(Role.OPERATOR, unit_code="102"), at=reform) == ()
    assert seen(Grant(Role.OPERATOR, unit_code="03301"), at=reform) == (lao.id,)


def test_rows_and_entries_name_an_item_by_its_place_in_the_rundown(
    world: World, station: Station, session: Session
) -> None:
    jingle = world.bulletin("Nhạc hiệu", kind="jingle")
    programme = world.programme(
        ("jingle", jingle), ("bulletin", world.bulletin("Một")), ("jingle", jingle), ("bulletin", world.bulletin("Hai"))
    )
    (row,) = world.one_off([station], programme, START)
    tape = world.tape(station)
    tape.play(row, world.issue(station).sequence, [60, 60, 60, 60])
    intake.receive_batch(session, station=station, envelope=tape.sealed(), now=OVER)

    def told() -> Story:
        return reports.airing_story(session, airing_id=row.id, reporting_allowance=ALLOWANCE, now=OVER)

    live = [(item.row.title, item.row.ordinal, item.row.item) for item in told().items]
    assert live == [("Một", 0, 1), ("Hai", 1, 3)]
    settle(session, now=OVER, reporting_allowance=ALLOWANCE)
    story = told()
    assert [(item.row.title, item.row.ordinal, item.row.item) for item in story.items] == live
    of_last = [(entry.item, entry.edge) for entry in story.entries if entry.item == story.items[-1].row.item]
    assert of_last == [(3, "start"), (3, "end")]
    assert verify_records(session) > 0


def test_what_was_left_out_has_no_place_in_the_rundown(world: World, station: Station, session: Session) -> None:
    programme = world.programme(
        ("bulletin", world.bulletin("Chờ", approved=False)), ("bulletin", world.bulletin("Hai"))
    )
    (row,) = world.one_off([station], programme, START)
    world.issue(station)
    story = reports.airing_story(session, airing_id=row.id, reporting_allowance=ALLOWANCE, now=world.now)
    assert [(item.row.title, item.row.item) for item in story.items] == [("Hai", 0), ("Chờ", None)]
