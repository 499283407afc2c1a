"""What the sessions of a station hold: their programmes' own items, and what a rotation puts into templates' places.

Nothing is looked at but what is handed in, so that a preview of what is only proposed and the plan itself agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from playlists.campaigns import Campaign
from playlists.model import NO_TIME, Airing, Item, ItemKind, OmissionReason, ProgrammeItem
from playlists.network import ONE_DAY
from playlists.rotation import Pick, Room, Telling, Told, Unmet, rotate
from playlists.rundown import plan_airing
from playlists.scopes import Reach
from playlists.templates import Place, PlaceKind, Template, laid_out

TOLD_KINDS = frozenset({ItemKind.BULLETIN, ItemKind.NOTICE})
"""What campaigns count; a headline only announces it."""

_NOBODY = UUID(int=0)

Finding = Callable[[ProgrammeItem, datetime, Sequence[str]], Item | OmissionReason]
"""What may be aired for an item in an airing that starts then, at a station of these languages, else why nothing."""


class Fillable(Protocol):
    """A session that asks for what a programme holds: of a slot, or outside of any."""

    @property
    def id(self) -> UUID:
        """The airing id."""

    @property
    def date(self) -> date:
        """The local day that it is meant for."""

    @property
    def starts_at(self) -> datetime:
        """When it starts."""

    @property
    def programme_id(self) -> UUID:
        """The programme that sounds."""

    @property
    def length(self) -> timedelta:
        """How long it may last at most."""


@dataclass(frozen=True, slots=True)
class OneOff:
    """A session outside of any slot."""

    id: UUID
    date: date
    starts_at: datetime
    programme_id: UUID
    length: timedelta


@dataclass(frozen=True, slots=True)
class Held:
    """What a session asks for; ``pick`` is the choice of the rotation that it comes of, None for what is fixed."""

    item: ProgrammeItem
    pick: Pick | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What the sessions of one station hold, by airing id, the choices in order, and the goals that are not met."""

    items: Mapping[UUID, tuple[Held, ...]]
    picks: tuple[Pick, ...] = ()
    unmet: tuple[Unmet, ...] = ()


