"""From the timetable and the standing approvals to what a station shall play.

An item plays only under an approval that stands and is valid at the airing's start; everything else that the programme
names is left out, with its reason, and the rest plays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from playlists.model import (
    NO_TIME,
    NO_WORDS,
    Airing,
    ApprovedTrack,
    BulletinClass,
    Item,
    ItemKind,
    Omission,
    OmissionReason,
    PlannedAiring,
    Programme,
    ProgrammeItem,
)
from playlists.precedence import in_order
from playlists.slots import Occurrence

WORDLESS = frozenset({ItemKind.JINGLE, ItemKind.STING, ItemKind.TEST})
SOUNDS_ALONE = frozenset({ItemKind.TEST, ItemKind.STANDBY})


@dataclass(frozen=True, slots=True)
class _Place:
    """One place of a programme: what was asked for, and the item found or the reason for none."""

    ordinal: int
    asked: ProgrammeItem
    found: Item | OmissionReason

    @property
    def kind(self) -> ItemKind:
        return self.asked.kind

    @property
    def bulletin_id(self) -> UUID | None:
        return self.asked.bulletin_id

    @property
    def bulletin_class(self) -> BulletinClass:
        return self.found.bulletin_class if isinstance(self.found, Item) else self.asked.bulletin_class

    @property
    def plays(self) -> bool:
        return isinstance(self.found, Item)

    @property
    def speaks(self) -> bool:
        return self.plays and self.kind.is_content

    @property
    def duration(self) -> timedelta:
        return self.found.duration if isinstance(self.found, Item) else NO_TIME


def languages_to_try(asked: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Return in which languages an item that is ``asked`` for may air at a station of ``languages``, best first."""
    return (asked,) if asked in languages or asked == NO_WORDS else (*languages, asked)


class Finds(Protocol):
    """What tells which item may play for one that is asked for."""

    def find(self, asked: ProgrammeItem, at: datetime, languages: Sequence[str] = ()) -> Item | OmissionReason:
        """Return the item that may play in an airing that starts ``at``, else why there is none."""


class Approvals:
    """The approved tracks, by bulletin; of a bulletin only the newest approved revision counts.

    Approving a revision supersedes those before it for good, so an older one does not come back when the newest is
    withdrawn or has expired.
    """

    def __init__(self, tracks: Iterable[ApprovedTrack], house: Iterable[ApprovedTrack] = ()) -> None:
        house = tuple(house)
        self._of_bulletin: dict[UUID, list[ApprovedTrack]] = defaultdict(list)
        for track in {*tracks, *house}:
            self._of_bulletin[track.bulletin_id].append(track)
        for bulletin_id, found in self._of_bulletin.items():
            newest = max(track.revision for track in found)
            # Any total order will do, as long as the order of what was handed in changes nothing.
            self._of_bulletin[bulletin_id] = sorted((track for track in found if track.revision == newest), key=repr)
        self._house = sorted({track.bulletin_id for track in house})

    def find(self, asked: ProgrammeItem, at: datetime, languages: Sequence[str] = ()) -> Item | OmissionReason:
        """Return the item that may play for ``asked`` in an airing that starts ``at``, else why there is none.

        A station that airs in ``languages``, and not in the one that is asked for, gets the first of its own in which
        the bulletin stands; where it stands in none of them, what is asked for counts.
        """
        for language in languages_to_try(asked.language, languages):
            found = self._find(replace(asked, language=language), at)
            if isinstance(found, Item):
                return found
        return self._find(asked, at)

    def _find(self, asked: ProgrammeItem, at: datetime) -> Item | OmissionReason:
        bulletin_ids = [asked.bulletin_id] if asked.bulletin_id is not None else self._house
        tracks = [track for each in bulletin_ids for track in self._of_bulletin.get(each, ())]
        of_kind = [track for track in tracks if track.kind is asked.kind]
        in_language = sorted(
            (track for track in of_kind if _language_serves(track, asked)),
            key=lambda track: track.language != asked.language,
        )
        if not in_language:
            return _why_no_track(asked, tracks, of_kind)
        verdicts = [(_refusal(track, at), track) for track in in_language]
        for refusal, track in verdicts:
            if refusal is None:
                return track.to_item()
        return verdicts[0][0] or OmissionReason.NOT_APPROVED


def _language_serves(track: ApprovedTrack, asked: ProgrammeItem) -> bool:
    return asked.kind in WORDLESS or track.language in {asked.language, NO_WORDS}


def _why_no_track(
    asked: ProgrammeItem, tracks: Sequence[ApprovedTrack], of_kind: Sequence[ApprovedTrack]
) -> OmissionReason:
    if of_kind:
        return OmissionReason.WRONG_LANGUAGE
    # The bulletin is approved, and its approval names no track of this kind: a headline that was never made.
    return OmissionReason.NO_MEDIA if tracks and asked.bulletin_id is not None else OmissionReason.NOT_APPROVED


def _refusal(track: ApprovedTrack, at: datetime) -> OmissionReason | None:
    if track.withdrawn:
        return OmissionReason.WITHDRAWN
    if track.valid_to is not None and at >= track.valid_to:
        return OmissionReason.EXPIRED
    if at < track.valid_from:
        return OmissionReason.NOT_YET_VALID
    if track.media is None:
        return OmissionReason.NO_MEDIA
    return None


