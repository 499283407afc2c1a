"""Signs for each station what it may play, from standing approvals alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from scheduler.db.planning import RundownIssue


class StandingApproval(Protocol):
    """One track of one approval: dates are local and inclusive; ``ended`` says how the approval ended, null if it
    stands; ``kind`` is the rundown item's kind (``headline`` for a headline track)."""

    @property
    def bulletin_id(self) -> str: ...  # noqa: D102
    @property
    def revision(self) -> int: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def media_sha256(self) -> str: ...  # noqa: D102
    @property
    def duration_ms(self) -> int: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def bulletin_class(self) -> str: ...  # noqa: D102
    @property
    def valid_from(self) -> date: ...  # noqa: D102
    @property
    def valid_to(self) -> date | None: ...  # noqa: D102
    @property
    def ended(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Due:
    """The stations whose rundown may have to be issued anew, and the ledger number up to which that is true."""

    station_ids: tuple[str, ...]
    through: int


def stations_due(session: Session, *, zone: str, now: datetime, since: int = 0) -> Due:
    """Return the stations to look at: all enrolled ones if anything but reports came into the ledger after ``since``
    (the ``through`` of a round that went well; 0 after a start), else those whose rundown is of an earlier local day."""
    raise NotImplementedError


def issue_rundown(
    session: Session,
    *,
    station_id: str,
    key: Ed25519PrivateKey,
    approvals: Sequence[StandingApproval],
    zone: str,
    days_ahead: int,
    valid_days: int,
    approval_cutoff_s: int,
    now: datetime,
) -> RundownIssue | None:
    """Sign and store the station's rundown if it says something else than its last one; null when it does not."""
    raise NotImplementedError


def current_rundown(session: Session, station_id: str) -> tuple[str, str] | None:
    """Return the newest envelope of a station and its ETag (the envelope's SHA-256), null before the first."""
    raise NotImplementedError


def may_fetch(session: Session, station_id: str, sha256: str) -> bool:
    """Tell whether the station's newest rundown names the medium."""
    raise NotImplementedError
