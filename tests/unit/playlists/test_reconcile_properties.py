from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from sample_plans import ALLOWANCE, T, a_plan, a_track, an_airing, an_item, asks, digest, says, seconds

from playlists.model import (
    AiringResult,
    AsRun,
    AsRunEvent,
    BulletinClass,
    ItemKind,
    ItemPhase,
    PlannedAiring,
    RowResult,
)
from playlists.outcomes import AiringOutcome
from playlists.reconcile import reconcile
from playlists.rundown import plan

JINGLE = an_item("jingle", ItemKind.JINGLE, length=20)
PLAN = a_plan(JINGLE, an_item("a"), an_item("b", ItemKind.NOTICE, length=30))
(NEWER,) = plan(
    [an_airing(asks("a"), asks("b", ItemKind.NOTICE), asks("c"))],
    [a_track("a"), a_track("c", bulletin_class=BulletinClass.PRIORITY)],
)
VERSIONS = {1: PLAN, 3: NEWER}
PENDING = {RowResult.PLANNED, RowResult.ON_AIR}

moments = st.integers(-60, 2000).map(lambda each: T + seconds(each))
entry = st.builds(
    says,
    st.integers(0, 10**6),
    st.sampled_from(AsRunEvent),
    moments,
    item=st.one_of(st.none(), st.integers(0, 3)),
    phase=st.sampled_from([None, *ItemPhase]),
    reason=st.sampled_from([None, None, "power", "emergency", "late"]),
    position=st.one_of(st.none(), st.integers(0, 70)),
    media=st.sampled_from([None, None, None, digest("x"), PLAN.items[1].media]),
    rundown=st.sampled_from([None, 1, 2, 3, 4]),
    chain=st.sampled_from(["chain-a", "chain-b"]),
)
stories = st.lists(entry, max_size=12, unique_by=lambda each: (each.chain, each.n))
plans = st.sampled_from([PLAN, NEWER])
nows = st.integers(-100, 3000).map(lambda each: T + seconds(each))


def judged(planned: PlannedAiring, told: list[AsRun], now: datetime, *, cancelled: bool = False) -> AiringOutcome:
    return reconcile(planned, told, now=now, allowance=ALLOWANCE, cancelled=cancelled, versions=VERSIONS)


@given(plans, stories, nows, st.booleans(), st.randoms())
def test_order_and_repetition_change_nothing(
    planned: PlannedAiring, told: list[AsRun], now: datetime, cancelled: bool, random: Random
) -> None:
    once = judged(planned, told, now, cancelled=cancelled)
    mixed = random.sample(told, len(told)) + random.choices(told, k=3) if told else []
    assert judged(planned, mixed, now, cancelled=cancelled) == once


@given(plans, stories, nows, st.booleans())
def test_every_planned_item_ends_with_exactly_one_result(
    planned: PlannedAiring, told: list[AsRun], now: datetime, cancelled: bool
) -> None:
    outcome = judged(planned, told, now, cancelled=cancelled)
    rows = Counter((row.kind, row.bulletin_id, row.language) for row in outcome.content_rows)
    asked = Counter(
        (each.kind, each.bulletin_id, each.language) for each in planned.airing.programme if each.kind.is_content
    )
    assert not asked - rows
    ordinals = [row.ordinal for row in outcome.rows if row.ordinal is not None]
    assert ordinals == list(range(len(ordinals)))
    if outcome.settled:
        assert outcome.result not in {AiringResult.PLANNED, AiringResult.ON_AIR}


def had_ended(told: list[AsRun], cut: AsRun) -> bool:
    """Whether the cut's own chain has the end of the item before it: then it was between two items."""
    return any(
        each.event is AsRunEvent.ITEM and each.phase is ItemPhase.END and each.item == cut.item
        for each in told
        if each.chain == cut.chain and each.n < cut.n
    )


@given(stories, nows, st.booleans())
def test_an_item_reported_interrupted_never_becomes_aired(told: list[AsRun], now: datetime, cancelled: bool) -> None:
    outcome = reconcile(PLAN, told, now=now, allowance=ALLOWANCE, cancelled=cancelled)
    for each in told:
        if each.event is not AsRunEvent.INTERRUPTED or each.item is None or each.item >= len(PLAN.items):
            continue
        if each.media in {None, PLAN.items[each.item].media} and not had_ended(told, each):
            assert outcome.rows[each.item].result is RowResult.INTERRUPTED
            assert outcome.result is AiringResult.INTERRUPTED


@given(plans, stories, nows)
def test_nothing_is_aired_without_an_end_that_the_station_reported(
    planned: PlannedAiring, told: list[AsRun], now: datetime
) -> None:
    ends = {each.item for each in told if each.event is AsRunEvent.ITEM and each.phase is ItemPhase.END}
    finished = any(each.event is AsRunEvent.FINISHED for each in told)
    for row in judged(planned, told, now).rows:
        if row.result is RowResult.AIRED:
            assert row.ordinal in ends or finished


@given(plans, stories, st.booleans())
def test_time_alone_turns_waiting_into_unknown_and_nothing_else(
    planned: PlannedAiring, told: list[AsRun], cancelled: bool
) -> None:
    early = judged(planned, told, T - timedelta(hours=1), cancelled=cancelled)
    late = judged(planned, told, T + timedelta(days=3), cancelled=cancelled)
    for before, after in zip(early.rows, late.rows, strict=True):
        assert after.result is (RowResult.UNKNOWN if before.result in PENDING else before.result)
    assert late.settled


@given(stories)
def test_whole_iff_every_row_is_whole(told: list[AsRun]) -> None:
    outcome = judged(PLAN, told, T + timedelta(days=3))
    found = {row.result for row in outcome.rows}
    assert (outcome.result is AiringResult.AIRED) == (found == {RowResult.AIRED})
    if RowResult.INTERRUPTED in found:
        assert outcome.result is AiringResult.INTERRUPTED
    elif outcome.result is AiringResult.PARTLY:
        assert RowResult.AIRED in found
        assert len(found) > 1
