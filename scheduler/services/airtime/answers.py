"""What an obligation is answered with: its bulletins, and by when they must have sounded."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from scheduler.db.letters import Obligation
from scheduler.errors import NotFound
from scheduler.letters.dates import Deadline
from scheduler.services import letters
from scheduler.services.airtime.directive import answers, deadline_of
from scheduler.services.bulletins.views import bulletin_list


@dataclass(frozen=True, slots=True)
class ObligationAnswers:
    """One obligation of a directive (``ordinal`` from 1) with the ids of the bulletins that answer it.

    ``deadline`` is by when they must have sounded, null where the letter names none for it.
    """

    obligation_id: int
    ordinal: int
    directive_id: str
    directive_name: str
    deadline: Deadline | None
    bulletin_ids: tuple[str, ...]


def obligation_answers(session: Session, obligation_id: int) -> ObligationAnswers:
    """Return what answers an obligation, approved or not; raises :class:`~scheduler.errors.NotFound`."""
    row = session.get(Obligation, obligation_id)
    if row is None:
        raise NotFound(what="nhiệm vụ này của văn bản chỉ đạo")
    told = letters.directive(session, row.directive_id)
    lines = bulletin_list(session, directive_id=row.directive_id)
    obligation = next(each for each in told.obligations if each.id == row.id)
    deadline, _ = deadline_of(obligation, told)
    return ObligationAnswers(
        obligation_id=row.id,
        ordinal=row.ordinal,
        directive_id=row.directive_id,
        directive_name=told.name,
        deadline=deadline,
        bulletin_ids=tuple(line.bulletin_id for line in lines if answers(line, row.id, told)),
    )
