"""A whole centre with its people, units, stations and bulletins, and its processes: made once, copied for each test.

The voice is a tone, scripts are short, bulletins were approved an hour ago: an airing lasts some seconds.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from real_processes import CLOCK, LOA, WEB, Processes, kill, listens, until
from sqlalchemy import select
from station_process import StationProcess

from scheduler.compose import Centre, child_environment, open_centre, prepare
from scheduler.db.planning import RundownIssue
from scheduler.db.units import StationReport
from scheduler.demonstration.processes import free_port
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import accounts, planning, stations, units
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.page import bulletin_page
from scheduler.services.reports import AirLogFilters, AirLogRow, all_rows
from scheduler.settings import Settings
from scheduler.ticks import RenderTick
from tts.reading import read

STATIONS = (("Cụm loa một", "901"), ("Cụm loa hai", "90101"), ("Cụm loa ba", "90102"), ("Cụm loa bốn", "90103"))
SCRIPTS = {
    "first": "Xã ta nhắc bà con chia sẻ tin từ nguồn chính thức.",
    "second": "Mỗi gia đình hãy giữ gìn vệ sinh đường làng, ngõ xóm, cùng nhau xây dựng nếp sống văn minh.",
    "third": "Cảm ơn bà con đã lắng nghe bản tin của xã.",
    "long": "Bà con hãy kiểm tra kỹ nguồn tin trước khi chia sẻ lên mạng xã hội. " * 6,
    "waiting": "Lời này chưa được ai duyệt, không được phát.",
}
NOT_APPROVED = "waiting"


def now() -> datetime:
    """Return this instant: tests of whole processes live in real time."""
    return datetime.now(UTC)


def fast_settings(directory: Path, *, database_url: str = "") -> Settings:
    """Return settings for a centre that is asked each second and speaks in tones."""
    return Settings(
        data_dir=directory, database_url=database_url, port=free_port(), engine="tone", poll_after_s=1, grace_s=30
    )


@dataclass(frozen=True, slots=True)
class Furnished:
    """Who and what stands in a centre: people, stations by name, bulletins by their name in ``SCRIPTS``."""

    editor: Actor
    approver: Actor
    stations: dict[str, str]
    bulletins: dict[str, str]


def furnish(settings: Settings) -> Furnished:
    """Make a centre in an empty directory and database; all but one bulletin stand approved since an hour."""
    earlier = now() - timedelta(hours=1)
    with open_centre(settings, checked=False) as centre:
        prepare(centre, now=earlier)
        editor = _person(centre, "bientap", Role.EDITOR, earlier)
        approver = _person(centre, "duyet", Role.APPROVER, earlier)
        placed = _place_stations(centre, earlier)
        written = {name: write_bulletin(centre, editor, name, script, earlier) for name, script in SCRIPTS.items()}
        tick = RenderTick(centre, centre.engines, "furnishing")
        while tick.run(earlier):
            pass
        for name, bulletin_id in written.items():
            if name != NOT_APPROVED:
                approve_bulletin(centre, approver, bulletin_id, earlier)
    return Furnished(editor, approver, placed, written)


def _person(centre: Centre, username: str, role: Role, at: datetime) -> Actor:
    with centre.writers.begin() as session:
        person = accounts.make_person(
            session,
            None,
            username=username,
            display_name=username.title(),
            password_hash="!",
            roles=[Grant(role)],
            now=at,
        )
        found = accounts.actor(session, person.id)
    assert found is not None
    return found


def _place_stations(centre: Centre, at: datetime) -> dict[str, str]:
    content = (files("scheduler.demonstration") / "units.json").read_bytes()
    today = at.astimezone(centre.settings.tz).date()
    with centre.writers.begin() as session:
        units.import_units(session, None, content=content, now=at)
        return {
            name: stations.make_station(session, None, name=name, unit_code=code, today=today, now=at).id
            for name, code in STATIONS
        }


def write_bulletin(
    centre: Centre, editor: Actor, title: str, script: str, at: datetime, *, directive_id: str | None = None
) -> str:
    """Let the editor write a bulletin and submit it; return its id."""
    with centre.writers.begin() as session:
        revision = writing.write(
            session,
            editor,
            title=f"Bản tin {title}",
            script=script,
            valid_from=at.astimezone(centre.settings.tz).date(),
            directive_id=directive_id,
            now=at,
        )
        writing.submit(session, editor, bulletin_id=revision.bulletin_id, reader=read, now=at)
        return revision.bulletin_id


def approve_bulletin(centre: Centre, approver: Actor, bulletin_id: str, at: datetime) -> str:
    """Let the approver hear all tracks to their end and approve; return the approved sound's SHA-256."""
    needed = centre.settings.heard_permille
    with centre.readers() as session:
        page = bulletin_page(session, approver, bulletin_id=bulletin_id, heard_needed_permille=needed)
    with centre.writers.begin() as session:
        for track in page.tracks:
            recordings.listened(
                session, approver, recording_id=track.recording_id, share_permille=1000, reached_end=True, now=at
            )
    with centre.writers.begin() as session:
        approvals.approve(
            session,
            approver,
            bulletin_id=bulletin_id,
            shown=page.shown or "",
            heard_needed_permille=needed,
            zone=centre.settings.zone,
            today=at.astimezone(centre.settings.tz).date(),
            now=at,
        )
    return next(track.media_sha256 for track in page.tracks if track.track == "main")


