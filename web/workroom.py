"""Places for work that keeps a thread of the server busy: so many at a time, the others stay for everybody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from scheduler.errors import InvalidInput


class Workroom:
    """``places`` for one kind of work; ``full`` says in Vietnamese that none is free, and what to do."""

    def __init__(self, places: int, full: str) -> None:
        self.places = places
        self._full = full
        self._room = threading.BoundedSemaphore(places)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold a place; raises :class:`~scheduler.errors.InvalidInput` at once when there is none."""
        if not self._room.acquire(blocking=False):
            raise InvalidInput(what=self._full)
        try:
            yield
        finally:
            self._room.release()


RECORDINGS = Workroom(4, "Máy đang kiểm tra nhiều bản thu khác nên chưa nhận thêm. Đợi một phút rồi gửi lại")
"""Checking and mastering what people send."""
SAMPLES = Workroom(2, "Máy đang đọc thử cho người khác. Đợi vài giây rồi bấm nghe thử lại")
"""Speaking a sentence for the writer's ear: an engine may keep whoever asks waiting."""
