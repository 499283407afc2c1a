"""How a station estimates centre time (pure).

The rules are those of ``docs/protocol.md``, section "Time at the station"; the four timestamps are those of NTP
(RFC 5905, section 8). Instants are integers in microseconds: *boottime* is CLOCK_BOOTTIME of this boot, *centre* and
*system* are Unix time of the centre and of this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.protocol import ClockState

__all__ = [
    "DRIFT_PPM",
    "KEPT_SAMPLES",
    "RTC_UNCERTAINTY_MS",
    "Instruments",
    "Reading",
    "Reference",
    "Sample",
    "best_sample",
    "drift_us",
    "instant_us",
    "read_clock",
    "sample",
    "us_instant",
]

DRIFT_PPM = 50
KEPT_SAMPLES = 8
# A clock battery's crystal is good to about 100 ppm: a week without contact makes a minute.
RTC_UNCERTAINTY_MS = 60_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def us_instant(instant_us: int) -> datetime:
    """Return Unix microseconds as an aware UTC instant."""
    return _EPOCH + timedelta(microseconds=instant_us)


def instant_us(instant: datetime) -> int:
    """Return an aware instant as Unix microseconds."""
    return (instant - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Sample:
    """One exchange with the centre: centre minus boottime, the way's delay, and when it ended."""

    boottime_us: int
    offset_us: int
    delay_us: int


def sample(*, t1: int, t2: int, t3: int, t4: int) -> Sample | None:
    """Return what four timestamps tell: asked (t1), answered (t4) in boottime; received (t2), sent (t3) at the centre.

    None when they contradict one another (a negative delay, an answer before its question).
    """
    delay = (t4 - t1) - (t3 - t2)
    if delay < 0 or t3 < t2 or t4 < t1:
        return None
    return Sample(boottime_us=t4, offset_us=((t2 - t1) + (t3 - t4)) // 2, delay_us=delay)


def drift_us(age_us: int) -> int:
    """Return how far this machine's clock may have drifted in ``age_us``."""
    return max(0, age_us) * DRIFT_PPM // 1_000_000


def best_sample(samples: Sequence[Sample], *, boottime_us: int) -> Sample | None:
    """Return the sample that bounds the offset best now, the newest among equals.

    That is the one of least delay while all are fresh; with hours between polls an old one's drift counts too.
    """
    return min(
        reversed(samples),
        key=lambda each: each.delay_us // 2 + drift_us(boottime_us - each.boottime_us),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """What is kept across restarts of the process: centre minus boottime, true in this boot only.

    ``uncertainty_us`` is that at ``boottime_us``. ``source`` is ``centre``, ``set``, or, for what the system clock
    showed while it could be trusted, ``kernel`` or ``rtc``: a clock once known in a boot stays known, and no step
    moves it.
    """

    boot: str
    boottime_us: int
    offset_us: int
    uncertainty_us: int
    source: str


@dataclass(frozen=True, slots=True)
class Instruments:
    """What the machine's clocks show at one moment; ``kernel_error_us`` is None while the kernel isn't synchronised."""

    boot: str
    boottime_us: int
    system_us: int
    kernel_error_us: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Centre time at one moment, as well as it is known.

    ``now`` is the best guess even when the clock is unset, so that an entry has its time. ``offset_us`` is centre minus
    boottime. ``reference`` is what the reading stands on, to be used for the next.
    """

    now: datetime
    offset_us: int
    state: ClockState
    reference: Reference | None

    @property
    def known(self) -> bool:
        """Whether the time is known well enough to act on."""
        return self.reference is not None

    def at(self, boottime_us: int) -> datetime:
        """Return the centre time of a moment of this boot."""
        return us_instant(boottime_us + self.offset_us)

    def boottime(self, instant: datetime) -> int:
        """Return the boottime, in microseconds, at which it is ``instant`` in centre time."""
        return instant_us(instant) - self.offset_us


def read_clock(instruments: Instruments, *, reference: Reference | None, rtc: bool, floor: datetime | None) -> Reading:
    """Return centre time: by the reference of this boot, else by a system clock that may be trusted, else unset.

    ``floor`` is the newest ``issued_at`` of an accepted rundown: time is never before it, and a system clock that shows
    an earlier time is refuted.
    """
    floor_us = instant_us(floor) if floor is not None else None
    if reference is not None and reference.boot != instruments.boot:
        reference = None
    synchronised = instruments.kernel_error_us is not None
    if reference is not None and not (reference.source in {"kernel", "rtc"} and synchronised):
        return _by_reference(instruments, reference, floor_us)
    refuted = floor_us is not None and instruments.system_us < floor_us
    if instruments.kernel_error_us is not None and not refuted:
        return _by_system(instruments, instruments.kernel_error_us // 1000, "kernel")
    if reference is not None:
        return _by_reference(instruments, reference, floor_us)
    if rtc and not refuted:
        return _by_system(instruments, RTC_UNCERTAINTY_MS, "rtc")
    guess = max(instruments.system_us, floor_us or 0)
    return Reading(us_instant(guess), guess - instruments.boottime_us, ClockState(None, None, "unset"), None)


def _by_reference(instruments: Instruments, reference: Reference, floor_us: int | None) -> Reading:
    uncertainty = reference.uncertainty_us + drift_us(instruments.boottime_us - reference.boottime_us)
    centre = max(instruments.boottime_us + reference.offset_us, floor_us or 0)
    state = ClockState((centre - instruments.system_us) // 1000, -(-uncertainty // 1000), reference.source)
    return Reading(us_instant(centre), centre - instruments.boottime_us, state, reference)


def _by_system(instruments: Instruments, uncertainty_ms: int, source: str) -> Reading:
    offset = instruments.system_us - instruments.boottime_us
    reference = Reference(instruments.boot, instruments.boottime_us, offset, uncertainty_ms * 1000, source)
    state = ClockState(0, uncertainty_ms, source)
    return Reading(us_instant(instruments.system_us), offset, state, reference)
