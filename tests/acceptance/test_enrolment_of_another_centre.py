"""A station enrols with the centre whose key its token names, and with no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_world import STATIONS, Furnished, World, copied_world
from real_processes import WEB
from station_process import StationProcess

from scheduler.compose import make_key
from scheduler.signing import fingerprint

pytestmark = pytest.mark.acceptance

NAME = STATIONS[0][0]


@pytest.fixture(scope="module")
def other(furnished_centre: tuple[Path, Furnished], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A centre with the same stations and another key."""
    with copied_world(furnished_centre, tmp_path_factory.mktemp("other") / "centre") as made:
        made.settings.key_path.unlink()
        make_key(made.settings)
        made.start(WEB)
        made.await_web()
        yield made


@pytest.fixture
def station(other: World, tmp_path: Path) -> StationProcess:
    return StationProcess(tmp_path / "station", other._processes)


def pinned(station: StationProcess) -> list[str]:
    """Return what an enrolment would have left: settings, rundown, store."""
    return sorted(path.name for path in station.directory.iterdir() if path.name not in {"said.txt", "station.key"})


def test_a_token_of_one_centre_shown_to_another_is_refused(world: World, other: World, station: StationProcess) -> None:
    assert world.centre.public_key != other.centre.public_key
    assert station.begin_enrolment(other.url, world.token(NAME)).wait(40) == 4
    assert "Mã ghi danh không đúng" in station.said()
    assert "Traceback" not in station.said()
    assert pinned(station) == []


def test_a_centre_that_takes_the_token_but_holds_another_key_is_not_believed(
    world: World, other: World, station: StationProcess
) -> None:
    secret, _, _ = other.token(NAME).rpartition(".")
    forged = f"{secret}.{fingerprint(world.centre.public_key)}"
    assert station.begin_enrolment(other.url, forged).wait(40) == 4
    database = sqlite3.connect(other.settings.data_dir / "loa.db")
    taken = database.execute("SELECT count(*) FROM enrolment_token WHERE consumed_at IS NOT NULL").fetchone()
    database.close()
    assert taken == (1,)  # the false centre did answer: it was the station that did not believe it
    assert "không khớp mã ghi danh" in station.said()
    assert "Traceback" not in station.said()
    assert pinned(station) == []


def test_the_right_token_enrols_in_the_same_directory_afterwards(other: World, station: StationProcess) -> None:
    assert station.begin_enrolment(other.url, "x" * 32 + "." + "0" * 32).wait(40) == 4
    assert station.begin_enrolment(other.url, other.token(NAME)).wait(40) == 0, station.said()
    assert "station.json" in pinned(station)
