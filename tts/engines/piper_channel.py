"""One running child of Piper: a line to it and a frame back, under a deadline."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence

from tts.engines.piper_frames import HEADER, MOST_BYTES, Frame

Answer = tuple[Frame, int, bytes]
_CHUNK = 1 << 20


class ChildSilent(Exception):
    """Nothing whole came in time."""


class ChildEnded(Exception):
    """The child ended: its exit status, and whether it had begun an answer."""

    def __init__(self, status: int, *, answering: bool) -> None:
        super().__init__(status, answering)
        self.status = status
        self.answering = answering


class ChildConfused(Exception):
    """What came is no frame."""


class Channel:
    """A child, started by ``command``. Raises OSError when it can't be."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=tempfile.gettempdir(),
            env=environment,
        )
        pipes = self._child.stdin, self._child.stdout
        self._to, self._from = (pipe.fileno() for pipe in pipes if pipe is not None)
        os.set_blocking(self._to, False)

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._child.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def ask(self, line: bytes, within_s: float) -> Answer:
        """Send ``line`` (nothing, to wait for the first word) and return the frame that comes within ``within_s``.

        Raises ChildSilent, ChildEnded, ChildConfused; the channel is of no use after any of them.
        """
        deadline = time.monotonic() + within_s
        while line:
            self._wait(deadline, to=True)
            try:
                line = line[os.write(self._to, line) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise ChildEnded(self._status(), answering=False) from None
        kind, number, length = HEADER.unpack(self._read(HEADER.size, deadline, answering=False))
        if length > MOST_BYTES:
            raise ChildConfused
        try:
            frame = Frame(kind)
        except ValueError:
            raise ChildConfused from None
        return frame, number, self._read(length, deadline, answering=True)

    def close(self) -> None:
        """End the child at once."""
        self._child.kill()
        self._status()

    def _read(self, length: int, deadline: float, *, answering: bool) -> bytes:
        content = bytearray()
        while len(content) < length:
            self._wait(deadline, to=False)
            came = os.read(self._from, min(_CHUNK, length - len(content)))
            if not came:
                raise ChildEnded(self._status(), answering=answering or bool(content))
            content += came
        return bytes(content)

    def _wait(self, deadline: float, *, to: bool) -> None:
        """Until the child takes or gives something. poll(2), for select(2) knows 1,024 files only."""
        ready = select.poll()
        ready.register(self._to if to else self._from, select.POLLOUT if to else select.POLLIN)
        if not ready.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ChildSilent

    def _status(self) -> int:
        """The exit status of a child that has closed its end; one that lingers is ended."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            return self._child.wait(1.0)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()