class World:
    """A running centre, its stations, and what a test asks of them."""

    def __init__(self, settings: Settings, furnished: Furnished, processes: Processes, centre: Centre) -> None:
        self.settings = settings
        self.furnished = furnished
        self.centre = centre
        self.environment = child_environment(settings, os.environ)
        self.stations: dict[str, StationProcess] = {}
        self._processes = processes
        self.web: subprocess.Popen[bytes] | None = None
        self.clock: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the centre answers."""
        return f"http://127.0.0.1:{self.settings.port}"

    # The centre's processes

    def start(self, program: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start one process of the centre."""
        return self._processes.start(program, environment=self.environment, log=self.settings.data_dir / "said.txt")

    def start_centre(self) -> None:
        """Start web and clock, and wait until the web answers."""
        self.web, self.clock = self.start(WEB), self.start(CLOCK)
        self.await_web()

    def await_web(self) -> None:
        """Wait until the web answers."""
        until(lambda: listens(self.settings.port), f"the web answers; it said: {self.said()}", within_s=120)

    def kill_centre(self) -> None:
        """End web and clock with ``kill -9``."""
        for process in (self.web, self.clock):
            if process is not None:
                kill(process)
        self.web = self.clock = None

    def said(self) -> str:
        """Return what the centre's processes said."""
        path = self.settings.data_dir / "said.txt"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def loa(self, *arguments: str, data_dir: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command of ``loa`` at the centre (or on a copy of its directory) to its end."""
        environment = self.environment
        if data_dir is not None:
            environment = child_environment(replace(self.settings, data_dir=data_dir), os.environ)
        return subprocess.run(
            [*LOA, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    # Stations

    def token(self, station_name: str) -> str:
        """Make an enrolment token."""
        with self.centre.writers.begin() as session:
            return stations.make_token(
                session,
                None,
                station_id=self.furnished.stations[station_name],
                centre_public=self.centre.public_key,
                valid=timedelta(hours=1),
                now=now(),
            )

    def enrol(self, *names: str) -> list[StationProcess]:
        """Enrol stations (all when none is named), side by side; return them, not yet running."""
        chosen = names or tuple(name for name, _ in STATIONS)
        made = [StationProcess(self.settings.data_dir / "stations" / name, self._processes) for name in chosen]
        waiting = [each.begin_enrolment(self.url, self.token(name)) for each, name in zip(made, chosen, strict=True)]
        for each, process in zip(made, waiting, strict=True):
            assert process.wait(60) == 0, each.said()
        self.stations |= dict(zip(chosen, made, strict=True))
        return made

    # The plan and the log

    def plan(
        self, names: Iterable[str], bulletins: Iterable[str], starts_at: datetime, *, grace_s: int = 30
    ) -> list[str]:
        """Plan a one-off airing of bulletins (named as in ``SCRIPTS``, or by id) at stations; return the airings."""
        known = self.furnished.bulletins
        with self.centre.writers.begin() as session:
            programme = planning.make_programme(
                session,
                self.furnished.editor,
                title="Chương trình",
                items=[("bulletin", known.get(each, each), "vi") for each in bulletins],
                now=now(),
            )
            airings = planning.plan_one_off(
                session,
                self.furnished.approver,
                station_ids=[self.furnished.stations[name] for name in names],
                programme_id=programme.id,
                title="Buổi phát",
                starts_at=starts_at,
                start_rule="hard",
                grace_s=grace_s,
                gain_cb=0,
                zone=self.settings.zone,
                max_duration_s=120,
                now=now(),
            )
            return [airing.id for airing in airings]

    def rundowns(self, station_name: str) -> list[dict[str, Any]]:
        """Return all rundowns that were signed for a station, as they say, oldest first."""
        query = select(RundownIssue.envelope).where(RundownIssue.station_id == self.furnished.stations[station_name])
        with self.centre.readers() as session:
            envelopes = list(session.scalars(query.order_by(RundownIssue.sequence)))
        return [json.loads(base64.b64decode(json.loads(envelope or "")["payload"])) for envelope in envelopes]

    def holds(self, station_name: str, airing_id: str) -> bool:
        """Tell whether a station said that it holds the newest rundown, which names the airing, and all its media."""
        issued = self.rundowns(station_name)
        if not issued or airing_id not in {airing["id"] for airing in issued[-1]["airings"]}:
            return False
        with self.centre.readers() as session:
            report = session.get(StationReport, self.furnished.stations[station_name])
            return report is not None and report.sequence == issued[-1]["sequence"] and not report.media_missing

    def rows(self, airing_id: str) -> list[AirLogRow]:
        """Return an airing's rows in the air log, in playing order."""
        with self.centre.readers() as session:
            found = all_rows(
                session,
                filters=AirLogFilters(),
                reporting_allowance=timedelta(seconds=self.settings.reporting_allowance_s),
                now=now(),
            )
        return sorted((row for row in found if row.airing_id == airing_id), key=lambda row: row.ordinal)

    def results(self, airing_id: str) -> list[tuple[str, str | None]]:
        """Return result and reason of each of an airing's rows, in playing order."""
        return [(row.result, row.reason) for row in self.rows(airing_id)]

    def settled(self, airing_id: str) -> bool:
        """Tell whether the airing's outcome stands in the ledger."""
        rows = self.rows(airing_id)
        return bool(rows) and all(row.ledger_seq is not None for row in rows)

    def copy_database(self, target: Path) -> Path:
        """Copy the centre's live SQLite database, as a backup does; return the copy."""
        target.parent.mkdir(parents=True, exist_ok=True)
        source, copy = sqlite3.connect(self.settings.data_dir / "loa.db"), sqlite3.connect(target)
        with source, copy:
            source.backup(copy)
        source.close()
        copy.close()
        return target


@contextmanager
def opened_world(settings: Settings, furnished: Furnished) -> Iterator[World]:
    """Give the world over a furnished centre; nothing of it lives on afterwards."""
    processes = Processes()
    try:
        with open_centre(settings) as centre:
            yield World(settings, furnished, processes, centre)
    finally:
        processes.close()


@contextmanager
def copied_world(template: tuple[Path, Furnished], directory: Path, *, approval_cutoff_s: int = 300) -> Iterator[World]:
    """Give a world of its own, copied from a furnished centre's directory."""
    source, furnished = template
    shutil.copytree(source, directory)
    settings = replace(fast_settings(directory), approval_cutoff_s=approval_cutoff_s)
    with opened_world(settings, furnished) as world:
        yield world
