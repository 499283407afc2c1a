"""Emergencies and their drills: aired at once everywhere that they mean, some times over, until they expire.

What stands here is what the approval binds: whoever approves an emergency releases exactly this (Circular
39/2020/TT-BTTTT).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from playlists.model import require, require_instant
from playlists.scopes import Scope

MOST_TIMES = 48
SHORTEST_PERIOD = timedelta(minutes=1)
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Emergency:
    """An approved emergency bulletin: it sounds ``times`` times, one every ``every``, from its release until
    ``expires_at`` (not included). A drill is the same thing under another name, and says so everywhere."""

    bulletin_id: UUID
    revision: int
    scope: Scope
    released_at: datetime
    expires_at: datetime
    times: int = 1
    every: timedelta = timedelta(minutes=10)
    drill: bool = False

    def __post_init__(self) -> None:
        require_instant(self.released_at, "duyệt tin khẩn cấp")
        require_instant(self.expires_at, "hết hạn tin khẩn cấp")
        require(
            that=self.released_at < self.expires_at <= self.released_at + LONGEST,
            what="Tin khẩn cấp phải hết hạn sau lúc duyệt và trong vòng 24 giờ",
        )
        require(that=1 <= self.times <= MOST_TIMES, what=f"Tin khẩn cấp phát từ 1 đến {MOST_TIMES} lần")
        require(that=self.every >= SHORTEST_PERIOD, what="Hai lần phát tin khẩn cấp cách nhau ít nhất 1 phút")


@dataclass(frozen=True, slots=True)
class Alert:
    """One sounding of an emergency at a station: it may begin in ``[starts_at, starts_at + grace)``.

    A station that comes back late plays the one whose turn it is, and says of those before that they were missed.
    """

    id: UUID
    station_id: UUID
    ordinal: int
    starts_at: datetime
    grace: timedelta


def alerts(emergency: Emergency, station_id: UUID) -> tuple[Alert, ...]:
    """Return the soundings of an emergency at a station, in order."""
    found = []
    for ordinal in range(emergency.times):
        starts_at = emergency.released_at + ordinal * emergency.every
        if starts_at >= emergency.expires_at:
            break
        until = starts_at + emergency.every if ordinal + 1 < emergency.times else emergency.expires_at
        grace = min(until, emergency.expires_at) - starts_at
        identity = uuid5(emergency.bulletin_id, f"{emergency.revision}/{ordinal}/{station_id}")
        found.append(Alert(identity, station_id, ordinal, starts_at, grace))
    return tuple(found)
