"""Emergencies on the stage, with a player and a clock driven by hand: what is on disk when, whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from station_fake_centre import FakeCentre, airing, sound
from station_parts import BOOT, HandClock, HandDeck, Scene, make_parts, make_scene, utc

from scheduler.canonical import media_name, sha256_hex
from scheduler.protocol import RundownAiring
from scheduler.signing import RUNDOWN, sign
from scheduler.station.players.player import CueKind, Spot

ONE, TWO, THREE, SIREN = sound("một "), sound("hai "), sound("ba "), sound("còi ")
ALL = (ONE, TWO, THREE, SIREN)
T = utc("10:00:00")
SESSION = airing(T, (ONE, 20_000), (TWO, 20_000), (THREE, 20_000), name="session", grace_s=60)
RELEASED = T + timedelta(seconds=5)


def alert(name: str = "alert", starts_at=RELEASED, *, grace_s: int = 60, **facts: object) -> RundownAiring:
    until = {"grace_s": grace_s, "expires_at": RELEASED + timedelta(minutes=10), "bulletin_class": "emergency"}
    return airing(starts_at, (SIREN, 10_000), name=name, **(until | facts))


@pytest.fixture
def clock() -> HandClock:
    return HandClock(T - timedelta(minutes=1))


@pytest.fixture
def scene(tmp_path, centre: FakeCentre, clock: HandClock) -> Iterator[Scene]:
    parts = make_parts(tmp_path, centre, look=clock, reference=clock.reference())
    parts.put_media(*ALL)
    yield make_scene(parts, clock)
    parts.store.close()


def hold(scene: Scene, *airings: RundownAiring, **facts: object) -> None:
    """Let the station hold a rundown."""
    centre = scene.parts.centre
    issued = T - timedelta(hours=1)
    plan = centre.rundown(*airings, contents=ALL, issued_at=issued, expires_at=issued + timedelta(days=7), **facts)
    assert scene.parts.keeper.offer(sign(centre.key, RUNDOWN, plan.to_bytes()).encode(), None)


def begin_session(scene: Scene, session: RundownAiring = SESSION) -> HandDeck:
    """Let the session sound for five seconds."""
    hold(scene, session)
    deck = scene.loaded(50)
    scene.step(10)
    deck.cue(CueKind.ITEM_STARTED, 0)
    scene.step(5)
    return deck


def cut_by_alert(scene: Scene, session: RundownAiring = SESSION, *soundings: RundownAiring) -> HandDeck:
    """Let an emergency cut the session after five seconds and sound."""
    deck = begin_session(scene, session)
    hold(scene, session, *(soundings or (alert(),)))
    siren = scene.loaded()
    scene.clock.forward(0.3)
    deck.cue(CueKind.STOPPED, 0, 5300)
    scene.step()
    siren.cue(CueKind.ITEM_STARTED, 0)
    scene.step()
    return siren


def end_alert(scene: Scene, siren: HandDeck) -> None:
    scene.clock.forward(10)
    siren.cue(CueKind.ITEM_ENDED, 0, 10_000)
    siren.cue(CueKind.FINISHED)
    scene.step()


def restart(scene: Scene, *, boot: str = BOOT) -> Scene:
    """Begin again as a new process would, over the same directory, 20 s after T."""
    scene.parts.store.close()
    clock = HandClock(T + timedelta(seconds=20), boot=boot)
    parts = make_parts(scene.parts.directory, scene.parts.centre, look=clock, reference=clock.reference(), boot=boot)
    again = make_scene(parts, clock, boot=boot)
    again.stage.recover()
    parts.keeper.load()
    return again


def test_what_is_cut_is_on_disk_before_the_emergency_and_goes_on_after_it(scene: Scene) -> None:
    deck = begin_session(scene)
    hold(scene, SESSION, alert())
    scene.step()
    siren = scene.deck
    assert siren.airing == "alert"
    assert deck.asked == ["start"]  # nothing is cut for an emergency that can't sound yet
    siren.cue(CueKind.LOADED)
    scene.step()
    assert deck.asked == ["start", "stop 0.3"]
    assert siren.asked == []
    seen: list[list[str]] = []
    siren.on_start = lambda: seen.append(scene.parts.told())
    scene.clock.forward(0.3)
    deck.cue(CueKind.STOPPED, 0, 5300)
    scene.step()
    assert seen[0][-2:] == ["interrupted:emergency", "started"]
    assert scene.stage.playing == "alert"
    cut = next(entry for entry in scene.parts.entries() if entry.event.value == "interrupted")
    assert (cut.airing, cut.item, cut.media) == ("session", 0, SESSION.items[0].media)
    assert cut.detail == {"position_ms": 5300, "by": "alert", "then": "resume"}
    siren.cue(CueKind.ITEM_STARTED, 0)
    scene.step()
    rest = scene.loaded()
    assert [track.path.read_bytes() for track in rest.tracks] == [TWO, THREE]
    end_alert(scene, siren)
    assert rest.asked == ["start"]
    assert scene.stage.playing == "session"
    for place in (0, 1):
        rest.cue(CueKind.ITEM_STARTED, place)
        scene.clock.forward(20)
        rest.cue(CueKind.ITEM_ENDED, place, 20_000)
    rest.cue(CueKind.FINISHED)
    scene.step()
    edges = ["item1-start", "item1-end", "item2-start", "item2-end"]
    assert scene.parts.told("session") == ["started", "item0-start", "interrupted:emergency", *edges, "finished"]
    media = [entry.media for entry in scene.parts.entries() if entry.airing == "session" and entry.item == 2]
    assert media == [SESSION.items[2].media] * 2
    scene.step(1)
    assert scene.stage.playing is None
    assert len(scene.player.decks) == 3


def test_an_airing_that_is_to_be_dropped_says_so_of_each_item(scene: Scene) -> None:
    siren = cut_by_alert(scene, replace(SESSION, after_interruption="drop"))
    end_alert(scene, siren)
    scene.step(1)
    missed = ["missed:emergency", "missed:emergency"]
    assert scene.parts.told("session") == ["started", "item0-start", "interrupted:emergency", *missed]
    entries = [entry for entry in scene.parts.entries() if entry.airing == "session"]
    assert entries[2].detail == {"position_ms": 5300, "by": "alert", "then": "drop"}
    assert [(entry.item, entry.media) for entry in entries[3:]] == [(i, SESSION.items[i].media) for i in (1, 2)]
    assert len(scene.player.decks) == 2


def test_what_no_longer_fits_is_given_up_when_the_rest_goes_on(scene: Scene) -> None:
    nxt = airing(T + timedelta(seconds=40), (ONE, 5000), name="next", grace_s=30)
    deck = begin_session(scene)
    hold(scene, SESSION, alert(), nxt)
    siren = scene.loaded()
    deck.cue(CueKind.STOPPED, 0, 5000)
    scene.step()
    siren.cue(CueKind.ITEM_STARTED, 0)
    rest = scene.loaded()
    end_alert(scene, siren)  # at T + 15 s: one item of 20 s fits before T + 40 s
    assert [track.path.read_bytes() for track in rest.tracks] == [TWO]
    assert rest.asked == ["start"]
    assert scene.parts.told("session")[-1] == "missed:emergency"
    assert scene.parts.entries()[-1].item == 2


@pytest.mark.parametrize(("boot", "reason"), [(BOOT, "crash"), ("boot-2", "power")])
def test_a_crash_in_an_emergency_plays_nothing_twice_and_the_next_sounding_all_the_same(
    scene: Scene, boot: str, reason: str
) -> None:
    again_at = RELEASED + timedelta(minutes=1)
    second = alert("alert-2", again_at)
    cut_by_alert(scene, SESSION, alert(), second)
    scene.loaded()  # the rest of the session, ready to go on
    again = restart(scene, boot=boot)
    assert again.parts.told("alert") == ["started", "item0-start", f"interrupted:{reason}"]
    assert again.parts.told("session")[2:] == ["interrupted:emergency", f"missed:{reason}", f"missed:{reason}"]
    again.step(1)
    assert again.player.decks == []
    siren = again.loaded(34)
    assert siren.airing == "alert-2"
    again.step(10)
    assert siren.asked == ["start"]
    assert again.parts.told("alert-2") == ["started"]
    assert restart(again, boot=boot).parts.told("session")[2:] == [
        "interrupted:emergency",
        f"missed:{reason}",
        f"missed:{reason}",
    ]


def test_a_crash_while_the_rest_sounds_ends_it(scene: Scene) -> None:
    siren = cut_by_alert(scene)
    rest = scene.loaded()
    end_alert(scene, siren)
    rest.cue(CueKind.ITEM_STARTED, 0)
    rest.spot = Spot(0, 2000)
    scene.step(2)
    again = restart(scene)
    told = ["started", "item0-start", "interrupted:emergency", "item1-start", "interrupted:crash"]
    assert again.parts.told("session") == told
    assert (again.parts.entries()[-1].item, again.parts.entries()[-1].detail["position_ms"]) == (1, 2000)


def test_a_drill_says_in_each_entry_that_it_is_one(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "loa.station"):
        siren = cut_by_alert(scene, SESSION, alert(drill=True), alert("never", RELEASED, grace_s=1, drill=True))
    scene.step(2)
    end_alert(scene, siren)
    for entry in scene.parts.entries():
        if entry.airing in {"alert", "never"}:
            assert entry.detail["drill"] is True
        elif entry.airing == "session":
            assert "drill" not in (entry.detail or {})
    assert scene.parts.told("never") == ["missed:emergency"]
    assert [record.getMessage() for record in caplog.records] == ["Phát tin khẩn cấp (diễn tập): alert"]


def test_a_drill_that_a_crash_ends_says_so_too(scene: Scene) -> None:
    two = (*alert().items, *alert().items)
    older = replace(alert("older", drill=True), items=two)
    siren = cut_by_alert(scene, SESSION, older)
    newer = replace(alert("newer", T + timedelta(seconds=6), drill=True), gain_cb=-200)
    hold(scene, older, replace(newer, items=(replace(newer.items[0], revision=2),)))
    scene.loaded(1)
    siren.cue(CueKind.STOPPED, 0, 1000)
    scene.step()
    again = restart(scene)
    assert again.parts.told("older")[2:] == ["interrupted:emergency", "missed:crash"]
    assert again.parts.told("newer") == ["started", "interrupted:crash"]
    assert again.parts.told("session")[2:] == ["interrupted:emergency", "missed:crash", "missed:crash"]
    drills = [entry.airing for entry in again.parts.entries() if (entry.detail or {}).get("drill")]
    assert drills.count("older") == 4
    assert drills.count("newer") == 2
    assert "session" not in drills


def test_a_player_that_cannot_load_the_emergency_leaves_what_sounds_alone(scene: Scene) -> None:
    deck = begin_session(scene)
    scene.player.broken = True
    hold(scene, SESSION, alert())
    scene.step()
    scene.step(1)
    assert deck.asked == ["start"]
    assert scene.parts.told("alert") == ["fault:player"]
    scene.player.broken = False
    scene.loaded(1.5)
    assert deck.asked == ["start", "stop 0.3"]


def test_a_deck_that_does_not_stop_is_ended_for_the_emergency(scene: Scene) -> None:
    deck = begin_session(scene)
    deck.spot = Spot(0, 5700)
    hold(scene, SESSION, alert())
    siren = scene.loaded()
    scene.step(0.7)
    assert deck.asked == ["start", "stop 0.3"]
    scene.step(0.1)
    assert "close" in deck.asked
    assert siren.asked == ["start"]
    assert scene.parts.told("session") == ["started", "item0-start", "interrupted:emergency"]
    assert scene.parts.entries()[-2].detail["position_ms"] == 5700


def test_a_deck_that_is_ended_in_an_item_it_has_not_told_of_does_not_sound_that_again(scene: Scene) -> None:
    deck = begin_session(scene)
    deck.spot = Spot(1, 200)
    hold(scene, SESSION, alert())
    scene.loaded()
    scene.step(0.8)
    assert (scene.parts.entries()[-2].item, scene.parts.entries()[-2].reason) == (1, "emergency")
    assert [track.path.read_bytes() for track in scene.loaded().tracks] == [THREE]


def test_an_airing_may_be_cut_more_than_once(scene: Scene) -> None:
    soundings = (alert(grace_s=30), alert("alert-2", RELEASED + timedelta(seconds=30)))
    siren = cut_by_alert(scene, SESSION, *soundings)
    rest = scene.loaded()
    end_alert(scene, siren)
    rest.cue(CueKind.ITEM_STARTED, 0)
    scene.loaded(15)
    scene.step(5)
    assert rest.asked == ["start", "stop 0.3"]
    rest.cue(CueKind.STOPPED, 0, 19_000)
    scene.step()
    assert scene.stage.playing == "alert-2"
    cuts = [entry for entry in scene.parts.entries() if entry.event.value == "interrupted"]
    assert [(cut.item, cut.detail["by"]) for cut in cuts] == [(0, "alert"), (1, "alert-2")]
    assert [track.path.read_bytes() for track in scene.loaded().tracks] == [THREE]


def test_one_heard_of_too_late_is_missed_for_that_though_its_media_are_not_there(scene: Scene) -> None:
    scene.step(70)
    scene.parts.shelf.path(media_name(sha256_hex(SIREN))).unlink()
    hold(scene, alert(grace_s=3))
    scene.step()
    assert scene.parts.told("alert") == ["missed:late"]


def test_leaving_gives_up_what_was_to_go_on(scene: Scene) -> None:
    siren = cut_by_alert(scene)
    scene.stage.leave()
    siren.cue(CueKind.STOPPED, 0, 1000)
    scene.step(1)
    assert scene.parts.told("session")[2:] == ["interrupted:emergency", "missed:command", "missed:command"]
    assert scene.parts.told("alert")[-1] == "interrupted:command"
    assert scene.parts.store.left_held() == []


def test_leaving_while_what_makes_way_fades(scene: Scene) -> None:
    deck = begin_session(scene)
    hold(scene, SESSION, alert())
    siren = scene.loaded()
    scene.stage.leave()
    assert (deck.asked, siren.asked) == (["start", "stop 0.3"], ["close"])
    deck.cue(CueKind.STOPPED, 0, 5300)
    scene.step(0.3)
    scene.stage.close()
    assert scene.parts.told("session")[2:] == ["interrupted:emergency", "missed:command", "missed:command"]
    assert scene.parts.told("alert") == []
    assert scene.parts.store.left_held() == []


def test_a_withdrawal_in_the_rest_leaves_out_that_item(scene: Scene) -> None:
    other = media_name("b" * 64)
    mixed = replace(SESSION, items=(*SESSION.items[:2], replace(SESSION.items[2], approval=other)))
    siren = cut_by_alert(scene, mixed)
    rest = scene.loaded()
    end_alert(scene, siren)
    rest.cue(CueKind.ITEM_STARTED, 0)
    hold(scene, mixed, withdrawn=(other,))
    scene.step()
    assert rest.asked == ["start", "skip 1"]
    assert scene.parts.told("session")[-1] == "missed:withdrawn"
    assert scene.parts.entries()[-1].item == 2


def test_a_withdrawn_emergency_fades_and_its_next_sounding_does_not_begin(scene: Scene) -> None:
    own = media_name("c" * 64)
    first = replace(alert(), items=(replace(alert().items[0], approval=own),))
    second = replace(first, id="alert-2", starts_at=RELEASED + timedelta(minutes=1))
    siren = cut_by_alert(scene, SESSION, first, second)
    rest = scene.loaded()
    hold(scene, SESSION, withdrawn=(own,))
    scene.step()
    assert siren.asked == ["start", "stop 1"]
    scene.clock.forward(1)
    siren.cue(CueKind.STOPPED, 0, 1200)
    scene.step()
    assert scene.parts.told("alert") == ["started", "item0-start", "interrupted:withdrawal"]
    assert rest.asked == ["start"]
    scene.step(60)
    assert scene.parts.told("alert-2") == []


def test_the_rest_is_loaded_again_when_its_loading_fails(scene: Scene) -> None:
    siren = cut_by_alert(scene)
    scene.step()
    scene.deck.cue(CueKind.FAILED, why="no sound card")
    scene.step()
    assert scene.parts.told("session")[-1] == "fault:player"
    rest = scene.loaded(2)
    assert len(scene.player.decks) == 4
    end_alert(scene, siren)
    assert rest.asked == ["start"]


def test_a_damaged_medium_of_the_rest_is_set_aside(scene: Scene) -> None:
    deck = begin_session(scene)
    hold(scene, SESSION, alert())
    siren = scene.loaded()
    path = scene.parts.shelf.path(media_name(sha256_hex(TWO)))
    path.write_bytes(b"X" + TWO[1:])
    deck.cue(CueKind.STOPPED, 0, 5300)
    scene.step()
    assert scene.parts.told("session")[-1] == "fault:media-damaged"
    end_alert(scene, siren)
    assert scene.stage.playing is None
    path.write_bytes(TWO)
    scene.loaded(1)
    assert scene.stage.playing == "session"