def airing_of(
    occurrence: Occurrence,
    programme: Programme,
    *,
    bulletin_class: BulletinClass = BulletinClass.NORMAL,
    drill: bool = False,
) -> Airing:
    """Return the airing of a slot's session with the items that ``programme`` asks for."""
    slot = occurrence.slot
    return Airing(
        id=occurrence.id,
        station_id=occurrence.station_id,
        date=occurrence.date,
        starts_at=occurrence.starts_at,
        title=programme.title,
        programme=programme.items,
        slot_id=slot.id,
        ordinal=occurrence.ordinal,
        max_duration=slot.max_duration,
        bulletin_class=bulletin_class,
        start_rule=slot.start_rule,
        grace=slot.grace,
        gain_cb=occurrence.gain_cb,
        drill=drill,
    )


def plan(
    airings: Iterable[Airing],
    tracks: Iterable[ApprovedTrack],
    house: Iterable[ApprovedTrack] = (),
    *,
    tie_orders: Mapping[UUID, Sequence[UUID]] | None = None,
) -> tuple[PlannedAiring, ...]:
    """Return what stations shall play for ``airings``, by start, then station and id.

    ``tracks`` are those of every approval that stands or stood (withdrawn and expired ones only give omissions their
    reason); ``house`` are the house items that serve programme items without a bulletin; ``tie_orders`` maps an airing
    to the commune's order among priority bulletins. The order in which any of them is given changes nothing.
    """
    approvals = Approvals(tracks, house)
    ties = tie_orders or {}
    planned = [plan_airing(airing, approvals, tie_order=ties.get(airing.id, ())) for airing in airings]
    return tuple(sorted(planned, key=lambda each: (each.airing.starts_at, each.airing.station_id, each.airing.id)))


def plan_airing(airing: Airing, approvals: Finds, *, tie_order: Sequence[UUID] = ()) -> PlannedAiring:
    """Return what shall play for ``airing``: items in order of precedence, cut to its greatest length."""
    asked_for = [
        _Place(ordinal, asked, approvals.find(asked, airing.starts_at, airing.languages))
        for ordinal, asked in enumerate(airing.programme)
    ]
    places = _without_empty_headlines(in_order(asked_for, tie_order))
    if airing.max_duration is not None:
        places = _fitted(places, airing.max_duration)
    sent = _worth_sending(places)
    return PlannedAiring(
        airing=airing,
        items=tuple(each.found for each in _without_idle_stings(places) if isinstance(each.found, Item))
        if sent
        else (),
        omissions=_omissions(airing, places),
        sent=sent,
    )


def _omissions(airing: Airing, places: Sequence[_Place]) -> tuple[Omission, ...]:
    return tuple(
        Omission(airing.id, place.ordinal, place.asked.bulletin_id, place.kind, place.asked.language, place.found)
        for place in sorted(places, key=lambda place: place.ordinal)
        if isinstance(place.found, OmissionReason)
    )


def _worth_sending(places: Sequence[_Place]) -> bool:
    # A stand-by item or a test tone makes a session of its own, but doesn't stand in for content that was asked for.
    if any(place.kind.is_content for place in places):
        return any(place.speaks for place in places)
    return any(place.plays and place.kind in SOUNDS_ALONE for place in places)


def _fitted(places: Sequence[_Place], room: timedelta) -> tuple[_Place, ...]:
    """Return ``places`` with content left out until the rest fits: the least urgent first, from the end."""
    kept = tuple(places)
    while _sounding(kept) > room:
        speaking = [index for index, place in enumerate(kept) if place.speaks]
        if not speaking:
            break
        # In order of precedence the least urgent stands last; headlines stay as long as there is something to announce.
        last = max(speaking, key=lambda index: (kept[index].kind is not ItemKind.HEADLINE, index))
        kept = _leave_out(kept, last)
    return kept


def _sounding(places: Sequence[_Place]) -> timedelta:
    return sum((place.duration for place in _without_idle_stings(places)), NO_TIME)


def _leave_out(places: Sequence[_Place], index: int) -> tuple[_Place, ...]:
    left = replace(places[index], found=OmissionReason.DOES_NOT_FIT)
    return _without_empty_headlines((*places[:index], left, *places[index + 1 :]))


def _without_empty_headlines(places: Sequence[_Place]) -> tuple[_Place, ...]:
    """Return ``places`` where a headline goes with the bulletin of this programme that it would announce in vain."""
    told: dict[UUID | None, list[_Place]] = defaultdict(list)
    for place in places:
        if place.kind.is_content and place.kind is not ItemKind.HEADLINE:
            told[place.bulletin_id].append(place)

    def checked(place: _Place) -> _Place:
        announced = told.get(place.bulletin_id, [])
        if place.kind is not ItemKind.HEADLINE or not place.speaks or not announced:
            return place
        return place if any(each.speaks for each in announced) else replace(place, found=announced[0].found)

    return tuple(checked(place) for place in places)


def _without_idle_stings(places: Sequence[_Place]) -> tuple[_Place, ...]:
    """Return the places that play, without the stings that would part nothing."""
    idle = idle_stings([(place.kind, place.speaks) for place in places])
    return tuple(place for index, place in enumerate(places) if place.plays and index not in idle)


def idle_stings(places: Sequence[tuple[ItemKind, bool]]) -> frozenset[int]:
    """Return the indices of the stings that would part nothing; each place is its kind and whether it speaks.

    Stings part a programme into stretches. A stretch that has lost all its content takes the sting before it along;
    the first takes the one after it, and so does one whose sting before is gone already.
    """
    stings = [index for index, (kind, _) in enumerate(places) if kind is ItemKind.STING]
    idle: set[int] = set()
    borders = [-1, *stings, len(places)]
    for before, after in pairwise(borders):
        stretch = [speaks for kind, speaks in places[before + 1 : after] if kind.is_content]
        if not stretch or any(stretch):
            continue
        if before >= 0 and before not in idle:
            idle.add(before)
        elif after < len(places):
            idle.add(after)
    return frozenset(idle)
