"""The main job with real processes on both databases: from an official letter to four loudspeakers and the log."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from centre_world import (
    STATIONS,
    Furnished,
    World,
    approve_bulletin,
    copied_world,
    fast_settings,
    furnish,
    now,
    opened_world,
    write_bulletin,
)
from real_processes import until
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Approval
from scheduler.services import letters
from scheduler.services.bulletins.page import bulletin_page

pytestmark = pytest.mark.acceptance

NAMES = tuple(name for name, _ in STATIONS)
SCRIPT = "Bà con hãy chia sẻ thông tin từ nguồn chính thức, đáng tin cậy."
AHEAD = timedelta(seconds=9)
URL = "LOA_TEST_POSTGRES_URL"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    url = os.environ.get(URL)
    if not url:
        pytest.skip(f"{URL} is not set: the main line did not run on PostgreSQL")
    name = f"loa_acceptance_{uuid.uuid4().hex[:12]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def line(request: pytest.FixtureRequest, furnished_centre: tuple[Path, Furnished], tmp_path: Path) -> Iterator[World]:
    """A centre on each database, on which approvals count at once."""
    if request.param == "sqlite":
        with copied_world(furnished_centre, tmp_path / "centre", approval_cutoff_s=0) as made:
            yield made
        return
    settings = fast_settings(tmp_path / "centre", database_url=request.getfixturevalue("postgres_url"))
    settings = replace(settings, approval_cutoff_s=0)
    with opened_world(settings, furnish(settings)) as made:
        yield made


@dataclass(frozen=True)
class Approved:
    """The bulletin that answers the letter, and the SHA-256 of its approved sound."""

    bulletin_id: str
    media: str


def from_letter_to_approval(world: World) -> Approved:
    """Import the project's sample letter, write what it asks for, wait for the clock's voice, and approve."""
    furnished = world.furnished
    content = (files("scheduler.letters") / "samples" / "cong-van-mau.md").read_bytes()
    with world.centre.writers.begin() as session:
        directive_id = letters.import_letter(
            session,
            furnished.editor,
            content=content,
            file_name="cong-van-mau.md",
            store=world.centre.letters,
            now=now(),
        ).id
    bulletin_id = write_bulletin(
        world.centre, furnished.editor, "theo công văn", SCRIPT, now(), directive_id=directive_id
    )
    until(lambda: has_voice(world, bulletin_id), "the clock has given the bulletin its voice", within_s=60)
    return Approved(bulletin_id, approve_bulletin(world.centre, furnished.approver, bulletin_id, now()))


def has_voice(world: World, bulletin_id: str) -> bool:
    """Tell whether the revision that waits for approval has its main track."""
    with world.centre.readers() as session:
        page = bulletin_page(session, world.furnished.approver, bulletin_id=bulletin_id, heard_needed_permille=950)
    return any(track.track == "main" for track in page.tracks)


def approved_by_document(world: World, bulletin_id: str) -> tuple[str, str]:
    """Return the approval's digest, and the sound's SHA-256 as the approved document itself names it."""
    with world.centre.readers() as session:
        approval = session.scalars(select(Approval).where(Approval.bulletin_id == bulletin_id)).one()
    named = [track["media"] for track in json.loads(approval.document)["tracks"] if track["kind"] == "main"]
    return approval.digest, named[0].removeprefix("sha256:")


def test_from_an_official_letter_to_four_loudspeakers_and_the_air_log(line: World) -> None:
    line.start_centre()
    stations = line.enrol()
    for station in stations:
        station.run()
    approved = from_letter_to_approval(line)

    starts_at = now() + AHEAD
    airings = line.plan(NAMES, ["first", approved.bulletin_id], starts_at)
    until(lambda: all(line.settled(airing) for airing in airings), "all is in the ledger", within_s=60)

    digest, media = approved_by_document(line, approved.bulletin_id)
    assert media == approved.media == sha256_hex(line.centre.media.get(media))
    for station, name, airing in zip(stations, NAMES, airings, strict=True):
        first, second = line.rows(airing)
        assert [row.result for row in (first, second)] == ["aired", "aired"]
        assert first.planned_start == starts_at_ms(starts_at)
        assert first.difference_ms is not None
        assert 0 <= first.difference_ms < 1000
        assert (second.station_name, second.approver_name) == (name, "Duyet")
        assert (second.media_sha256, second.approval_digest) == (media, digest)
        assert station.sounded(airing) == [first.media_sha256, media]
    assert_commands_agree(line, airings, media)


def starts_at_ms(instant: datetime) -> datetime:
    """Return an instant as rundowns carry it, in whole milliseconds."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def assert_commands_agree(world: World, airings: list[str], media: str) -> None:
    """Check the ledger and read the log as an auditor does at a terminal."""
    checked = world.loa("airlog", "verify")
    assert (checked.returncode, checked.stderr) == (0, "")
    listed = world.loa("airlog", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    rows = json.loads(listed.stdout)
    assert {row["airing_id"] for row in rows} == set(airings)
    assert {row["result"] for row in rows} == {"aired"}
    assert sorted(row["station_name"] for row in rows if row["media_sha256"] == media) == sorted(NAMES)
    assert len({row["ledger_seq"] for row in rows}) == len(airings)