class Filler:
    """Fills sessions from ``templates`` (by programme) and ``campaigns``; ``reach`` says which stations these mean.

    What was found for an item at an instant is kept, since stations mostly have their sessions at the same hours.
    """

    def __init__(
        self, reach: Reach, templates: Mapping[UUID, Template], campaigns: Iterable[Campaign], find: Finding
    ) -> None:
        self._reach = reach
        self._templates = templates
        self._campaigns = tuple(campaigns)
        self._finding = find
        self._found: dict[tuple[ProgrammeItem, datetime, tuple[str, ...]], Item | OmissionReason] = {}
        self._fixed: dict[tuple[UUID, datetime, timedelta, tuple[str, ...]], frozenset[Told]] = {}

    def fill(
        self,
        station_id: UUID,
        languages: Sequence[str],
        sessions: Sequence[Fillable],
        *,
        days: tuple[date, date],
        told: Sequence[Telling] = (),
        begun: Mapping[UUID, datetime] | None = None,
    ) -> Filled:
        """Return what the ``sessions`` of a station hold and which goals of the local ``days`` aren't met.

        ``days`` are the first and the last, both included; ``told`` and ``begun`` are as
        :func:`playlists.rotation.rotate` takes them.
        """
        campaigns = tuple(self.campaigns_of(station_id, days))
        rotating = [each for each in sessions if self._rotates(each)]
        picks: dict[UUID, list[Pick]] = {each.id: [] for each in rotating}
        chosen: tuple[Pick, ...] = ()
        unmet: tuple[Unmet, ...] = ()
        if campaigns:
            headlined = {each.starts_at for each in rotating if self._templates[each.programme_id].headlined}
            found = rotate(
                station_id,
                languages,
                list(self._rooms(sessions, languages)),
                campaigns,
                lambda item, at: self._announced(item, at, headlined),
                days=days,
                told=told,
                begun=begun,
            )
            chosen, unmet = found.picks, found.unmet
            for pick in chosen:
                picks[pick.session].append(pick)
        held = {each.id: self._held(each, picks.get(each.id, ()), languages) for each in sessions}
        return Filled(held, chosen, unmet)

    def campaigns_of(self, station_id: UUID, days: tuple[date, date]) -> Iterator[Campaign]:
        """Yield the campaigns that mean the station on any of ``days``, cut to the days on which they do."""
        for campaign in self._campaigns:
            first, last = max(campaign.first, days[0]), min(campaign.last, days[1])
            run: date | None = None
            day = first
            while day <= last:
                meant = station_id in self._reach.stations(campaign.scope, day)
                if meant and run is None:
                    run = day
                if run is not None and (not meant or day == last):
                    yield replace(campaign, first=run, last=day if meant else day - ONE_DAY)
                    run = None
                day += ONE_DAY

    def _rotates(self, session: Fillable) -> bool:
        template = self._templates.get(session.programme_id)
        return template is not None and template.rotation is not None

    def _rooms(self, sessions: Iterable[Fillable], languages: Sequence[str]) -> Iterator[Room]:
        """The sessions in which a rotation has a place, and those whose programmes tell something by themselves."""
        for each in sessions:
            template = self._templates.get(each.programme_id)
            if template is None:
                continue
            fixed = self._told_by_itself(template, each, languages)
            if template.rotation is not None:
                yield replace(self._room(each, template, template.rotation, languages), fixed=fixed)
            elif fixed:
                yield Room(each.id, each.date, each.starts_at, NO_TIME, 0, fixed=fixed)

    def _room(self, session: Fillable, template: Template, place: Place, languages: Sequence[str]) -> Room:
        left = session.length - self._fixed_length(template, session.starts_at, languages)
        return Room(
            session=session.id,
            date=session.date,
            starts_at=session.starts_at,
            length=left if place.longest is None else min(left, place.longest),
            most=place.most,
            between=self._length(template.sting, session.starts_at, languages) if template.sting else NO_TIME,
            campaigns=place.campaigns,
        )

    def _fixed_length(self, template: Template, at: datetime, languages: Sequence[str]) -> timedelta:
        """How long what a template holds without a rotation sounds."""
        items = [item for _, item in self._laid_out(template, (), at, languages)]
        return sum((self._length(item, at, languages) for item in items), NO_TIME)

    def _told_by_itself(self, template: Template, session: Fillable, languages: Sequence[str]) -> frozenset[Told]:
        """The bulletins that a template names itself and that will sound, each in the language that it sounds in."""
        key = template.id, session.starts_at, session.length, tuple(languages)
        told = self._fixed.get(key)
        if told is None:
            items = tuple(item for _, item in self._laid_out(template, (), session.starts_at, languages))
            told = frozenset[Told]()
            if any(item.kind in TOLD_KINDS for item in items):
                asked = Airing(
                    session.id,
                    _NOBODY,
                    session.date,
                    session.starts_at,
                    template.title,
                    items,
                    max_duration=session.length,
                    languages=tuple(languages),
                )
                sounding = plan_airing(asked, self).items
                told = frozenset((item.bulletin_id, item.language) for item in sounding if item.kind in TOLD_KINDS)
            self._fixed[key] = told
        return told

    def _announced(self, item: ProgrammeItem, at: datetime, headlined: set[datetime]) -> Item | OmissionReason:
        """What may be aired for ``item``, as long as it sounds together with its headline where there is one."""
        found = self.find(item, at, ())
        if isinstance(found, OmissionReason) or at not in headlined:
            return found
        announcing = replace(item, kind=ItemKind.HEADLINE)
        return replace(found, duration=found.duration + self._length(announcing, at, ()))

    def _held(self, session: Fillable, picks: Sequence[Pick], languages: Sequence[str]) -> tuple[Held, ...]:
        template = self._templates.get(session.programme_id)
        if template is None:
            return ()
        by_told = {pick.told: pick for pick in picks}
        held = []
        for place, item in self._laid_out(template, [pick.item for pick in picks], session.starts_at, languages):
            told = (item.bulletin_id, item.language) if item.bulletin_id is not None else None
            own = place.kind is PlaceKind.ITEM or not item.kind.is_content
            held.append(Held(item, by_told.get(told) if told is not None and not own else None))
        return tuple(held)

    def _laid_out(
        self, template: Template, chosen: Sequence[ProgrammeItem], at: datetime, languages: Sequence[str]
    ) -> Iterator[tuple[Place, ProgrammeItem]]:
        """A template's items; a place for headlines holds those that somebody made."""
        for place, item in laid_out(template, chosen, languages):
            if place.kind is not PlaceKind.HEADLINES or isinstance(self.find(item, at, languages), Item):
                yield place, item

    def _length(self, item: ProgrammeItem, at: datetime, languages: Sequence[str]) -> timedelta:
        found = self.find(item, at, languages)
        return found.duration if isinstance(found, Item) else NO_TIME

    def find(self, asked: ProgrammeItem, at: datetime, languages: Sequence[str] = ()) -> Item | OmissionReason:
        """Return what may be aired for an item in an airing that starts then, else why nothing."""
        key = asked, at, tuple(languages)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._finding(asked, at, languages)
        return found
