"""Real processes for tests: started, looked at, ended in every way, and none left when a test is over."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

LOOK_S = 0.05
LOA = (sys.executable, "-m", "scheduler.cli")
WEB = (sys.executable, "-m", "web")
CLOCK = (sys.executable, "-m", "scheduler.clock")


def until(held: Callable[[], object], what: str, *, within_s: float = 60) -> None:
    """Look again and again until ``held``; fail when it does not hold in time."""
    deadline = time.monotonic() + within_s
    while not held():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(LOOK_S)


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of the loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += [int(child), *children_of(int(child))]
    return found


def command_of(pid: int) -> list[str]:
    """Return a process's arguments, none when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []


def alive(pids: Iterable[int]) -> list[int]:
    """Return those of ``pids`` that live and are no zombies."""
    return [pid for pid in pids if _alive(pid)]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def holds_a_lock(pid: int) -> bool:
    """Tell whether a process holds a whole file for itself."""
    lines = (line.split() for line in Path("/proc/locks").read_text().splitlines())
    return any(line[1] == "FLOCK" and line[3] == "WRITE" and line[4] == str(pid) for line in lines)


class Processes:
    """The processes of a test; :meth:`close` kills whatever of them, and of what they started, still lives."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, program: Sequence[str], *, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own; what it says is added to ``log``."""
        with log.open("ab") as file:
            process = subprocess.Popen(program, env=environment, stdout=file, stderr=file, start_new_session=True)
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kill every group that was started."""
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self._started:
            process.wait()
        self._started.clear()


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process with ``kill -9``."""
    process.kill()
    process.wait()


def terminate(process: subprocess.Popen[bytes], *, within_s: float = 60) -> int:
    """Ask a process to end, and return its exit status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(within_s)
