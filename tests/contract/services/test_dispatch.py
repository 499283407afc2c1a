"""What dispatch signs: standing approvals alone, a new document only for new content, and nothing that was forged."""

from datetime import date, datetime, timedelta

import pytest
from airing_world import CUTOFF_S, ZONE, World, told_in, utc, without_guards
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.db.accounts import LedgerEntry
from scheduler.db.planning import Airing, RundownIssue
from scheduler.db.units import Alarm, Station
from scheduler.errors import NotFound
from scheduler.protocol import Rundown, read_rundown
from scheduler.services import audit, dispatch, planning
from scheduler.signing import RUNDOWN, key_id, public_bytes, verify

START = utc(2024, 5, 8, 10)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def station(world: World) -> Station:
    return world.station("Búng Lao")


def _read(world: World, issue: RundownIssue) -> Rundown:
    public = public_bytes(world.centre)
    return read_rundown(verify(issue.envelope, RUNDOWN, {key_id(public): public}))


def _plan(world: World, station: Station, *bulletins: str, starts_at: datetime = START) -> Airing:
    programme = world.programme(*(("bulletin", each) for each in bulletins))
    (airing,) = world.one_off([station], programme, starts_at)
    return airing


def test_signed_rundown_holds_what_was_approved(world: World, station: Station, session: Session) -> None:
    world.published(
        [station], world.programme(("bulletin", world.bulletin("Một")), ("bulletin", world.bulletin("Hai")))
    )
    world.plan()
    issue = world.issue(station)
    rundown = _read(world, issue)
    assert rundown.sequence == int(world.now.timestamp())
    assert (rundown.from_, rundown.to) == (utc(2024, 5, 7, 17), utc(2024, 5, 14, 17))
    assert rundown.expires_at == world.now + timedelta(days=7)
    assert len(rundown.airings) == 6 + 1
    assert [item.duration_ms for item in rundown.airings[0].items] == [60_000, 60_000]
    assert {fact.bytes for fact in rundown.media.values()} == {720_000}
    line = session.get_one(LedgerEntry, rundown.checkpoint["seq"])
    assert line.hash == rundown.checkpoint["hash"]
    assert dispatch.current_rundown(session, station.id) == (issue.envelope, issue.envelope_sha256)
    audit.verify(session)


def test_the_same_content_is_issued_once_until_midnight(world: World, station: Station) -> None:
    _plan(world, station, world.bulletin("Một"))
    first = world.issue(station)
    assert world.issue(station, world.now + timedelta(minutes=1)) is None
    assert world.issue(station, utc(2024, 5, 8, 16, 59, 59)) is None
    second = world.issue(station, utc(2024, 5, 8, 17))
    assert second.sequence > first.sequence
    assert second.from_at == utc(2024, 5, 8, 17)


def test_sequence_never_falls_behind(world: World, station: Station) -> None:
    first = world.issue(station)
    _plan(world, station, world.bulletin("Một"))
    assert world.issue(station).sequence == first.sequence + 1


def test_items_without_approval_are_left_out_and_come_back(world: World, station: Station, session: Session) -> None:
    pending = world.bulletin("Chờ", approved=False)
    airing = _plan(world, station, world.bulletin("Một"), pending)
    rundown = _read(world, world.issue(station))
    assert len(rundown.airings[0].items) == 1
    assert [item.omitted for item in airing.items] == [None, "not-approved"]
    in_time = START - timedelta(seconds=CUTOFF_S)
    world.approve(pending, "Chờ", approved_at=in_time)
    rundown = _read(world, world.issue(station, in_time + timedelta(seconds=1)))
    assert len(rundown.airings[0].items) == 2
    assert [item.omitted for item in airing.items] == [None, None]


def test_approval_after_the_cutoff_does_not_bring_an_item_back(world: World, station: Station) -> None:
    pending = world.bulletin("Chờ", approved=False)
    airing = _plan(world, station, world.bulletin("Một"), pending)
    world.issue(station)
    late = START - timedelta(seconds=CUTOFF_S) + timedelta(milliseconds=1)
    world.approve(pending, "Chờ", approved_at=late)
    assert world.issue(station, late + timedelta(seconds=1)) is None
    assert [item.omitted for item in airing.items] == [None, "not-approved"]


def test_newer_revision_replaces_the_older_even_after_the_cutoff(world: World, station: Station) -> None:
    story = world.bulletin("Một", approved=False)
    old = world.approve(story, "Một", approved_at=world.now)
    _plan(world, station, story)
    world.issue(station)
    late = START - timedelta(seconds=60)
    world.end(old, "superseded", late)
    world.approve(story, "Một", number=2, approved_at=late)
    (airing,) = _read(world, world.issue(station, late)).airings
    assert [item.revision for item in airing.items] == [2]


