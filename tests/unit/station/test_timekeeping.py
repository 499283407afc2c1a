"""Centre time as a station estimates it: bounds that always hold, and what counts after a boot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.station.timekeeping import (
    DRIFT_PPM,
    RTC_UNCERTAINTY_MS,
    Instruments,
    Reference,
    Sample,
    best_sample,
    instant_us,
    read_clock,
    sample,
    us_instant,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NOW_US = instant_us(NOW)
DAY_US = 24 * 3600 * 1_000_000


def seen(*, boottime_us: int = 1_000_000, system_us: int = NOW_US, kernel: int | None = None, boot: str = "boot-1"):
    return Instruments(boot, boottime_us, system_us, kernel)


def reference(offset_us: int, *, at_us: int = 0, source: str = "centre", boot: str = "boot-1") -> Reference:
    return Reference(boot, at_us, offset_us, 5_000, source)


@given(
    offset=st.integers(0, 2**52),
    there=st.integers(0, 30_000_000),
    stay=st.integers(0, 5_000_000),
    back=st.integers(0, 30_000_000),
    t1=st.integers(0, 2**45),
)
def test_the_true_offset_lies_within_half_the_delay(offset: int, there: int, stay: int, back: int, t1: int) -> None:
    t2 = t1 + there + offset
    told = sample(t1=t1, t2=t2, t3=t2 + stay, t4=t1 + there + stay + back)
    assert told is not None
    assert told.delay_us == there + back
    assert abs(told.offset_us - offset) <= told.delay_us // 2 + 1


@pytest.mark.parametrize("t", [(10, 100, 99, 20), (10, 100, 200, 20), (20, 100, 100, 10)])
def test_contradictions_tell_nothing(t: tuple[int, int, int, int]) -> None:
    t1, t2, t3, t4 = t
    assert sample(t1=t1, t2=t2, t3=t3, t4=t4) is None


def test_the_least_delay_counts_and_the_newest_among_equals() -> None:
    quick, slow, newer = Sample(1, 10, 50), Sample(2, 20, 900), Sample(3, 30, 50)
    assert best_sample([], boottime_us=3) is None
    assert best_sample([quick, slow], boottime_us=3) == quick
    assert best_sample([quick, slow, newer], boottime_us=3) == newer


def test_an_old_samples_drift_counts() -> None:
    hour_us = 3600 * 1_000_000  # 50 ppm of it are 180 ms
    quick, slow = Sample(0, 10, 50_000), Sample(hour_us, 20, 300_000)
    assert best_sample([quick, slow], boottime_us=hour_us) == slow
    assert best_sample([quick, replace(slow, delay_us=500_000)], boottime_us=hour_us) == quick


@given(step=st.integers(-400 * DAY_US, 400 * DAY_US))
def test_a_step_of_the_system_clock_moves_nothing(step: int) -> None:
    kept = reference(NOW_US - 1_000_000)
    reading = read_clock(seen(system_us=NOW_US + step), reference=kept, rtc=False, floor=None)
    assert reading.now == NOW
    assert reading.state.offset_ms == -step // 1000
    assert reading.known


@given(age=st.integers(0, 60 * DAY_US))
def test_uncertainty_grows_with_age(age: int) -> None:
    reading = read_clock(seen(boottime_us=age), reference=reference(NOW_US), rtc=False, floor=None)
    wanted_us = 5_000 + age * DRIFT_PPM / 1_000_000
    assert reading.state.uncertainty_ms is not None
    assert wanted_us / 1000 - 0.01 <= reading.state.uncertainty_ms <= wanted_us / 1000 + 1


@pytest.mark.parametrize(
    ("instruments", "kept", "rtc", "source"),
    [
        (seen(), reference(NOW_US), False, "centre"),
        (seen(), reference(NOW_US, source="set"), False, "set"),
        (seen(kernel=4000), reference(NOW_US), True, "centre"),
        (seen(kernel=4000), reference(NOW_US, source="set"), True, "set"),
        (seen(), reference(NOW_US, boot="boot-0"), False, "unset"),
        (seen(), None, False, "unset"),
        (seen(), None, True, "rtc"),
        (seen(kernel=4000), None, False, "kernel"),
        (seen(kernel=4000), reference(NOW_US, boot="boot-0"), True, "kernel"),
        # What was trusted once in this boot stays so, and a synchronised kernel is better than a battery.
        (seen(), reference(NOW_US, source="kernel"), False, "kernel"),
        (seen(kernel=4000), reference(NOW_US, source="rtc"), True, "kernel"),
    ],
)
def test_which_clock_counts(instruments: Instruments, kept: Reference | None, rtc: bool, source: str) -> None:
    reading = read_clock(instruments, reference=kept, rtc=rtc, floor=None)
    assert reading.state.source == source
    assert reading.known == (source != "unset")
    assert (reading.state.offset_ms is None) == (source == "unset")


def test_uncertainties_of_the_systems_clock() -> None:
    by_kernel = read_clock(seen(kernel=4000), reference=None, rtc=False, floor=None)
    by_battery = read_clock(seen(), reference=None, rtc=True, floor=None)
    assert by_kernel.state.uncertainty_ms == 4
    assert by_battery.state.uncertainty_ms == RTC_UNCERTAINTY_MS


@pytest.mark.parametrize("kernel", [None, 4000])
def test_a_system_clock_before_an_accepted_rundown_is_refuted(kernel: int | None) -> None:
    reading = read_clock(seen(kernel=kernel), reference=None, rtc=True, floor=NOW + timedelta(seconds=1))
    assert reading.state.source == "unset"
    assert reading.now == NOW + timedelta(seconds=1)


@given(offset=st.integers(0, 2**51), floor=st.integers(0, 2**51))
def test_time_is_never_before_an_accepted_rundown(offset: int, floor: int) -> None:
    reading = read_clock(seen(), reference=reference(offset), rtc=False, floor=us_instant(floor))
    assert reading.now >= us_instant(floor)


def test_moments_of_this_boot_and_instants_convert_both_ways() -> None:
    reading = read_clock(seen(), reference=reference(NOW_US - 1_000_000), rtc=False, floor=None)
    assert reading.at(1_000_000) == NOW
    assert reading.boottime(NOW + timedelta(seconds=2)) == 3_000_000
