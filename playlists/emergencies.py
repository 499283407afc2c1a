"""Emergencies and their drills: aired at once everywhere that they mean, some times over, until they expire.

What stands here is what the approval binds: whoever approves an emergency releases exactly this (Circular
39/2020/TT-BTTTT).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from playlists.errors import InvalidPlan
from playlists.model import require, require_instant
from playlists.scopes import Scope

MOST_TIMES = 48
SHORTEST_PERIOD = timedelta(minutes=1)
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EmergencyOrder:
    """What an emergency bulletin orders before anybody approves it: where, how often, how long it holds, drill or not.

    ``scope`` is None while its writer has not chosen where: such an order can be kept, and not released.
    """

    scope: Scope | None = None
    times: int = 1
    every: timedelta = timedelta(minutes=10)
    valid_for: timedelta = timedelta(hours=1)
    drill: bool = False

    def __post_init__(self) -> None:
        require(that=1 <= self.times <= MOST_TIMES, what=f"Tin khẩn cấp phát từ 1 đến {MOST_TIMES} lần")
        require(that=self.every >= SHORTEST_PERIOD, what="Hai lần phát tin khẩn cấp cách nhau ít nhất 1 phút")
        require(
            that=SHORTEST_PERIOD <= self.valid_for <= LONGEST,
            what="Tin khẩn cấp có hiệu lực từ 1 phút đến 24 giờ kể từ lúc duyệt",
        )
        require(
            that=(self.times - 1) * self.every < self.valid_for,
            what="Lần phát cuối của tin khẩn cấp rơi sau lúc hết hiệu lực: hãy bớt số lần, phát dày hơn hoặc cho hiệu "
            "lực dài hơn",
        )

    def released(
        self, bulletin_id: UUID, revision: int, *, at: datetime, no_later_than: datetime | None = None
    ) -> Emergency:
        """Return the emergency that an approval at ``at`` releases; it ends by the bulletin's own end, if that is
        earlier. Raises :class:`~playlists.errors.InvalidPlan` while nobody has chosen where."""
        if self.scope is None:
            raise InvalidPlan(what="Hãy chọn nơi phát tin khẩn cấp: toàn mạng, đơn vị hoặc cụm loa")
        ends = at + self.valid_for
        return Emergency(
            bulletin_id=bulletin_id,
            revision=revision,
            scope=self.scope,
            released_at=at,
            expires_at=ends if no_later_than is None else min(ends, no_later_than),
            times=self.times,
            every=self.every,
            drill=self.drill,
        )


def refuse_too_long(order: EmergencyOrder, lasts: timedelta) -> None:
    """Raise :class:`~playlists.errors.InvalidPlan` when one sounding of ``lasts`` does not end before the next begins,
    or before the order's end."""
    require(
        that=order.times == 1 or lasts < order.every,
        what="Bản âm thanh dài hơn khoảng cách giữa hai lần phát: hãy trả lại để người viết cho phát thưa hơn",
    )
    require(
        that=(order.times - 1) * order.every + lasts <= order.valid_for,
        what="Lần phát cuối chưa xong thì đã hết hiệu lực: hãy trả lại để người viết cho hiệu lực dài hơn",
    )


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
