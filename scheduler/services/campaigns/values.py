"""From a campaign's rows to the frozen value of the rules, and which campaigns run."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from playlists.campaigns import Campaign
from playlists.model import ItemKind
from scheduler.db import campaigns as tables
from scheduler.db.bulletins import Bulletin
from scheduler.services.plan_values import refusing
from scheduler.services.timetable.contents import scope_from_value


class State(StrEnum):
    """Where a campaign stands; ``running`` from its publication on, also before its first and after its last day."""

    PROPOSED = "proposed"
    RUNNING = "running"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Step(StrEnum):
    """What is decided on a campaign."""

    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


_LAST_WORD = (
    (Step.ENDED, State.ENDED),
    (Step.WITHDRAWN, State.WITHDRAWN),
    (Step.REFUSED, State.REFUSED),
    (Step.PUBLISHED, State.RUNNING),
)


def state_of(row: tables.Campaign) -> State:
    """Return where a campaign stands by what was decided on it."""
    decided = {step.step for step in row.steps}
    return next((state for step, state in _LAST_WORD if step.value in decided), State.PROPOSED)


def campaign_values(session: Session, rows: Sequence[tables.Campaign]) -> list[Campaign]:
    """Return campaigns' rows as values, in their order; what is of the kind notice is read as one."""
    named = {each.bulletin_id for row in rows for each in row.bulletins}
    notices = notices_among(session, named)
    return [_value(row, notices) for row in rows]


def notices_among(session: Session, bulletin_ids: Collection[str]) -> frozenset[UUID]:
    """Return those of ``bulletin_ids`` that are notices."""
    query = select(Bulletin.id).where(Bulletin.id.in_(sorted(bulletin_ids)), Bulletin.kind == ItemKind.NOTICE.value)
    return frozenset(UUID(each) for each in session.scalars(query))


def _value(row: tables.Campaign, notices: frozenset[UUID]) -> Campaign:
    bulletins = tuple(UUID(each.bulletin_id) for each in row.bulletins)
    with refusing():
        return Campaign(
            id=UUID(row.id),
            title=row.title,
            bulletins=bulletins,
            scope=scope_from_value(json.loads(row.scope)),
            first=row.first_day,
            last=row.last_day,
            per_day=row.per_day,
            languages=frozenset(json.loads(row.languages)),
            notices=notices & frozenset(bulletins),
            priority=row.priority,
        )


def running(session: Session, first: date, last: date) -> list[Campaign]:
    """Return the campaigns that are published, not ended, and have days between ``first`` and ``last``, by id."""
    query = (
        select(tables.Campaign)
        .where(
            tables.Campaign.first_day <= last,
            tables.Campaign.last_day >= first,
            tables.Campaign.id.in_(_decided(Step.PUBLISHED)),
            tables.Campaign.id.not_in(_decided(Step.ENDED)),
        )
        .order_by(tables.Campaign.id)
    )
    return campaign_values(session, list(session.scalars(query)))


def _decided(step: Step) -> Select[str]:
    return select(tables.CampaignStep.campaign_id).where(tables.CampaignStep.step == step.value)
