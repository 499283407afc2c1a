"""What stands between a person and an approval, in words for the page; the rule itself is in ``approvals``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from scheduler.db.bulletins import Recording, Revision
from scheduler.errors import LoaError, NotAllowed
from scheduler.rules.approval import FourEyes, NotHeard, NotReady
from scheduler.rules.permissions import Actor
from scheduler.services.bulletins.approvals import check_may_approve

Cause = Literal["role", "state", "four-eyes", "not-ready", "not-heard"]


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a person can't approve now: a code, and the sentence that the refusal would say."""

    cause: Cause
    message: str


def hindrance(
    session: Session, actor: Actor, *, revision: Revision, tracks: Sequence[Recording], heard_needed_permille: int
) -> Hindrance | None:
    """Return what hinders ``actor`` from approving ``revision`` now, the first of all; null when nothing does."""
    try:
        check_may_approve(session, actor, revision=revision, tracks=tracks, heard_needed_permille=heard_needed_permille)
    except LoaError as error:
        return Hindrance(_cause(error), str(error))
    return None


def _cause(error: LoaError) -> Cause:
    match error:
        case NotAllowed():
            return "role"
        case FourEyes():
            return "four-eyes"
        case NotReady():
            return "not-ready"
        case NotHeard():
            return "not-heard"
    return "state"
