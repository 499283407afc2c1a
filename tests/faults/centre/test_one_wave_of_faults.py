"""One airing at four stations while everything fails: the centre gone, a station killed, a file damaged; then repair.

Two stations air whole without a centre; the third is killed in mid-airing and started again; of the fourth one byte of
sound is flipped. Later a rundown is damaged, a ledger is forged, and the centre is put back to an older database.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from centre_world import STATIONS, World, now
from real_processes import alive, children_of, command_of, kill, terminate, until
from sqlalchemy import select
from station_process import StationProcess

from scheduler.db.reports import AsRunEvidence, AsRunRow
from scheduler.db.units import Alarm
from scheduler.services import audit
from scheduler.services.bulletins.standing import standing_approvals

pytestmark = pytest.mark.acceptance

AHEAD = timedelta(seconds=15)  # stations verify sound 10 s before the start: the damage must be done before that
PROGRAMME = ("first", "second", "third")
WHOLE = ["started", *(f"item{index}-{edge}" for index in range(3) for edge in ("start", "end")), "finished"]
ENDS = {"finished", "interrupted", "missed"}
FIRST, SECOND, KILLED, DAMAGED = (name for name, _ in STATIONS)


@dataclass(frozen=True)
class Wave:
    """What was planned for the four stations, what the killed one's players were, and the backup made beforehand."""

    starts_at: datetime
    airings: dict[str, str]
    approved: list[str]
    players: list[int]
    backup: Path


def flip(path: Path, offset: int) -> None:
    """Flip one bit of the byte at ``offset`` of a file."""
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(bytes(content))


def players_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Return a station's player processes, with what they started."""
    found = children_of(process.pid)
    assert any("sounding.py" in argument for pid in found for argument in command_of(pid))
    return found


def approved_sounds(world: World) -> list[str]:
    """Return the SHA-256 of the approved sounds of the programme, in order."""
    with world.centre.readers() as session:
        tracks = standing_approvals(session, at=now())
    by_bulletin = {track.bulletin_id: track.media_sha256 for track in tracks if track.kind == "bulletin"}
    return [by_bulletin[world.furnished.bulletins[name]] for name in PROGRAMME]


@pytest.fixture(scope="module")
def wave(world: World) -> Wave:
    """Let it all happen; what came of it is for the tests to say."""
    world.start_centre()
    world.enrol()
    starts_at = now() + AHEAD
    airings = dict(zip((FIRST, SECOND), world.plan((FIRST, SECOND), PROGRAMME, starts_at), strict=True))
    (airings[KILLED],) = world.plan([KILLED], PROGRAMME, starts_at, grace_s=120)  # restarted, it could still begin anew
    (airings[DAMAGED],) = world.plan([DAMAGED], PROGRAMME, starts_at, grace_s=2)
    for station in world.stations.values():
        station.run()
    until(lambda: all(world.holds(name, airing) for name, airing in airings.items()), "all is held", within_s=30)
    backup = world.copy_database(world.settings.data_dir.parent / "backup" / "loa.db")
    world.kill_centre()
    approved = approved_sounds(world)
    flip(world.stations[DAMAGED].directory / "media" / approved[1], 1000)
    assert now() < starts_at - timedelta(seconds=10), "this machine was too slow for the damage to come in time"
    players = _kill_in_the_second_item(world.stations[KILLED], airings[KILLED])
    until(lambda: not alive(players), "the player ends with its station")
    world.stations[KILLED].run()
    _await_ends(world, airings)
    world.start_centre()
    until(lambda: all(world.settled(airing) for airing in airings.values()), "all is in the ledger", within_s=90)
    return Wave(starts_at, airings, approved, players, backup)


def _kill_in_the_second_item(station: StationProcess, airing: str) -> list[int]:
    until(lambda: "item1-start" in station.events(airing), "the second item sounds", within_s=60)
    assert station.process is not None
    players = players_of(station.process)
    kill(station.process)
    return players


def _await_ends(world: World, airings: dict[str, str]) -> None:
    for name, airing in airings.items():
        until(partial(_ended, world.stations[name], airing), f"{name} wrote down an end", within_s=60)


def _ended(station: StationProcess, airing: str) -> bool:
    return bool(ENDS & {event.partition(":")[0] for event in station.events(airing)})


def test_stations_air_on_time_while_the_centre_is_away_and_the_log_is_complete_after(world: World, wave: Wave) -> None:
    for name in (FIRST, SECOND):
        station, airing = world.stations[name], wave.airings[name]
        assert world.results(airing) == [("aired", None)] * 3
        started_ms = [row.difference_ms for row in world.rows(airing)]
        assert all(difference is not None and 0 <= difference < 1000 for difference in started_ms), started_ms
        assert station.events(airing) == WHOLE
        assert station.sounded(airing) == wave.approved
    checked = world.loa("airlog", "verify")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_kill_9_in_mid_airing_plays_nothing_twice_and_leaves_no_player(world: World, wave: Wave) -> None:
    station, airing = world.stations[KILLED], wave.airings[KILLED]
    assert alive(wave.players) == []
    assert station.events(airing) == [*WHOLE[:4], "interrupted:crash"]
    report = station.report(airing)
    assert [item["index"] for item in report["items"]] == [0, 1]
    assert station.sounded(airing) == wave.approved[:1]
    assert world.results(airing) == [("aired", None), ("interrupted", "crash"), ("missed", "crash")]
    cut = world.rows(airing)[1]
    assert cut.played_ms is not None
    assert 0 <= cut.played_ms < (cut.planned_end - cut.planned_start) / timedelta(milliseconds=1)


