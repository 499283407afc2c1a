from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plans import T, an_id, an_item, seconds

from playlists.model import BulletinClass, ItemKind, ProgrammeItem
from playlists.precedence import in_order
from playlists.timing import back_timed, overrun, start_instants, total_duration

ITEMS = (an_item("a", length=20), an_item("b", length=61.234), an_item("c", length=0), an_item("d", length=5))


def test_items_begin_where_the_one_before_ends() -> None:
    assert start_instants(ITEMS, T) == (T, T + seconds(20), T + seconds(81.234), T + seconds(81.234))
    assert total_duration(ITEMS) == seconds(86.234)
    assert start_instants((), T) == ()


def test_back_timing_ends_the_last_item_at_the_instant() -> None:
    begins = back_timed(ITEMS, T)
    assert begins[-1] + ITEMS[-1].duration == T
    assert begins[0] == T - seconds(86.234)
    assert back_timed((), T) == ()


@pytest.mark.parametrize(("room", "over"), [(86.234, 0), (80, 6.234), (100, -13.766)])
def test_over_and_under_run(room: float, over: float) -> None:
    assert overrun(ITEMS, seconds(room)) == seconds(over)


@given(st.lists(st.integers(0, 10**7), max_size=30))
def test_back_timing_is_forward_timing_from_the_other_end(lengths_ms: list[int]) -> None:
    items = [an_item(length=ms / 1000) for ms in lengths_ms]
    assert back_timed(items, T + total_duration(items)) == start_instants(items, T)
    assert total_duration(items) == timedelta(milliseconds=sum(lengths_ms))


def an_ask(name: str, kind: ItemKind, urgency: BulletinClass = BulletinClass.NORMAL) -> ProgrammeItem:
    return ProgrammeItem(kind, an_id(name) if kind.is_content else None, "vi", urgency)


B, N, H = ItemKind.BULLETIN, ItemKind.NOTICE, ItemKind.HEADLINE
PRIORITY, EMERGENCY = BulletinClass.PRIORITY, BulletinClass.EMERGENCY
JINGLE, STING = an_ask("", ItemKind.JINGLE), an_ask("", ItemKind.STING)


@pytest.mark.parametrize(
    ("given_items", "tie_order", "expected"),
    [
        ([], [], []),
        (
            [JINGLE, an_ask("a", B), STING, an_ask("b", B, PRIORITY), JINGLE],
            [],
            [JINGLE, an_ask("b", B, PRIORITY), STING, an_ask("a", B), JINGLE],
        ),
        # a notice takes the first place of what is said, and headlines stay in front
        (
            [an_ask("a", H), an_ask("b", H, PRIORITY), an_ask("a", B), an_ask("n", N, PRIORITY)],
            [],
            [an_ask("b", H, PRIORITY), an_ask("a", H), an_ask("n", N, PRIORITY), an_ask("a", B)],
        ),
        # the commune decides among priority bulletins; who is not named follows in the order given
        (
            [an_ask(name, B, PRIORITY) for name in "abcd"],
            ["d", "b"],
            [an_ask(name, B, PRIORITY) for name in "dbac"],
        ),
        # named twice, the first time counts
        (
            [an_ask(name, B, PRIORITY) for name in "ab"],
            ["b", "a", "b"],
            [an_ask(name, B, PRIORITY) for name in "ba"],
        ),
        # ... and among these alone
        ([an_ask("a", B), an_ask("b", B)], ["b", "a"], [an_ask("a", B), an_ask("b", B)]),
        (
            [an_ask("a", B, PRIORITY), an_ask("b", B, EMERGENCY)],
            ["a"],
            [an_ask("b", B, EMERGENCY), an_ask("a", B, PRIORITY)],
        ),
    ],
)
def test_who_goes_first(given_items: list[ProgrammeItem], tie_order: list[str], expected: list[ProgrammeItem]) -> None:
    assert in_order(given_items, [an_id(name) for name in tie_order]) == tuple(expected)


asks_of_any_kind = st.builds(
    an_ask, st.sampled_from("abcdef"), st.sampled_from(ItemKind), st.sampled_from(BulletinClass)
)


@given(st.lists(asks_of_any_kind, max_size=12), st.permutations("abcdef"))
def test_structure_keeps_its_places_and_nothing_is_lost(items: list[ProgrammeItem], ties: list[str]) -> None:
    arranged = in_order(items, [an_id(name) for name in ties])
    assert sorted(map(repr, arranged)) == sorted(map(repr, items))
    for before, after in zip(items, arranged, strict=True):
        assert (before.kind is H) == (after.kind is H)
        if not before.kind.is_content:
            assert before is after
    spoken = [each.bulletin_class for each in arranged if each.kind in {B, N}]
    assert spoken == sorted(spoken, key=[EMERGENCY, PRIORITY, BulletinClass.NORMAL].index)


@given(st.lists(asks_of_any_kind, max_size=12), st.permutations("abcdef"))
def test_arranging_twice_changes_nothing_more(items: list[ProgrammeItem], ties: list[str]) -> None:
    order = [an_id(name) for name in ties]
    assert in_order(in_order(items, order), order) == in_order(items, order)
