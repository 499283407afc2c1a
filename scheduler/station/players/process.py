"""Players as processes: started so that they die with the station, and ended when one was left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scheduler.station.players.player import PlayerProcess
from scheduler.tether import tethered

__all__ = ["end_process", "identify", "start_tethered"]


def start_tethered(
    program: Sequence[str],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start ``program`` in a process that dies with this one; ``keep`` are file descriptors that it inherits.

    To be called from the main thread: the tie is to the thread. Raises OSError.
    """
    return subprocess.Popen(
        tethered(program, signal.SIGKILL),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        pass_fds=keep,
        start_new_session=True,  # a Ctrl-C at the terminal is the station's to handle
    )


def identify(pid: int, *, boot: str) -> PlayerProcess | None:
    """Return the process ``pid`` as it can be recognised later; None when there is none."""
    ticks = _started_ticks(pid)
    return None if ticks is None else PlayerProcess(pid, ticks, boot)


def end_process(process: PlayerProcess, *, boot: str) -> bool:
    """Kill ``process`` if it still lives, and no stranger that has its number now; return whether it did."""
    if process.boot != boot or _started_ticks(process.pid) != process.started_ticks:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    return True


def _started_ticks(pid: int) -> int | None:
    """Return field 22 of /proc/PID/stat (proc(5)); the command's name before it may hold spaces and brackets."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return int(stat.rpartition(b")")[2].split()[19])
