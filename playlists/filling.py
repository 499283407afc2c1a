"""What the sessions of a station hold: their programmes' own items, and what a rotation puts into templates' places.

Nothing is looked at but what is handed in, so that a preview of what is only proposed and the plan itself agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from playlists.campaigns import Campaign
from playlists.model import NO_TIME, Item, ItemKind, OmissionReason, ProgrammeItem
from playlists.network import ONE_DAY
from playlists.rotation import Pick, Room, Unmet, rotate
from playlists.scopes import Reach
from playlists.slots import Occurrence
from playlists.templates import Place, PlaceKind, Template, laid_out

Finding = Callable[[ProgrammeItem, datetime, Sequence[str]], Item | OmissionReason]
"""What may be aired for an item in an airing that starts then, at a station of these languages, else why nothing."""


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

    def fill(
        self,
        station_id: UUID,
        languages: Sequence[str],
        sessions: Sequence[Occurrence],
        *,
        days: tuple[date, date],
        told: Sequence[Pick] = (),
    ) -> Filled:
        """Return what the ``sessions`` of a station hold and which goals of the local ``days`` aren't met.

        ``days`` are the first and the last, both included; ``told`` is as :func:`playlists.rotation.rotate` takes it.
        """
        campaigns = tuple(self.campaigns_of(station_id, days))
        rotating = [each for each in sessions if self._rotates(each)]
        picks: dict[UUID, list[Pick]] = {each.id: [] for each in rotating}
        chosen: tuple[Pick, ...] = ()
        unmet: tuple[Unmet, ...] = ()
        if campaigns:
            headlined = {each.starts_at for each in rotating if self._templates[each.slot.programme_id].headlined}
            found = rotate(
                station_id,
                languages,
                [self._room(each, languages) for each in rotating],
                campaigns,
                lambda item, at: self._announced(item, at, headlined),
                days=days,
                told=told,
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

    def _rotates(self, session: Occurrence) -> bool:
        template = self._templates.get(session.slot.programme_id)
        return template is not None and template.rotation is not None

    def _room(self, session: Occurrence, languages: Sequence[str]) -> Room:
        template = self._templates[session.slot.programme_id]
        place = template.rotation or Place(PlaceKind.ROTATION)
        left = session.slot.max_duration - self._fixed(template, session.starts_at, languages)
        return Room(
            session=session.id,
            date=session.date,
            starts_at=session.starts_at,
            length=left if place.longest is None else min(left, place.longest),
            most=place.most,
            between=self._length(template.sting, session.starts_at, languages) if template.sting else NO_TIME,
            campaigns=place.campaigns,
        )

    def _fixed(self, template: Template, at: datetime, languages: Sequence[str]) -> timedelta:
        """How long what a template holds without a rotation sounds."""
        items = [item for _, item in self._laid_out(template, (), at, languages)]
        return sum((self._length(item, at, languages) for item in items), NO_TIME)

    def _announced(self, item: ProgrammeItem, at: datetime, headlined: set[datetime]) -> Item | OmissionReason:
        """What may be aired for ``item``, as long as it sounds together with its headline where there is one."""
        found = self._find(item, at, ())
        if isinstance(found, OmissionReason) or at not in headlined:
            return found
        announcing = replace(item, kind=ItemKind.HEADLINE)
        return replace(found, duration=found.duration + self._length(announcing, at, ()))

    def _held(self, session: Occurrence, picks: Sequence[Pick], languages: Sequence[str]) -> tuple[Held, ...]:
        template = self._templates.get(session.slot.programme_id)
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
            if place.kind is not PlaceKind.HEADLINES or isinstance(self._find(item, at, languages), Item):
                yield place, item

    def _length(self, item: ProgrammeItem, at: datetime, languages: Sequence[str]) -> timedelta:
        found = self._find(item, at, languages)
        return found.duration if isinstance(found, Item) else NO_TIME

    def _find(self, item: ProgrammeItem, at: datetime, languages: Sequence[str]) -> Item | OmissionReason:
        key = item, at, tuple(languages)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._finding(item, at, languages)
        return found
