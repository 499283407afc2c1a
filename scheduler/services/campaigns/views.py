"""Campaigns as pages show them: the list, one with what was decided, and the goals that the plan doesn't meet."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.filling import TOLD_KINDS
from playlists.model import BulletinClass
from playlists.scopes import Reach
from scheduler.db import campaigns as tables
from scheduler.db.accounts import Person
from scheduler.db.planning import Airing, AiringItem
from scheduler.db.units import Station
from scheduler.services.campaigns.deeds import find_campaign
from scheduler.services.campaigns.values import State, state_of
from scheduler.services.log_names import Names
from scheduler.services.timetable.contents import scope_from_value
from scheduler.services.timetable.standing import network
from scheduler.services.timetable.step_words import scope_words

_TOLD_KINDS = tuple(sorted(kind.value for kind in TOLD_KINDS))
_ORDER = (State.PROPOSED, State.RUNNING, State.ENDED, State.REFUSED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Decision:
    """A step that somebody took: ``published``, ``refused``, ``withdrawn`` or ``ended``."""

    step: str
    person_name: str
    at: datetime
    reason: str | None
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in a list; ``unmet`` counts airings from today on that the plan lacks; ``over``: its days are."""

    id: str
    title: str
    state: State
    over: bool
    first: date
    last: date
    per_day: int
    bulletins: int
    where: str
    priority: bool
    proposer_id: str
    proposer_name: str
    proposed_at: datetime
    unmet: int

    @property
    def open(self) -> bool:
        """Whether it runs or may come to."""
        return not self.over and self.state in {State.PROPOSED, State.RUNNING}


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign whole: ``bulletins`` are (id, title) in order; ``planned`` counts its airings from today on."""

    line: CampaignLine
    bulletins: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    obligation_id: int | None
    change_id: str | None
    decisions: tuple[Decision, ...]
    planned: int


@dataclass(frozen=True, slots=True)
class UnmetGoal:
    """A bulletin that one day at one station tells ``missing`` times less than a campaign asks.

    ``why_not`` and ``omission`` are codes of :mod:`playlists.rotation` and of omissions.
    """

    campaign_id: str
    campaign_title: str
    station_id: str
    station_name: str
    date: date
    bulletin_id: str
    bulletin_title: str
    language: str
    missing: int
    why_not: str
    omission: str | None


def campaign_lines(session: Session, *, today: date) -> list[CampaignLine]:
    """Return all campaigns: those that wait first, then those that run, then the rest, each newest first."""
    rows = list(session.scalars(select(tables.Campaign).order_by(tables.Campaign.proposed_at.desc())))
    lines = _lines(session, rows, today)
    return sorted(lines, key=lambda line: (line.over, _ORDER.index(line.state)))


def campaigns_answering(
    session: Session, obligation_ids: Collection[int], *, today: date
) -> dict[int, list[CampaignLine]]:
    """Return, by obligation, the campaigns that were proposed to answer it, newest first."""
    query = select(tables.Campaign).where(tables.Campaign.obligation_id.in_(sorted(obligation_ids)))
    rows = list(session.scalars(query.order_by(tables.Campaign.proposed_at.desc(), tables.Campaign.id)))
    found: dict[int, list[CampaignLine]] = {}
    for row, line in zip(rows, _lines(session, rows, today), strict=True):
        if row.obligation_id is not None:
            found.setdefault(row.obligation_id, []).append(line)
    return found


def campaign_view(session: Session, campaign_id: str, *, today: date) -> CampaignView:
    """Return one campaign; raises :class:`~scheduler.errors.NotFound`."""
    row = find_campaign(session, campaign_id)
    (line,) = _lines(session, [row], today)
    names, people = Names(session), _people(session)
    return CampaignView(
        line=line,
        bulletins=tuple((each.bulletin_id, names.title(each.bulletin_id)) for each in row.bulletins),
        languages=tuple(json.loads(row.languages)),
        obligation_id=row.obligation_id,
        change_id=row.change_id,
        decisions=tuple(_decision(step, people) for step in row.steps),
        planned=_planned(session, row, today) if state_of(row) is State.RUNNING else 0,
    )


def campaign_of_change(session: Session, change_id: str) -> tuple[str, str] | None:
    """Return the id and the title of the campaign that a change of the timetable carries, null for none."""
    query = select(tables.Campaign.id, tables.Campaign.title).where(tables.Campaign.change_id == change_id)
    found = session.execute(query.limit(1)).one_or_none()
    return (found.id, found.title) if found is not None else None


def unmet_goals(
    session: Session, *, today: date, campaign_ids: Collection[str] | None = None, most: int | None = None
) -> list[UnmetGoal]:
    """Return the goals from ``today`` on that the plan doesn't meet, by day (of all campaigns that run, or of some)."""
    goal = tables.GoalUnmet
    query = (
        select(goal, tables.Campaign.title, Station.name)
        .join(tables.Campaign, tables.Campaign.id == goal.campaign_id)
        .join(Station, Station.id == goal.station_id)
        .where(goal.local_date >= today)
        .order_by(goal.local_date, Station.name, goal.bulletin_id, goal.language)
    )
    if campaign_ids is not None:
        query = query.where(goal.campaign_id.in_(sorted(campaign_ids)))
    if most is not None:
        query = query.limit(most)
    names = Names(session)
    return [
        UnmetGoal(
            campaign_id=row.campaign_id,
            campaign_title=title,
            station_id=row.station_id,
            station_name=station,
            date=row.local_date,
            bulletin_id=row.bulletin_id,
            bulletin_title=names.title(row.bulletin_id),
            language=row.language,
            missing=row.missing,
            why_not=row.why_not,
            omission=row.omission,
        )
        for row, title, station in session.execute(query)
    ]


