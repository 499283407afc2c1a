"""Fills sessions from campaigns under the approvals that stand: one engine for the plan and for forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from playlists import model
from playlists.campaigns import Campaign
from playlists.filling import TOLD_KINDS, Fillable, Filled, Filler
from playlists.model import NO_WORDS, BulletinClass, Item, ItemKind, OmissionReason, ProgrammeItem
from playlists.network import Network
from playlists.rotation import Heard
from playlists.rundown import Approvals
from playlists.scopes import Reach
from playlists.templates import Template
from scheduler.db.planning import Airing, AiringItem, Programme
from scheduler.db.units import Station
from scheduler.services.bulletins.standing import StandingTrack
from scheduler.services.campaigns.by_hand import ByHand, one_offs
from scheduler.services.campaigns.reasons import reason_from
from scheduler.services.campaigns.values import running
from scheduler.services.programmes import template_of
from scheduler.services.rundown_plan import Standing, approvals_now
from scheduler.services.timetable.standing import network, standing_slots

_NOWHERE = UUID(int=0)
_REMEMBERS = timedelta(days=62)
_TOLD_KINDS = frozenset(kind.value for kind in TOLD_KINDS)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What a station's sessions that began have told, and the starts of those of today that had a place."""

    told: tuple[Heard, ...]
    begun: Mapping[UUID, datetime]


