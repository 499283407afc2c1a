"""A station as a process, end to end: it plays on time and reports, whatever fails around it."""

from __future__ import annotations

import io
import json
import shutil
import signal
import wave
from datetime import timedelta
from pathlib import Path

import pytest
from station_fake_centre import FakeCentre, airing, sound

from scheduler.canonical import sha256_hex

JINGLE, BULLETIN = sound("nhạc hiệu "), sound("bản tin ", 9000)
WHOLE = ["started", "item0-start", "item0-end", "item1-start", "item1-end", "finished"]


def pcm(duration_ms: int) -> bytes:
    """Return a real sound file of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(16 * duration_ms))
    return file.getvalue()


def players_of(pid: int) -> list[int]:
    """Return the children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    """Return whether a process lives and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_sounded_can_be_compared_with_what_was_approved(centre, station, eventually) -> None:
    station.enrol(centre)
    coming = airing(centre.now() + timedelta(seconds=2), (JINGLE, 400), (BULLETIN, 700))
    centre.publish(centre.rundown(coming, contents=(JINGLE, BULLETIN)))
    station.run()
    eventually(lambda: centre.events(coming.id) == WHOLE, "the airing reported whole")
    started, first, *_ = [entry for entry in centre.entries() if entry.airing == coming.id]
    assert coming.starts_at <= started.at < coming.starts_at + timedelta(seconds=coming.grace_s)
    assert started.detail["starts_at"] == coming.starts_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert first.clock.source == "centre"
    assert first.media == coming.items[0].media
    assert centre.told()[:2] == [("command", "enrolled"), ("accepted", None)]
    assert centre.alarms == []
    folder = station.directory / "sounded" / coming.id
    report = json.loads((folder / "airing.json").read_text())
    assert [item["media"] for item in report["items"]] == [item.media for item in coming.items]
    assert (folder / sha256_hex(BULLETIN)).read_bytes() == BULLETIN


@pytest.mark.parametrize("player", ["wav", "mpv"])
def test_kill_9_in_mid_airing_nothing_plays_twice_and_no_player_lives_on(
    centre: FakeCentre, station, eventually, player: str
) -> None:
    if player == "mpv" and shutil.which("mpv") is None:
        pytest.skip("mpv is not installed")
    station.enrol(centre, player=player)
    short, long = pcm(300), pcm(60_000)
    coming = airing(centre.now() + timedelta(seconds=2), (short, 300), (long, 60_000), grace_s=60)
    centre.publish(centre.rundown(coming, contents=(short, long)))
    process = station.run()
    eventually(lambda: "item1-start" in centre.events(coming.id), "the second item under way")
    players = players_of(process.pid)
    assert players
    process.send_signal(signal.SIGKILL)
    process.wait()
    eventually(lambda: not any(alive(pid) for pid in players), "the player ended with its station")
    station.run()
    eventually(lambda: "interrupted:crash" in centre.events(coming.id), "the crash reported")
    polls = len(centre.heartbeats)
    eventually(lambda: len(centre.heartbeats) > polls, "another poll")  # within grace still: it must not start
    assert centre.events(coming.id) == [*WHOLE[:4], "interrupted:crash"]
    end = centre.entries()[-1]
    assert end.item == 1
    assert end.detail["position_ms"] < 60_000
    assert centre.alarms == []


@pytest.mark.parametrize("player", ["wav", "mpv"])
def test_an_emergency_cuts_what_sounds_and_that_goes_on_after_it(
    centre: FakeCentre, station, eventually, player: str
) -> None:
    if player == "mpv" and shutil.which("mpv") is None:
        pytest.skip("mpv is not installed")
    station.enrol(centre, player=player)
    long, short, siren = pcm(30_000), pcm(300), pcm(500)
    session = airing(centre.now() + timedelta(seconds=1), (long, 30_000), (short, 300), grace_s=60)
    centre.publish(centre.rundown(session, contents=(long, short)))
    station.run()
    eventually(lambda: "item0-start" in centre.events(session.id), "the session under way")
    now = centre.now()
    urgent = {"bulletin_class": "emergency", "drill": True, "grace_s": 60, "expires_at": now + timedelta(minutes=5)}
    alert = airing(now, (siren, 500), **urgent)
    centre.publish(centre.rundown(session, alert, contents=(siren,)))
    eventually(lambda: "finished" in centre.events(session.id), "the session's rest")
    assert centre.events(alert.id) == ["started", "item0-start", "item0-end", "finished"]
    assert centre.events(session.id) == [*WHOLE[:2], "interrupted:emergency", *WHOLE[3:]]
    told = centre.entries()
    cut = next(entry for entry in told if entry.event.value == "interrupted")
    started = next(entry for entry in told if entry.airing == alert.id)
    assert (cut.detail["by"], cut.detail["then"], started.n) == (alert.id, "resume", cut.n + 1)
    assert 0 < cut.detail["position_ms"] < 30_000
    assert started.detail["drill"] is True
    assert "(diễn tập)" in station.diagnostics()
    assert centre.alarms == []


def test_sigterm_stops_what_sounds_and_reports_it(centre, station, eventually) -> None:
    station.enrol(centre)
    coming = airing(centre.now() + timedelta(seconds=1), (BULLETIN, 60_000))
    centre.publish(centre.rundown(coming, contents=(BULLETIN,)))
    process = station.run()
    eventually(lambda: "item0-start" in centre.events(coming.id), "the airing under way")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    eventually(lambda: "interrupted:command" in centre.events(coming.id), "the stop reported")
    report = json.loads((station.directory / "sounded" / coming.id / "airing.json").read_text())
    assert (report["outcome"], report["items"][0]["whole"]) == ("stopped", False)
    assert station.diagnostics() == ""


def test_the_centre_down_for_a_whole_airing(centre, station, eventually) -> None:
    station.enrol(centre)
    coming = airing(centre.now() + timedelta(seconds=4), (JINGLE, 300), (BULLETIN, 300))
    centre.publish(centre.rundown(coming, contents=(JINGLE, BULLETIN)))
    station.run()
    eventually(lambda: centre.heartbeats and centre.heartbeats[-1]["media_missing"] == [], "all media there")
    eventually(lambda: centre.heartbeats[-1]["sequence"] == centre.sequence, "the rundown held")
    centre.faults.down = True
    report = station.directory / "sounded" / coming.id / "airing.json"
    eventually(lambda: report.exists() and json.loads(report.read_text())["outcome"] == "finished", "it sounded")
    assert centre.events(coming.id) == []
    centre.faults.down = False
    eventually(lambda: centre.events(coming.id) == WHOLE, "the entries came after")
    started = next(entry for entry in centre.entries() if entry.airing == coming.id)
    assert started.at - coming.starts_at < timedelta(seconds=coming.grace_s)


def test_a_lost_store_begins_a_new_chain_and_plays_nothing_again(centre, station, eventually) -> None:
    station.enrol(centre)
    coming = airing(centre.now() + timedelta(seconds=1), (BULLETIN, 200), grace_s=300)
    centre.publish(centre.rundown(coming, contents=(BULLETIN,)))
    process = station.run()
    eventually(lambda: "finished" in centre.events(coming.id), "the airing reported")
    process.send_signal(signal.SIGKILL)
    process.wait()
    for part in station.directory.glob("store.db*"):
        part.unlink()
    station.run()
    eventually(lambda: ("fault", "store-lost") in centre.told(), "the loss reported")
    eventually(lambda: len(centre.lines) == 2 and len(list(centre.lines.values())[1]) >= 2, "the new chain")
    polls = len(centre.heartbeats)
    eventually(lambda: len(centre.heartbeats) > polls, "another poll")
    assert centre.events(coming.id).count("started") == 1
    assert centre.events(coming.id)[-1] == "finished"
