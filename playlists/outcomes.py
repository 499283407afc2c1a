"""What the air log says became of an airing and of each of its items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from playlists.model import AiringResult, ItemKind, OmissionReason, RowResult


class Reason(StrEnum):
    """Why an item did not start or stopped; a station may report others, which are kept as told."""

    EMERGENCY = "emergency"
    WITHDRAWAL = "withdrawal"
    POWER = "power"
    CRASH = "crash"
    FAULT = "fault"
    OVERRUN = "overrun"
    """It ran over into the hard start of the next airing."""
    EXPIRED = "expired"
    LATE = "late"
    NOT_READY = "not-ready"
    CLOCK_UNSET = "clock-unset"
    SHORT = "short"
    """It ended by its own account, and had sounded for less than its length."""
    OLD_PLAN = "old-plan"
    """The station played from an older rundown that does not hold the item."""


class Note(StrEnum):
    """What a reader of the air log should know beside the result."""

    OLD_PLAN = "old-plan"
    LATE_START = "late-start"
    REPEATED = "repeated"
    OTHER_MEDIA = "other-media"
    SILENCE = "silence"
    FAULT = "fault"
    UNCERTAIN_CLOCK = "uncertain-clock"
    """The station's clock was too uncertain to say that it started within the grace."""
    AWAITING_REPORT = "awaiting-report"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The result of one item of an airing.

    ``ordinal`` is the item's index in the rundown that counted; for a left-out item it is None and
    ``programme_ordinal`` is its place in the programme. ``played`` is how much of it is known to have sounded;
    ``interrupted_by`` is set for ``interrupted`` alone, then ``position`` is where it was cut, as far as it is known.
    """

    kind: ItemKind
    bulletin_id: UUID | None
    language: str
    result: RowResult
    ordinal: int | None = None
    programme_ordinal: int | None = None
    revision: int | None = None
    media: str | None = None
    approval: str | None = None
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    reason: Reason | OmissionReason | str | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    played: timedelta | None = None
    position: timedelta | None = None
    interrupted_by: str | None = None
    title: str | None = None
    clock_offset: timedelta | None = None
    clock_uncertainty: timedelta | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class AiringOutcome:
    """The result of one airing: ``rows`` in playing order, then what was left out.

    ``settled`` is False while time alone can still change the result; a later report may change any result.
    ``rundown`` is the sequence whose plan counted. Rows of structure items (jingles, stings ...) count in the fold and
    have no line of their own in the air log: see :attr:`content_rows`.
    """

    airing_id: UUID
    result: AiringResult
    rows: tuple[RowOutcome, ...]
    settled: bool
    rundown: int | None = None
    reason: str | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    notes: tuple[Note, ...] = ()

    @property
    def content_rows(self) -> tuple[RowOutcome, ...]:
        """The rows of the air log: headlines, bulletins and notices."""
        return tuple(row for row in self.rows if row.kind.is_content)
