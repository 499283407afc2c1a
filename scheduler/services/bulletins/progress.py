"""How far a rendering is, told while it is being spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from scheduler.db.bulletins import RenderRequest

NO_PROGRESS: Mapping[str, None] = {"engine_at_work": None, "sentences_done": None, "sentences_total": None}
"""What a request says while nobody works on it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The engine at work, the sentences that it has spoken, and all that there are."""

    engine: str
    done: int
    total: int


def progress_of(request: RenderRequest) -> Progress | None:
    """Return how far a rendering is; null before its first sentence and when nobody works on it."""
    if request.engine_at_work is None or request.sentences_done is None or request.sentences_total is None:
        return None
    return Progress(request.engine_at_work, request.sentences_done, request.sentences_total)


def note_progress(
    session: Session,
    *,
    request_id: int,
    attempts: int,
    owner: str,
    progress: Progress,
    now: datetime,
    lease: timedelta,
) -> None:
    """Tell how far a claimed rendering is, and hold it until ``now + lease``.

    Does nothing when the lease is somebody else's, or the request was closed.
    """
    session.execute(
        update(RenderRequest)
        .where(
            RenderRequest.id == request_id,
            RenderRequest.attempts == attempts,
            RenderRequest.lease_owner == owner,
            RenderRequest.done_at.is_(None),
        )
        .values(
            lease_until=now + lease,
            engine_at_work=progress.engine,
            sentences_done=progress.done,
            sentences_total=progress.total,
        )
        .execution_options(synchronize_session=False)
    )
