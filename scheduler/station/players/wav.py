"""The ``wav`` driver: writes what would sound instead of sounding it, in real time and in a process of its own.

For each airing a folder: ``airing.json`` (what sounded, from when to when), a copy of the very bytes of each item,
named by their SHA-256, and, where ffmpeg is installed, a ``.wav`` of each item decoded from those bytes.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from scheduler.canonical import sha256_hex
from scheduler.station.errors import PlayerUnavailable
from scheduler.station.players.player import Cue, CueKind, CueSheet, Deck, Spot, Track
from scheduler.station.players.process import start_tethered
from scheduler.station.timekeeper import boottime_us

__all__ = ["WavPlayer"]

_SOUNDING = Path(__file__).with_name("sounding.py")
_PLAIN = re.compile(r"[0-9A-Za-z-]{1,64}")


class WavPlayer:
    """Loads airings that are written to ``directory``; ``offset_us`` gives centre time minus CLOCK_BOOTTIME."""

    name = "wav"

    def __init__(self, directory: Path, *, offset_us: Callable[[], int]) -> None:
        self._directory = directory
        self._offset_us = offset_us
        self._decoder = shutil.which("ffmpeg")

    def prepare(self, airing: str, tracks: Sequence[Track], *, gain_cb: int, wake: Callable[[], None]) -> Deck:
        """Start the process that will write ``tracks``."""
        folder = airing if _PLAIN.fullmatch(airing) else sha256_hex(airing.encode("utf-8", "surrogatepass"))
        told = {
            "directory": str(self._directory / folder),
            "airing": airing,
            "gain_cb": gain_cb,
            "decoder": self._decoder,
            "tracks": [{"path": str(track.path), "duration_ms": track.duration_ms} for track in tracks],
        }
        try:
            process = start_tethered(
                [sys.executable, "-I", "-S", str(_SOUNDING), json.dumps(told)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        except OSError as error:
            raise PlayerUnavailable(player=self.name, reason=str(error)) from error
        return _WavDeck(process, tracks, self._offset_us, wake)


class _WavDeck:
    def __init__(
        self,
        process: subprocess.Popen[bytes],
        tracks: Sequence[Track],
        offset_us: Callable[[], int],
        wake: Callable[[], None],
    ) -> None:
        self._process = process
        self._tracks = tuple(tracks)
        self._offset_us = offset_us
        self._sheet = CueSheet(wake)
        self._now: tuple[int, int] | None = None
        self._reader = threading.Thread(target=self._read, name="wav-deck", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> None:
        self._ask({"start": self._offset_us()})

    def skip(self, item: int) -> None:
        self._ask({"skip": item})

    def stop(self, fade: timedelta) -> None:
        self._ask({"stop_ms": fade // timedelta(milliseconds=1)})

    def position(self) -> Spot | None:
        now = self._now
        if now is None:
            return None
        item, begins = now
        return Spot(item, min((boottime_us() - begins) // 1000, self._tracks[item].duration_ms))

    def cues(self) -> list[Cue]:
        return self._sheet.take()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def _ask(self, command: dict[str, int]) -> None:
        pipe = self._process.stdin
        if pipe is not None and not pipe.closed:
            with contextlib.suppress(BrokenPipeError):  # its end is told by its reader
                pipe.write(json.dumps(command).encode() + b"\n")
                pipe.flush()

    def _read(self) -> None:
        pipe: IO[bytes] | None = self._process.stdout
        if pipe is None:
            return
        with pipe:
            for line in pipe:
                told = json.loads(line)
                cue = Cue(CueKind(told["kind"]), told["boottime_us"], told["item"], told["position_ms"], told["why"])
                self._note(cue)
                self._sheet.add(cue)
        spot = self.position()
        item, position_ms = (None, 0) if spot is None else (spot.item, spot.position_ms)
        self._sheet.add(Cue(CueKind.FAILED, boottime_us(), item, position_ms, "the player's process ended"))

    def _note(self, cue: Cue) -> None:
        if cue.kind is CueKind.ITEM_STARTED and cue.item is not None:
            self._now = (cue.item, cue.boottime_us)
        elif cue.kind is not CueKind.LOADED:
            self._now = None
