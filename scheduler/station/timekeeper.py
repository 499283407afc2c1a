"""The station's clock on this machine: reads the instruments and keeps the estimate of centre time."""

from __future__ import annotations

import ctypes
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from scheduler.station.timekeeping import (
    KEPT_SAMPLES,
    Instruments,
    Reading,
    Reference,
    Sample,
    best_sample,
    read_clock,
    sample,
)

__all__ = ["Timekeeper", "boot_id", "boottime_us", "instruments"]

_TIME_ERROR = 5
_STA_UNSYNC = 0x0040


class _Timex(ctypes.Structure):
    """The head of Linux's ``struct timex`` (adjtimex(2)), with room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


def boottime_us() -> int:
    """Return CLOCK_BOOTTIME in microseconds: it counts suspended time and no step of the clock moves it."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def boot_id() -> str:
    """Return the kernel's random name of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def instruments() -> Instruments:
    """Return what this machine's clocks show now."""
    return Instruments(boot_id(), boottime_us(), time.time_ns() // 1000, _kernel_error_us())


def _kernel_error_us() -> int | None:
    """Return the kernel's bound on its clock's error, or None when it does not call its clock synchronised."""
    timex = _Timex()
    state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    if state < 0 or state == _TIME_ERROR or timex.status & _STA_UNSYNC:
        return None
    return int(timex.maxerror)


class Timekeeper:
    """Centre time for the two threads of a station; ``keep`` writes a reference down for the next process."""

    def __init__(
        self,
        *,
        rtc: bool,
        reference: Reference | None,
        floor: datetime | None,
        keep: Callable[[Reference], None],
        look: Callable[[], Instruments] = instruments,
    ) -> None:
        self._rtc = rtc
        self._reference = reference
        self._floor = floor
        self._keep = keep
        self._look = look
        self._samples: deque[Sample] = deque(maxlen=KEPT_SAMPLES)
        self._lock = threading.Lock()

    def read(self) -> Reading:
        """Return centre time now."""
        with self._lock:
            reading = read_clock(self._look(), reference=self._reference, rtc=self._rtc, floor=self._floor)
            self._reference = reading.reference or self._reference
            return reading

    def heard(self, *, t1: int, t2: int, t3: int, t4: int) -> None:
        """Take in an exchange with the centre (boottime t1 and t4, centre time t2 and t3, microseconds)."""
        told = sample(t1=t1, t2=t2, t3=t3, t4=t4)
        if told is None:
            return
        with self._lock:
            self._samples.append(told)
            seen = self._look()
            best = best_sample(self._samples, boottime_us=seen.boottime_us) or told
            reference = Reference(seen.boot, best.boottime_us, best.offset_us, best.delay_us // 2, "centre")
            changed = reference != self._reference
            self._reference = reference
        if changed:
            self._keep(reference)

    def adopt(self, reference: Reference | None) -> None:
        """Take a reference that another process wrote down, unless the centre itself was heard in this one."""
        with self._lock:
            if reference is not None and reference.boot == self._look().boot and not self._samples:
                self._reference = reference

    def raise_floor(self, issued_at: datetime) -> None:
        """Never show a time before ``issued_at`` again."""
        with self._lock:
            if self._floor is None or issued_at > self._floor:
                self._floor = issued_at
