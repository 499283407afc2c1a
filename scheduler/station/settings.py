"""What a station was told at enrolment, kept in its directory in ``station.json``, readable by its owner alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.station.errors import NotEnrolled, SettingsUnusable, os_reason

__all__ = ["PLAYERS", "StationSettings", "load_settings", "save_settings", "sync_directory", "write_durably"]

PLAYERS = ("mpv", "wav", "mute")
_NAME = "station.json"


@dataclass(frozen=True, slots=True)
class StationSettings:
    """One enrolled station: where it keeps its files, whom it obeys and with what it plays.

    ``centre_keys`` maps key ids to raw public bytes; ``mpv_options`` are further arguments of mpv (an audio device);
    ``rtc`` says that the machine has a clock battery.
    """

    directory: Path
    centre: str
    station: str
    name: str
    zone: str
    api_token: str
    centre_keys: Mapping[str, bytes]
    player: str = "mpv"
    rtc: bool = False
    ca_file: str | None = None
    mpv_options: tuple[str, ...] = ()

    @property
    def key_path(self) -> Path:
        """Where the station's private key is kept (PKCS#8 PEM, 0600)."""
        return self.directory / "station.key"

    @property
    def store_path(self) -> Path:
        """Where the station's chain, outcomes and positions are kept."""
        return self.directory / "store.db"

    @property
    def rundown_path(self) -> Path:
        """Where the accepted rundown is kept, in the envelope in which it came."""
        return self.directory / "rundown.json"

    @property
    def media_directory(self) -> Path:
        """Where media are kept, each under its SHA-256."""
        return self.directory / "media"

    @property
    def sounded_directory(self) -> Path:
        """Where the ``wav`` player writes what sounded."""
        return self.directory / "sounded"


def write_durably(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Put ``content`` at ``path`` so that a power cut leaves the old file or the new one, whole."""
    part = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make the names in ``directory`` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def save_settings(settings: StationSettings) -> None:
    """Write ``settings`` into the station's directory; raises :class:`SettingsUnusable`."""
    told = {
        "centre": settings.centre,
        "station": settings.station,
        "name": settings.name,
        "zone": settings.zone,
        "api_token": settings.api_token,
        "centre_keys": {keyid: public.hex() for keyid, public in settings.centre_keys.items()},
        "player": settings.player,
        "rtc": settings.rtc,
        "ca_file": settings.ca_file,
        "mpv_options": list(settings.mpv_options),
    }
    path = settings.directory / _NAME
    try:
        settings.directory.mkdir(parents=True, exist_ok=True)
        write_durably(path, json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8"))
    except OSError as error:
        raise SettingsUnusable(path=str(path), reason=os_reason(error)) from error


def load_settings(directory: Path) -> StationSettings:
    """Return the settings kept in ``directory``; raises :class:`NotEnrolled` or :class:`SettingsUnusable`."""
    path = directory / _NAME
    try:
        told = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotEnrolled(directory=str(directory)) from error
    except OSError as error:
        raise SettingsUnusable(path=str(path), reason=os_reason(error)) from error
    except (ValueError, RecursionError) as error:
        raise SettingsUnusable(path=str(path), reason="không phải JSON") from error
    try:
        return _settings(directory, told)
    except KeyError as error:
        raise SettingsUnusable(path=str(path), reason=f"thiếu trường {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise SettingsUnusable(path=str(path), reason="có trường sai kiểu") from error


def _settings(directory: Path, told: Mapping[str, Any]) -> StationSettings:
    player = told["player"]
    if player not in PLAYERS:
        raise ValueError(player)
    return StationSettings(
        directory=directory,
        centre=str(told["centre"]),
        station=str(told["station"]),
        name=str(told["name"]),
        zone=str(told["zone"]),
        api_token=str(told["api_token"]),
        centre_keys={str(keyid): bytes.fromhex(public) for keyid, public in told["centre_keys"].items()},
        player=player,
        rtc=told["rtc"] is True,
        ca_file=None if told["ca_file"] is None else str(told["ca_file"]),
        mpv_options=tuple(str(option) for option in told.get("mpv_options", ())),
    )
