"""A station as a real process with the ``wav`` player, and what its own files tell."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from real_processes import LOA, Processes

from scheduler.canonical import sha256_hex


class StationProcess:
    """One station's directory, and the process that runs in it."""

    def __init__(self, directory: Path, processes: Processes) -> None:
        self.directory = directory
        self._processes = processes
        self.process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True, exist_ok=True)

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOA_")}
        program = [*LOA, "station", *arguments, "--dir", str(self.directory)]
        return self._processes.start(program, environment=environment, log=self.directory / "said.txt")

    def begin_enrolment(self, url: str, token: str) -> subprocess.Popen[bytes]:
        """Start the command that enrols."""
        return self._start(["enrol", "--centre", url, "--token", token, "--player", "wav"])

    def run(self) -> subprocess.Popen[bytes]:
        """Start the station."""
        self.process = self._start(["run"])
        return self.process

    def said(self) -> str:
        """Return what its commands said."""
        return (self.directory / "said.txt").read_text(encoding="utf-8")

    def report(self, airing_id: str) -> dict[str, Any]:
        """Return what the player wrote of an airing, nothing when it never sounded."""
        try:
            told: dict[str, Any] = json.loads((self.directory / "sounded" / airing_id / "airing.json").read_bytes())
        except FileNotFoundError:
            return {"items": [], "outcome": "silent"}
        return told

    def sounded(self, airing_id: str) -> list[str]:
        """Return the SHA-256 of the very bytes that sounded whole, in order, taken from the copies of them."""
        folder = self.directory / "sounded" / airing_id
        whole = [item["media"].removeprefix("sha256:") for item in self.report(airing_id)["items"] if item.get("whole")]
        return [sha256_hex((folder / name).read_bytes()) for name in whole]

    def entries(self, airing_id: str | None = None) -> list[dict[str, Any]]:
        """Return the entries of the station's own chain, or those about an airing, as it stored them."""
        store = sqlite3.connect(f"file:{self.directory / 'store.db'}?mode=ro", uri=True)
        try:
            lines = [json.loads(line) for (line,) in store.execute("SELECT line FROM entry ORDER BY rowid")]
        finally:
            store.close()
        return [line for line in lines if airing_id is None or line.get("airing") == airing_id]

    def events(self, airing_id: str) -> list[str]:
        """Return the events of an airing as the station stored them: an item's with its edge, others with a reason."""
        return [_tell(entry) for entry in self.entries(airing_id)]


def _tell(entry: dict[str, Any]) -> str:
    if entry["event"] == "item":
        return f"item{entry['item']}-{entry['detail']['edge']}"
    return entry["event"] if not entry.get("reason") else f"{entry['event']}:{entry['reason']}"