def test_withdrawal_takes_out_what_is_to_come_and_names_itself(world: World, station: Station) -> None:
    story = world.bulletin("Một", approved=False)
    digest = world.approve(story, "Một")
    airing = _plan(world, station, story, world.bulletin("Hai"))
    world.issue(station)
    late = START - timedelta(seconds=60)
    world.end(digest, "withdrawn", late)
    rundown = _read(world, world.issue(station, late))
    assert rundown.withdrawn == (f"sha256:{digest}",)
    assert [item.omitted for item in airing.items] == ["withdrawn", None]
    assert len(rundown.airings[0].items) == 1


def test_airing_under_way_stays_word_for_word_while_its_day_lasts(world: World, station: Station) -> None:
    story = world.bulletin("Một", approved=False)
    digest = world.approve(story, "Một")
    airing = _plan(world, station, story)
    before = _read(world, world.issue(station))
    world.end(digest, "withdrawn", START + timedelta(seconds=10))
    after = _read(world, world.issue(station, START + timedelta(seconds=11)))
    assert after.airings == before.airings
    assert after.withdrawn == (f"sha256:{digest}",)
    assert airing.items[0].omitted is None
    assert _read(world, world.issue(station, utc(2024, 5, 8, 17))).airings == ()


def test_nothing_speakable_is_not_sent(world: World, station: Station, session: Session) -> None:
    jingle = world.bulletin("Nhạc hiệu", kind="jingle")
    programme = world.programme(("jingle", jingle), ("bulletin", world.bulletin("Chờ", approved=False)))
    world.one_off([station], programme, START)
    assert _read(world, world.issue(station)).airings == ()


@pytest.mark.parametrize(
    ("validity", "omitted"),
    [
        ({"valid_to": date(2024, 5, 8)}, None),
        ({"valid_to": date(2024, 5, 7)}, "expired"),
        ({"valid_from": date(2024, 5, 8)}, None),
        ({"valid_from": date(2024, 5, 9)}, "not-yet-valid"),
        ({"valid_to": date.max}, None),
    ],
)
def test_validity_is_in_local_days_both_included(
    world: World, station: Station, validity: dict, omitted: str | None
) -> None:
    airing = _plan(world, station, world.bulletin("Một", **validity), starts_at=utc(2024, 5, 8, 16, 40))  # 23:40
    world.issue(station)
    assert [item.omitted for item in airing.items] == [omitted]


def test_cancelled_airing_is_absent(world: World, station: Station, session: Session) -> None:
    airing = _plan(world, station, world.bulletin("Một"))
    world.issue(station)
    planning.cancel_airing(session, world.approver, airing_id=airing.id, reason="Nghỉ lễ", now=world.now)
    assert _read(world, world.issue(station)).airings == ()
    assert world.issue(station, START + timedelta(seconds=1)) is None


def test_headline_sounds_from_its_own_track(world: World, station: Station) -> None:
    story = world.bulletin("Một", headline=True)
    world.one_off([station], world.programme(("headline", story), ("bulletin", story)), START)
    (airing,) = _read(world, world.issue(station)).airings
    assert [(item.kind, item.duration_ms) for item in airing.items] == [("headline", 10_000), ("bulletin", 60_000)]


