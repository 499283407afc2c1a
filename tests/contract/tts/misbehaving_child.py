"""A child of Piper that misbehaves as its first argument says; by its path: ``misbehaving_child.py BEHAVIOUR …``."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tts.engines.piper_frames import HEADER, MOST_BYTES, Frame

RATE_HZ = 22_050
SOUND = b"\x10\x27\xf0\xd8" * 5_000


def send(kind: Frame, number: int = 0, content: bytes = b"") -> None:
    raw(HEADER.pack(kind.value, number, len(content)) + content)


def raw(content: bytes) -> None:
    os.write(1, content)


def hang() -> None:
    time.sleep(60)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def rubbish() -> None:
    raw(b"Warning: something was printed here\n" * 3)


AT_START = {
    "hangs-at-start": hang,
    "dies-at-start": die,
    "rubbish-at-start": rubbish,
    "speaks-at-start": lambda: send(Frame.SOUND, RATE_HZ, SOUND),
    "other-bytes": lambda: send(Frame.UNLOADABLE, 0, b"OtherBytes"),
    "unloadable": lambda: send(Frame.UNLOADABLE, 0, b"InvalidProtobuf"),
    "endless": lambda: raw(HEADER.pack(Frame.READY.value, 0, MOST_BYTES + 1)),
}
WHEN_ASKED = {
    "good": lambda: send(Frame.SOUND, RATE_HZ, SOUND),
    "hangs": hang,
    "hangs-amid": lambda: (raw(HEADER.pack(Frame.SOUND.value, RATE_HZ, 100) + b"half"), hang()),
    "dies": die,
    "dies-amid": lambda: (raw(HEADER.pack(Frame.SOUND.value, RATE_HZ, 100) + b"half"), die()),
    "leaves-amid": lambda: (raw(HEADER.pack(Frame.SOUND.value, RATE_HZ, 100) + b"half"), sys.exit(0)),
    "leaves": lambda: sys.exit(0),
    "rubbish": rubbish,
    "too-long": lambda: raw(HEADER.pack(Frame.SOUND.value, RATE_HZ, MOST_BYTES + 1)),
    "ready-again": lambda: send(Frame.READY, RATE_HZ),
    "half-a-sample": lambda: send(Frame.SOUND, RATE_HZ, SOUND + b"x"),
    "no-rate": lambda: send(Frame.SOUND, 0, SOUND),
    "silent": lambda: send(Frame.SOUND, RATE_HZ),
    "unspeakable": lambda: send(Frame.UNSPEAKABLE, 0, b"RuntimeException"),
}


def main() -> None:
    behaviour, counter = sys.argv[1], Path(sys.argv[2])
    # The file holds how many children were to misbehave; the next one is well-behaved.
    left = int(counter.read_text())
    counter.write_text(str(left - 1))
    if left <= 0:
        behaviour = "good"
    AT_START.get(behaviour, lambda: send(Frame.READY, RATE_HZ))()
    for _ in sys.stdin.buffer:
        WHEN_ASKED.get(behaviour, lambda: None)()


if __name__ == "__main__":
    main()
