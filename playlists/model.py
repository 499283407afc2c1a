"""The frozen values of the timetable: what is asked for, what is planned, what a station says it did.

Instants are aware UTC, lengths are ``timedelta``.
Media and approvals are SHA-256 digests in 64 lower-case hexadecimal digits, without a prefix. A value that cannot be
true (a negative length, a naive instant) raises :class:`~playlists.errors.InvalidPlan` when it is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from playlists.errors import InvalidPlan

DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
NO_TIME = timedelta(0)
NO_WORDS = "zxx"
"""The BCP 47 tag of sound without words (jingles, stings, test tones)."""


class BulletinClass(StrEnum):
    """The class of a bulletin (Circular 39/2020/TT-BTTTT): how it takes its place among others."""

    NORMAL = "normal"
    PRIORITY = "priority"
    EMERGENCY = "emergency"


class ItemKind(StrEnum):
    """What an item of a session is."""

    JINGLE = "jingle"
    OPENING = "opening"
    HEADLINE = "headline"
    BULLETIN = "bulletin"
    NOTICE = "notice"
    STING = "sting"
    CLOSING = "closing"
    STANDBY = "standby"
    TEST = "test"

    @property
    def is_content(self) -> bool:
        """Whether it says something of its own: such an item has a row in the air log, the others give structure."""
        return self in CONTENT_KINDS


CONTENT_KINDS = frozenset({ItemKind.HEADLINE, ItemKind.BULLETIN, ItemKind.NOTICE})


class StartRule(StrEnum):
    """``hard``: at its instant, whatever plays; ``soft``: as soon as what plays has ended, within the grace."""

    HARD = "hard"
    SOFT = "soft"


class OmissionReason(StrEnum):
    """Why an item that the plan names is not in what a station shall play."""

    NOT_APPROVED = "not-approved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    NO_MEDIA = "no-media"
    WRONG_LANGUAGE = "wrong-language"
    DOES_NOT_FIT = "does-not-fit"


class RowResult(StrEnum):
    """What became of one item of one airing at one station (``docs/protocol.md``, "The air log")."""

    PLANNED = "planned"
    ON_AIR = "on-air"
    AIRED = "aired"
    INTERRUPTED = "interrupted"
    MISSED = "missed"
    LEFT_OUT = "left-out"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class AiringResult(StrEnum):
    """What became of one airing at one station, folded from its rows."""

    PLANNED = "planned"
    ON_AIR = "on-air"
    AIRED = "aired"
    PARTLY = "partly"
    INTERRUPTED = "interrupted"
    MISSED = "missed"
    LEFT_OUT = "left-out"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class AsRunEvent(StrEnum):
    """What an as-run entry tells; the values are those of the protocol."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"
    ITEM = "item"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    MISSED = "missed"
    SILENCE = "silence"
    FAULT = "fault"
    COMMAND = "command"


class ItemPhase(StrEnum):
    """Which end of an item an ``item`` entry tells of."""

    START = "start"
    END = "end"


def require(*, that: bool, what: str) -> None:
    """Raise :class:`InvalidPlan` saying ``what`` is wrong unless ``that`` holds."""
    if not that:
        raise InvalidPlan(what=what)


def require_instant(instant: datetime, name: str) -> None:
    """Raise :class:`InvalidPlan` unless ``instant`` is an aware UTC datetime."""
    require(that=instant.utcoffset() == NO_TIME, what=f"Thời điểm {name} phải ghi theo giờ UTC")


