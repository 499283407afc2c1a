"""Lets one process die with another; run by its path as a program, it becomes the program that it is given.

``python -I -S tether.py PARENT_PID SIGNAL PROGRAM ARGUMENT…`` sets PR_SET_PDEATHSIG (prctl(2)), which an execve keeps,
and executes the program in its own place. Done here rather than between fork and exec of the parent, whose other
thread may hold a lock at that moment. The signal follows the *thread* that started this: the parent's main thread.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def tethered(program: Sequence[str], dies_by: signal.Signals) -> list[str]:
    """Return the command that runs ``program`` so that it gets the signal ``dies_by`` when this process ends.

    To be started from the main thread: the tie is to the thread.
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(dies_by)), *program]


def main() -> None:
    """Tie this process to its parent, then become the program named on the command line."""
    parent, number, *program = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the tie was made
        sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - becoming the program is the purpose; no shell is wanted


if __name__ == "__main__":
    main()