class Filling:
    """What sessions hold on the local ``days`` (first and last, both included), as it follows from the database.

    ``also`` are campaigns that are only looked at; an approval counts when it was made ``cutoff`` before a start.
    """

    def __init__(
        self,
        session: Session,
        *,
        zone: str,
        cutoff: timedelta,
        now: datetime,
        days: tuple[date, date],
        also: Sequence[Campaign] = (),
    ) -> None:
        self._session = session
        self._zone, self._cutoff, self._now = zone, cutoff, now
        self.days = days
        looked_at = {campaign.id for campaign in also}
        self.campaigns = (*(each for each in running(session, *days) if each.id not in looked_at), *also)
        self.templates = _templates(session)
        self._by_hand = one_offs(session, days, now)
        self._approvals: dict[datetime, Approvals] = {}
        self._languages = {
            UUID(identity): tuple(languages)
            for identity, languages in session.execute(select(Station.id, Station.languages))
        }

    def station(self, station_id: UUID, sessions: Sequence[Fillable]) -> Filled:
        """Return what the ``sessions`` of a station hold, and those outside of slots that stand there already.

        They are those still to start, by start.
        """
        languages = self._languages.get(station_id, ())
        earlier = _Earlier((), {})
        if any(self._filler.campaigns_of(station_id, self.days)):
            earlier = self._earlier(station_id, languages)
        return self._filler.fill(
            station_id,
            languages,
            (*sessions, *(each.session for each in self._by_hand.get(station_id, ()))),
            days=self.days,
            told=earlier.told,
            begun=earlier.begun,
        )

    def runs_of(self, campaign_id: UUID, station_id: UUID) -> list[Campaign]:
        """Return a campaign cut to the days on which it means the station."""
        return [each for each in self._filler.campaigns_of(station_id, self.days) if each.id == campaign_id]

    def spoken(self, campaign: Campaign, station_id: UUID) -> tuple[str, ...]:
        """Return the languages in which a campaign is to be heard at the station."""
        return campaign.spoken(self._languages.get(station_id, ()))

    def rotates(self, session: Fillable, campaign_id: UUID) -> bool:
        """Tell whether a session has a place that serves the campaign."""
        template = self.templates.get(session.programme_id)
        place = template.rotation if template is not None else None
        return place is not None and (not place.campaigns or campaign_id in place.campaigns)

    @cached_property
    def network(self) -> Network:
        """The units and active stations."""
        return network(self._session)

    def by_hand(self) -> Mapping[UUID, tuple[ByHand, ...]]:
        """Return, by station, the sessions outside of slots that are still to start."""
        return self._by_hand

    def marks(self) -> dict[UUID, object]:
        """Return, by programme, what its sessions at any station follow from; equal ones hold the same.

        Beside it only the campaigns count that mean the station, see :meth:`campaigns_at`.
        """
        named = {str(each) for campaign in self.campaigns for each in campaign.bulletins}
        told = [track for track in self._tracks if track.bulletin_id in named] if named else []
        found: dict[UUID, object] = {}
        for identity, template in self.templates.items():
            items = (*(place.item for place in template.places), template.sting)
            own = {str(item.bulletin_id) for item in items if item is not None}
            if self.campaigns and (template.rotation is not None or own & named):
                found[identity] = template, told, [track for track in self._tracks if track.bulletin_id in own]
            else:
                found[identity] = template
        return found

    def campaigns_at(self) -> dict[UUID, tuple[Campaign, ...]]:
        """Return the campaigns that mean each station on any of the days, cut to those on which they do."""
        if not self.campaigns:
            return {}
        each_at = {each: tuple(self._filler.campaigns_of(each, self.days)) for each in self.network.stations}
        return {station: found for station, found in each_at.items() if found}

    @cached_property
    def _tracks(self) -> list[StandingTrack]:
        return approvals_now(self._session, now=self._now)

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self._session, self._tracks, zone=self._zone, cutoff=self._cutoff, now=self._now)

    @cached_property
    def _filler(self) -> Filler:
        named = {each.session.programme_id: each.named for at in self._by_hand.values() for each in at if each.named}
        return Filler(Reach(self.network), self.templates | named, self.campaigns, self._find)

    def _find(self, item: ProgrammeItem, at: datetime, languages: Sequence[str]) -> Item | OmissionReason:
        if at not in self._approvals:
            ordinary = model.Airing(_NOWHERE, _NOWHERE, at.date(), at, "", ())
            self._approvals[at] = self._standing.for_airing(ordinary)
        return self._approvals[at].find(item, at, languages)

    @cached_property
    def _rotating_slots(self) -> frozenset[str]:
        """The slots whose sessions have a place for a rotation."""
        rotating = {identity for identity, template in self.templates.items() if template.rotation is not None}
        slots = standing_slots(self._session, self._now).values()
        return frozenset(str(slot.id) for slot in slots if slot.programme_id in rotating)

    def _earlier(self, station_id: UUID, languages: Sequence[str]) -> _Earlier:
        """What sessions that began have told today, with the last one before that told anything."""
        told: list[Heard] = []
        begun: dict[UUID, datetime] = {}
        for row in self._session.execute(_told_query(str(station_id), self.days[0], self._now)):
            session, today = UUID(row.id), row.local_date >= self.days[0]
            rotating = row.why is not None or row.programme_id is not None or row.slot_id in self._rotating_slots
            if today and rotating:
                begun[session] = row.starts_at
            if row.omitted is not None or row.kind not in _TOLD_KINDS:
                continue
            language = row.language if row.why is not None else self._sounded_in(row, languages)
            if not today:
                told = [each for each in told if each.session == session]
            reason = reason_from(row.why)
            campaigns = tuple(UUID(each) for each in reason.campaigns) if reason is not None else ()
            told.append(Heard(session, row.local_date, (UUID(row.bulletin_id), language), campaigns))
        return _Earlier(tuple(told), begun)

    def _sounded_in(self, row: Row[Any], languages: Sequence[str]) -> str:
        """The language in which what a programme names itself sounded at a station of these."""
        asked: str = row.language
        if asked in languages or asked == NO_WORDS:
            return asked
        found = self._find(ProgrammeItem(ItemKind(row.kind), UUID(row.bulletin_id), asked), row.starts_at, languages)
        return found.language if isinstance(found, Item) else asked


def _templates(session: Session) -> dict[UUID, Template]:
    return {UUID(row.id): template_of(row) for row in session.scalars(select(Programme).order_by(Programme.id))}


def _told_query(station_id: str, today: date, now: datetime) -> Select[*tuple[Any, ...]]:
    """Select what the sessions of a station that began were to tell: all of one moment in its order.

    A make-good repeats what counted already; an emergency and a drill are no campaign's.
    """
    return (
        select(
            Airing.id,
            Airing.slot_id,
            Airing.programme_id,
            Airing.local_date,
            Airing.starts_at,
            AiringItem.kind,
            AiringItem.bulletin_id,
            AiringItem.language,
            AiringItem.why,
            AiringItem.omitted,
        )
        .join(AiringItem, AiringItem.airing_id == Airing.id)
        .where(
            Airing.station_id == station_id,
            Airing.starts_at <= now,
            Airing.starts_at > now - _REMEMBERS,
            Airing.cancelled_at.is_(None),
            Airing.make_good_of.is_(None),
            Airing.bulletin_class == BulletinClass.NORMAL.value,
            Airing.drill.is_(False),
            or_(Airing.local_date >= today, AiringItem.kind.in_(_TOLD_KINDS)),
        )
        .order_by(Airing.starts_at, Airing.id, AiringItem.ordinal)
    )
