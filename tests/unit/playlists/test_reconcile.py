from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sample_plans import (
    ALLOWANCE,
    T,
    a_plan,
    a_track,
    an_airing,
    an_item,
    asks,
    digest,
    says,
    seconds,
    sounded_whole,
)

from playlists.errors import InvalidPlan
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
from playlists.outcomes import AiringOutcome, Note, Reason
from playlists.reconcile import reconcile
from playlists.rundown import plan

STARTED, ITEM, FINISHED = AsRunEvent.STARTED, AsRunEvent.ITEM, AsRunEvent.FINISHED
INTERRUPTED, MISSED = AsRunEvent.INTERRUPTED, AsRunEvent.MISSED
START, END = ItemPhase.START, ItemPhase.END
PLANNED, ON_AIR, AIRED, CUT = RowResult.PLANNED, RowResult.ON_AIR, RowResult.AIRED, RowResult.INTERRUPTED
NOT_STARTED, LEFT_OUT, CANCELLED, UNKNOWN = RowResult.MISSED, RowResult.LEFT_OUT, RowResult.CANCELLED, RowResult.UNKNOWN

JINGLE = an_item("jingle", ItemKind.JINGLE, length=20)
A, B, C = an_item("a"), an_item("b"), an_item("c")
PLAN = a_plan(A, B, C)
MUCH_LATER = T + timedelta(days=30)
END_OF_PLAN = T + seconds(180)
DEADLINE = END_OF_PLAN + seconds(30) + ALLOWANCE


def judged(
    entries: list[AsRun],
    planned: PlannedAiring = PLAN,
    *,
    now: datetime = MUCH_LATER,
    cancelled: bool = False,
    versions: dict[int, PlannedAiring] | None = None,
) -> AiringOutcome:
    return reconcile(planned, entries, now=now, allowance=ALLOWANCE, cancelled=cancelled, versions=versions)


def results(outcome: AiringOutcome) -> list[RowResult]:
    return [row.result for row in outcome.rows]


def whole(first: int = 0, until: int | None = None) -> list[AsRun]:
    return sounded_whole(PLAN, first=first, until=until)


def begun(item: int, at: datetime, n: int = 90) -> AsRun:
    return says(n, ITEM, at, item=item, phase=START)


def finished(at: datetime = END_OF_PLAN, n: int = 99) -> AsRun:
    return says(n, FINISHED, at)


@pytest.mark.parametrize(
    ("now", "expected", "folded"),
    [
        (T - seconds(1), [PLANNED, PLANNED, PLANNED], AiringResult.PLANNED),
        (T, [ON_AIR, PLANNED, PLANNED], AiringResult.ON_AIR),
        (T + seconds(61), [ON_AIR, ON_AIR, PLANNED], AiringResult.ON_AIR),
        (DEADLINE - seconds(1), [ON_AIR, ON_AIR, ON_AIR], AiringResult.ON_AIR),
        (DEADLINE, [UNKNOWN, UNKNOWN, UNKNOWN], AiringResult.UNKNOWN),
        (MUCH_LATER, [UNKNOWN, UNKNOWN, UNKNOWN], AiringResult.UNKNOWN),
    ],
)
def test_without_a_word_only_time_tells(now: datetime, expected: list[RowResult], folded: AiringResult) -> None:
    outcome = judged([], now=now)
    assert results(outcome) == expected
    assert outcome.result is folded
    assert outcome.settled == (now >= DEADLINE)
    assert outcome.actual_start is outcome.actual_end is None
    assert {row.actual_start for row in outcome.rows} == {None}


def test_a_report_that_is_due_is_awaited() -> None:
    waiting = judged([], now=T + seconds(180))
    assert {row.notes for row in waiting.rows} == {(Note.AWAITING_REPORT,)}
    assert {row.notes for row in judged([], now=T + seconds(179)).rows} == {()}


