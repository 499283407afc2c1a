"""Puts a station together and runs it: one thread plays, one talks with the centre, both asleep most of the time."""

from __future__ import annotations

import fcntl
import importlib.metadata
import logging
import os
import platform
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from scheduler.protocol import Event
from scheduler.signing import load_private_key
from scheduler.station.chain import Happening
from scheduler.station.client import Centre
from scheduler.station.errors import AlreadyRunning, StoreDamaged, StoreUnusable, os_reason
from scheduler.station.keeping import RundownKeeper
from scheduler.station.media import MediaShelf
from scheduler.station.outbox import Outbox
from scheduler.station.players.choice import choose_player
from scheduler.station.settings import StationSettings
from scheduler.station.stage import Stage
from scheduler.station.store import Store
from scheduler.station.sync import Sync
from scheduler.station.timekeeper import Timekeeper, boot_id, boottime_us
from scheduler.station.waking import Waker

__all__ = ["open_store", "run"]

_LONGEST_SLEEP_S = 30.0
_PAUSE_S = 1.0
_LEAVE_US = 3_000_000
_GOODBYE_S = 5.0
_diagnostics = logging.getLogger("loa.station")


def run(settings: StationSettings, *, poll_s: int | None = None) -> None:
    """Run the station until SIGTERM or SIGINT; what sounds then is stopped and reported as interrupted by command.

    Raises :class:`AlreadyRunning`, :class:`StoreUnusable`, :class:`PlayerUnavailable`, :class:`KeyUnusable` before
    anything is begun.
    """
    with ExitStack() as stack:
        stack.enter_context(_alone(settings.directory))
        store, lost = _open_or_replace(settings.store_path)
        stack.callback(store.close)
        waker = Waker()
        stack.callback(waker.close)
        _Station(settings, store, waker, poll_s=poll_s, lost=lost).run()


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the directory's lock: two processes would play everything twice."""
    try:
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreUnusable(path=str(directory), reason=os_reason(error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise AlreadyRunning(directory=str(directory)) from error
    try:
        yield
    finally:
        os.close(descriptor)


def open_store(path: Path) -> Store:
    """Open the store of an enrolled station beside the station itself; a lost one is left to that to replace."""
    if not path.exists():
        raise StoreUnusable(path=str(path), reason="sổ đã mất, hãy chạy cụm loa để lập sổ mới")
    return Store(path, boot=boot_id())


def _open_or_replace(path: Path) -> tuple[Store, str | None]:
    """Open the store, or a new one in place of one that is gone or broken; then tell what became of the old."""
    boot = boot_id()
    if not path.exists():
        return Store(path, boot=boot), "absent"
    try:
        return Store(path, boot=boot), None
    except StoreDamaged as error:
        _diagnostics.warning("%s", error)
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(path.with_name(f"{path.name}.damaged{suffix}"))
        return Store(path, boot=boot), error.reason


class _Station:
    """The parts of a running station."""

    def __init__(
        self, settings: StationSettings, store: Store, waker: Waker, *, poll_s: int | None, lost: str | None
    ) -> None:
        self._store = store
        self._waker = waker
        self._stopping = False
        self._complaint: str | None = None
        self._timekeeper = Timekeeper(
            rtc=settings.rtc, reference=store.reference(), floor=store.floor(), keep=store.keep_reference
        )
        if store.last_n() == 0:
            self._begin_anew(lost or "empty")
        key = load_private_key(settings.key_path)
        shelf = MediaShelf(settings.media_directory)
        centre = Centre(settings.centre, api_token=settings.api_token, ca_file=settings.ca_file)
        keeper = RundownKeeper(
            settings.rundown_path,
            store=store,
            timekeeper=self._timekeeper,
            trusted=settings.centre_keys,
            station=settings.station,
        )
        self._keeper = keeper
        outbox = Outbox(store, centre=centre, timekeeper=self._timekeeper, station=settings.station, key=key)
        self._stage = Stage(
            store=store,
            shelf=shelf,
            timekeeper=self._timekeeper,
            keeper=keeper,
            player=choose_player(settings, offset_us=lambda: self._timekeeper.read().offset_us),
            boot=boot_id(),
            wake=waker.wake,
            nudge=self._nudge,
        )
        self._sync = Sync(
            centre=centre,
            store=store,
            shelf=shelf,
            timekeeper=self._timekeeper,
            keeper=keeper,
            outbox=outbox,
            versions={"loa": importlib.metadata.version("loa"), "python": platform.python_version()},
            poll_s=poll_s,
            playing=lambda: self._stage.playing,
            changed=waker.wake,
        )

    def _nudge(self) -> None:
        self._sync.nudge()

    def _begin_anew(self, lost: str) -> None:
        """Begin a new chain; what the lost one knew of airings until now is unknown: none of them is played again."""
        reading = self._timekeeper.read()
        detail = {"why": lost[:500]}
        self._store.begin_chain(Happening(Event.FAULT, reading.now, reading.state, reason="store-lost", detail=detail))

    def run(self) -> None:
        """Play and talk until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        self._stage.recover()
        self._keeper.load()
        talk = threading.Thread(target=self._sync.run, name="sync", daemon=True)
        talk.start()
        try:
            while not self._stopping:
                self._waker.sleep(self._step())
            self._stage.leave()
            until_us = boottime_us() + _LEAVE_US
            while self._stage.playing is not None and (left_us := until_us - boottime_us()) > 0:
                self._waker.sleep(left_us / 1_000_000)
                self._stage.step()
        finally:
            self._stage.close()
            self._sync.stop()
            talk.join(_GOODBYE_S)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        self._waker.wake()

    def _step(self) -> float:
        """Do what is due; return for how many seconds to sleep."""
        try:
            self._adopt_time_set_by_hand()
            look_at_us = self._stage.step()
        except Exception as error:  # noqa: BLE001 - the station step's fence: what is due next must still be played
            if repr(error) != self._complaint:
                _diagnostics.exception("Lỗi ngoài dự kiến, cụm loa tiếp tục chạy")
            self._complaint = repr(error)
            time.sleep(_PAUSE_S)
            return 0.0
        if look_at_us is None:
            return _LONGEST_SLEEP_S
        return min(_LONGEST_SLEEP_S, max(0.0, (look_at_us - boottime_us()) / 1_000_000))

    def _adopt_time_set_by_hand(self) -> None:
        if self._timekeeper.read().state.source != "centre":
            self._timekeeper.adopt(self._store.reference())