def test_one_flipped_byte_of_sound_is_never_aired(world: World, wave: Wave) -> None:
    station, airing = world.stations[DAMAGED], wave.airings[DAMAGED]
    assert station.report(airing)["outcome"] == "silent"
    assert station.events(airing) == ["fault:media-damaged", "missed:media-damaged"]
    assert world.results(airing) == [("missed", "media-damaged")] * 3
    name = wave.approved[1]
    fault = station.entries(airing)[0]
    assert fault["media"] == f"sha256:{name}"


def test_one_flipped_byte_of_a_rundown_is_refused_recorded_and_fetched_anew(world: World, wave: Wave) -> None:
    station = world.stations[FIRST]
    assert station.process is not None
    assert terminate(station.process) == 0
    path = station.directory / "rundown.json"
    whole = path.read_bytes()
    flip(path, whole.index(b'"payload"') + 400)
    station.run()
    until(lambda: path.read_bytes() == whole, "the rundown fetched anew")
    refused = [entry for entry in station.entries() if entry["event"] == "refused"]
    assert [(entry["reason"], entry["detail"]["where"]) for entry in refused] == [("signature", "disk")]
    assert station.events(wave.airings[FIRST]) == WHOLE  # what had aired does not air again
    until(lambda: "rundown-refused" in _alarms(world, FIRST), "the refusal seen at the centre")


def _alarms(world: World, station_name: str) -> list[str]:
    query = select(Alarm.kind).where(Alarm.station_id == world.furnished.stations[station_name])
    with world.centre.readers() as session:
        return list(session.scalars(query))


FORGERIES = {
    "a line": ("ledger_entry", "line", "seq"),
    "a hash": ("ledger_entry", "hash", "seq"),
    "an instant": ("ledger_entry", "at", "seq"),
    "an entry's line": ("as_run_entry", "line", "ledger_seq"),
    "a result": ("log_row", "result", None),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_one_flipped_byte_behind_the_guards_is_named_by_its_number(
    world: World, wave: Wave, tmp_path: Path, what: str
) -> None:
    table, column, number = FORGERIES[what]
    database = sqlite3.connect(world.copy_database(tmp_path / "loa.db"))
    found = "(SELECT ledger_seq FROM settlement WHERE id = settlement_id)" if number is None else number
    seqs = database.execute(f"SELECT rowid, {found} FROM {table} ORDER BY rowid").fetchall()  # noqa: S608 - names from above
    rowid, seq = seqs[len(seqs) // 2]
    database.execute(f"DROP TRIGGER {table}_no_update")
    (told,) = database.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (rowid,)).fetchone()  # noqa: S608
    forged = told[:-3] + chr(ord(told[-3]) ^ 1) + told[-2:]
    database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (forged, rowid))  # noqa: S608
    database.commit()
    database.close()
    done = world.loa("airlog", "verify", data_dir=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.search(rf"\b{seq}\b", done.stderr), done.stderr


def test_a_centre_put_back_to_an_older_database_is_caught_up(world: World, wave: Wave) -> None:
    airings = wave.airings
    before = {name: _told(world, airing) for name, airing in airings.items()}
    later = dict(zip(airings, world.plan(airings, PROGRAMME, now() + timedelta(hours=1)), strict=True))
    until(lambda: all(world.holds(name, airing) for name, airing in later.items()), "a newer rundown is held")
    lost = {name: world.rundowns(name)[-1]["sequence"] for name in airings}
    world.kill_centre()
    _put_back(world, wave.backup)
    assert all(world.rundowns(name)[-1]["sequence"] < lost[name] for name in airings)
    world.start_centre()
    for name in airings:
        until(partial(_refuses_older, world.stations[name]), f"{name} refuses what is older", within_s=60)
    anew = dict(zip(airings, world.plan(airings, PROGRAMME, now() + timedelta(hours=2)), strict=True))
    until(lambda: all(world.holds(name, airing) for name, airing in anew.items()), "the next one is accepted")
    assert all(world.rundowns(name)[-1]["sequence"] > lost[name] for name in airings)
    until(lambda: all(world.settled(airing) for airing in airings.values()), "what was lost was told again")
    assert {name: _told(world, airing) for name, airing in airings.items()} == before
    for name in airings:
        until(partial(_caught_up, world, name), f"{name}: every entry, once")
    with world.centre.readers() as session:
        assert session.scalars(select(AsRunEvidence)).all() == []
        audit.verify(session)  # the chain is whole; that its tail was lost is for the stations' checkpoints to witness


def _told(world: World, airing: str) -> list[Any]:
    return [replace(row, ledger_seq=None) for row in world.rows(airing)]


def _refuses_older(station: StationProcess) -> bool:
    return any(entry["reason"] == "sequence-old" for entry in station.entries() if entry["event"] == "refused")


def _caught_up(world: World, station_name: str) -> bool:
    query = select(AsRunRow.line).where(AsRunRow.station_id == world.furnished.stations[station_name])
    with world.centre.readers() as session:
        received = [json.loads(line) for line in session.scalars(query.order_by(AsRunRow.n))]
    return received == world.stations[station_name].entries()


def _put_back(world: World, backup: Path) -> None:
    world.centre.engine.dispose()
    for suffix in ("-wal", "-shm"):
        world.settings.data_dir.joinpath(f"loa.db{suffix}").unlink(missing_ok=True)
    shutil.copy(backup, world.settings.data_dir / "loa.db")