def test_a_whole_airing() -> None:
    outcome = judged([*whole(), finished()])
    assert results(outcome) == [AIRED, AIRED, AIRED]
    assert (outcome.result, outcome.settled, outcome.rundown) == (AiringResult.AIRED, True, 1)
    assert (outcome.actual_start, outcome.actual_end) == (T, T + seconds(180))
    second = outcome.rows[1]
    assert (second.actual_start, second.actual_end) == (T + seconds(60), T + seconds(120))
    assert (second.planned_start, second.planned_end) == (T + seconds(60), T + seconds(120))
    assert (second.played, second.position, second.interrupted_by, second.reason) == (seconds(60), None, None, None)
    assert (second.bulletin_id, second.revision, second.media) == (B.bulletin_id, B.revision, B.media)
    assert (second.approval, second.title) == (B.approval, "b")
    assert (second.clock_offset, second.clock_uncertainty) == (seconds(0), seconds(0.05))
    assert outcome.notes == second.notes == ()


def test_a_player_that_reports_no_items_vouches_for_all_by_finishing() -> None:
    outcome = judged([says(0, STARTED), finished()])
    assert results(outcome) == [AIRED, AIRED, AIRED]
    assert outcome.rows[0].actual_start is None


def test_finishing_does_not_vouch_for_an_item_among_others_that_are_reported() -> None:
    outcome = judged([*whole(until=1), begun(2, T + seconds(120)), finished()])
    assert results(outcome) == [AIRED, UNKNOWN, UNKNOWN]
    assert outcome.result is AiringResult.PARTLY


def test_while_it_sounds() -> None:
    outcome = judged([*whole(until=1), begun(1, T + seconds(61))], now=T + seconds(70))
    assert results(outcome) == [AIRED, ON_AIR, PLANNED]
    assert (outcome.result, outcome.settled, outcome.actual_end) == (AiringResult.ON_AIR, False, None)


@pytest.mark.parametrize("reason", ["overrun", "withdrawal", "fault", "power", "crash"])
def test_a_cut_in_mid_item_says_by_what_and_where(reason: str) -> None:
    cut = says(91, INTERRUPTED, T + seconds(85), item=1, reason=reason, position=24.5)
    outcome = judged([*whole(until=1), begun(1, T + seconds(60)), cut])
    assert results(outcome) == [AIRED, CUT, NOT_STARTED]
    assert (outcome.result, outcome.reason, outcome.settled) == (AiringResult.INTERRUPTED, reason, True)
    row = outcome.rows[1]
    assert (row.interrupted_by, row.reason, row.position, row.played) == (reason, reason, seconds(24.5), seconds(24.5))
    assert outcome.rows[2].reason == reason
    assert outcome.rows[2].interrupted_by is None
    # After a crash the entry is written at the restart; the cut itself was where the item had got to.
    after_restart = reason in {"power", "crash"}
    assert row.actual_end == (T + seconds(84.5) if after_restart else T + seconds(85))
    assert outcome.actual_end == row.actual_end


def test_an_interruption_that_names_no_item_cuts_the_one_that_was_playing() -> None:
    cut = says(91, INTERRUPTED, T + seconds(70), reason="power")
    outcome = judged([*whole(until=1), begun(1, T + seconds(60)), cut])
    assert results(outcome) == [AIRED, CUT, NOT_STARTED]
    assert (outcome.rows[1].position, outcome.rows[1].actual_end) == (None, None)


def test_an_interruption_between_items_leaves_the_airing_partly_aired() -> None:
    outcome = judged([*whole(until=2), says(91, INTERRUPTED, T + seconds(120), reason="withdrawal")])
    assert results(outcome) == [AIRED, AIRED, NOT_STARTED]
    assert outcome.result is AiringResult.PARTLY
    assert outcome.rows[2].reason == outcome.reason == "withdrawal"


def test_power_lost_between_two_items_cuts_neither() -> None:
    # The position kept last is the end of the item that had just ended.
    told = [says(90, INTERRUPTED, T + seconds(120), item=1, reason="power", position=60)]
    assert results(judged([*whole(until=2), *told])) == [AIRED, AIRED, NOT_STARTED]
    assert judged([*whole(), says(90, INTERRUPTED, item=2, reason="power", position=60)]).result is AiringResult.AIRED


