"""Emergencies at a station, told as hand-worked cases: who sounds when, and what becomes of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from station_simulation import Simulation, airing, at, emergency, name_of, rundown

# 60 s of sound in four items.
SESSION = airing("a", 10, 20, 10, 10, 20, grace_s=60)
[ALERT] = emergency("e", 15, 12)
WHOLE = ["started", "begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "finished"]


def times(simulation: Simulation, name: str, event: str) -> list[int]:
    return [when for when, told, airing_id, _, _ in simulation.told if (airing_id, told) == (name, event)]


def after(accepted_s: float, *airings, before=(SESSION,), **facts) -> list[tuple[int, object]]:
    """Return the changes of a station that holds ``before`` and accepts ``airings`` beside it later."""
    return [(0, rundown(*before)), (round(accepted_s * 1000), rundown(*before, *airings, **facts))]


def test_an_emergency_sounds_within_a_second_and_what_it_cut_goes_on_with_its_next_item() -> None:
    simulation = Simulation(after(15, ALERT))
    simulation.run(200)
    assert simulation.events("a") == ["started", "begin 0", "interrupted 0: emergency", *WHOLE[3:]]
    assert simulation.events("e.0") == ["started", "begin 0", "end 0", "finished"]
    # Loaded in 100 ms, then a fade of 300 ms.
    assert times(simulation, "e.0", "started") == [15_400]
    assert times(simulation, "a", "interrupted") == [15_400]
    assert times(simulation, "a", "begin")[1] == 27_400
    assert times(simulation, "a", "finished") == [67_400]


@pytest.mark.parametrize(
    ("grace_s", "alert_s", "after_airing", "rest"),
    [
        # It may end by 10:00:10 + 60 s of sound + grace. The alert ends at 15.4 s + its length.
        (60, 12, None, ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "finished"]),
        (60, 74.6, None, ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "finished"]),  # ends at 130.0 s
        (60, 74.7, None, ["missed 3: emergency", "begin 1", "end 1", "begin 2", "end 2", "finished"]),
        (60, 100, None, ["missed 2: emergency", "missed 3: emergency", "begin 1", "end 1", "finished"]),
        (60, 104.6, None, ["missed 2: emergency", "missed 3: emergency", "begin 1", "end 1", "finished"]),
        (60, 104.7, None, ["missed 1: emergency", "missed 2: emergency", "missed 3: emergency"]),
        (0, 12, None, ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "finished"]),  # ends at 67.4 s
        (0, 15, None, ["missed 3: emergency", "begin 1", "end 1", "begin 2", "end 2", "finished"]),
        # The next airing's start ends its time.
        (60, 12, 50, ["missed 3: emergency", "begin 1", "end 1", "begin 2", "end 2", "finished"]),
        (60, 12, 38, ["missed 2: emergency", "missed 3: emergency", "begin 1", "end 1", "finished"]),
        (60, 12, 20, ["missed 1: emergency", "missed 2: emergency", "missed 3: emergency"]),
    ],
)
def test_what_was_cut_goes_on_only_within_its_time(
    grace_s: int, alert_s: float, after_airing: float | None, rest: list[str]
) -> None:
    [alert] = emergency("e", 15, alert_s)
    session = replace(SESSION, grace_s=grace_s)
    nxt = [] if after_airing is None else [airing("b", after_airing, 5)]
    simulation = Simulation(after(15, alert, before=(session, *nxt)))
    simulation.run(400)
    assert simulation.events("a") == ["started", "begin 0", "interrupted 0: emergency", *rest]
    if "begin 1" in rest:  # what fits was known, and loaded, before
        assert times(simulation, "a", "begin")[1:2] == times(simulation, "e.0", "finished")
    if nxt:
        assert simulation.events("b") == ["started", "begin 0", "end 0", "finished"]


def test_an_airing_whose_rule_is_to_drop_ends_with_the_cut() -> None:
    simulation = Simulation(after(15, ALERT, before=(replace(SESSION, after_interruption="drop"),)))
    simulation.run(200)
    gone = [f"missed {item}: emergency" for item in (1, 2, 3)]
    assert simulation.events("a") == ["started", "begin 0", "interrupted 0: emergency", *gone]


@pytest.mark.parametrize(
    ("alert_s", "events"),
    [
        (10, ["started", "begin 0", "end 0", "begin 1", "end 1", "finished"]),
        (34.8, ["started", "begin 0", "end 0", "begin 1", "end 1", "finished"]),  # it ends within the grace
        (60, ["missed: emergency"]),
    ],
)
def test_an_airing_that_falls_due_within_an_emergency_waits_within_its_grace(alert_s: float, events: list[str]) -> None:
    session = airing("b", 20, 10, 10, grace_s=30)
    [alert] = emergency("e", 15, alert_s)
    simulation = Simulation(after(15, alert, before=(session,)))
    simulation.run(200)
    assert simulation.events("b") == events


def test_the_soundings_of_an_emergency_each_cut_what_plays() -> None:
    session = airing("a", 10, *[20] * 10, grace_s=120)
    soundings = emergency("e", 15, 5, times=3, every_s=60)
    simulation = Simulation(after(15, *soundings, before=(session,)))
    simulation.run(600)
    assert [times(simulation, each.id, "started") for each in soundings] == [[15_400], [75_300], [135_300]]
    cuts = [event for event in simulation.events("a") if "interrupted" in event]
    assert cuts == [f"interrupted {item}: emergency" for item in (0, 3, 6)]
    sounded = [event for event in simulation.events("a") if event.startswith("end")]
    assert sounded == [f"end {item}" for item in (1, 2, 4, 5, 7, 8, 9)]


def test_a_station_that_comes_late_plays_the_sounding_whose_turn_it_is() -> None:
    soundings = emergency("e", 0, 5, times=3, every_s=60)
    simulation = Simulation([(0, rundown(*soundings))])
    simulation.run(300, began_s=70)
    assert [simulation.events(each.id) for each in soundings] == [
        ["missed: late"],
        ["started", "begin 0", "end 0", "finished"],
        ["started", "begin 0", "end 0", "finished"],
    ]
    assert times(simulation, "e.1", "started") == [70_100]


def test_a_station_that_hears_of_it_late_does_too() -> None:
    soundings = emergency("e", 0, 5, times=2, every_s=60)
    simulation = Simulation([(0, rundown()), (70_000, rundown(*soundings))])
    simulation.run(300)
    assert simulation.events("e.0") == ["missed: late"]
    assert times(simulation, "e.1", "started") == [70_100]


def test_at_its_expiry_an_emergency_is_faded_and_nothing_of_it_begins_after() -> None:
    soundings = emergency("e", 15, 30, 30, times=3, every_s=60, expires_at=at(100_000))
    simulation = Simulation(after(15, *soundings, before=()))
    simulation.run(400)
    assert [each.id for each in soundings] == ["e.0", "e.1"]
    assert simulation.events("e.0") == ["started", "begin 0", "end 0", "begin 1", "end 1", "finished"]
    assert simulation.events("e.1") == ["started", "begin 0", "interrupted 0: expired"]
    assert times(simulation, "e.1", "interrupted") == [101_000]


def test_one_that_was_not_told_before_its_expiry_never_sounds() -> None:
    soundings = emergency("e", 0, 30, expires_at=at(50_000))
    simulation = Simulation([(0, rundown()), (50_000, rundown(*soundings))])
    simulation.run(100)
    assert simulation.events("e.0") == ["missed: late"]


def test_a_newer_rundown_may_end_an_emergency_sooner() -> None:
    [alert] = emergency("e", 15, 30)
    sooner = replace(alert, expires_at=at(25_000))  # its grace reaches beyond
    simulation = Simulation([*after(15, alert, before=()), (20_000, rundown(sooner))])
    simulation.run(100)
    assert simulation.events("e.0") == ["started", "begin 0", "interrupted 0: expired"]
    assert times(simulation, "e.0", "interrupted") == [26_000]
    told_after = Simulation([(0, rundown()), (25_000, rundown(sooner))])
    told_after.run(100)
    assert told_after.events("e.0") == ["missed: late"]


def test_a_station_that_comes_late_to_several_begins_with_the_real_one_released_last() -> None:
    older = emergency("old", 10, 5, times=2, every_s=60)
    newer, drill = emergency("new", 60, 5), emergency("drill", 65, 5, drill=True)
    simulation = Simulation([(0, rundown()), (75_000, rundown(*older, *newer, *drill))])
    simulation.run(300)
    assert simulation.events("old.0") == ["missed: late"]
    started = [(airing_id, when) for when, told, airing_id, _, _ in simulation.told if told == "started"]
    assert started == [("new.0", 75_100), ("old.1", 80_100), ("drill.0", 85_100)]


def test_of_two_emergencies_the_newer_goes_first_and_the_older_goes_on_after() -> None:
    [older], [newer] = emergency("old", 10, 20, 20), emergency("new", 15, 10)
    simulation = Simulation([(0, rundown()), (10_000, rundown(older)), (15_000, rundown(older, newer))])
    simulation.run(200)
    assert simulation.events("old.0") == [
        "started",
        "begin 0",
        "interrupted 0: emergency",
        "begin 1",
        "end 1",
        "finished",
    ]
    assert times(simulation, "new.0", "started") == [15_400]
    assert times(simulation, "old.0", "begin")[1] == 25_400


def test_the_older_does_not_go_on_once_it_has_expired() -> None:
    [older] = emergency("old", 10, 20, 20, expires_at=at(24_000))
    [newer] = emergency("new", 15, 10)
    simulation = Simulation([(0, rundown()), (10_000, rundown(older)), (15_000, rundown(older, newer))])
    simulation.run(200)
    assert simulation.events("old.0") == ["started", "begin 0", "interrupted 0: emergency", "missed 1: expired"]


def test_a_sounding_of_the_older_waits_for_the_newer_and_says_the_whole() -> None:
    older = emergency("old", 10, 20, 20, times=2, every_s=60)
    [newer] = emergency("new", 15, 70)
    simulation = Simulation([(0, rundown()), (10_000, rundown(*older)), (15_000, rundown(*older, newer))])
    simulation.run(300)
    assert simulation.events("old.0") == ["started", "begin 0", "interrupted 0: emergency", "missed 1: emergency"]
    assert times(simulation, "old.1", "started") == [85_400]
    assert simulation.events("old.1")[-1] == "finished"
    assert simulation.events("new.0") == ["started", "begin 0", "end 0", "finished"]


def test_a_later_sounding_of_the_older_does_not_cut_the_newer_one() -> None:
    older = emergency("old", 10, 5, times=2, every_s=60)
    newer = emergency("new", 60, 30)
    simulation = Simulation([(0, rundown(*older)), (60_000, rundown(*older, *newer))])
    simulation.run(300)
    assert simulation.events("new.0")[-1] == "finished"
    assert times(simulation, "old.1", "started") == [90_100]


def test_a_drill_never_cuts_a_real_emergency() -> None:
    [real], [drill] = emergency("real", 10, 20), emergency("drill", 15, 5, drill=True)
    simulation = Simulation([(0, rundown()), (10_000, rundown(real)), (15_000, rundown(real, drill))])
    simulation.run(100)
    assert simulation.events("real.0") == ["started", "begin 0", "end 0", "finished"]
    assert times(simulation, "drill.0", "started") == [30_100]
    other_way = [replace(real, drill=True), replace(drill, drill=False)]
    simulation = Simulation([(0, rundown()), (10_000, rundown(other_way[0])), (15_000, rundown(*other_way))])
    simulation.run(100)
    assert simulation.events("real.0") == ["started", "begin 0", "interrupted 0: emergency"]


def test_a_withdrawal_fades_an_emergency_and_what_it_cut_goes_on() -> None:
    withdrawn = rundown(SESSION, withdrawn=(name_of("e0"),))
    simulation = Simulation([*after(15, ALERT), (20_000, withdrawn)])
    simulation.run(200)
    assert simulation.events("e.0") == ["started", "begin 0", "interrupted 0: withdrawal"]
    assert times(simulation, "e.0", "interrupted") == [21_000]
    assert simulation.events("a")[-1] == "finished"


def test_a_withdrawal_a_second_before_the_start() -> None:
    soundings = emergency("e", 15, 5, times=2, every_s=60)
    withdrawn = (name_of("e0"),)
    simulation = Simulation([*after(15, *soundings, before=()), (74_000, rundown(*soundings, withdrawn=withdrawn))])
    simulation.run(5000)
    assert simulation.events("e.0")[-1] == "finished"
    assert simulation.events("e.1") == ["missed: withdrawn"]
    gone = Simulation([*after(15, *soundings, before=()), (74_000, rundown(withdrawn=withdrawn))])
    gone.run(5000)
    assert gone.events("e.1") == []


def test_a_withdrawal_while_its_sound_is_being_loaded_is_told_at_once() -> None:
    withdrawn = rundown(ALERT, withdrawn=(name_of("e0"),))
    simulation = Simulation([(0, rundown()), (15_000, rundown(ALERT)), (20_000, withdrawn)], load_ms=10_000)
    simulation.run(30)
    assert simulation.events("e.0") == ["missed: withdrawn"]
    assert times(simulation, "e.0", "missed") == [20_000]


def test_what_is_withdrawn_while_it_waits_to_go_on_is_not_gone_on_with() -> None:
    withdrawn = rundown(SESSION, ALERT, withdrawn=(name_of("a2"),))
    simulation = Simulation([*after(15, ALERT), (20_000, withdrawn)])
    simulation.run(200)
    rest = ["missed 2: withdrawn", "begin 1", "end 1", "begin 3", "end 3", "finished"]
    assert simulation.events("a") == ["started", "begin 0", "interrupted 0: emergency", *rest]


@pytest.mark.parametrize(
    ("length_s", "start", "events", "starts_at"),
    [
        (20, "hard", ["end 0", "finished"], 30_000),
        # As long as its time to within what players take between items.
        (20.4, "hard", ["end 0", "finished"], 30_400),
        # One second over its time.
        (21, "hard", ["interrupted 0: overrun"], 30_300),
        (21, "soft", ["end 0", "finished"], 31_000),
        (60, "soft", ["end 0", "finished"], None),
    ],
)
def test_a_hard_start_ends_what_runs_over_into_it(
    length_s: float, start: str, events: list[str], starts_at: int | None
) -> None:
    former, latter = airing("a", 10, length_s), airing("b", 30, 5, start=start, grace_s=10)
    simulation = Simulation([(0, rundown(former, latter))])
    simulation.run(200)
    assert simulation.events("a") == ["started", "begin 0", *events]
    assert times(simulation, "b", "started") == ([] if starts_at is None else [starts_at])
    assert simulation.events("b")[0] == ("missed: late" if starts_at is None else "started")


def test_a_player_that_does_not_stop_holds_up_no_emergency() -> None:
    simulation = Simulation(after(15, ALERT), stuck=frozenset("a"))
    simulation.run(40)
    # Loaded after 100 ms; the fade of 300 ms, and 500 ms of patience.
    assert times(simulation, "a", "interrupted") == [15_900]
    assert times(simulation, "e.0", "started") == [15_900]


def test_an_airing_without_its_media_holds_up_no_other() -> None:
    plan = rundown(airing("a", 10, 10, grace_s=300), airing("b", 30, 5))
    missing = replace(plan, media={name: fact for name, fact in plan.media.items() if name != name_of("a0")})
    simulation = Simulation([(0, missing)])
    simulation.run(400)
    assert simulation.events("b") == ["started", "begin 0", "end 0", "finished"]
    assert simulation.events("a") == ["missed: not-ready"]


def test_what_comes_late_itself_cuts_nothing_that_began_in_its_time() -> None:
    plan = rundown(airing("a", 10, 10, grace_s=300), airing("b", 30, 20))
    missing = replace(plan, media={name: fact for name, fact in plan.media.items() if name != name_of("a0")})
    simulation = Simulation([(0, missing), (35_000, plan)])
    simulation.run(400)
    assert simulation.events("b") == ["started", "begin 0", "end 0", "finished"]
    assert times(simulation, "a", "started") == [50_000]


def test_nothing_is_late_silently() -> None:
    # An emergency longer than the grace of all that falls due meanwhile.
    sessions = [airing(f"s{index}", 20 + 40 * index, 10, grace_s=15) for index in range(4)]
    [alert] = emergency("e", 15, 120)
    simulation = Simulation(after(15, alert, before=sessions))
    simulation.run(400)
    assert [simulation.events(each.id)[0] for each in sessions] == ["missed: emergency"] * 3 + ["started"]
    assert times(simulation, "s3", "started") == [140_000]
    assert timedelta(seconds=15) >= at(140_000) - sessions[3].starts_at
