"""Which driver a station's settings choose."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from scheduler.station.errors import PlayerUnavailable
from scheduler.station.players.mpv import MpvPlayer
from scheduler.station.players.mute import MutePlayer
from scheduler.station.players.player import Player
from scheduler.station.players.wav import WavPlayer
from scheduler.station.settings import StationSettings

__all__ = ["choose_player"]


def choose_player(settings: StationSettings, *, offset_us: Callable[[], int]) -> Player:
    """Return the player of ``settings``; raises :class:`PlayerUnavailable` when this machine lacks it."""
    if settings.player == "wav":
        return WavPlayer(settings.sounded_directory, offset_us=offset_us)
    if settings.player == "mute":
        return MutePlayer()
    program = shutil.which("mpv")
    if program is None:
        raise PlayerUnavailable(player="mpv", reason="máy chưa cài mpv, hãy cài gói mpv")
    return MpvPlayer(settings.mpv_options, program=program)
