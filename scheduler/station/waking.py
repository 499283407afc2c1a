"""Sleep that ends when something happens, a signal included."""

from __future__ import annotations

import contextlib
import os
import select

__all__ = ["Waker"]


class Waker:
    """A pipe to sleep on: ``wake`` may be called from any thread and from a signal's handler, where locks may not."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._reader, select.POLLIN)

    def wake(self) -> None:
        """End the sleep, or the next one."""
        with contextlib.suppress(BlockingIOError):  # the pipe is full of calls to wake
            os.write(self._writer, b"\0")

    def sleep(self, seconds: float) -> None:
        """Sleep until someone wakes, for ``seconds`` at most (to the next whole millisecond)."""
        if self._poll.poll(max(0.0, seconds) * 1000):
            with contextlib.suppress(BlockingIOError):
                while os.read(self._reader, 4096):
                    pass

    def close(self) -> None:
        """Free the pipe."""
        os.close(self._reader)
        os.close(self._writer)
