"""What a station does at one moment, told as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from station_simulation import LONG_AGO, T, airing, rundown

from scheduler.protocol import Rundown
from scheduler.station.playing import decide
from scheduler.station.situation import (
    FADE,
    STALL,
    Cut,
    Drop,
    Forgo,
    Held,
    Loaded,
    Miss,
    Onstage,
    Prepare,
    Situation,
    Skip,
    Start,
    Stop,
)

GRACE = timedelta(seconds=30)
A = airing("a", 0, 20, 20)
B = airing("b", 5, 20, 20)
MEDIA = [item.media for each in (A, B) for item in each.items]
APPROVALS = [item.approval for item in A.items]


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def situation(now: datetime, plan: Rundown | None, **facts: object) -> Situation:
    made = Situation(now=now, rundown=plan, watching_since=LONG_AGO, unset_since=LONG_AGO)
    media = frozenset() if plan is None else frozenset(plan.media)
    return replace(made, **{"media": media, **facts})


PLAN = rundown(A)
READY = Loaded(A, 7, ready=True)
LOADING = Loaded(A, 7, ready=False)


@pytest.mark.parametrize(
    ("after_s", "facts", "actions"),
    [
        # Preparation starts ten seconds before, not earlier.
        (-10.001, {}, []),
        (-10, {}, [Prepare(A, 7)]),
        (-5, {"loaded": LOADING}, []),
        (-0.001, {"loaded": READY}, []),
        (0, {"loaded": READY}, [Start(A, 7, seconds(0))]),
        (0, {"loaded": LOADING}, []),
        (12, {"loaded": READY}, [Start(A, 7, seconds(12))]),
        (30, {"loaded": READY}, [Start(A, 7, seconds(30))]),
        # A late station still prepares within grace.
        (29, {}, [Prepare(A, 7)]),
        # An airing that is over never plays again.
        (5, {"over": {"a"}}, []),
        # Missing media are waited for; the miss is decided when grace has passed and not before.
        (-5, {"media": frozenset(MEDIA[:1])}, []),
        (30, {"media": frozenset(MEDIA[:1])}, []),
        (31, {"media": frozenset(MEDIA[:1])}, [Miss(A, 7, "not-ready", seconds(31))]),
        (31, {"media": frozenset(MEDIA[:1]), "damaged": {MEDIA[1]}}, [Miss(A, 7, "media-damaged", seconds(31))]),
        (31, {"media": frozenset(MEDIA[:1]), "damaged": {MEDIA[2]}}, [Miss(A, 7, "not-ready", seconds(31))]),
        (31, {"loaded": LOADING}, [Miss(A, 7, "not-ready", seconds(31)), Drop(A)]),
        (31, {"loaded": READY}, [Miss(A, 7, "late", seconds(31)), Drop(A)]),
        # The station was off, or did not know the time.
        (60, {"watching_since": T + seconds(59), "unset_since": T + seconds(59)}, [Miss(A, 7, "late", seconds(60))]),
        (60, {"watching_since": T + seconds(59), "unset_since": T}, [Miss(A, 7, "clock-unset", seconds(60))]),
        # It came on within grace.
        (29, {"watching_since": T + seconds(28), "unset_since": T + seconds(28)}, [Prepare(A, 7)]),
        # The store was lost: what was to start before is unknown, and not played.
        (1, {"horizon": T}, []),
        (1, {"horizon": T - seconds(1)}, [Prepare(A, 7)]),
        # A player that failed is tried again after a while.
        (1, {"retry_at": (("a", T + seconds(2)),)}, []),
        (2, {"retry_at": (("a", T + seconds(2)),)}, [Prepare(A, 7)]),
    ],
)
def test_one_airing(after_s: float, facts: dict[str, object], actions: list[object]) -> None:
    assert list(decide(situation(T + seconds(after_s), PLAN, **facts)).actions) == actions


@pytest.mark.parametrize(
    ("plan", "actions"),
    [
        (rundown(), [Drop(A)]),  # cancelled
        (rundown(replace(A, gain_cb=-600)), [Drop(A), Prepare(replace(A, gain_cb=-600), 7)]),  # changed
        (rundown(replace(A, starts_at=T + seconds(60))), [Drop(A)]),  # moved
        (rundown(A, withdrawn=(APPROVALS[1],)), [Drop(A)]),
        (rundown(A, expires_at=T), [Drop(A)]),
        (rundown(A, sequence=8), []),  # the same airing, named again
    ],
)
def test_a_newer_rundown_while_an_airing_is_loaded(plan: Rundown, actions: list[object]) -> None:
    assert list(decide(situation(T - seconds(3), plan, loaded=READY)).actions) == actions


@pytest.mark.parametrize(
    ("plan", "reason"),
    [(rundown(A, withdrawn=(APPROVALS[1],)), "withdrawn"), (rundown(A, expires_at=T), "expired")],
)
def test_what_may_not_sound_is_missed_for_that(plan: Rundown, reason: str) -> None:
    assert list(decide(situation(T + seconds(5), plan)).actions) == []
    assert list(decide(situation(T + seconds(31), plan)).actions) == [Miss(A, 7, reason, seconds(31))]


def test_what_waits_to_go_on_without_its_media_is_given_up_in_time() -> None:
    held = Held(A, 7, (1,))
    last_moment = T + seconds(40 + 30 - 20)  # its length and grace, less the item
    seen = situation(last_moment, PLAN, over={"a"}, held=(held,), media=frozenset(MEDIA[:1]))
    plan = decide(seen)
    assert (plan.actions, plan.look_at) == ((), last_moment + timedelta(milliseconds=1))
    after = decide(replace(seen, now=last_moment + timedelta(milliseconds=1)))
    assert after.actions == (Forgo(A, (1,), "emergency"),)


def test_nothing_is_held() -> None:
    plan = decide(situation(T, None))
    assert (plan.actions, plan.look_at) == ((), None)


SOUNDING = Onstage(A, since=T, item=0)


@pytest.mark.parametrize(
    ("after_s", "plan", "onstage", "actions"),
    [
        (5, PLAN, SOUNDING, []),
        (5, rundown(), SOUNDING, []),  # cancelled after its start: it sounds on
        (5, None, SOUNDING, []),
        (5, rundown(A, withdrawn=(APPROVALS[0],)), SOUNDING, [Stop("withdrawal", FADE)]),
        (5, rundown(A, withdrawn=(APPROVALS[1],)), SOUNDING, [Skip(1)]),
        (5, rundown(A, withdrawn=(APPROVALS[1],)), replace(SOUNDING, skipped=frozenset({1})), []),
        (25, rundown(A, withdrawn=(APPROVALS[0],)), replace(SOUNDING, item=1), []),
        # Between two items the one that sounded is not taken out any more.
        (21, rundown(A, withdrawn=(APPROVALS[0],)), replace(SOUNDING, item=None, reached=0), []),
        # It was told to stop, and is ended the hard way when it doesn't.
        (5, rundown(A, withdrawn=(APPROVALS[0],)), replace(SOUNDING, silent_by=T + seconds(6)), []),
        (6, rundown(A, withdrawn=(APPROVALS[0],)), replace(SOUNDING, silent_by=T + seconds(6)), [Cut()]),
        (5, rundown(A, expires_at=T + seconds(5)), SOUNDING, [Stop("expired", FADE)]),
        (49.9, PLAN, SOUNDING, []),
        (50, PLAN, SOUNDING, [Stop("fault", timedelta(0), "player-stalled")]),
    ],
)
def test_while_an_airing_sounds(after_s: float, plan: Rundown | None, onstage: Onstage, actions: list[object]) -> None:
    assert timedelta(seconds=10) == STALL
    seen = situation(T + seconds(after_s), plan, onstage=onstage, over=frozenset("a"))
    assert list(decide(seen).actions) == actions


def test_the_next_airing_is_loaded_while_one_sounds_and_waits_its_turn() -> None:
    plan = rundown(A, B)
    onstage = Onstage(A, since=T, item=0)
    assert list(decide(situation(T + seconds(1), plan, onstage=onstage, over={"a"})).actions) == [Prepare(B, 7)]
    soft = replace(B, start="soft")
    waiting = situation(
        T + seconds(6), rundown(A, soft), onstage=onstage, over={"a"}, loaded=Loaded(soft, 7, ready=True)
    )
    assert list(decide(waiting).actions) == []
    assert list(decide(replace(waiting, onstage=None)).actions) == [Start(soft, 7, seconds(1))]
    too_long = replace(waiting, now=T + seconds(36))
    assert list(decide(too_long).actions) == [Miss(soft, 7, "late", seconds(31)), Drop(soft)]


@given(
    offsets=st.lists(st.integers(-100, 100), min_size=1, max_size=4, unique=True),
    after_s=st.integers(-120, 200),
    busy=st.booleans(),
)
def test_the_next_look_is_ahead_and_no_later_than_what_is_due(offsets: list[int], after_s: int, busy: bool) -> None:
    airings = [airing(str(offset), offset, 20, 20) for offset in offsets]
    now = T + seconds(after_s)
    onstage = Onstage(airing("x", after_s - 1, 20, 20), since=now - seconds(1), item=0) if busy else None
    look_at = decide(situation(now, rundown(*airings), onstage=onstage)).look_at
    assert look_at is not None  # the rundown's expiry at the latest
    assert look_at > now
    for each in airings:
        for due in (each.starts_at - seconds(10), each.starts_at, each.starts_at + GRACE + timedelta(milliseconds=1)):
            if now <= each.starts_at + GRACE and due > now:
                assert look_at <= due


@given(moments=st.lists(st.integers(-20_000, 60_000), min_size=1, max_size=30).map(sorted))
def test_however_seldom_it_looks_an_airing_starts_or_is_missed_once(moments: list[int]) -> None:
    loaded: Loaded | None = None
    over: set[str] = set()
    outcomes: list[str] = []
    for moment_ms in [*moments, 61_000]:
        for _ in range(4):
            seen = situation(T + timedelta(milliseconds=moment_ms), PLAN, loaded=loaded, over=frozenset(over))
            for action in decide(seen).actions:
                if isinstance(action, Prepare):
                    loaded = Loaded(action.airing, action.sequence, ready=True)
                elif isinstance(action, Drop):
                    loaded = None
                elif isinstance(action, Start | Miss):
                    over.add(action.airing.id)
                    outcomes.append(type(action).__name__)
                    loaded = None
                    if isinstance(action, Start):
                        assert timedelta(0) <= action.late <= GRACE
    assert outcomes == ["Start" if any(0 <= moment <= 30_000 for moment in moments) else "Miss"]