def test_an_item_that_ended_and_was_begun_again_can_be_cut() -> None:
    again = [begun(1, T + seconds(500), n=80), says(81, INTERRUPTED, T + seconds(510), item=1, reason="power")]
    assert results(judged([*whole(until=2), *again])) == [AIRED, CUT, NOT_STARTED]
    other_chain = says(80, INTERRUPTED, T + seconds(90), item=1, reason="power", chain="chain-b")
    assert results(judged([*whole(until=2), other_chain])) == [AIRED, CUT, NOT_STARTED]


def test_two_interruptions_that_name_no_item_cut_the_one_playing_at_each() -> None:
    told = [
        says(0, STARTED),
        begun(0, T, n=1),
        says(2, INTERRUPTED, T + seconds(20), reason="emergency"),
        begun(1, T + seconds(100), n=3),
        says(4, INTERRUPTED, T + seconds(130), reason="power"),
    ]
    outcome = judged(told)
    assert results(outcome) == [CUT, CUT, NOT_STARTED]
    assert [row.interrupted_by for row in outcome.rows] == ["emergency", "power", None]


def test_finishing_does_not_vouch_for_an_airing_that_was_also_interrupted() -> None:
    outcome = judged([says(0, STARTED), says(1, INTERRUPTED, reason="emergency"), finished()])
    assert results(outcome) == [UNKNOWN] * 3
    assert outcome.result is AiringResult.INTERRUPTED


def test_an_interruption_somewhere_in_an_airing_without_items_is_told_as_such() -> None:
    outcome = judged([says(0, STARTED), says(1, INTERRUPTED, T + seconds(5), reason="power")])
    assert results(outcome) == [UNKNOWN, UNKNOWN, UNKNOWN]
    assert (outcome.result, outcome.reason) == (AiringResult.INTERRUPTED, "power")


def test_what_resumes_at_an_item_border_goes_on_after_the_cut() -> None:
    cut = says(50, INTERRUPTED, T + seconds(70), reason="emergency")
    resumed = [
        begun(2, T + seconds(300), n=60),
        says(61, ITEM, T + seconds(360), item=2, phase=END),
        finished(T + seconds(360)),
    ]
    outcome = judged([*whole(until=1), begun(1, T + seconds(60), n=49), cut, *resumed])
    assert results(outcome) == [AIRED, CUT, AIRED]
    assert outcome.result is AiringResult.INTERRUPTED


def test_after_an_emergency_the_rest_is_what_the_station_says_of_it() -> None:
    # It may go on at the next item: the station says of each whether it did.
    cut = [
        *whole(until=1),
        begun(1, T + seconds(60)),
        says(91, INTERRUPTED, T + seconds(70), item=1, reason="emergency"),
    ]
    waiting = judged(cut, now=DEADLINE - seconds(1))
    assert results(waiting) == [AIRED, CUT, ON_AIR]
    assert (waiting.result, waiting.settled) == (AiringResult.INTERRUPTED, False)
    given_up = judged([*cut, says(92, MISSED, T + seconds(70), item=2, reason="emergency")], now=T + seconds(71))
    assert results(given_up) == [AIRED, CUT, NOT_STARTED]
    assert (given_up.rows[2].reason, given_up.settled) == ("emergency", True)
    assert results(judged(cut, now=DEADLINE)) == [AIRED, CUT, UNKNOWN]


def test_what_goes_on_after_a_cut_between_two_items_is_not_cut_by_it() -> None:
    cut = says(50, INTERRUPTED, T + seconds(61), reason="emergency")
    outcome = judged([*whole(until=1), cut, begun(1, T + seconds(90), n=60)], now=T + seconds(95))
    assert results(outcome) == [AIRED, ON_AIR, PLANNED]


