"""The process behind the ``wav`` driver: reads media at the pace at which they sound; imports nothing of ours.

Run by its path with one argument, a JSON object: ``directory``, ``airing``, ``gain_cb``, ``decoder`` (ffmpeg's path or
null), ``tracks`` (``path``, ``duration_ms``). On stdin come commands, on stdout go cues, a JSON object a line. What is
read is hashed, and kept, while it "sounds": the report in ``airing.json`` tells what was played, not what was planned.
"""

import contextlib
import hashlib
import json
import os
import select
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

TICK_S = 0.1
CHUNK = 64 * 1024


def boottime_us() -> int:
    """Return CLOCK_BOOTTIME in microseconds."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def tell(kind: str, moment_us: int, item: int | None = None, position_ms: int = 0, why: str | None = None) -> None:
    """Write one cue."""
    cue = {"kind": kind, "boottime_us": moment_us, "item": item, "position_ms": position_ms, "why": why}
    os.write(1, json.dumps(cue).encode() + b"\n")


class Commands:
    """What the station asks, read from stdin without ever blocking longer than told."""

    def __init__(self) -> None:
        self.offset_us: int | None = None
        self.stop_us: int | None = None
        self.skipped: set[int] = set()
        self._rest = b""

    def wait(self, seconds: float | None) -> None:
        """Take in what comes within ``seconds``; the station's end closing stdin ends this process."""
        readable, _, _ = select.select([0], [], [], seconds)
        if not readable:
            return
        came = os.read(0, CHUNK)
        if not came:
            sys.exit(1)
        *lines, self._rest = (self._rest + came).split(b"\n")
        for line in lines:
            told = json.loads(line)
            if "start" in told:
                self.offset_us = told["start"]
            elif "skip" in told:
                self.skipped.add(told["skip"])
            else:
                self.stop_us = boottime_us() + told["stop_ms"] * 1000


class Report:
    """``airing.json``: what sounded so far, rewritten whole at each edge."""

    def __init__(self, directory: Path, airing: str, gain_cb: int, offset_us: int) -> None:
        self._path = directory / "airing.json"
        self._offset_us = offset_us
        self._told: dict[str, object] = {"airing": airing, "gain_cb": gain_cb, "items": [], "outcome": "sounding"}
        self._items: list[dict[str, object]] = []

    def _instant(self, moment_us: int) -> str:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment_us + self._offset_us)
        return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def started(self, index: int, moment_us: int) -> None:
        """Note that an item began to sound."""
        self._items.append({"index": index, "started_at": self._instant(moment_us), "ended_at": None})
        self._write()

    def ended(self, moment_us: int, *, media: str, size: int, whole: bool) -> None:
        """Note that the item fell silent: the SHA-256 and number of the bytes that sounded, and if they were all."""
        self._items[-1] |= {"ended_at": self._instant(moment_us), "media": media, "bytes": size, "whole": whole}
        self._write()

    def outcome(self, outcome: str) -> None:
        """Note how the airing ended."""
        self._told["outcome"] = outcome
        self._write()

    def _write(self) -> None:
        part = self._path.with_name(".airing.json.new")
        part.write_text(json.dumps(self._told | {"items": self._items}, indent=1), encoding="utf-8")
        part.replace(self._path)


class Item:
    """One medium while it sounds: its bytes are hashed, kept, and decoded when there is a decoder."""

    def __init__(self, path: str, copy: Path, decoder: "subprocess.Popen[bytes] | None") -> None:
        self._file = Path(path).open("rb")  # noqa: SIM115 - closed in end()
        self._copy_path = copy
        self._copy = copy.open("wb")
        self._decoder = decoder
        self._digest = hashlib.sha256()
        self.size = os.fstat(self._file.fileno()).st_size
        self.sounded = 0

    def sound_to(self, goal: int) -> None:
        """Read on until ``goal`` bytes have sounded."""
        while self.sounded < goal:
            chunk = self._file.read(min(CHUNK, goal - self.sounded))
            if not chunk:
                return
            self._digest.update(chunk)
            self._copy.write(chunk)
            if self._decoder is not None and self._decoder.stdin is not None:
                with contextlib.suppress(BrokenPipeError):  # bytes that are no sound: the copy and its hash remain
                    self._decoder.stdin.write(chunk)
            self.sounded += len(chunk)

    def end(self) -> str:
        """Close all, name the copy by its hash, and return that."""
        self._file.close()
        self._copy.close()
        if self._decoder is not None and self._decoder.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._decoder.stdin.close()
            self._decoder.wait()
        sha256 = self._digest.hexdigest()
        self._copy_path.replace(self._copy_path.with_name(sha256))
        return f"sha256:{sha256}"


def decode(decoder: str | None, gain_cb: int, target: Path) -> "subprocess.Popen[bytes] | None":
    """Start a decoder that turns what it is fed into ``target``."""
    if decoder is None:
        return None
    gain = f"volume={gain_cb / 100:.2f}dB"
    return subprocess.Popen(
        [decoder, "-hide_banner", "-loglevel", "quiet", "-i", "pipe:0", "-af", gain, "-y", str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def sound(commands: Commands, item: Item, begins: int, duration_us: int) -> int:
    """Let ``item`` sound at its pace until its end or a stop; return the moment at which it fell silent."""
    ends = begins + duration_us
    while True:
        now = boottime_us()
        if commands.stop_us is not None and now >= commands.stop_us:
            return commands.stop_us
        if now >= ends:
            item.sound_to(item.size)
            return ends
        item.sound_to(item.size * (now - begins) // duration_us)
        until = ends if commands.stop_us is None else min(ends, commands.stop_us)
        commands.wait(max(0.0, min(TICK_S, (until - now) / 1_000_000)))


def play(told: dict, commands: Commands, report: Report) -> None:  # type: ignore[type-arg]  # JSON, as it comes
    """Sound all items in order, telling of each edge."""
    directory = Path(told["directory"])
    begins = boottime_us()
    for index, track in enumerate(told["tracks"]):
        commands.wait(0)
        if index in commands.skipped:
            continue
        if commands.stop_us is not None:  # an item that begins in a fade would be lost unheard
            report.outcome("stopped")
            tell("stopped", begins)
            return
        decoder = decode(told["decoder"], told["gain_cb"], directory / f"{index}.wav")
        item = Item(track["path"], directory / f".{index}.part", decoder)
        duration_us = track["duration_ms"] * 1000
        report.started(index, begins)
        tell("item-started", begins, index)
        silent = sound(commands, item, begins, duration_us)
        whole = silent - begins >= duration_us
        report.ended(silent, media=item.end(), size=item.sounded, whole=whole)
        if not whole:
            report.outcome("stopped")
            tell("stopped", silent, index, (silent - begins) // 1000)
            return
        tell("item-ended", silent, index, track["duration_ms"])
        begins = silent
    report.outcome("finished")
    tell("finished", begins)


def main() -> None:
    """Load, wait for the start, play."""
    told = json.loads(sys.argv[1])
    commands = Commands()
    try:
        directory = Path(told["directory"])
        directory.mkdir(parents=True, exist_ok=True)
        for track in told["tracks"]:
            with Path(track["path"]).open("rb"):
                pass
        tell("loaded", boottime_us())
        while commands.offset_us is None:
            commands.wait(None)
            if commands.stop_us is not None:
                tell("stopped", boottime_us())
                return
        play(told, commands, Report(directory, told["airing"], told["gain_cb"], commands.offset_us))
    except OSError as error:
        tell("failed", boottime_us(), why=f"{error.strerror}: {error.filename}")


if __name__ == "__main__":
    main()