def _require_digest(digest: str | None, name: str) -> None:
    require(
        that=digest is None or bool(DIGEST.fullmatch(digest)), what=f"Mã băm {name} phải gồm 64 chữ số thập lục phân"
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One medium to play and the approval that covers it; ``media`` is None where there is nothing to play yet."""

    kind: ItemKind
    media: str | None
    duration: timedelta
    bulletin_id: UUID
    revision: int
    language: str
    approval: str
    title: str
    bulletin_class: BulletinClass = BulletinClass.NORMAL

    def __post_init__(self) -> None:
        require(that=self.duration >= NO_TIME, what=f"Thời lượng của “{self.title}” không được âm")
        require(that=self.revision >= 1, what=f"Lần sửa của “{self.title}” phải từ 1 trở lên")
        _require_digest(self.media, "tệp âm thanh")
        _require_digest(self.approval, "duyệt")


@dataclass(frozen=True, slots=True)
class ApprovedTrack:
    """One track that one approval names, with what decides whether it may sound at an instant.

    It is valid in ``[valid_from, valid_to)``; None is no end. ``withdrawn`` approvals are handed in too, so that the
    reason of an omission can be told. ``media`` is None where the file is gone or was never made.
    """

    bulletin_id: UUID
    revision: int
    kind: ItemKind
    language: str
    media: str | None
    duration: timedelta
    approval: str
    title: str
    valid_from: datetime
    valid_to: datetime | None = None
    bulletin_class: BulletinClass = BulletinClass.NORMAL
    withdrawn: bool = False

    def __post_init__(self) -> None:
        require_instant(self.valid_from, "bắt đầu hiệu lực")
        if self.valid_to is not None:
            require_instant(self.valid_to, "hết hiệu lực")
        self.to_item()

    def to_item(self) -> Item:
        """Return the track as an item to play."""
        return Item(
            kind=self.kind,
            media=self.media,
            duration=self.duration,
            bulletin_id=self.bulletin_id,
            revision=self.revision,
            language=self.language,
            approval=self.approval,
            title=self.title,
            bulletin_class=self.bulletin_class,
        )


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """What a programme asks for at one place, before approvals are looked at.

    A content kind names its bulletin. A structure kind may leave ``bulletin_id`` None: the house item of that kind.
    """

    kind: ItemKind
    bulletin_id: UUID | None = None
    language: str = "vi"
    bulletin_class: BulletinClass = BulletinClass.NORMAL

    def __post_init__(self) -> None:
        require(
            that=self.bulletin_id is not None or not self.kind.is_content,
            what="Mục có nội dung trong chương trình phải nêu bản tin",
        )


@dataclass(frozen=True, slots=True)
class Programme:
    """A list of items under a title, in the order that its editor gave."""

    id: UUID
    title: str
    items: tuple[ProgrammeItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Airing:
    """One session at one station and what is asked for in it; ``slot_id`` None is a one-off or a make-good.

    ``max_duration`` None is no limit. ``date`` is the local date of its start. ``languages`` are those in which the
    station airs, the preferred one first; none: whichever is asked for.
    """

    id: UUID
    station_id: UUID
    date: date
    starts_at: datetime
    title: str
    programme: tuple[ProgrammeItem, ...]
    slot_id: UUID | None = None
    ordinal: int = 0
    max_duration: timedelta | None = None
    bulletin_class: BulletinClass = BulletinClass.NORMAL
    start_rule: StartRule = StartRule.HARD
    grace: timedelta = timedelta(seconds=30)
    gain_cb: int = 0
    drill: bool = False
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_instant(self.starts_at, "bắt đầu phát")
        require(that=self.grace >= NO_TIME, what="Thời gian chờ cho phép không được âm")
        require(
            that=self.max_duration is None or self.max_duration > NO_TIME,
            what=f"Buổi phát “{self.title}” phải dài hơn 0 phút",
        )


@dataclass(frozen=True, slots=True)
class Omission:
    """An item that the plan names and that shall not play; ``item_ordinal`` is its place in ``Airing.programme``."""

    airing_id: UUID
    item_ordinal: int
    bulletin_id: UUID | None
    kind: ItemKind
    language: str
    reason: OmissionReason


@dataclass(frozen=True, slots=True)
class PlannedAiring:
    """What a station shall play for one airing, and what was left out of it.

    An item's index in ``items`` is the index that the station's as-run entries use. ``sent`` is False when nothing
    speakable is left: such an airing is listed with its omissions, has no items, and is not dispatched.
    """

    airing: Airing
    items: tuple[Item, ...]
    omissions: tuple[Omission, ...] = ()
    sent: bool = True

    @property
    def duration(self) -> timedelta:
        """How long the items sound."""
        return sum((item.duration for item in self.items), NO_TIME)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the last item ends when the airing starts on time."""
        return self.airing.starts_at + self.duration


@dataclass(frozen=True, slots=True)
class AsRun:
    """What a station says, as far as the air log needs it; ``at`` is in centre time.

    ``chain`` and ``n`` name the entry; ``rundown`` is the sequence it played from; ``item`` is the index in the
    planned items. ``phase`` and ``position`` (how much of the item had sounded) are told by the entry's ``detail``: its
    ``edge``, and ``duration_ms`` at an item's end or ``position_ms`` at an interruption. ``clock_offset`` and
    ``clock_uncertainty`` are None while the station's clock is unset.
    """

    chain: str
    n: int
    event: AsRunEvent
    airing_id: UUID
    at: datetime
    item: int | None = None
    media: str | None = None
    reason: str | None = None
    phase: ItemPhase | None = None
    position: timedelta | None = None
    rundown: int | None = None
    clock_offset: timedelta | None = None
    clock_uncertainty: timedelta | None = None

    def __post_init__(self) -> None:
        require_instant(self.at, "của mục nhật ký")
