"""What the story of one airing is made of: frozen values, from the letter to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scheduler.services.airlog import AirLogRow
from scheduler.services.explanations import Explanation


@dataclass(frozen=True, slots=True)
class StoryDirective:
    """The letter that a bulletin was born of; parts that the letter lacks are null."""

    id: str
    number: str | None
    symbol: str | None
    day: int | None
    month: int | None
    year: int | None
    issuer: str | None
    subject: str | None
    file_sha256: str
    warnings: int
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class StoryObligation:
    """The block of the letter that asked for it; ``deadlines`` are in words."""

    ordinal: int
    addressee: str
    actions: tuple[str, ...]
    deadlines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryRevision:
    """One text of the bulletin, with the hashes of what was written and what was to be read."""

    number: int
    state: str
    title: str
    author_name: str | None
    saved_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    returned_by: str | None
    returned_at: datetime | None
    return_reason: str | None
    script_sha256: str
    reading_sha256: str | None
    sentences: int


@dataclass(frozen=True, slots=True)
class StoryRecording:
    """The sound that was approved; loudness in hundredths of LUFS, peak in hundredths of dBTP."""

    media_sha256: str
    engine: str
    voice: str
    draft_voice: bool
    made_by: str | None
    made_at: datetime
    bytes: int
    duration_ms: int
    loudness_clufs: int
    true_peak_cdbtp: int
    peaks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StoryApproval:
    """Who approved, when, how much of it he or she had heard, and how the approval ended, if it did."""

    digest: str
    approver_name: str
    approved_at: datetime
    heard_permille: int
    end_kind: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoryItem:
    """One item of the airing with its past; ``row`` tells what became of it.

    ``media_matches`` tells whether what was approved, what the rundown named and what the station says it played are
    the same bytes; null as long as one of them is missing. ``why`` is why a rotation chose it (canonical JSON), null
    for what the programme fixes.
    """

    row: AirLogRow
    directive: StoryDirective | None
    obligation: StoryObligation | None
    revisions: tuple[StoryRevision, ...]
    recording: StoryRecording | None
    approval: StoryApproval | None
    media_matches: bool | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class StoryRundown:
    """The signed document that counted: ``accepted_at`` is when the station says that it took it."""

    sequence: int
    issued_at: datetime
    expires_at: datetime
    envelope_sha256: str
    ledger_seq: int | None
    accepted_at: datetime | None
    accepted_ledger_seq: int | None


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One as-run entry about the airing, as the station told it.

    ``at`` is centre time, ``item`` the index in the rundown, as in the airing's rows; ``edge`` tells which end of the
    item an ``item`` entry is about: start or end, null when the station did not say.
    """

    chain: str
    n: int
    at: datetime
    event: str
    item: int | None
    edge: str | None
    reason: str | None
    clock_offset_ms: int | None
    clock_uncertainty_ms: int | None
    clock_source: str
    hash: str
    received_at: datetime
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class StorySettlement:
    """What the centre concluded, and when; the last one counts."""

    ordinal: int
    at: datetime
    result: str
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A ledger line that is part of the proof."""

    seq: int
    at: datetime
    kind: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class StoryPlan:
    """How it came into the timetable: a slot that somebody proposed and somebody published, or a one-off."""

    slot_id: str | None
    proposed_by: str | None
    proposed_at: datetime | None
    published_by: str | None
    published_at: datetime | None
    planned_by: str | None
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """One airing from beginning to end; ``unit_path`` names the unit of that day and those above it, nearest first."""

    airing_id: str
    title: str
    station_id: str
    station_name: str
    unit_code: str
    unit_path: tuple[str, ...]
    unit_valid_from: date | None
    local_date: date
    starts_at: datetime
    ends_by: datetime
    result: str
    reason: str | None
    notes: tuple[str, ...]
    actual_start: datetime | None
    actual_end: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    plan: StoryPlan
    rundown: StoryRundown | None
    items: tuple[StoryItem, ...]
    entries: tuple[StoryEntry, ...]
    settlements: tuple[StorySettlement, ...]
    ledger: tuple[StoryLine, ...]
    bulletin_class: str
    drill: bool
    explanation: Explanation | None = None
