"""Which sessions did not sound as planned and have no make-good yet, for pages; and the links between the two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from playlists.model import BulletinClass
from scheduler.db.planning import Airing
from scheduler.db.reports import Settlement
from scheduler.services.explanations import CALLS_FOR_ONE
from scheduler.services.make_goods.requests import is_dismissed, newest_requests
from scheduler.services.make_goods.search import Search
from scheduler.services.make_goods.views import MakeGoodCase, MakeGoodLink, MakeGoodRules
from scheduler.services.places import covered_by

RESULTS = tuple(sorted(result.value for result in CALLS_FOR_ONE))
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a reader asks for; null or empty means all. ``station_ids`` null is every station.

    ``dismissed`` asks for what shall not be made good instead of what may be.
    """

    station_ids: Collection[str] | None = None
    unit_code: str | None = None
    result: str | None = None
    requested: bool = False
    dismissed: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases, those asked for first, then the oldest.

    ``total`` counts what the filters let through; ``requested`` and ``dismissed`` how many of that, whatever the filter
    of either, were asked for and dismissed.
    """

    cases: tuple[MakeGoodCase, ...]
    total: int
    requested: int
    dismissed: int


def open_airings(now: datetime, within: timedelta) -> Select[Airing, Settlement]:
    """Select the settled airings of the time ``within`` that did not sound as planned and have no make-good, oldest
    first.

    A cancelled make-good counts for nothing. Emergencies and drills are not made good: their time is over.
    """
    newer = select(func.max(Settlement.ordinal)).where(Settlement.airing_id == Airing.id).correlate(Airing)
    again = aliased(Airing)
    made = exists().where(again.make_good_of == Airing.id, again.cancelled_at.is_(None))
    return (
        select(Airing, Settlement)
        .join(Settlement, Settlement.airing_id == Airing.id)
        .where(
            Settlement.ordinal == newer.scalar_subquery(),
            Settlement.result.in_(RESULTS),
            Airing.settled_at.is_not(None),
            Airing.cancelled_at.is_(None),
            Airing.bulletin_class != BulletinClass.EMERGENCY.value,
            Airing.starts_at > now - within,
            ~made,
        )
        .order_by(Airing.starts_at, Airing.id)
    )


def make_good_page(
    session: Session, *, filters: CaseFilters, rules: MakeGoodRules, number: int, size: int, now: datetime
) -> CasePage:
    """Return page ``number`` (from 1) of the open cases, with a time proposed for each that has one."""
    wanted = _let_through(session, open_airings(now, rules.within), filters)
    named = [
        (airing_id, station_id, dismissed)
        for airing_id, station_id, dismissed in session.execute(
            wanted.with_only_columns(Airing.id, Airing.station_id, is_dismissed())
        )
    ]
    asked = newest_requests(session, [airing_id for airing_id, _, _ in named])
    listed = [each for each in named if bool(each[2]) is filters.dismissed]
    if filters.requested:
        listed = [each for each in listed if each[0] in asked]
    listed.sort(key=lambda each: each[0] not in asked)  # stable: the oldest first within each half
    shown = listed[(number - 1) * size : number * size]
    found = open_cases(session, rules=rules, now=now, station_ids={station_id for _, station_id, _ in shown})
    cases = tuple(found[airing_id] for airing_id, _, _ in shown)
    return CasePage(cases, len(listed), len(asked), sum(bool(each[2]) for each in named))


def _let_through(
    session: Session, wanted: Select[Airing, Settlement], filters: CaseFilters
) -> Select[Airing, Settlement]:
    if filters.station_ids is not None:
        wanted = wanted.where(Airing.station_id.in_(sorted(filters.station_ids)))
    if filters.unit_code is not None:
        wanted = wanted.where(covered_by(session, filters.unit_code))
    if filters.result is not None:
        wanted = wanted.where(Settlement.result == filters.result)
    return wanted


def open_cases(
    session: Session, *, rules: MakeGoodRules, now: datetime, station_ids: Collection[str]
) -> dict[str, MakeGoodCase]:
    """Return by airing id all open cases of those stations; their proposals keep off each other's time.

    Those that were dismissed are among them, and come last when time is found.
    """
    query = open_airings(now, rules.within).where(Airing.station_id.in_(sorted(station_ids)))
    rows = [(airing, settlement) for airing, settlement in session.execute(query)] if station_ids else []
    search = Search(session, [airing for airing, _ in rows], rules=rules, now=now)
    rows.sort(key=lambda pair: search.was_dismissed(pair[0]))
    return {airing.id: search.find(airing, settlement).case for airing, settlement in rows}


def requested_count(session: Session, *, rules: MakeGoodRules, now: datetime) -> int:
    """Return how many open cases somebody asked to be made good: they wait for an approver."""
    wanted = session.scalars(open_airings(now, rules.within).where(~is_dismissed()).with_only_columns(Airing.id))
    return len(newest_requests(session, list(wanted)))


@dataclass(frozen=True, slots=True)
class MakeGoodLinks:
    """What an airing makes good, what makes it good, and the last make-good of it that was called off; null where there
    is nothing."""

    makes_good: MakeGoodLink | None = None
    made_good_by: MakeGoodLink | None = None
    called_off: MakeGoodLink | None = None


def make_good_links(session: Session, airing_ids: Sequence[str]) -> dict[str, MakeGoodLinks]:
    """Return the links of those airings that have any."""
    found: dict[str, MakeGoodLinks] = {}
    wanted = sorted(set(airing_ids))
    first, again = aliased(Airing), aliased(Airing)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        pairs = (
            select(first, _result(first), again, _result(again))
            .join(again, again.make_good_of == first.id)
            .order_by(again.planned_at, again.id)
        )
        for original, _, made, result in session.execute(pairs.where(first.id.in_(part))):
            known = found.get(original.id, MakeGoodLinks())
            link = MakeGoodLink(made.id, made.title, made.starts_at, result, made.cancel_reason)
            standing = made.cancelled_at is None
            found[original.id] = replace(known, made_good_by=link) if standing else replace(known, called_off=link)
        for original, result, made, _ in session.execute(pairs.where(again.id.in_(part))):
            known = found.get(made.id, MakeGoodLinks())
            link = MakeGoodLink(original.id, original.title, original.starts_at, result, original.cancel_reason)
            found[made.id] = replace(known, makes_good=link)
    return found


def _result(row: type[Airing]) -> ScalarSelect[str]:
    """What the air log last said of an airing, null as long as it says nothing."""
    query = select(Settlement.result).where(Settlement.airing_id == row.id).correlate(row)
    return query.order_by(Settlement.ordinal.desc()).limit(1).scalar_subquery()
