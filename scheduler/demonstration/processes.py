"""The processes of the demonstration: the centre's two, and one a station; and what each station truly sounded."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scheduler.canonical import sha256_hex
from scheduler.children import end_all
from scheduler.compose import child_environment
from scheduler.demonstration.cast import Place
from scheduler.errors import LoaError
from scheduler.settings import Settings

STOP_WAIT_S = 10.0
LOOK_S = 0.1


class Waited(LoaError):
    """Đợi quá {seconds} giây mà chưa {what}."""

    seconds: int
    what: str


class ChildFailed(LoaError):
    """Tiến trình “{name}” dừng với mã {status}: {words}"""

    name: str
    status: int
    words: str


@dataclass(frozen=True, slots=True)
class Sounded:
    """One item as the ``wav`` player wrote it: the SHA-256 of the bytes that sounded, recomputed from the copy kept."""

    sha256: str
    whole: bool


def free_port() -> int:
    """Return a port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(what: str, held: Callable[[], bool], seconds: float) -> None:
    """Look again and again until ``held``; raises :class:`Waited`."""
    deadline = time.monotonic() + seconds
    while not held():
        if time.monotonic() > deadline:
            raise Waited(seconds=int(seconds), what=what)
        time.sleep(LOOK_S)


def _loa(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scheduler.cli", *arguments]


@contextmanager
def centre_running(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``loa serve`` until the block ends."""
    with _running("loa serve", _loa("serve"), child_environment(settings, os.environ), settings.data_dir) as child:
        wait_until("mở được trang web", lambda: _answers(settings.host, settings.port, child), 30)
        yield child


def _answers(host: str, port: int, child: subprocess.Popen[bytes]) -> bool:
    if child.poll() is not None:
        raise ChildFailed(name="loa serve", status=child.returncode, words="xem tệp loa serve.txt")
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def stations_running(settings: Settings, places: list[Place]) -> Iterator[list[Path]]:
    """Enrol each place with the centre and run it as a process of its own; give the stations' directories."""
    directories = [settings.data_dir / "stations" / str(index) for index, _ in enumerate(places, 1)]
    centre = f"http://{settings.host}:{settings.port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOA_")}
    with _all_stopped() as children:
        for place, directory in zip(places, directories, strict=True):
            enrol = _loa("station", "enrol", "--centre", centre, "--token", place.token, "--dir", str(directory))
            told = subprocess.run(
                [*enrol, "--player", "wav"], env=environment, capture_output=True, text=True, check=False
            )
            if told.returncode:
                raise ChildFailed(name="loa station enrol", status=told.returncode, words=told.stderr.strip())
            log = (directory / "station.txt").open("wb")
            children.append(
                subprocess.Popen(
                    _loa("station", "run", "--dir", str(directory)), env=environment, stdout=log, stderr=log
                )
            )
            log.close()
        yield directories


@contextmanager
def _running(
    name: str, command: list[str], environment: dict[str, str], directory: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with _all_stopped() as children, (directory / f"{name}.txt").open("wb") as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        children.append(child)
        yield child


@contextmanager
def _all_stopped() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Give a list; whatever processes stand in it when the block ends are stopped, gently and then not."""
    children: list[subprocess.Popen[bytes]] = []
    try:
        yield children
    finally:
        end_all(children, wait_s=STOP_WAIT_S)


def sounded(directory: Path, airing_id: str) -> list[Sounded]:
    """Return what a station's ``wav`` player wrote for an airing, in order; empty when it wrote nothing.

    The hash is taken here, from the copied bytes, and not believed from the player's own note.
    """
    folder = directory / "sounded" / airing_id
    try:
        told = json.loads((folder / "airing.json").read_text(encoding="utf-8"))
        return [
            Sounded(sha256_hex((folder / item["media"].removeprefix("sha256:")).read_bytes()), bool(item["whole"]))
            for item in told["items"]
        ]
    except (OSError, ValueError, KeyError):
        return []
