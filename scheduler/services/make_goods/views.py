"""What pages are told of sessions that may be made good, and of those that are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from playlists.hours import Hours


@dataclass(frozen=True, slots=True)
class MakeGoodRules:
    """The network's rules: ``within`` is how long after its start a session is made good, ``days_ahead`` how far the
    plan reaches, ``zone`` (an IANA name) people's."""

    zone: str
    hours: Hours
    within: timedelta
    days_ahead: int
    approval_cutoff: timedelta


class Hindrance(StrEnum):
    """Why nothing can be proposed for a session that did not sound as planned."""

    NOTHING_LEFT = "nothing-left"
    """What has not sounded of it may not sound any more: withdrawn, expired, not approved."""
    NO_FREE_TIME = "no-free-time"
    STATION_STOPPED = "station-stopped"


@dataclass(frozen=True, slots=True)
class MakeGoodItem:
    """One item that would sound again."""

    kind: str
    title: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Content that did not sound and stays away all the same; ``reason`` is a code of the left-out reasons."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Who asked for a make-good or said that there shall be none, when and in which words (a request may have none)."""

    person_name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class MakeGoodCase:
    """A session that did not sound as planned, and when it can be made good.

    ``content`` is what would be said at ``proposed_at``, in order, ``left_behind`` what would not. Proposed times are
    null where ``hindrance`` says why; ``until`` is the instant by which a make-good must have ended. At most one of
    ``request`` and ``dismissal`` is there: the later one.
    """

    airing_id: str
    title: str
    station_id: str
    station_name: str
    unit_name: str
    local_date: date
    starts_at: datetime
    result: str
    content: tuple[MakeGoodItem, ...]
    left_behind: tuple[LeftBehind, ...]
    proposed_at: datetime | None
    proposed_end: datetime | None
    until: datetime
    hindrance: Hindrance | None
    request: Statement | None
    dismissal: Statement | None


@dataclass(frozen=True, slots=True)
class MakeGoodLink:
    """The other end of the link between a session and its make-good.

    ``result`` is what the air log says of it, null before that; ``cancel_reason`` is why it was called off, if it was.
    """

    airing_id: str
    title: str
    starts_at: datetime
    result: str | None
    cancel_reason: str | None