def test_what_never_came_is_missed_for_the_last_interruption() -> None:
    told = [
        *whole(until=1),
        says(50, INTERRUPTED, T + seconds(61), reason="emergency"),
        begun(1, T + seconds(90), n=60),
        says(61, INTERRUPTED, T + seconds(95), item=1, reason="withdrawal", position=5),
    ]
    outcome = judged(told)
    assert results(outcome) == [AIRED, CUT, NOT_STARTED]
    assert [row.reason for row in outcome.rows] == [None, "withdrawal", "withdrawal"]


def test_an_item_that_ends_by_a_reason_is_cut_though_the_airing_goes_on() -> None:
    faded = says(91, ITEM, T + seconds(10), item=0, phase=END, reason="withdrawal", position=10)
    rest = [entry for entry in whole(first=1) if entry.event is ITEM]
    outcome = judged([says(0, STARTED), begun(0, T), faded, *rest, finished()])
    assert results(outcome) == [CUT, AIRED, AIRED]
    assert outcome.rows[0].interrupted_by == Reason.WITHDRAWAL


@pytest.mark.parametrize(("position", "result"), [(58.9, CUT), (59, AIRED), (59.5, AIRED), (60, AIRED), (None, AIRED)])
def test_an_item_that_sounded_for_too_short_did_not_sound_to_its_end(position: float | None, result: RowResult) -> None:
    end = says(91, ITEM, T + seconds(60), item=0, phase=END, position=position)
    outcome = judged([says(0, STARTED), begun(0, T), end], a_plan(A))
    assert results(outcome) == [result]
    assert outcome.rows[0].reason == (Reason.SHORT if result is CUT else None)


@pytest.mark.parametrize("reason", ["late", "not-ready", "clock-unset"])
def test_an_airing_that_did_not_start(reason: str) -> None:
    outcome = judged([says(0, MISSED, T + seconds(30), reason=reason)], now=T + seconds(31))
    assert results(outcome) == [NOT_STARTED] * 3
    assert (outcome.result, outcome.reason, outcome.settled) == (AiringResult.MISSED, reason, True)


def test_one_item_that_was_skipped() -> None:
    sounded = [entry for entry in whole() if entry.item != 1]
    outcome = judged([*sounded, says(91, MISSED, T + seconds(60), item=1, reason="withdrawal"), finished()])
    assert results(outcome) == [AIRED, NOT_STARTED, AIRED]
    assert (outcome.result, outcome.reason) == (AiringResult.PARTLY, "withdrawal")


def test_cancelled_before_its_start() -> None:
    for now in (T - timedelta(days=1), MUCH_LATER):
        outcome = judged([], cancelled=True, now=now)
        assert results(outcome) == [CANCELLED] * 3
        assert (outcome.result, outcome.settled) == (AiringResult.CANCELLED, True)


def test_a_station_that_misses_what_had_been_cancelled_missed_nothing() -> None:
    outcome = judged([says(0, MISSED, reason="late"), says(1, MISSED, item=1, reason="late")], cancelled=True)
    assert results(outcome) == [CANCELLED] * 3


def test_what_sounded_though_cancelled_is_aired_by_an_old_plan() -> None:
    outcome = judged([*whole(), finished()], cancelled=True)
    assert results(outcome) == [AIRED] * 3
    assert {row.notes for row in outcome.rows} == {(Note.OLD_PLAN,)}


def test_what_an_older_rundown_held_is_judged_by_that() -> None:
    old = a_plan(A, B)
    versions = {5: old, 9: a_plan(A, C)}
    told = [says(index, e.event, e.at, item=e.item, phase=e.phase, media=e.media, rundown=7) for index, e in
            enumerate([*sounded_whole(old), finished()])]  # fmt: skip
    outcome = judged(told, a_plan(A, C), versions=versions)
    assert [(row.title, row.result, row.reason) for row in outcome.rows] == [
        ("a", AIRED, None), ("b", AIRED, None), ("c", NOT_STARTED, Reason.OLD_PLAN),
    ]  # fmt: skip
    assert (outcome.rundown, outcome.result) == (7, AiringResult.PARTLY)
    assert outcome.notes == outcome.rows[0].notes == (Note.OLD_PLAN,)


