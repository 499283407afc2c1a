"""Where items stand in a preview and how that is written: to the sample, and to the millisecond."""

import pytest

from web.listening import BARS, exact_time, joined_peaks


@pytest.mark.parametrize(
    ("samples", "written"),
    [
        (0, "0:00,000"),
        (21, "0:00,000"),
        (23, "0:00,001"),
        (44_099, "0:01,000"),
        (44_100 * 59 + 44_077, "0:59,999"),
        (44_100 * 59 + 44_078, "1:00,000"),
        (44_100 * 3599 + 44_100, "1:00:00,000"),
        (44_100 * (7200 + 61) + 22_050, "2:01:01,500"),
    ],
)
def test_a_length_is_written_to_the_millisecond(samples: int, written: str) -> None:
    assert exact_time(samples) == written


def test_the_bars_of_sounds_that_follow_each_other_stand_where_they_sound() -> None:
    bars = joined_peaks([([100], 1000), ([200, 300], 2000)])
    assert bars == (100,) * 50 + (200,) * 50 + (300,) * 50


@pytest.mark.parametrize(
    "sounds",
    [
        [([1] * 150, 1)],
        [([], 44_100)],
        [([1, 2, 3], 7), ([], 0), ([4], 1)],
        [([5] * 150, 44_100 * 61 + each) for each in range(60)],
    ],
)
def test_there_are_as_many_bars_whatever_the_sounds(sounds: list[tuple[list[int], int]]) -> None:
    assert len(joined_peaks(sounds)) == BARS


def test_no_sound_has_no_bars() -> None:
    assert joined_peaks([]) == ()
