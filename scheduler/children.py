"""Ending child processes: asked first, forced when they do not listen."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence

_LEAST_S = 0.1


def end_all(children: Sequence[subprocess.Popen[bytes]], *, wait_s: float) -> None:
    """Send SIGTERM to all of ``children`` that run, wait ``wait_s`` for them together, then kill those left."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + wait_s
    for child in children:
        try:
            child.wait(max(_LEAST_S, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
