"""What the ``wav`` player writes down is what sounded, byte for byte."""

from __future__ import annotations

import io
import json
import shutil
import threading
import time
import wave
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.canonical import media_name, parse_instant, sha256_hex
from scheduler.station.players.player import Cue, CueKind, Deck, Track
from scheduler.station.players.wav import WavPlayer
from scheduler.station.timekeeper import boottime_us

LAST = {CueKind.FINISHED, CueKind.STOPPED, CueKind.FAILED}


def pcm(duration_ms: int) -> bytes:
    """Return a real sound file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(range(16)) * duration_ms)
    return file.getvalue()


class Sounding:
    """An airing on the wav player."""

    def __init__(self, folder: Path, airing: str, *tracks: Track) -> None:
        self._woken = threading.Event()
        self._folder = folder
        player = WavPlayer(folder, offset_us=lambda: time.time_ns() // 1000 - boottime_us())
        self.deck: Deck = player.prepare(airing, tracks, gain_cb=-600, wake=self._woken.set)
        self.cues: list[Cue] = []
        self.until(CueKind.LOADED)
        self.deck.start()

    def until(self, *kinds: CueKind) -> None:
        """Wait for a cue of one of these kinds."""
        deadline = time.monotonic() + 10
        while not any(cue.kind in kinds for cue in self.cues):
            assert time.monotonic() < deadline, self.cues
            self._woken.wait(0.1)
            self._woken.clear()
            self.cues += self.deck.cues()

    def report(self) -> tuple[Path, dict[str, Any]]:
        """End the airing; return its folder and its report."""
        self.until(*LAST)
        self.deck.close()
        (folder,) = self._folder.iterdir()
        return folder, json.loads((folder / "airing.json").read_text())


def test_each_item_is_told_and_kept(tmp_path: Path) -> None:
    contents = pcm(200), pcm(300)
    tracks = []
    for index, content in enumerate(contents):
        path = tmp_path / f"medium-{index}"
        path.write_bytes(content)
        tracks.append(Track(path, 200 + 100 * index))
    folder, told = Sounding(tmp_path / "sounded", "airing-1", *tracks).report()
    assert folder.name == told["airing"] == "airing-1"
    assert told["outcome"] == "finished"
    assert [item["media"] for item in told["items"]] == [media_name(sha256_hex(content)) for content in contents]
    assert [(item["bytes"], item["whole"]) for item in told["items"]] == [(len(each), True) for each in contents]
    first, second = ((parse_instant(item["started_at"]), parse_instant(item["ended_at"])) for item in told["items"])
    assert first[1] - first[0] == timedelta(milliseconds=200)
    assert first[1] <= second[0]
    assert [(folder / sha256_hex(content)).read_bytes() for content in contents] == list(contents)


def test_a_file_changed_while_it_sounds_is_told_as_it_sounded(tmp_path: Path) -> None:
    path = tmp_path / "medium"
    content = pcm(1000)
    path.write_bytes(content)
    sounding = Sounding(tmp_path / "sounded", "airing-1", Track(path, 1000))
    sounding.until(CueKind.ITEM_STARTED)
    with path.open("r+b") as file:
        file.seek(-1, io.SEEK_END)
        file.write(bytes([content[-1] ^ 1]))
    folder, told = sounding.report()
    (item,) = told["items"]
    assert item["media"] != media_name(sha256_hex(content))
    assert item["media"] == media_name(sha256_hex(path.read_bytes()))
    assert (folder / item["media"].removeprefix("sha256:")).exists()


def test_a_stop_tells_how_much_sounded(tmp_path: Path) -> None:
    path = tmp_path / "medium"
    path.write_bytes(pcm(60_000))
    sounding = Sounding(tmp_path / "sounded", "airing-1", Track(path, 60_000))
    sounding.until(CueKind.ITEM_STARTED)
    sounding.deck.stop(timedelta(milliseconds=100))
    _, told = sounding.report()
    (item,) = told["items"]
    assert (told["outcome"], item["whole"]) == ("stopped", False)
    assert item["bytes"] < path.stat().st_size


def test_a_sound_is_decoded_where_there_is_a_decoder(tmp_path: Path) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    path = tmp_path / "medium"
    path.write_bytes(pcm(200))
    folder, _ = Sounding(tmp_path / "sounded", "airing-1", Track(path, 200)).report()
    with wave.open(str(folder / "0.wav")) as reader:
        assert reader.getnframes() / reader.getframerate() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("airing", ["../../outside", "", "a/b", "x" * 300, "chương trình"])
def test_no_airing_writes_outside_the_folder(tmp_path: Path, airing: str) -> None:
    path = tmp_path / "medium"
    path.write_bytes(pcm(100))
    folder, told = Sounding(tmp_path / "sounded", airing, Track(path, 100)).report()
    assert folder.parent == tmp_path / "sounded"
    assert told["airing"] == airing
