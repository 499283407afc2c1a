"""The station's talk with the centre, in a thread of its own: heartbeat, rundown, entries, media; then sleep.

The centre's API is the truth and may be away for days: every failure is waited out, longer each time up to a minute,
and nothing here ever holds up what sounds.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from scheduler.errors import LoaError
from scheduler.protocol import Heartbeat, Rundown
from scheduler.station.client import Centre
from scheduler.station.errors import AnswerUnusable, CentreRefused, MediaRefused
from scheduler.station.keeping import RundownKeeper
from scheduler.station.media import MediaShelf
from scheduler.station.outbox import Outbox
from scheduler.station.store import Store
from scheduler.station.timekeeper import Timekeeper, boottime_us
from scheduler.station.turns import is_emergency

__all__ = ["Sync", "missing_media"]

_BACKOFF_S = 60.0
_POLL_S = (1, 3600)
_COALESCE_S = 1.0
_JITTER = 0.2
# However short the interval between polls, media get this long before the next one.
_LEAST_FETCH_S = 5.0

_diagnostics = logging.getLogger("loa.station")


def missing_media(rundown: Rundown | None, present: frozenset[str], over: frozenset[str]) -> list[str]:
    """Return the media that coming airings need and that are not ``present``, each once.

    Those of emergencies come first, then the nearest start's.
    """
    if rundown is None:
        return []
    coming = [airing for airing in rundown.airings if airing.id not in over]
    coming.sort(key=lambda each: (not is_emergency(each), each.starts_at))
    wanted = dict.fromkeys(item.media for airing in coming for item in airing.items)
    return [name for name in wanted if name not in present]


class Sync:
    """Keeps the station in step with the centre; ``changed`` is called when there is something new to play by."""

    def __init__(
        self,
        *,
        centre: Centre,
        store: Store,
        shelf: MediaShelf,
        timekeeper: Timekeeper,
        keeper: RundownKeeper,
        outbox: Outbox,
        versions: Mapping[str, str],
        poll_s: int | None,
        playing: Callable[[], str | None],
        changed: Callable[[], None],
    ) -> None:
        self._centre = centre
        self._store = store
        self._shelf = shelf
        self._timekeeper = timekeeper
        self._keeper = keeper
        self._outbox = outbox
        self._versions = versions
        self._poll_s = poll_s
        self._playing = playing
        self._changed = changed
        self._condition = threading.Condition()
        self._nudged = False
        self._stopping = False
        self._failures = 0
        self._complaint: str | None = None
        self._refused: dict[str, str] = {}

    def nudge(self) -> None:
        """Say that there is something to send or to fetch: soon, rather than at the next poll."""
        with self._condition:
            self._nudged = True
            self._condition.notify()

    def stop(self) -> None:
        """Ask the thread to end; it does when the call under way has ended."""
        with self._condition:
            self._stopping = True
            self._condition.notify()

    def run(self) -> None:
        """Poll until told to stop."""
        due = time.monotonic()
        while not self._stopping:
            due = self._fenced(self._poll if time.monotonic() >= due else self._errand, due)
            self._sleep(due)
        if not self._failures:
            self._fenced(self._goodbye, due)

    def _sleep(self, due: float) -> None:
        with self._condition:
            # While the centre doesn't answer, an errand would only knock more often.
            self._condition.wait_for(
                lambda: self._stopping or (self._nudged and not self._failures), max(0.0, due - time.monotonic())
            )
            if not self._stopping and self._nudged and time.monotonic() < due:
                self._condition.wait_for(lambda: self._stopping, _COALESCE_S)
            self._nudged = False

    def _fenced(self, work: Callable[[float], float], due: float) -> float:
        """Do ``work``; return the monotonic time at which the next poll is due."""
        try:
            due = work(due)
        except LoaError as error:
            return self._failed(str(error))
        except Exception as error:  # noqa: BLE001 - the station step's fence: nothing unforeseen may end the thread
            return self._failed(f"{type(error).__name__}: {error}")
        if self._complaint is not None:
            _diagnostics.warning("Đã liên lạc lại được với trung tâm")
        self._failures, self._complaint = 0, None
        return due

    def _failed(self, complaint: str) -> float:
        if complaint != self._complaint:
            _diagnostics.warning("%s", complaint)
        self._complaint = complaint
        self._failures += 1
        longest = min(_BACKOFF_S, 2.0 ** min(self._failures - 1, 10))
        return time.monotonic() + longest * random.uniform(1 - _JITTER, 1)  # noqa: S311 - spreads the stations' calls, protects nothing

    def _poll(self, _due: float) -> float:
        poll_s = self.heartbeat()
        self.fetch_rundown()
        wait_s = poll_s * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - as above
        # An emergency is not held up by days of entries that wait to be sent, nor by a centre that won't have them.
        self._fetch_each(self._missing(urgent=True), time.monotonic() + max(wait_s, _LEAST_FETCH_S))
        self._outbox.send()
        now = time.monotonic()
        self.fetch_media(now + max(wait_s, _LEAST_FETCH_S))
        return now + wait_s

    def _errand(self, due: float) -> float:
        self._outbox.send()
        self.fetch_media(due)
        return due

    def _goodbye(self, due: float) -> float:
        self._outbox.send()
        return due

    def heartbeat(self) -> int:
        """Say how the station is and take in the centre's time; return after how many seconds to come again."""
        reading = self._timekeeper.read()
        held = self._keeper.current
        t1 = boottime_us()
        answer = self._centre.heartbeat(
            Heartbeat(
                t1=t1,
                sequence=None if held is None else held.sequence,
                media_missing=tuple(self._missing()),
                playing=self._playing(),
                clock=reading.state,
                disk_free_mb=self._shelf.free_mb(),
                unsent=self._outbox.unsent(),
                versions=self._versions,
            )
        )
        if answer.t1 == t1:  # an answer to another question tells no time
            self._timekeeper.heard(t1=t1, t2=answer.t2, t3=answer.t3, t4=boottime_us())
        if not reading.known:
            self._changed()
        least, most = _POLL_S
        return self._poll_s or min(max(answer.poll_after_s, least), most)

    def fetch_rundown(self) -> None:
        """Ask for a newer rundown and take it if it is to be accepted."""
        fetched = self._centre.rundown(self._keeper.etag)
        if fetched is not None and self._keeper.offer(fetched.envelope, fetched.etag):
            self._changed()
            if self._playing() is None and self._keeper.current is not None:
                self._shelf.prune(frozenset(self._keeper.current.media), now_s=time.time())

    def fetch_media(self, until: float) -> None:
        """Fetch what is missing (see :func:`missing_media`), until it is there or the monotonic time ``until``.

        What is broken off is taken up again where it stopped. A medium that the centre refuses, or sends wrong, holds
        up no other.
        """
        self._fetch_each(self._missing(), until)

    def _fetch_each(self, names: list[str], until: float) -> None:
        for name in names:
            if self._stopping or time.monotonic() >= until:
                return
            try:
                whole = self._fetch(name, until)
            except (MediaRefused, CentreRefused) as error:
                if self._refused.get(name) != str(error):
                    self._refused[name] = str(error)
                    _diagnostics.warning("%s: %s", name, error)
                continue
            if whole:
                self._changed()

    def _missing(self, *, urgent: bool = False) -> list[str]:
        rundown = self._keeper.current
        if urgent and rundown is not None:
            rundown = replace(rundown, airings=tuple(each for each in rundown.airings if is_emergency(each)))
        return missing_media(rundown, self._shelf.names(), self._store.over())

    def _fetch(self, name: str, until: float) -> bool:
        rundown = self._keeper.current
        if rundown is None or name not in rundown.media:
            return False
        size = rundown.media[name].bytes
        part = self._shelf.part(name)
        if part.size > size:
            part.restart()
        if part.size < size:
            with self._centre.media(name, size=size, start=part.size) as (begins, chunks):
                if begins == 0:
                    part.restart()
                for chunk in self._while_time(chunks, until):
                    part.write(chunk)
                    self._failures = 0  # slow and often cut is not unreachable
        if part.size < size:
            if time.monotonic() < until and not self._stopping:
                raise AnswerUnusable(reason=f"tệp {name} tới thiếu")
            return False
        part.complete()
        return True

    def _while_time(self, chunks: Iterator[bytes], until: float) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            if self._stopping or time.monotonic() >= until:
                return
