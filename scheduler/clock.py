"""``python -m scheduler.clock``: an alarm clock with five ticks over the database, and the centre's signing key.

Truth is the database; APScheduler only wakes. A second clock is refused by a lock on the data directory. A watchdog
ends the process when the scheduler's thread has died, for the service manager to start it anew.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.compose import Centre, open_centre
from scheduler.errors import LoaError
from scheduler.signing import load_private_key
from scheduler.ticks import DispatchTick, PlanTick, RenderTick, SweepTick, own_name

WATCH_S = 1.0
MISFIRE_S = 60
SOFTWARE_FAILED = 70  # EX_SOFTWARE of sysexits.h

_diagnostics = logging.getLogger("loa.clock")


class SecondClock(LoaError):
    """Đã có một đồng hồ phát đang chạy trên thư mục {path}. Chỉ được chạy một."""

    path: str
    exit_code = 3


@contextmanager
def only_clock(directory: Path) -> Iterator[None]:
    """Hold the lock that makes this the only clock of a data directory; raises :class:`SecondClock`."""
    with (directory / "clock.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SecondClock(path=str(directory)) from error
        yield


def _fenced(name: str, tick: Callable[[datetime], object]) -> Callable[[], None]:
    """Return the tick behind a fence: whatever it raises is written down, and the next one runs all the same."""

    def run() -> None:
        try:
            tick(datetime.now(UTC))
        except Exception:  # noqa: BLE001 - the fence of the ticks: one failure must not end the others
            _diagnostics.exception("the %s tick failed", name)

    return run


def make_scheduler(centre: Centre) -> BackgroundScheduler:
    """Return APScheduler with the centre's ticks, not yet started."""
    settings = centre.settings
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(5)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_S},
    )
    render = RenderTick(centre, centre.engines, own_name())
    urgent_render = RenderTick(centre, centre.engines, own_name(), emergencies_only=True)
    ticks: tuple[tuple[str, Callable[[datetime], object], int], ...] = (
        ("render", render.run, settings.render_tick_ms),
        ("urgent-render", urgent_render.run, settings.render_tick_ms),
        ("plan", PlanTick(centre).run, settings.plan_tick_ms),
        ("dispatch", DispatchTick(centre, load_private_key(settings.key_path)).run, settings.dispatch_tick_ms),
        ("sweep", SweepTick(centre).run, settings.sweep_tick_ms),
    )
    for name, tick, every_ms in ticks:
        scheduler.add_job(
            _fenced(name, tick), "interval", seconds=every_ms / 1000, id=name, next_run_time=datetime.now(UTC)
        )
    return scheduler


def run(centre: Centre, stopping: threading.Event) -> int:
    """Tick until told to stop; return the exit status: 70 when the scheduler's thread died."""
    scheduler = make_scheduler(centre)
    scheduler.start()
    thread = scheduler._thread  # noqa: SLF001 - APScheduler says `running` even when its thread has died
    while not stopping.wait(WATCH_S):
        if not thread.is_alive():
            _diagnostics.critical("the scheduler's thread has died: ending, to be started anew")
            return SOFTWARE_FAILED
    scheduler.shutdown(wait=True)
    return 0


def main() -> int:
    """Run the clock of the centre that the environment names; return the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    stopping = threading.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda _signal, _frame: stopping.set())
    try:
        with open_centre() as centre, only_clock(centre.settings.data_dir):
            status = run(centre, stopping)
    except LoaError as error:
        sys.stderr.write(f"Lỗi: {error}\n")
        return error.exit_code
    if status:
        logging.shutdown()
        os._exit(status)
    return 0


if __name__ == "__main__":
    sys.exit(main())