# What somebody with the database in hands might change, and the last day of validity before that.
FORGERIES = {
    "other document": ("UPDATE approval SET document = replace(document, 'revision\"\\:1', 'revision\"\\:2')", None),
    "other media": ("UPDATE approval SET document = replace(document, :media, :other)", None),
    "other title": ("UPDATE revision SET title = 'Kẻ gian'", None),
    "other class": ("UPDATE revision SET bulletin_class = 'priority'", None),
    "other revision": ("UPDATE revision SET number = 7", None),
    "longer validity": ("UPDATE revision SET valid_to = NULL", date(2024, 5, 7)),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_was_changed_by_hand_is_not_signed(world: World, station: Station, session: Session, forgery: str) -> None:
    statement, valid_to = FORGERIES[forgery]
    airing = _plan(world, station, world.bulletin("Một", valid_to=valid_to))
    (track,) = dispatch.approvals_now(session, now=world.now)
    other = world.medium("kẻ gian", 60_000)
    values = {"media": track.media_sha256, "other": other} if ":media" in statement else {}
    without_guards(session, statement, **values)
    assert _read(world, world.issue(station)).airings == ()
    assert [item.omitted for item in airing.items] == ["not-approved"]
    (alarm,) = session.scalars(select(Alarm))
    assert (alarm.kind, alarm.detail["approval"]) == ("approval-damaged", track.approval)
    world.issue(station, world.now + timedelta(seconds=5))
    assert session.scalar(select(func.count()).select_from(Alarm)) == 1


def test_a_medium_that_no_approval_names_is_not_signed(world: World, station: Station, session: Session) -> None:
    _plan(world, station, world.bulletin("Một"))
    other = world.medium("kẻ gian", 60_000)
    genuine = dispatch.approvals_now(session, now=world.now)
    forged = [
        type(track)(**{name: getattr(track, name) for name in track.__slots__} | {"media_sha256": other})
        for track in genuine
    ]
    assert _read(world, world.issue(station, approvals=forged)).airings == ()
    assert len(_read(world, world.issue(station, approvals=genuine)).airings) == 1


def test_the_rest_airs_beside_a_forgery(world: World, station: Station, session: Session) -> None:
    bad, good = world.bulletin("Xấu"), world.bulletin("Tốt")
    airing = _plan(world, station, bad, good)
    without_guards(session, "UPDATE revision SET title = 'Khác' WHERE bulletin_id = :id", id=bad)
    (signed,) = _read(world, world.issue(station)).airings
    assert [item.bulletin for item in signed.items] == [good]
    assert [item.omitted for item in airing.items] == ["not-approved", None]


def test_media_may_be_fetched_only_under_the_newest_rundown(world: World, station: Station, session: Session) -> None:
    other = world.station("Xuân Lao", "03302")
    story = world.bulletin("Một", approved=False)
    digest = world.approve(story, "Một")
    _plan(world, station, story)
    world.issue(other)
    (name,) = _read(world, world.issue(station)).media
    sha256 = name.removeprefix("sha256:")
    assert dispatch.may_fetch(session, station.id, sha256)
    assert not dispatch.may_fetch(session, other.id, sha256)
    assert not dispatch.may_fetch(session, station.id, "0" * 64)
    world.end(digest, "withdrawn", world.now)
    world.issue(station, world.now + timedelta(seconds=1))
    assert not dispatch.may_fetch(session, station.id, sha256)


def test_stations_are_due_after_a_deed_and_at_midnight(world: World, station: Station, session: Session) -> None:
    other = world.station("Xuân Lao", "03302")
    both = {station.id, other.id}

    def due(since: int, now: datetime) -> dispatch.Due:
        return dispatch.stations_due(session, zone=ZONE, now=now, since=since)

    soon = world.now + timedelta(seconds=1)
    assert set(due(0, soon).station_ids) == both
    for each in (station, other):
        world.issue(each)
    _plan(world, station, world.bulletin("Một"))
    first = due(0, soon)
    assert first.through == audit.head(session).seq
    for each in (station, other):
        world.issue(each)
    assert due(first.through, soon).station_ids == ()  # its own issues make no station due
    _plan(world, station, world.bulletin("Hai"), starts_at=START + timedelta(hours=1))
    assert set(due(first.through, soon).station_ids) == both
    assert set(due(audit.head(session).seq, utc(2024, 5, 8, 17)).station_ids) == both


def test_a_deed_later_than_the_rounds_instant_is_looked_at_again(
    world: World, station: Station, session: Session
) -> None:
    _plan(world, station, world.bulletin("Một", approved=False))
    round_began = world.now + timedelta(seconds=10)
    before = audit.head(session).seq
    world.bulletin("Hai", approved_at=round_began + timedelta(microseconds=300))
    found = dispatch.stations_due(session, zone=ZONE, now=round_began, since=before)
    assert found.through == before
    later = dispatch.stations_due(session, zone=ZONE, now=round_began + timedelta(seconds=1), since=found.through)
    assert later.station_ids == (station.id,)
    assert later.through == audit.head(session).seq


def test_unknown_or_stopped_station_gets_nothing(world: World, station: Station, session: Session) -> None:
    station.active = False
    session.flush()
    with pytest.raises(NotFound):
        world.issue(station)
    assert dispatch.current_rundown(session, station.id) is None


def test_document_names_media_as_hashes(world: World, station: Station) -> None:
    _plan(world, station, world.bulletin("Một"))
    told = told_in(world.issue(station).envelope)
    assert told["type"] == "loa.rundown/1"
    assert list(told["media"]) == [told["airings"][0]["items"][0]["media"]]
