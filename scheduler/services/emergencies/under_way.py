"""Emergencies of the last day: which still hold, and how far each station is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from playlists.emergencies import LONGEST
from playlists.model import BulletinClass
from scheduler.db.accounts import Person
from scheduler.db.bulletins import Approval, ApprovalEnd, Revision
from scheduler.db.emergencies import Release
from scheduler.db.planning import Airing
from scheduler.db.reports import AsRunRow
from scheduler.db.units import StationReport
from scheduler.protocol import Event
from scheduler.services.emergencies import urgent

StationStage = Literal["waiting", "accepted", "sounding", "aired", "interrupted", "missed", "called-off"]

_SAID: Mapping[str, StationStage] = {
    Event.STARTED.value: "sounding",
    Event.ITEM.value: "sounding",
    Event.FINISHED.value: "aired",
    Event.INTERRUPTED.value: "interrupted",
    Event.MISSED.value: "missed",
}


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """An emergency that was released within the last day; ``ended`` is how its approval ended, null while it stands.

    ``expires_at`` is when it ends by itself; ``planned`` at how many stations it was to sound.
    """

    bulletin_id: str
    revision: int
    approval: str
    title: str
    drill: bool
    released_at: datetime
    expires_at: datetime
    approver_name: str
    planned: int
    ended: str | None
    ended_at: datetime | None

    def running(self, now: datetime) -> bool:
        """Tell whether it may sound still."""
        return self.ended is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class StationShare:
    """How far one station is: its latest word on the soundings, or whether it holds the rundown that tells of them.

    ``aired`` counts the soundings that it played to their end, of ``soundings``.
    """

    station_id: str
    name: str
    unit_name: str
    stage: StationStage
    aired: int
    soundings: int
    last_word: datetime | None


def emergencies_since(session: Session, *, now: datetime) -> list[EmergencyLine]:
    """Return the emergencies of the last day, the newest first."""
    rows = session.execute(_released(now)).all()
    found = []
    for approval, revision, end, approver_name in rows:
        facts = session.execute(
            select(func.count(Airing.station_id.distinct()), func.max(Airing.expires_at), func.max(Airing.starts_at))
            .join(Release, Release.airing_id == Airing.id)
            .where(Release.approval_digest == approval.digest)
        ).one()
        planned, expires_at = facts[0], facts[1]
        if expires_at is None:
            continue
        found.append(
            EmergencyLine(
                bulletin_id=approval.bulletin_id,
                revision=revision.number,
                approval=approval.digest,
                title=revision.title,
                drill=_is_drill(approval.document),
                released_at=approval.approved_at,
                expires_at=expires_at,
                approver_name=approver_name,
                planned=planned,
                ended=end.kind if end is not None else None,
                ended_at=end.at if end is not None else None,
            )
        )
    return found


def _released(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Approval, Revision, ApprovalEnd, Person.display_name)
        .join(Revision, Revision.id == Approval.revision_id)
        .join(Person, Person.id == Approval.approver_id)
        .outerjoin(ApprovalEnd, ApprovalEnd.digest == Approval.digest)
        .where(Revision.bulletin_class == BulletinClass.EMERGENCY.value, Approval.approved_at > now - LONGEST)
        .order_by(Approval.approved_at.desc(), Approval.digest)
    )


def _is_drill(document: str) -> bool:
    told = json.loads(document).get("emergency")
    return bool(told and told.get("drill"))


def stations_of(session: Session, digest: str) -> int:
    """Return at how many stations an approval released soundings; 0 for one that is no emergency's."""
    query = select(func.count(Airing.station_id.distinct())).join(Release, Release.airing_id == Airing.id)
    return session.scalar(query.where(Release.approval_digest == digest)) or 0


def shares(session: Session, line: EmergencyLine) -> list[StationShare]:
    """Return how far each station is with an emergency, by name."""
    query = select(Airing).join(Release, Release.airing_id == Airing.id)
    rows = session.scalars(query.where(Release.approval_digest == line.approval).order_by(Airing.ordinal))
    soundings: dict[str, list[Airing]] = defaultdict(list)
    for row in rows:
        soundings[row.station_id].append(row)
    words = _words(session, line)
    approval = session.get_one(Approval, line.approval)
    told: dict[str, int] = dict(session.execute(urgent.telling(approval)).all())
    held = {row.station_id: row.sequence for row in session.scalars(select(StationReport))}
    found = [
        _share(of_station, words, accepted=_holds(held.get(station_id), told.get(station_id)))
        for station_id, of_station in soundings.items()
    ]
    return sorted(found, key=lambda share: (share.name, share.station_id))


def counted(found: Iterable[StationShare]) -> Counter[StationStage]:
    """Return how many stations are how far."""
    return Counter(share.stage for share in found)


def _share(rows: list[Airing], words: Mapping[str, list[AsRunRow]], *, accepted: bool) -> StationShare:
    said = [(row, words.get(row.id, [])) for row in rows]
    stages = [_stage(entries[-1]) for _, entries in said if entries]
    last = [entry.at for _, entries in said for entry in entries]
    off = all(row.cancelled_at is not None for row in rows)
    stage: StationStage = "called-off" if off else "accepted" if accepted else "waiting"
    return StationShare(
        station_id=rows[0].station_id,
        name=rows[0].station_name,
        unit_name=rows[0].unit_name,
        stage=_latest(stages) or stage,
        aired=stages.count("aired"),
        soundings=len(rows),
        last_word=max(last, default=None),
    )


def _stage(last: AsRunRow) -> StationStage:
    called_off = last.event == Event.MISSED.value and last.reason == "withdrawn"
    return "called-off" if called_off else _SAID[last.event]


def _latest(stages: list[StationStage]) -> StationStage | None:
    """Return what tells most: what sounds now, else that it sounded whole at least once, else the last word."""
    if "sounding" in stages:
        return "sounding"
    if "aired" in stages:
        return "aired"
    return stages[-1] if stages else None


def _words(session: Session, line: EmergencyLine) -> dict[str, list[AsRunRow]]:
    query = (
        select(AsRunRow)
        .join(Release, Release.airing_id == AsRunRow.airing_id)
        .where(Release.approval_digest == line.approval, AsRunRow.event.in_(_SAID))
        .order_by(AsRunRow.id)
    )
    found: dict[str, list[AsRunRow]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.airing_id or ""].append(row)
    return found


def _holds(held: int | None, told: int | None) -> bool:
    return held is not None and told is not None and held >= told
