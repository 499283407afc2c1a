"""Plan a week of a large network and say how many airings it holds: the program whose memory the bench looks at."""

from __future__ import annotations

import sys

from network import SINCE, UNTIL, made

if __name__ == "__main__":
    planned = made(int(sys.argv[1])).timetable().plan(SINCE, UNTIL)
    kept = [days.sessions for days in planned.values()]  # all of them at once, as nobody needs them
    print(sum(len(sessions) for sessions in kept))
