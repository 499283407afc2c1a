"""How much memory a program and all that it starts hold at once, from outside, by Linux's /proc."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY_S = 0.01
_MB = 1_000_000


@dataclass(frozen=True)
class Peak:
    """The most that a family of processes held at once, in MB of 10^6 bytes, and how often it was looked at."""

    family_mb: float
    parent_mb: float
    looks: int


def peak_of(module: str, arguments: Sequence[str], *, path: Path, looked: Callable[[], object] = lambda: None) -> Peak:
    """Run the Python file ``path`` / ``module`` and return its family's peak; CalledProcessError when it fails.

    Resident memory is summed over the process and its descendants every 10 ms. Pages that several of them share count
    for each, so the sum is rather too high; but a child that has not become its own program yet is the parent's memory
    itself and does not count. What comes and goes between two looks is missed, so the parent's own high-water mark,
    which the kernel keeps, counts where it is higher. ``looked`` is called after each look.
    """
    command = [sys.executable, str(path / module), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most = parent = looks = 0
    while process.poll() is None:
        family = _family(process.pid)
        most = max(most, sum(_status_kb(pid, "VmRSS") for pid in family))
        parent = max(parent, _status_kb(process.pid, "VmHWM"))
        looks += 1
        looked()
        time.sleep(LOOK_EVERY_S)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Peak(max(most, parent) * 1024 / _MB, parent * 1024 / _MB, looks)


def _family(pid: int) -> list[int]:
    """The process and those of its descendants that run a program of their own."""
    found, program = [pid], _program(pid)
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                begun = [int(child) for child in children.read_text().split()]
            except OSError:
                continue  # a thread that has just ended
            found += [child for child in begun if _program(child) not in {program, b""}]
    return found


def _program(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _status_kb(pid: int, field: str) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{field}:")), 0)
