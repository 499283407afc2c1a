"""``loa serve``: the first start, the second, and how the centre's processes live and die together."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_world import Furnished, World, copied_world, fast_settings
from real_processes import (
    CLOCK,
    LOA,
    Processes,
    alive,
    children_of,
    command_of,
    holds_a_lock,
    listens,
    terminate,
    until,
)

from scheduler.compose import FIRST_ADMIN, child_environment, open_centre
from scheduler.services import accounts

pytestmark = pytest.mark.acceptance

PASSWORD = re.compile(r"Mật khẩu.*: +(\S+)")


@pytest.fixture
def own_world(furnished_centre: tuple[Path, Furnished], tmp_path: Path) -> Iterator[World]:
    with copied_world(furnished_centre, tmp_path / "centre") as made:
        yield made


@pytest.fixture
def processes() -> Iterator[Processes]:
    made = Processes()
    yield made
    made.close()


def await_both(serve: subprocess.Popen[bytes], port: int) -> dict[str, int]:
    """Wait until the web answers and the clock ticks; return the process of each."""
    until(lambda: serve.poll() is not None or listens(port), "the web answers", within_s=60)
    assert serve.poll() is None
    found = {command[-1]: pid for pid in children_of(serve.pid) if "-m" in (command := command_of(pid))}
    assert set(found) == {"web", "scheduler.clock"}
    until(lambda: holds_a_lock(found["scheduler.clock"]), "the clock holds its lock")
    return found


def test_the_first_start_tells_the_password_once_and_sigterm_leaves_nothing(
    tmp_path: Path, processes: Processes
) -> None:
    settings = fast_settings(tmp_path / "centre")
    environment = child_environment(settings, os.environ)
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"

    serve = processes.start([*LOA, "serve"], environment=environment, log=first)
    await_both(serve, settings.port)
    started = children_of(serve.pid)
    assert terminate(serve) == 0
    assert alive(started) == []
    assert not listens(settings.port)
    (password,) = PASSWORD.findall(first.read_text(encoding="utf-8"))
    with open_centre(settings) as centre, centre.readers() as session:
        person_id, password_hash = accounts.find_for_sign_in(session, FIRST_ADMIN)
    assert person_id is not None
    accounts.check_password(password_hash, password)  # raises unless this is the admin's

    serve = processes.start([*LOA, "serve"], environment=environment, log=second)
    await_both(serve, settings.port)
    assert terminate(serve) == 0
    assert PASSWORD.findall(second.read_text(encoding="utf-8")) == []
    assert password not in second.read_text(encoding="utf-8")
    kept = [path for path in settings.data_dir.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]
    assert kept == []


@pytest.mark.parametrize(("victim", "other"), [("web", "scheduler.clock"), ("scheduler.clock", "web")])
def test_when_one_of_the_two_dies_the_other_ends_too(own_world: World, victim: str, other: str) -> None:
    serve = own_world.start([*LOA, "serve"])
    both = await_both(serve, own_world.settings.port)
    os.kill(both[victim], signal.SIGKILL)
    assert serve.wait(20) == 1
    assert alive([both[other]]) == []
    assert not listens(own_world.settings.port)


def test_when_serve_itself_is_killed_neither_lives_on(own_world: World) -> None:
    serve = own_world.start([*LOA, "serve"])
    both = await_both(serve, own_world.settings.port)
    serve.kill()
    serve.wait(10)
    until(lambda: alive(both.values()) == [], "web and clock have ended with their parent")
    assert not listens(own_world.settings.port)


def test_a_second_clock_is_refused_and_the_first_goes_on(own_world: World, tmp_path: Path) -> None:
    first = own_world.start(CLOCK)
    until(lambda: holds_a_lock(first.pid), "the first clock holds its lock", within_s=40)
    done = own_world.loa("clock")
    assert done.returncode == 3
    assert "đồng hồ phát" in done.stderr
    assert "Traceback" not in done.stderr
    assert first.poll() is None
    assert terminate(first) == 0
