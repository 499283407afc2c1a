"""The ``mpv`` driver: mpv in a process of its own, loaded and paused, told what to do by its JSON IPC.

The two talk over a socket pair that mpv inherits: no path that another could open, and mpv ends when its end closes.
Items are not joined gaplessly: then mpv lets one drain before the next, and the edges that it tells are the true ones.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from scheduler.station.errors import PlayerUnavailable
from scheduler.station.players.player import Cue, CueKind, CueSheet, Deck, Spot, Track
from scheduler.station.players.process import start_tethered
from scheduler.station.timekeeper import boottime_us

__all__ = ["MpvPlayer"]

_ALWAYS = (
    "--no-config",
    "--no-terminal",
    "--no-video",
    "--audio-display=no",
    "--load-scripts=no",
    "--ytdl=no",
    "--access-references=no",  # a medium is bytes to decode, never a list of addresses to open
    "--gapless-audio=no",
    "--audio-fallback-to-null=no",
    "--pause",
    "--idle=yes",
)
_FADE_STEPS = 20
_REPLY_S = 0.25
_QUIT_S = 1.0
_UNPAUSE, _POSITION, _AUDIO_OUT = 1, 2, 3


class MpvPlayer:
    """Loads airings into mpv; ``options`` are further arguments, such as ``--audio-device=…`` or ``--ao=null``."""

    name = "mpv"

    def __init__(self, options: Sequence[str] = (), *, program: str = "mpv") -> None:
        self._options = tuple(options)
        self._program = program

    def prepare(self, airing: str, tracks: Sequence[Track], *, gain_cb: int, wake: Callable[[], None]) -> Deck:  # noqa: ARG002 - the port's
        """Start mpv with ``tracks`` in its playlist."""
        ours, theirs = socket.socketpair()
        arguments = [
            self._program,
            *_ALWAYS,
            *self._options,
            f"--af=lavfi=[volume={gain_cb / 100:.2f}dB]",
            f"--input-ipc-client=fd://{theirs.fileno()}",
            "--",
            *(str(track.path.absolute()) for track in tracks),
        ]
        try:
            process = start_tethered(arguments, keep=[theirs.fileno()])
        except OSError as error:
            ours.close()
            raise PlayerUnavailable(player=self.name, reason=str(error)) from error
        finally:
            theirs.close()
        return _MpvDeck(process, ours, tracks, wake)


class _MpvDeck:
    def __init__(
        self,
        process: subprocess.Popen[bytes],
        pipe: socket.socket,
        tracks: Sequence[Track],
        wake: Callable[[], None],
    ) -> None:
        self._process = process
        self._pipe = pipe
        self._tracks = tuple(tracks)
        self._sheet = CueSheet(wake)
        self._playlist = list(range(len(self._tracks)))  # the items in mpv's playlist; its entry ids are these plus one
        self._lock = threading.Lock()
        self._started = False
        self._stopping = threading.Event()
        self._item: int | None = None
        self._position_ms = 0
        self._answered = threading.Event()
        self._reader = threading.Thread(target=self._read, name="mpv-deck", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> None:
        self._ask(["set_property", "pause", False], _UNPAUSE)

    def skip(self, item: int) -> None:
        with self._lock:
            if item in self._playlist:
                index = self._playlist.index(item)
                self._playlist.remove(item)
                self._ask(["playlist-remove", index])

    def stop(self, fade: timedelta) -> None:
        threading.Thread(target=self._fade, args=(fade,), name="mpv-fade", daemon=True).start()

    def _fade(self, fade: timedelta) -> None:
        self._ask(["playlist-clear"])  # but for what plays: an item that begins in a fade would be lost unheard
        steps = _FADE_STEPS if fade else 0
        for step in range(steps):
            self._ask(["set_property", "volume", 100 * (steps - 1 - step) // steps])
            if self._stopping.wait(fade.total_seconds() / steps):
                return
        spot = self.position()
        self._stopping.set()
        item, position_ms = (None, 0) if spot is None else (spot.item, spot.position_ms)
        self._ask(["quit"])
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_QUIT_S)
        self._process.kill()
        self._sheet.add(Cue(CueKind.STOPPED, boottime_us(), item, position_ms))

    def position(self) -> Spot | None:
        item = self._item
        if item is None:
            return None
        self._answered.clear()
        self._ask(["get_property", "time-pos"], _POSITION)
        self._answered.wait(_REPLY_S)
        return Spot(item, self._position_ms)

    def cues(self) -> list[Cue]:
        return self._sheet.take()

    def close(self) -> None:
        self._stopping.set()
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._pipe.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._pipe.close()

    def _ask(self, command: list[object], request: int = 0) -> None:
        with contextlib.suppress(OSError):  # mpv's end is told by its reader
            self._pipe.sendall(json.dumps({"command": command, "request_id": request}).encode() + b"\n")

    def _read(self) -> None:
        rest = b""
        with contextlib.suppress(OSError):
            while came := self._pipe.recv(65536):
                moment_us = boottime_us()
                *lines, rest = (rest + came).split(b"\n")
                for line in lines:
                    self._hear(json.loads(line), moment_us)
        if not self._stopping.is_set():
            self._sheet.add(Cue(CueKind.FAILED, boottime_us(), self._item, self._position_ms, "mpv ended"))

    def _hear(self, told: Mapping[str, Any], moment_us: int) -> None:
        event = told.get("event")
        if event == "playback-restart":
            if not self._started:
                self._ask(["get_property", "current-ao"], _AUDIO_OUT)
            elif self._item is not None:
                self._sheet.add(Cue(CueKind.ITEM_STARTED, moment_us, self._item))
        elif event == "start-file" and self._started:
            self._item, self._position_ms = told["playlist_entry_id"] - 1, 0
        elif event == "end-file" and not self._stopping.is_set():
            self._ended(told, moment_us)
        elif event is None:
            self._reply(told, moment_us)

    def _reply(self, told: Mapping[str, Any], moment_us: int) -> None:
        request, value = told.get("request_id"), told.get("data")
        if request == _POSITION:
            if isinstance(value, int | float):
                self._position_ms = max(0, round(value * 1000))
            self._answered.set()
        elif request == _AUDIO_OUT:
            loaded = isinstance(value, str) and bool(value)
            why = None if loaded else "mpv has no audio output"
            self._sheet.add(Cue(CueKind.LOADED if loaded else CueKind.FAILED, moment_us, why=why))
        elif request == _UNPAUSE and not self._started:
            self._started = True
            self._item = 0
            self._sheet.add(Cue(CueKind.ITEM_STARTED, moment_us, 0))

    def _ended(self, told: Mapping[str, Any], moment_us: int) -> None:
        item = told["playlist_entry_id"] - 1
        if told.get("reason") != "eof":
            why = str(told.get("file_error") or told.get("reason"))
            self._sheet.add(Cue(CueKind.FAILED, moment_us, item, self._position_ms, why))
            return
        self._item = None
        self._sheet.add(Cue(CueKind.ITEM_ENDED, moment_us, item, self._tracks[item].duration_ms))
        with self._lock:
            last = item == self._playlist[-1]
        if last:
            self._sheet.add(Cue(CueKind.FINISHED, moment_us))