def test_a_bulletin_that_the_newer_plan_holds_twice_counts_twice() -> None:
    old, newer = a_plan(A), a_plan(A, A)
    outcome = judged(sounded_whole(old), newer, versions={1: old, 2: newer})
    assert [(row.title, row.result) for row in outcome.rows] == [("a", AIRED), ("a", NOT_STARTED)]
    outcome = judged(sounded_whole(newer), old, versions={1: newer, 2: old})
    assert [(row.title, row.result, row.notes) for row in outcome.rows] == [("a", AIRED, (Note.OLD_PLAN,))] * 2


def test_an_older_rundown_that_holds_the_same_is_no_old_plan() -> None:
    outcome = judged([*whole(), finished()], versions={1: PLAN, 2: PLAN})
    assert outcome.notes == ()


def test_an_entry_without_a_rundown_is_judged_by_the_plan_in_force() -> None:
    told = [says(0, MISSED, reason="late", rundown=None)]
    assert results(judged(told, versions={1: a_plan(C)})) == [NOT_STARTED] * 3


def test_another_medium_says_nothing_of_the_planned_item() -> None:
    odd = says(90, ITEM, T + seconds(60), item=0, phase=END, media=digest("something else"))
    outcome = judged([says(0, STARTED), odd, finished()])
    assert results(outcome) == [UNKNOWN] * 3
    assert Note.OTHER_MEDIA in outcome.rows[0].notes
    assert Note.OTHER_MEDIA in outcome.notes


@pytest.mark.parametrize("item", [3, 10**9, -1])
def test_an_item_that_the_plan_does_not_have_says_nothing(item: int) -> None:
    outcome = judged([says(0, STARTED), says(1, ITEM, item=item, phase=END), finished()])
    assert results(outcome) == [UNKNOWN] * 3
    assert outcome.notes == (Note.OTHER_MEDIA,)


@pytest.mark.parametrize(
    ("late", "uncertainty", "bulletin_class", "notes"),
    [
        (30, 0.05, BulletinClass.NORMAL, ()),
        (30.05, 0.05, BulletinClass.NORMAL, ()),
        (30.06, 0.05, BulletinClass.NORMAL, (Note.LATE_START,)),
        (0, 31, BulletinClass.NORMAL, (Note.UNCERTAIN_CLOCK,)),
        (0, None, BulletinClass.NORMAL, (Note.UNCERTAIN_CLOCK,)),
        (600, 0.05, BulletinClass.EMERGENCY, ()),
    ],
)
def test_a_start_outside_the_grace_is_noted(
    late: float, uncertainty: float | None, bulletin_class: BulletinClass, notes: tuple[Note, ...]
) -> None:
    at = T + seconds(late)
    told = [says(0, STARTED, at, uncertainty=uncertainty), finished(at + seconds(60))]
    outcome = judged(told, a_plan(A, bulletin_class=bulletin_class))
    assert outcome.result is AiringResult.AIRED
    assert outcome.notes == outcome.rows[0].notes == notes


def test_silence_and_faults_are_noted_and_change_no_result() -> None:
    told = [*whole(), says(91, AsRunEvent.SILENCE, item=1), says(92, AsRunEvent.FAULT), finished()]
    outcome = judged(told)
    assert results(outcome) == [AIRED] * 3
    assert [row.notes for row in outcome.rows] == [(), (Note.SILENCE,), ()]
    assert outcome.notes == (Note.FAULT, Note.SILENCE)


def test_left_out_items_have_a_row_and_keep_the_airing_from_being_whole() -> None:
    (planned,) = plan([an_airing(asks("a"), asks("x"))], [a_track("a")])
    outcome = judged([*sounded_whole(planned), finished(T + seconds(60))], planned)
    assert results(outcome) == [AIRED, LEFT_OUT]
    assert (outcome.result, outcome.reason) == (AiringResult.PARTLY, "not-approved")
    assert (outcome.rows[1].programme_ordinal, outcome.rows[1].ordinal) == (1, None)


