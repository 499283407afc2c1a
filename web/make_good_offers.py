"""What pages offer for sessions that did not sound as planned: a make-good with one click, or to ask for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from scheduler.rules.permissions import Actor, Deed
from scheduler.services.make_goods.cases import MakeGoodLinks, make_good_links, open_cases
from scheduler.services.make_goods.verbs import may_request
from scheduler.services.make_goods.views import MakeGoodCase, MakeGoodRules
from web import door


def rules() -> MakeGoodRules:
    """Return the network's rules of make-goods."""
    settings = door.settings()
    return MakeGoodRules(
        zone=settings.zone,
        hours=settings.hours,
        within=timedelta(days=settings.make_good_days),
        days_ahead=settings.days_ahead,
        approval_cutoff=timedelta(seconds=settings.approval_cutoff_s),
    )


@dataclass(frozen=True, slots=True)
class Offers:
    """By airing id what can be made good and what is linked; ``may_plan`` and ``ask_at`` (station ids) are the
    reader's."""

    cases: Mapping[str, MakeGoodCase] = field(default_factory=dict)
    links: Mapping[str, MakeGoodLinks] = field(default_factory=dict)
    may_plan: bool = False
    ask_at: frozenset[str] = frozenset()


def offers(database: Session, who: Actor, *, airing_ids: Collection[str], station_ids: Collection[str]) -> Offers:
    """Return what to offer for those airings, which are of those stations."""
    found = open_cases(database, rules=rules(), now=door.now(), station_ids=station_ids)
    shown = {airing_id: case for airing_id, case in found.items() if airing_id in airing_ids}
    return Offers(
        cases=shown,
        links=make_good_links(database, list(airing_ids)),
        may_plan=who.may(Deed.PUBLISH_SLOT),
        ask_at=may_ask_at(database, who, {case.station_id for case in shown.values()}),
    )


def may_ask_at(database: Session, who: Actor, station_ids: Collection[str]) -> frozenset[str]:
    """Return those of the stations at which the reader may ask for make-goods."""
    if not who.may(Deed.REQUEST_MAKE_GOOD):
        return frozenset()
    now = door.now()
    return frozenset(
        each for each in station_ids if may_request(database, who, station_id=each, rules=rules(), now=now)
    )
