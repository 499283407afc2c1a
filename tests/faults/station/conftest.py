"""A fake centre, and stations as real processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from station_fake_centre import FakeCentre

LOA = [sys.executable, "-c", "from scheduler.cli import main; main()", "station"]


@pytest.fixture
def centre() -> Iterator[FakeCentre]:
    made = FakeCentre()
    yield made
    made.close()


class Station:
    """One station's directory, and the process that runs in it."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.directory = directory
        self._stack = stack
        self.process: subprocess.Popen[bytes] | None = None

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ``loa station`` to its end."""
        program = [*LOA, *arguments, "--dir", str(self.directory)]
        return subprocess.run(program, capture_output=True, text=True, check=False, timeout=20)

    def enrol(self, centre: FakeCentre, *, player: str = "wav") -> None:
        """Enrol with ``centre``."""
        options = ["--player", player, "--mpv-option=--ao=null"]
        done = self.call("enrol", "--centre", centre.url, "--token", centre.token, *options)
        assert done.returncode == 0, done.stderr

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the station."""
        log = (self.directory / "stderr.log").open("ab")
        self._stack.callback(log.close)
        program = [*LOA, "run", "--poll-s", "1", *arguments, "--dir", str(self.directory)]
        self.process = subprocess.Popen(program, stderr=log)
        self._stack.callback(_end, self.process)
        return self.process

    def diagnostics(self) -> str:
        """Return what the station wrote to stderr."""
        return (self.directory / "stderr.log").read_text()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with ExitStack() as stack:
        yield Station(tmp_path / "station", stack)


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait until a condition holds; fail when it doesn't in time."""

    def wait(condition: Callable[[], object], what: str, *, within_s: float = 15) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
            time.sleep(0.02)

    return wait
