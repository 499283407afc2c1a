"""One suite over every player driver: what a deck promises, whatever sounds behind it."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.station.players.mpv import MpvPlayer
from scheduler.station.players.mute import MutePlayer
from scheduler.station.players.player import Cue, CueKind, Deck, Player, Track
from scheduler.station.players.process import end_process, identify, start_tethered
from scheduler.station.players.wav import WavPlayer
from scheduler.station.timekeeper import boot_id, boottime_us

LAST = {CueKind.FINISHED, CueKind.STOPPED, CueKind.FAILED}
ITEM_MS = 300
FAR_MS = 60_000


def _make(kind: str, tmp_path: Path) -> Player:
    if kind == "mpv":
        if shutil.which("mpv") is None:
            pytest.skip("mpv is not installed")
        return MpvPlayer(["--ao=null"])
    if kind == "wav":
        return WavPlayer(tmp_path / "sounded", offset_us=lambda: time.time_ns() // 1000 - boottime_us())
    return MutePlayer()


@pytest.fixture(params=["mpv", "wav", "mute"])
def player(request: pytest.FixtureRequest, tmp_path: Path) -> Player:
    return _make(request.param, tmp_path)


class Watched:
    """A deck and all cues that it gave so far."""

    def __init__(self, player: Player, tracks: list[Track]) -> None:
        self._woken = threading.Event()
        self.deck: Deck = player.prepare("airing-1", tracks, gain_cb=-300, wake=self._woken.set)
        self.cues: list[Cue] = []

    def until(self, holds: Callable[[list[Cue]], bool], *, within_s: float = 10) -> list[Cue]:
        """Wait for cues until ``holds``; return all of them."""
        deadline = time.monotonic() + within_s
        while True:
            self._woken.clear()
            self.cues += self.deck.cues()
            if holds(self.cues):
                return self.cues
            assert time.monotonic() < deadline, self.cues
            self._woken.wait(0.1)

    def until_kind(self, kind: CueKind) -> list[Cue]:
        return self.until(lambda cues: any(cue.kind is kind for cue in cues))

    def until_last(self) -> list[Cue]:
        return self.until(lambda cues: any(cue.kind in LAST for cue in cues))


@pytest.fixture
def watch(player: Player) -> Iterator[Callable[[list[Track]], Watched]]:
    made: list[Watched] = []

    def begin(tracks: list[Track]) -> Watched:
        made.append(Watched(player, tracks))
        return made[-1]

    yield begin
    for each in made:
        each.deck.close()


def track(folder: Path, name: str, duration_ms: int) -> Track:
    """Return a real sound file of this length."""
    path = folder / name
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        wave_ms = b"".join(struct.pack("<h", step * 1000 - 4000) for step in range(8))  # a saw of 1 kHz
        file.writeframes(wave_ms * duration_ms)
    return Track(path, duration_ms)


def told(cues: list[Cue]) -> list[tuple[CueKind, int | None]]:
    return [(cue.kind, cue.item) for cue in cues]


def test_items_sound_in_order_each_with_its_start_and_end(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", ITEM_MS), track(tmp_path, "b", ITEM_MS)])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    cues = watched.until_last()
    assert told(cues) == [
        (CueKind.LOADED, None),
        (CueKind.ITEM_STARTED, 0),
        (CueKind.ITEM_ENDED, 0),
        (CueKind.ITEM_STARTED, 1),
        (CueKind.ITEM_ENDED, 1),
        (CueKind.FINISHED, None),
    ]
    moments = [cue.boottime_us for cue in cues]
    assert moments == sorted(moments)
    for started, ended in (cues[1:3], cues[3:5]):
        # A lower bound alone: a busy machine may be late, but no player may be through with its item early.
        assert ended.boottime_us - started.boottime_us >= (ITEM_MS - 100) * 1000
        assert ended.position_ms == ITEM_MS


def test_nothing_sounds_before_the_start(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", ITEM_MS)])
    watched.until_kind(CueKind.LOADED)
    assert watched.deck.position() is None
    asked_us = boottime_us()
    watched.deck.start()
    started = watched.until_kind(CueKind.ITEM_STARTED)[-1]
    assert started.boottime_us >= asked_us


def test_the_position_moves_on(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", FAR_MS)])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    watched.until_kind(CueKind.ITEM_STARTED)
    seen: list[int] = []

    def moved(_cues: list[Cue]) -> bool:
        spot = watched.deck.position()
        if spot is not None:
            assert spot.item == 0
            seen.append(spot.position_ms)
        return len(seen) >= 2 and seen[0] < seen[-1]

    watched.until(moved)
    assert seen == sorted(seen)


def test_a_stop_ends_it_and_tells_where(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", FAR_MS), track(tmp_path, "b", FAR_MS)])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    watched.until_kind(CueKind.ITEM_STARTED)
    watched.deck.stop(timedelta(milliseconds=200))
    last = watched.until_last()[-1]
    assert (last.kind, last.item) == (CueKind.STOPPED, 0)
    assert last.position_ms < FAR_MS


def test_nothing_begins_in_a_fade(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", ITEM_MS), track(tmp_path, "b", FAR_MS)])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    watched.until_kind(CueKind.ITEM_STARTED)
    watched.deck.stop(timedelta(milliseconds=3 * ITEM_MS))  # the item ends before
    cues = watched.until_last()
    assert [item for kind, item in told(cues) if kind is CueKind.ITEM_STARTED] == [0]
    assert cues[-1].kind is CueKind.STOPPED
    # A player that ends at once tells in which item; one that fades has sounded it to its end.
    whole = (CueKind.ITEM_ENDED, 0) in told(cues)
    assert cues[-1].item == (None if whole else 0)


def test_the_last_item_may_end_in_a_fade(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", ITEM_MS)])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    watched.until_kind(CueKind.ITEM_STARTED)
    watched.deck.stop(timedelta(milliseconds=3 * ITEM_MS))
    ends = told(watched.until_last())[2:]
    assert ends in ([(CueKind.ITEM_ENDED, 0), (CueKind.FINISHED, None)], [(CueKind.STOPPED, 0)])


def test_a_skipped_item_does_not_sound(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, name, ITEM_MS) for name in "abc"])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    watched.until_kind(CueKind.ITEM_STARTED)
    watched.deck.skip(1)
    cues = watched.until_last()
    assert [item for kind, item in told(cues) if kind is CueKind.ITEM_STARTED] == [0, 2]
    assert cues[-1].kind is CueKind.FINISHED


def test_the_last_item_can_be_skipped(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", ITEM_MS), track(tmp_path, "b", FAR_MS)])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    watched.until_kind(CueKind.ITEM_STARTED)
    watched.deck.skip(1)
    assert told(watched.until_last())[-2:] == [(CueKind.ITEM_ENDED, 0), (CueKind.FINISHED, None)]


def test_an_absent_file_fails(watch, tmp_path: Path) -> None:
    watched = watch([Track(tmp_path / "absent", ITEM_MS)])
    last = watched.until_last()[-1]
    assert last.kind is CueKind.FAILED
    assert last.why


def test_closing_ends_its_process_and_may_be_repeated(watch, tmp_path: Path) -> None:
    watched = watch([track(tmp_path, "a", FAR_MS)])
    watched.until_kind(CueKind.LOADED)
    watched.deck.start()
    watched.until_kind(CueKind.ITEM_STARTED)
    pid = watched.deck.pid
    watched.deck.close()
    watched.deck.close()
    assert pid is None or identify(pid, boot="b") is None


@pytest.mark.parametrize("kind", ["mpv", "wav"])
def test_the_death_of_its_process_is_a_failure(kind: str, tmp_path: Path) -> None:
    watched = Watched(_make(kind, tmp_path), [track(tmp_path, "a", FAR_MS)])
    try:
        watched.until_kind(CueKind.LOADED)
        watched.deck.start()
        watched.until_kind(CueKind.ITEM_STARTED)
        pid = watched.deck.pid
        assert pid is not None
        process = identify(pid, boot=boot_id())
        assert process is not None
        assert end_process(process, boot=boot_id())
        last = watched.until_last()[-1]
        assert (last.kind, last.item) == (CueKind.FAILED, 0)
    finally:
        watched.deck.close()


def test_a_stranger_with_the_number_of_a_player_is_left_alone() -> None:
    stranger = start_tethered([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        found = identify(stranger.pid, boot="this")
        assert found is not None
        assert not end_process(found, boot="another")
        earlier = type(found)(found.pid, found.started_ticks - 1, "this")
        assert not end_process(earlier, boot="this")
        assert stranger.poll() is None
        assert end_process(found, boot="this")
        assert stranger.wait(10) < 0
    finally:
        stranger.kill()
        stranger.wait()
        if stranger.stdin is not None:
            stranger.stdin.close()


def test_mpv_takes_its_gain_and_its_options(tmp_path: Path) -> None:
    """What mpv writes with an output to a file is the medium, quieter by the gain."""
    if shutil.which("mpv") is None:
        pytest.skip("mpv is not installed")
    target = tmp_path / "heard.wav"
    source = track(tmp_path, "a", ITEM_MS)
    watched = Watched(MpvPlayer(["--ao=pcm", f"--ao-pcm-file={target}", "--audio-format=s16"]), [source])
    try:
        watched.until_kind(CueKind.LOADED)
        watched.deck.start()
        watched.until_last()
    finally:
        watched.deck.close()
    assert 0.60 < _loudest(target) / _loudest(source.path) < 0.80  # -3 dB is 0.71


def _loudest(path: Path) -> float:
    content = path.read_bytes()
    samples = content[content.index(b"data") + 8 :]
    samples = samples[: len(samples) // 2 * 2]
    return max(abs(value) for (value,) in struct.iter_unpack("<h", samples))
