"""Only what stands approved sounds: a withdrawal silences what plays, and what nobody approved is never signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from centre_world import NOT_APPROVED, STATIONS, World, approve_bulletin, now
from real_processes import until
from sqlalchemy import select

from scheduler.db.accounts import LedgerEntry
from scheduler.db.bulletins import Recording, Revision
from scheduler.services import audit
from scheduler.services.bulletins import approvals

pytestmark = pytest.mark.acceptance

WITHDRAWN, UNAPPROVED = STATIONS[0][0], STATIONS[1][0]
AHEAD = timedelta(seconds=9)
SOON = timedelta(seconds=150)  # an approval made meanwhile comes less than the five minutes before it
LATER = timedelta(hours=1)
REASON = "Nội dung cần xem lại trước khi phát tiếp"


@dataclass(frozen=True)
class Planned:
    """Two airings at the same moment, and two more of the second programme: soon, and an hour later."""

    withdrawn: str
    unapproved: str
    soon: str
    later: str


@pytest.fixture(scope="module")
def planned(world: World) -> Planned:
    """Let both stations begin at the same moment."""
    world.start_centre()
    for station in world.enrol(WITHDRAWN, UNAPPROVED):
        station.run()
    starts_at = now() + AHEAD
    (withdrawn,) = world.plan([WITHDRAWN], ("first", "long", "second"), starts_at)
    programme = ("first", NOT_APPROVED, "third")
    (unapproved,) = world.plan([UNAPPROVED], programme, starts_at)
    (soon,) = world.plan([UNAPPROVED], programme, starts_at + SOON)
    (later,) = world.plan([UNAPPROVED], programme, starts_at + LATER)
    until(lambda: world.holds(WITHDRAWN, withdrawn), "the first station holds its rundown")
    until(lambda: world.holds(UNAPPROVED, later), "the second station holds its rundown")
    return Planned(withdrawn, unapproved, soon, later)


def test_a_withdrawal_silences_what_plays_and_the_ledger_tells_who(world: World, planned: Planned) -> None:
    station, airing = world.stations[WITHDRAWN], planned.withdrawn
    until(lambda: len(station.report(airing)["items"]) == 2, "the long bulletin sounds", within_s=40)
    bulletin_id, approver = world.furnished.bulletins["long"], world.furnished.approver
    with world.centre.writers.begin() as session:
        approvals.withdraw(session, approver, bulletin_id=bulletin_id, reason=REASON, now=now())
    until(lambda: world.settled(airing), "the outcome is in the ledger", within_s=40)

    aired, cut, after = world.rows(airing)
    assert (aired.result, aired.reason) == ("aired", None)
    assert (cut.result, cut.reason) == ("interrupted", "withdrawal")
    assert (after.result, after.reason) == ("missed", "withdrawal")
    report = station.report(airing)
    assert (report["outcome"], [item["whole"] for item in report["items"]]) == ("stopped", [True, False])
    assert cut.played_ms is not None
    assert cut.played_ms < (cut.planned_end - cut.planned_start) / timedelta(milliseconds=1)
    digest = str(cut.approval_digest)
    assert f"sha256:{digest}" in world.rundowns(WITHDRAWN)[-1]["withdrawn"]
    assert withdrawal_in_the_ledger(world, bulletin_id) == (approver.id, digest, REASON)


def withdrawal_in_the_ledger(world: World, bulletin_id: str) -> tuple[str, str, str]:
    """Return who withdrew what and why, as the hashed lines of a verified ledger say."""
    with world.centre.readers() as session:
        audit.verify(session)
        lines = [json.loads(line) for line in session.scalars(select(LedgerEntry.line))]
    deeds = [line["body"] for line in lines if line["body"].get("deed") == "revision-withdrawn"]
    (deed,) = [each for each in deeds if bulletin_id in json.dumps(each)]
    return deed["person"], deed["facts"]["approval"], deed["facts"]["reason"]


def test_what_nobody_approved_is_left_out_and_comes_in_once_it_is_approved(world: World, planned: Planned) -> None:
    station, bulletin_id = world.stations[UNAPPROVED], world.furnished.bulletins[NOT_APPROVED]
    media = sound_of(world, bulletin_id)
    assert not any(media in json.dumps(rundown) for rundown in world.rundowns(UNAPPROVED))
    until(lambda: world.settled(planned.unapproved), "the outcome is in the ledger", within_s=60)
    rows = {row.bulletin_id: (row.result, row.reason) for row in world.rows(planned.unapproved)}
    known = world.furnished.bulletins
    assert rows == {
        known["first"]: ("aired", None),
        known["third"]: ("aired", None),
        bulletin_id: ("left-out", "not-approved"),
    }
    assert media not in station.sounded(planned.unapproved)
    assert len(station.sounded(planned.unapproved)) == 2

    before = world.rundowns(UNAPPROVED)[-1]
    assert approve_bulletin(world.centre, world.furnished.approver, bulletin_id, now()) == media
    until(lambda: world.rundowns(UNAPPROVED)[-1]["sequence"] > before["sequence"], "a newer rundown is signed")
    until(lambda: world.holds(UNAPPROVED, planned.later), "the station holds it, with its sounds")
    assert bulletins_of(before, planned.later) == [known["first"], known["third"]]
    after = world.rundowns(UNAPPROVED)[-1]
    assert bulletins_of(after, planned.later) == [known["first"], bulletin_id, known["third"]]
    assert bulletins_of(after, planned.soon) == [known["first"], known["third"]]  # approved too late for this one
    assert f"sha256:{media}" in after["media"]
    assert (station.directory / "media" / media).exists()


def sound_of(world: World, bulletin_id: str) -> str:
    """Return the SHA-256 of a bulletin's only main track."""
    query = select(Recording.media_sha256).join(Revision).where(Revision.bulletin_id == bulletin_id)
    with world.centre.readers() as session:
        return session.scalars(query.where(Recording.track == "main")).one()


def bulletins_of(rundown: dict[str, Any], airing_id: str) -> list[str]:
    """Return the bulletins of an airing in a rundown, in order."""
    (airing,) = [each for each in rundown["airings"] if each["id"] == airing_id]
    return [item["bulletin"] for item in airing["items"]]
