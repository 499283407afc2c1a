"""Becomes another program that dies with the process that asked for it; run by its path, imports nothing of ours.

``python -I -S tether.py PARENT_PID PROGRAM ARGUMENT…`` sets PR_SET_PDEATHSIG (prctl(2)), which an execve keeps, and
executes the program in its own place. Done here rather than between fork and exec of the station, whose other thread
may hold a lock at that moment. The signal follows the *thread* that started this: the station's main thread.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the program named on the command line."""
    parent, *program = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the tie was made
        sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - becoming the program is the purpose; no shell is wanted


if __name__ == "__main__":
    main()
