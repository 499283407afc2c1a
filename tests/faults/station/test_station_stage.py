"""The stage with a player and a clock driven by hand: what is recorded, in which order, whatever goes wrong."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from station_fake_centre import APPROVAL, FakeCentre, airing, sound
from station_parts import BOOT, HandClock, Scene, make_parts, make_scene, utc

from scheduler.canonical import media_name, sha256_hex
from scheduler.protocol import CHAIN_START, RundownAiring, line_hash, read_entry
from scheduler.signing import RUNDOWN, sign
from scheduler.station.players.player import CueKind, Spot
from scheduler.station.players.process import identify

ONE, TWO = sound("một "), sound("hai ")
T = utc("10:00:00")
A = airing(T, (ONE, 20_000), (TWO, 20_000), name="a", grace_s=30)
WHOLE = ["started", "item0-start", "item0-end", "item1-start", "item1-end", "finished"]


@pytest.fixture
def clock() -> HandClock:
    return HandClock(T - timedelta(minutes=1))


@pytest.fixture
def scene(tmp_path, centre: FakeCentre, clock: HandClock) -> Iterator[Scene]:
    parts = make_parts(tmp_path, centre, look=clock, reference=clock.reference())
    parts.put_media(ONE, TWO)
    yield make_scene(parts, clock)
    parts.store.close()


def hold(scene: Scene, *airings: RundownAiring, **facts: object) -> None:
    """Let the station hold a rundown."""
    centre = scene.parts.centre
    issued = T - timedelta(hours=1)
    times = {"issued_at": issued, "expires_at": issued + timedelta(days=7)}
    plan = centre.rundown(*airings, contents=(ONE, TWO), **(times | facts))
    assert scene.parts.keeper.offer(sign(centre.key, RUNDOWN, plan.to_bytes()).encode(), None)


def play_item(scene: Scene, item: int, seconds: float) -> None:
    scene.deck.cue(CueKind.ITEM_STARTED, item)
    scene.step()
    scene.clock.forward(seconds)
    scene.deck.cue(CueKind.ITEM_ENDED, item, round(seconds * 1000))
    scene.step()


def restart(scene: Scene, *, boot: str = BOOT) -> Scene:
    """Begin again as a new process would, over the same directory."""
    scene.parts.store.close()
    clock = HandClock(T + timedelta(seconds=20), boot=boot)
    reference = None if boot != BOOT else clock.reference()
    parts = make_parts(scene.parts.directory, scene.parts.centre, look=clock, reference=reference, boot=boot)
    again = make_scene(parts, clock, boot=boot)
    again.stage.recover()
    parts.keeper.load()
    return again


def test_an_airing_is_recorded_from_start_to_end(scene: Scene) -> None:
    hold(scene, A)
    scene.step(49)
    assert scene.player.decks == []
    deck = scene.loaded(1)
    assert [track.path.read_bytes() for track in deck.tracks] == [ONE, TWO]
    scene.step(9)
    assert deck.asked == []
    scene.step(1)
    assert deck.asked == ["start"]
    assert scene.stage.playing == "a"
    play_item(scene, 0, 20)
    play_item(scene, 1, 20)
    deck.cue(CueKind.FINISHED)
    scene.step()
    assert scene.parts.told("a") == WHOLE
    assert deck.asked == ["start", "close"]
    assert scene.stage.playing is None
    entries = [entry for entry in scene.parts.entries() if entry.airing == "a"]
    assert [entry.at - T for entry in entries] == [timedelta(seconds=s) for s in (0, 0, 20, 20, 40, 40)]
    assert entries[0].detail == {"starts_at": "2026-11-24T10:00:00.000Z", "late_ms": 0}
    assert entries[2].detail == {"edge": "end", "duration_ms": 20_000}
    assert entries[1].media == media_name(sha256_hex(ONE))
    assert {entry.rundown for entry in entries} == {scene.parts.centre.sequence}


def test_the_start_is_on_disk_before_the_sound(scene: Scene) -> None:
    hold(scene, A)
    deck = scene.loaded(50)
    seen: list[list[str]] = []
    deck.on_start = lambda: seen.append(scene.parts.told("a"))
    scene.step(10)
    assert seen == [["started"]]


def test_the_chain_is_one(scene: Scene) -> None:
    hold(scene, A)
    scene.loaded(50)
    scene.step(10)
    play_item(scene, 0, 20)
    lines = scene.parts.store.lines_after(0, 100)
    entries = [read_entry(line) for line in lines]
    assert [entry.n for entry in entries] == list(range(1, len(lines) + 1))
    assert [entry.prev for entry in entries] == [CHAIN_START, *(line_hash(line) for line in lines[:-1])]
    assert len({entry.id for entry in entries}) == len(lines)
    assert {(entry.boot, entry.clock.source) for entry in entries} == {(BOOT, "centre")}


@pytest.mark.parametrize(("boot", "reason"), [(BOOT, "crash"), ("boot-2", "power")])
def test_what_an_earlier_process_left_is_reported_and_not_played_again(scene: Scene, boot: str, reason: str) -> None:
    hold(scene, A)
    deck = scene.loaded(50)
    scene.step(10)
    play_item(scene, 0, 5)
    deck.cue(CueKind.ITEM_STARTED, 1)
    scene.step()
    deck.spot = Spot(1, 3000)
    scene.step(3)
    again = restart(scene, boot=boot)
    assert again.parts.told("a") == [*WHOLE[:4], f"interrupted:{reason}"]
    end = again.parts.entries()[-1]
    assert (end.item, end.detail["position_ms"], end.at) == (1, 3000, T + timedelta(seconds=8))
    again.step(1)
    assert again.player.decks == []
    assert again.parts.told("a")[-1] == f"interrupted:{reason}"


def test_a_crash_after_an_items_end_cuts_no_item(scene: Scene) -> None:
    hold(scene, A)
    scene.loaded(50)
    scene.step(10)
    play_item(scene, 0, 20)
    again = restart(scene)
    assert again.parts.told("a") == ["started", "item0-start", "item0-end", "interrupted:crash"]
    end = again.parts.entries()[-1]
    assert (end.item, end.at) == (None, T + timedelta(seconds=20))


def test_a_player_left_behind_is_ended_before_anything_else(scene: Scene) -> None:
    left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with left:
        found = identify(left.pid, boot=BOOT)
        assert found is not None
        scene.parts.store.record_player(found)
        again = restart(scene)
        assert left.wait(10) == -signal.SIGKILL
        assert again.parts.store.recorded_players() == []


def test_a_crash_between_record_and_sound(scene: Scene) -> None:
    hold(scene, A)
    scene.loaded(50)
    scene.step(10)
    again = restart(scene)
    again.step(1)
    assert again.parts.told("a") == ["started", "interrupted:crash"]
    assert again.parts.entries()[-1].item is None


def test_a_withdrawal_fades_what_plays_and_skips_what_would(scene: Scene) -> None:
    second = replace(A.items[1], approval=media_name("b" * 64))
    mixed = replace(A, items=(A.items[0], second))
    hold(scene, mixed)
    deck = scene.loaded(50)
    scene.step(10)
    deck.cue(CueKind.ITEM_STARTED, 0)
    scene.step(5)
    hold(scene, withdrawn=(second.approval,))
    scene.step()
    assert deck.asked == ["start", "skip 1"]
    hold(scene, withdrawn=(second.approval, APPROVAL))
    scene.step(1)
    assert deck.asked == ["start", "skip 1", "stop 1"]
    scene.clock.forward(1)
    deck.cue(CueKind.STOPPED, 0, 7000)
    scene.step()
    assert scene.parts.told("a") == ["started", "item0-start", "missed:withdrawn", "interrupted:withdrawal"]
    assert scene.parts.entries()[-1].detail == {"position_ms": 7000}


def test_a_command_to_stop_is_recorded(scene: Scene) -> None:
    hold(scene, A)
    deck = scene.loaded(50)
    scene.step(10)
    deck.cue(CueKind.ITEM_STARTED, 0)
    deck.spot = Spot(0, 1500)
    scene.stage.close()
    assert scene.parts.told("a") == ["started", "item0-start", "interrupted:command"]
    assert scene.parts.entries()[-1].detail == {"position_ms": 1500}
    assert deck.asked[-1] == "close"


def test_leaving_fades_and_begins_nothing_more(scene: Scene) -> None:
    hold(scene, A, airing(T + timedelta(seconds=30), (ONE, 1000), name="next", grace_s=30))
    deck = scene.loaded(50)
    scene.step(10)
    deck.cue(CueKind.ITEM_STARTED, 0)
    scene.loaded(25)
    scene.stage.leave()
    assert scene.player.decks[1].asked == ["close"]
    assert deck.asked == ["start", "stop 1"]
    deck.cue(CueKind.STOPPED, 0, 26_000)
    scene.step(10)
    assert scene.stage.playing is None
    assert scene.parts.told("a") == ["started", "item0-start", "interrupted:command"]
    assert scene.parts.told("next") == []


def test_a_player_that_dies_in_mid_airing(scene: Scene) -> None:
    hold(scene, A)
    deck = scene.loaded(50)
    scene.step(10)
    deck.cue(CueKind.ITEM_STARTED, 0)
    deck.cue(CueKind.FAILED, 0, 900, "it ended")
    scene.step()
    assert scene.parts.told("a") == ["started", "item0-start", "interrupted:fault"]
    assert scene.parts.entries()[-1].detail == {"position_ms": 900, "why": "it ended"}


def test_a_player_that_cannot_be_had_is_tried_again_and_told_once(scene: Scene) -> None:
    hold(scene, A)
    scene.player.broken = True
    scene.step(50)
    for _ in range(4):
        scene.step(3)
    assert scene.parts.told("a") == ["fault:player"]
    scene.player.broken = False
    deck = scene.loaded(3)
    assert deck.asked == ["start"]
    assert scene.parts.told("a") == ["fault:player", "started"]
    assert scene.parts.entries()[-1].detail["late_ms"] == 5000


def test_loading_that_fails_is_tried_again_then_missed(scene: Scene) -> None:
    hold(scene, A)
    scene.step(50)
    scene.deck.cue(CueKind.FAILED, why="no sound card")
    scene.step()
    scene.step(3)
    assert len(scene.player.decks) == 2
    scene.step(40)
    assert scene.parts.told("a") == ["fault:player", "missed:not-ready"]
    assert scene.deck.asked == ["close"]


def test_a_damaged_medium_is_set_aside_at_preparation(scene: Scene) -> None:
    hold(scene, A)
    name = media_name(sha256_hex(TWO))
    path = scene.parts.shelf.path(name)
    path.write_bytes(b"X" + TWO[1:])
    scene.step(50)
    fault = scene.parts.entries()[-1]
    assert (fault.event.value, fault.reason, fault.media, fault.airing) == ("fault", "media-damaged", name, "a")
    assert scene.nudges  # it is to be fetched at once
    assert not path.exists()
    assert path.with_name(f"{path.name}.damaged").exists()
    scene.step(5)
    assert scene.player.decks == []
    path.write_bytes(TWO)
    scene.loaded(1)
    scene.step(4)
    assert scene.parts.told("a") == ["fault:media-damaged", "started"]


def test_a_damaged_medium_that_does_not_come_again(scene: Scene) -> None:
    hold(scene, A)
    scene.parts.shelf.path(media_name(sha256_hex(TWO))).write_bytes(TWO[:-1])
    scene.step(50)
    scene.step(41)
    assert scene.parts.told("a") == ["fault:media-damaged", "missed:media-damaged"]


def test_nothing_sounds_while_the_clock_is_unset(tmp_path, centre: FakeCentre, clock: HandClock) -> None:
    scene = make_scene(make_parts(tmp_path, centre, look=clock), clock)
    try:
        scene.parts.put_media(ONE, TWO)
        hold(scene, A, airing(T + timedelta(minutes=5), (ONE, 1000), name="later", grace_s=30))
        for _ in range(4):
            scene.step(30)
        assert scene.parts.told() == ["accepted"]
        assert scene.parts.entries()[0].clock.source == "unset"
        scene.parts.timekeeper.adopt(clock.reference())
        scene.step()
        assert scene.parts.told("a") == ["missed:clock-unset"]
        scene.loaded(4 * 60 - 8)
        scene.step(8)
        assert scene.parts.told("later") == ["started"]
    finally:
        scene.parts.store.close()


def test_a_guess_of_the_time_says_nothing_of_when_a_rundown_came(tmp_path, centre: FakeCentre) -> None:
    ahead = HandClock(T + timedelta(hours=1))  # by the system's clock, which nothing vouches for
    scene = make_scene(make_parts(tmp_path, centre, look=ahead), ahead)
    try:
        hold(scene, A)
        scene.step()
        scene.parts.timekeeper.adopt(HandClock(T - timedelta(minutes=1)).reference())
        scene.step()
        scene.step(91)
        assert scene.parts.told("a") == ["missed:not-ready"]
    finally:
        scene.parts.store.close()


def test_what_a_lost_store_knew_is_not_played_again(scene: Scene) -> None:
    again = airing(T + timedelta(minutes=2), (ONE, 1000), name="next")
    hold(scene, A, again)
    scene.parts.store.set_fact("horizon", "pending")
    scene.step(65)  # T + 5 s: the airing may have begun before the store was lost
    assert scene.player.decks == []
    scene.loaded(110)
    assert scene.parts.told("a") == []
    assert scene.deck.airing == "next"