def test_an_airing_all_left_out_may_come_back_until_its_start() -> None:
    (planned,) = plan([an_airing(asks("x"))], [])
    for now, settled in ((T - seconds(1), False), (T, True)):
        outcome = judged([], planned, now=now)
        assert (outcome.result, outcome.settled) == (AiringResult.LEFT_OUT, settled)
    assert judged([], planned, cancelled=True).result is AiringResult.CANCELLED


def test_an_item_left_out_too_late_and_aired_by_the_old_plan_has_one_row() -> None:
    (now_without,) = plan([an_airing(asks("a"), asks("b"))], [a_track("a"), a_track("b", withdrawn=True)])
    (once_with,) = plan([an_airing(asks("a"), asks("b"))], [a_track("a"), a_track("b")])
    told = [*sounded_whole(once_with), finished(T + seconds(120))]
    outcome = judged(told, now_without, versions={1: once_with, 2: now_without})
    assert [(row.title, row.result, row.notes) for row in outcome.rows] == [
        ("a", AIRED, (Note.OLD_PLAN,)), ("b", AIRED, (Note.OLD_PLAN,)),
    ]  # fmt: skip


def test_structure_counts_in_the_fold_and_has_no_row_in_the_log() -> None:
    planned = a_plan(JINGLE, A)
    cut = says(2, INTERRUPTED, T + seconds(3), item=0, reason="power", position=3)
    outcome = judged([says(0, STARTED), begun(0, T, n=1), cut], planned)
    assert outcome.result is AiringResult.INTERRUPTED
    assert [(row.title, row.result) for row in outcome.content_rows] == [("a", NOT_STARTED)]


def test_an_empty_airing() -> None:
    empty = PlannedAiring(an_airing(), (), (), sent=False)
    assert judged([], empty, now=T - seconds(1)).result is AiringResult.PLANNED
    assert judged([], empty).result is AiringResult.LEFT_OUT
    assert judged([], empty, cancelled=True).result is AiringResult.CANCELLED


def test_two_chains_that_both_played_it() -> None:
    other = [says(e.n, e.event, e.at + seconds(900), item=e.item, phase=e.phase, chain="chain-b") for e in whole()]
    outcome = judged([*whole(), finished(), *other])
    assert results(outcome) == [AIRED] * 3
    assert {row.notes for row in outcome.rows} == {(Note.REPEATED,)}
    assert outcome.actual_start == T


def test_an_item_that_ended_twice_is_noted() -> None:
    second_end = says(90, ITEM, T + seconds(400), item=0, phase=END)
    assert [row.notes for row in judged([*whole(), second_end]).rows] == [(Note.REPEATED,), (), ()]


def test_one_entry_counts_once_even_if_a_copy_of_it_differs() -> None:
    copies = [
        says(entry.n, entry.event, entry.at + seconds(1), item=entry.item, phase=entry.phase) for entry in whole()
    ]
    assert judged([*copies, *whole()]) == judged(whole())


def test_a_station_that_missed_it_by_one_chain_and_played_it_by_another_played_it() -> None:
    outcome = judged([says(0, MISSED, reason="late", chain="chain-b"), *whole(until=2)])
    assert results(outcome) == [AIRED, AIRED, NOT_STARTED]


def test_entries_of_another_airing_are_refused() -> None:
    other = a_plan(A)
    foreign = PlannedAiring(an_airing(name="another"), other.items)
    with pytest.raises(InvalidPlan, match="buổi phát khác"):
        judged(whole(), foreign)


def test_absurd_instants_and_positions_do_no_harm() -> None:
    end_of_time = datetime.max.replace(tzinfo=UTC)
    told = [
        says(0, STARTED, end_of_time),
        begun(0, end_of_time, n=1),
        says(2, INTERRUPTED, end_of_time, item=0, reason="power", position=86400 * 999_999_999),
    ]
    outcome = judged(told)
    assert results(outcome) == [CUT, NOT_STARTED, NOT_STARTED]
    assert outcome.rows[0].actual_end is None
    assert Note.LATE_START in outcome.notes
