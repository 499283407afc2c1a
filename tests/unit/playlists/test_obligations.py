"""What a directive orders, and how far it has sounded: hand-worked cases and what holds of all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.obligations import Fate, Tally, Verdict, cover, together

A, B = "bản tin 1", "bản tin 2"


def told(bulletin: str, fate: Fate, *, in_time: bool = True, count: int = 1, station: str = "s") -> Tally:
    return Tally(station, bulletin, fate, in_time, count)


@pytest.mark.parametrize(
    ("tallies", "over", "verdict", "missing"),
    [
        ([], False, Verdict.SHORT, {A, B}),
        ([], True, Verdict.LATE, {A, B}),
        ([told(A, Fate.AIRED), told(B, Fate.AIRED)], False, Verdict.COVERED, set()),
        ([told(A, Fate.AIRED), told(B, Fate.AIRED)], True, Verdict.COVERED, set()),
        ([told(A, Fate.AIRED), told(B, Fate.PLANNED)], False, Verdict.COMING, set()),
        ([told(A, Fate.AIRED), told(B, Fate.PLANNED)], True, Verdict.LATE, {B}),  # still on air at the deadline
        ([told(A, Fate.AIRED), told(B, Fate.PLANNED, in_time=False)], False, Verdict.SHORT, {B}),
        ([told(A, Fate.AIRED), told(B, Fate.AIRED, in_time=False)], True, Verdict.LATE, {B}),
        ([told(A, Fate.AIRED), told(B, Fate.FAILED)], False, Verdict.SHORT, {B}),
        ([told(A, Fate.AIRED), told(B, Fate.UNKNOWN)], False, Verdict.SHORT, {B}),  # no report is never "aired"
        ([told(A, Fate.AIRED), told(B, Fate.FAILED), told(B, Fate.PLANNED)], False, Verdict.COMING, set()),
        ([told(A, Fate.AIRED), told(B, Fate.FAILED), told(B, Fate.AIRED)], False, Verdict.COVERED, set()),
        ([told("bản tin khác", Fate.AIRED)], False, Verdict.SHORT, {A, B}),
        ([told(A, Fate.AIRED, station="t"), told(B, Fate.AIRED, station="t")], False, Verdict.SHORT, {A, B}),
    ],
)
def test_a_station_has_heard_all_or_it_is_said_what_not(
    tallies: list[Tally], over: bool, verdict: Verdict, missing: set[str]
) -> None:
    (one,) = cover(["s"], [A, B], tallies, over=over)
    assert (one.verdict, one.missing) == (verdict, missing)


def test_airings_are_counted_by_what_became_of_them() -> None:
    tallies = [
        told(A, Fate.AIRED, count=3), told(A, Fate.AIRED, in_time=False, count=2), told(A, Fate.PLANNED, count=4),
        told(A, Fate.PLANNED, in_time=False), told(A, Fate.FAILED, count=5), told(A, Fate.UNKNOWN, in_time=False),
    ]  # fmt: skip
    (one,) = cover(["s"], [A], tallies, over=False)
    counts = (one.airings_aired, one.late, one.airings_planned, one.later, one.failed, one.unknown)
    assert counts == (3, 2, 4, 1, 5, 1)


def test_without_a_bulletin_there_is_nothing_to_hear() -> None:
    (one,) = cover(["s"], [], [told(A, Fate.AIRED)], over=True)
    assert (one.verdict, one.airings_aired) == (Verdict.NOTHING, 0)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Verdict.NOTHING),
        ([Verdict.COVERED, Verdict.COMING], Verdict.COMING),
        ([Verdict.COMING, Verdict.SHORT, Verdict.COVERED], Verdict.SHORT),
        ([Verdict.LATE, Verdict.COVERED], Verdict.LATE),
    ],
)
def test_many_are_as_well_off_as_the_worst(verdicts: list[Verdict], expected: Verdict) -> None:
    assert together(verdicts) is expected


some = st.builds(
    Tally, st.sampled_from("st"), st.sampled_from([A, B]), st.sampled_from(Fate), st.booleans(), st.integers(1, 9)
)


@given(st.lists(some, max_size=12), st.booleans())
def test_each_bulletin_is_aired_coming_or_missing(tallies: list[Tally], over: bool) -> None:
    for one in cover(["s", "t"], [A, B], tallies, over=over):
        assert one.aired | one.coming | one.missing == {A, B}
        assert len(one.aired) + len(one.coming) + len(one.missing) == 2
        mine = sum(each.count for each in tallies if each.station_id == one.station_id)
        counted = one.airings_aired + one.airings_planned + one.late + one.later + one.failed + one.unknown
        assert counted == mine
        assert (one.verdict is Verdict.COVERED) == (one.aired == {A, B})
