"""Back-timing of programmes: offsets, latest starts, over-run by a second, languages, rotations."""

from __future__ import annotations

import pytest

from scheduler.services.programme_timing import timing
from scheduler.services.programme_views import Piece
from scheduler.services.programmes import PlaceEntry

JINGLE, A, B = ("jingle", "j", "zxx"), ("bulletin", "a", "vi"), ("bulletin", "b", "vi")
KNOWN = {
    entry: Piece(entry, entry[1], duration_ms, approved=True)
    for entry, duration_ms in (
        (JINGLE, 20_000),
        (A, 60_000),
        (("bulletin", "a", "blt"), 75_000),
        (B, None),
    )
}


def test_each_item_begins_when_those_before_it_have_sounded() -> None:
    found = timing([JINGLE, A, JINGLE, B], KNOWN, room_ms=None)
    assert [each.offset_ms for each in found.parts] == [0, 20_000, 80_000, 100_000]
    assert [each.duration_ms for each in found.parts] == [20_000, 60_000, 20_000, None]
    assert [each.latest_ms for each in found.parts] == [None] * 4
    assert found.unmeasured == 1


@pytest.mark.parametrize(("room_ms", "over_ms"), [(79_000, 1_000), (80_000, 0), (100_000, -20_000)])
def test_over_and_under_run_to_the_second(room_ms: int, over_ms: int) -> None:
    found = timing([JINGLE, A], KNOWN, room_ms=room_ms)
    assert found.totals[0].over_ms == over_ms
    assert [each.latest_ms for each in found.parts] == [-over_ms, 20_000 - over_ms]


def test_each_language_has_its_own_length_and_falls_back_on_what_is_asked() -> None:
    totals = timing([JINGLE, A, B], KNOWN, room_ms=90_000).totals
    assert [(each.language, each.total_ms, each.over_ms) for each in totals] == [
        ("vi", 80_000, -10_000),
        ("blt", 95_000, 5_000),
    ]


@pytest.mark.parametrize(
    ("longest_s", "room_ms", "rotation_ms"),
    [(None, None, 0), (300, None, 300_000), (None, 200_000, 180_000), (300, 200_000, 180_000), (60, 10_000, 0)],
)
def test_a_rotation_takes_what_it_may(longest_s: int | None, room_ms: int | None, rotation_ms: int) -> None:
    found = timing([JINGLE, PlaceEntry("rotation", longest_s=longest_s)], KNOWN, room_ms=room_ms)
    assert found.rotation_ms == rotation_ms
    assert found.totals[0].total_ms == 20_000 + rotation_ms
    assert found.unmeasured == 0
