"""What operators say about sessions that did not sound as planned: an entry of its own, beside the result."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.model import AiringResult
from scheduler.canonical import clean_text
from scheduler.db.accounts import AuditEvent, Person
from scheduler.db.planning import Airing
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Deed, require_station
from scheduler.services import audit, stations

EXPLAINED = "airing-explained"
CALLS_FOR_ONE = frozenset({AiringResult.MISSED, AiringResult.INTERRUPTED, AiringResult.PARTLY, AiringResult.UNKNOWN})
"""The results, of airings and of their rows, of which leaders want to hear why."""

LONGEST = 500
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Explanation:
    """What somebody said about an airing; ``ledger_seq`` proves who and when."""

    text: str
    person_name: str
    at: datetime
    ledger_seq: int


def explain_airing(session: Session, actor: Actor, *, airing_id: str, text: str, now: datetime) -> int:
    """Record why an airing went as it did, by an operator of its station; return the ledger number.

    The result stays what the station's words make it; a later explanation stands beside the earlier ones. Raises
    :class:`~scheduler.errors.NotFound`, :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput`
    and, before the start, :class:`~scheduler.errors.Conflict`.
    """
    airing = session.get(Airing, airing_id)
    if airing is None:
        raise NotFound(what="lượt phát này")
    above = stations.unit_codes_above(session, airing.station_id, airing.local_date)
    require_station(actor, Deed.EXPLAIN, airing.station_id, above)
    said = clean_text(text).strip()
    if not 3 <= len(said) <= LONGEST or "\0" in said:
        raise InvalidInput(what=f"Hãy ghi lý do, từ 3 đến {LONGEST} ký tự")
    if airing.starts_at > now:
        raise Conflict(what="Buổi phát chưa đến giờ, chưa cần giải trình")
    return audit.record(
        session,
        person=actor.id,
        deed=EXPLAINED,
        subject_kind="airing",
        subject_id=airing.id,
        at=now,
        facts={"text": said},
    )


def may_explain(session: Session, actor: Actor, *, station_id: str, day: date) -> bool:
    """Tell whether somebody may explain a station's airings of ``day``: for pages that show or hide the form."""
    if not actor.may(Deed.EXPLAIN):
        return False
    try:
        require_station(actor, Deed.EXPLAIN, station_id, stations.unit_codes_above(session, station_id, day))
    except NotAllowed:
        return False
    return True


def explanations(session: Session, airing_ids: Collection[str]) -> dict[str, Explanation]:
    """Return the newest explanation of each airing that has one."""
    found: dict[str, Explanation] = {}
    wanted = sorted(airing_ids)
    for first in range(0, len(wanted), _AT_ONCE):
        query = (
            select(AuditEvent, Person.display_name)
            .join(Person, Person.id == AuditEvent.person_id)
            .where(
                AuditEvent.subject_kind == "airing",
                AuditEvent.subject_id.in_(wanted[first : first + _AT_ONCE]),
                AuditEvent.deed == EXPLAINED,
            )
            .order_by(AuditEvent.ledger_seq)
        )
        for event, name in session.execute(query):
            found[event.subject_id] = Explanation(event.facts["text"], name, event.at, event.ledger_seq)
    return found
