from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.errors import InvalidPlan
from playlists.hours import Hours, Window
from playlists.make_goods import STEP, free_start, left_to_air
from playlists.model import ItemKind, ProgrammeItem

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = Hours(allowed=Window(time(5), time(22)), quiet=(Window(time(11, 30), time(13, 30)),))
DAY = datetime(2024, 5, 7, tzinfo=HERE).astimezone(UTC)


def clock(wall: str) -> datetime:
    day, hours = wall.split()
    return datetime.combine(datetime(2024, 5, int(day)), time.fromisoformat(hours), tzinfo=HERE).astimezone(UTC)  # noqa: DTZ001 - combined with a zone


def shown(found: datetime | None) -> str | None:
    return found and f"{found.astimezone(HERE):%-d %H:%M}"


@pytest.mark.parametrize(
    ("taken", "minutes", "since", "until", "expected"),
    [
        ([], 15, "7 17:02", "8 00:00", "7 17:05"),
        ([], 15, "7 17:05", "8 00:00", "7 17:05"),
        ([("7 17:00", "7 17:45")], 15, "7 17:02", "8 00:00", "7 17:45"),
        ([("7 17:00", "7 17:43")], 15, "7 17:02", "8 00:00", "7 17:45"),
        ([("7 17:00", "7 17:45"), ("7 17:55", "7 18:30")], 15, "7 17:02", "8 00:00", "7 18:30"),
        ([("7 17:00", "7 17:45"), ("7 18:00", "7 18:30")], 15, "7 17:02", "8 00:00", "7 17:45"),
        ([("7 17:00", "7 19:00"), ("7 17:10", "7 17:20")], 15, "7 17:02", "8 00:00", "7 19:00"),
        ([("7 17:10", "7 17:10")], 15, "7 17:02", "8 00:00", "7 17:05"),
        ([], 45, "7 11:00", "8 00:00", "7 13:30"),
        ([], 45, "7 21:20", "8 12:00", "8 05:00"),
        ([], 45, "7 21:20", "8 05:44", None),
        ([("7 05:00", "7 22:00")], 45, "7 05:00", "7 23:00", None),
    ],
)
def test_the_first_free_time(
    taken: list[tuple[str, str]], minutes: int, since: str, until: str, expected: str | None
) -> None:
    spans = [(clock(start), clock(end)) for start, end in taken]
    found = free_start(spans, timedelta(minutes=minutes), clock(since), clock(until), hours=HOURS, zone=HERE)
    assert shown(found) == expected


def test_a_search_without_sense_is_refused() -> None:
    senseless = ((timedelta(0), 1), (timedelta(hours=25), 3), (timedelta(hours=1), 32))
    for length, days in senseless:
        with pytest.raises(InvalidPlan):
            free_start([], length, DAY, DAY + timedelta(days=days), hours=HOURS, zone=HERE)


spans = st.lists(
    st.tuples(st.integers(0, 2880), st.integers(0, 240)).map(
        lambda span: (DAY + timedelta(minutes=span[0]), DAY + timedelta(minutes=span[0] + span[1]))
    ),
    max_size=12,
)


@given(spans, st.integers(1, 180), st.integers(0, 2000))
def test_it_is_the_first_of_all_that_are_free(
    taken: list[tuple[datetime, datetime]], minutes: int, since_minute: int
) -> None:
    length, since, until = timedelta(minutes=minutes), DAY + timedelta(minutes=since_minute), DAY + timedelta(days=2)
    found = free_start(taken, length, since, until, hours=HOURS, zone=HERE)
    grid = [DAY + n * STEP for n in range(int((until - DAY) / STEP) + 1)]
    fits = [
        at
        for at in grid
        if at >= since
        and at + length <= until
        and not HOURS.breaches(at.astimezone(HERE).time(), length)
        and all(end <= at or at + length <= start or end <= start for start, end in taken)
    ]
    assert found == (fits[0] if fits else None)


NAMES = {letter: UUID(int=place) for place, letter in enumerate("abc", 1)}
KINDS = {
    "j": ItemKind.JINGLE,
    "o": ItemKind.OPENING,
    "h": ItemKind.HEADLINE,
    "b": ItemKind.BULLETIN,
    "n": ItemKind.NOTICE,
    "s": ItemKind.STING,
    "c": ItemKind.CLOSING,
    "t": ItemKind.TEST,
}


def programme(written: str) -> tuple[ProgrammeItem, ...]:
    """The items of ``j ha hb ba s bb c``: a letter for the kind, a letter for the bulletin."""
    return tuple(ProgrammeItem(KINDS[each[0]], NAMES.get(each[1:])) for each in written.split())


@pytest.mark.parametrize(
    ("asked", "sounded", "again"),
    [
        ("j o ba s bb c", [], "j o ba s bb c"),
        ("j o ba s bb c", [0, 1, 2, 3], "j o bb c"),
        ("j o ba s bb c", [0, 1, 4, 5], "j o ba c"),
        ("j ba s bb s bc c", [3], "j ba s bc c"),
        ("j ba s bb s bc c", [1, 3], "j bc c"),
        ("ha hb ba s bb", [0, 1, 2], "hb s bb"),
        ("ha ba", [0], "ha ba"),
        ("ha hb bb", [0, 1], "bb hb"),
        ("ha hb bb", [1, 2], "ha"),
        ("ba s ba", [0], "ba"),
        ("na ba", [1], "na"),
        ("j ba c", [1], ""),
        ("j ba c", [0, 1, 2], ""),
        ("j t j", [0], "j t j"),
        ("j t j", [1], ""),
        ("j c", [], ""),
    ],
)
def test_what_did_not_sound_comes_again_in_its_frame(asked: str, sounded: list[int], again: str) -> None:
    written = asked.split()
    left = left_to_air(programme(asked), sounded)
    assert sorted(written[place] for place in left) == sorted(again.split())
    assert list(left) == sorted(left)


@given(
    st.lists(st.sampled_from(["j", "o", "ha", "hb", "ba", "bb", "na", "s", "c", "t"]), min_size=1, max_size=12),
    st.sets(st.integers(0, 11)),
)
def test_nothing_that_sounded_comes_again_but_what_frames_and_announces(written: list[str], sounded: set[int]) -> None:
    asked = programme(" ".join(written))
    left = left_to_air(asked, sounded)
    told = {place for place, item in enumerate(asked) if item.kind in {ItemKind.BULLETIN, ItemKind.NOTICE}}
    assert not told & sounded & set(left)
    assert told - sounded <= set(left)
    if left:
        assert any(asked[place].kind.is_content or asked[place].kind is ItemKind.TEST for place in left)