def _lines(session: Session, rows: Sequence[tables.Campaign], today: date) -> list[CampaignLine]:
    if not rows:
        return []
    people, known = _people(session), network(session)
    goal = tables.GoalUnmet
    missing = select(goal.campaign_id, func.sum(goal.missing)).where(goal.local_date >= today)
    unmet = {identity: int(count) for identity, count in session.execute(missing.group_by(goal.campaign_id))}
    return [
        CampaignLine(
            id=row.id,
            title=row.title,
            state=state_of(row),
            over=row.last_day < today,
            first=row.first_day,
            last=row.last_day,
            per_day=row.per_day,
            bulletins=len(row.bulletins),
            where=scope_words(scope_from_value(json.loads(row.scope)), known),
            priority=row.priority,
            proposer_id=row.proposed_by,
            proposer_name=people.get(row.proposed_by, ""),
            proposed_at=row.proposed_at,
            unmet=unmet.get(row.id, 0),
        )
        for row in rows
    ]


def _planned(session: Session, row: tables.Campaign, today: date) -> int:
    """Count what was chosen for a campaign from ``today`` on, and what programmes tell of it by themselves."""
    ahead = (
        AiringItem.kind.in_(_TOLD_KINDS),
        Airing.local_date >= today,
        Airing.cancelled_at.is_(None),
        Airing.make_good_of.is_(None),
        Airing.bulletin_class == BulletinClass.NORMAL.value,
    )
    there = select(func.count()).select_from(AiringItem).join(Airing, Airing.id == AiringItem.airing_id)
    chosen = session.scalar(there.where(*ahead, AiringItem.why.contains(row.id))) or 0
    named = (
        select(Airing.station_id, Airing.local_date, func.count())
        .join(AiringItem, AiringItem.airing_id == Airing.id)
        .where(
            *ahead,
            AiringItem.why.is_(None),
            AiringItem.omitted.is_(None),
            AiringItem.bulletin_id.in_([each.bulletin_id for each in row.bulletins]),
            Airing.local_date.between(row.first_day, row.last_day),
        )
        .group_by(Airing.station_id, Airing.local_date)
    )
    languages = json.loads(row.languages)
    if languages:
        named = named.where(AiringItem.language.in_(languages))
    reach, scope = Reach(network(session)), scope_from_value(json.loads(row.scope))
    told = session.execute(named).all()
    return chosen + sum(count for station, day, count in told if UUID(station) in reach.stations(scope, day))


def _people(session: Session) -> dict[str, str]:
    return {row.id: row.display_name for row in session.execute(select(Person.id, Person.display_name))}


def _decision(step: tables.CampaignStep, people: Mapping[str, str]) -> Decision:
    figures = json.loads(step.figures) if step.figures is not None else {}
    return Decision(step.step, people.get(step.person_id, ""), step.at, step.reason, figures)
