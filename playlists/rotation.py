"""Fills the sessions of one station from its campaigns: reproducible, explained, and open about what it can't do.

Sessions are filled one after another, each by what that day's earlier ones and the last one that told anything hold,
by what programmes of that day tell by themselves, and nothing else: planning again in the middle of a day, with the
first sessions as they were, gives the rest as before. Chance decides only between equals, and the same way every time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from playlists.campaigns import Campaign
from playlists.model import NO_TIME, BulletinClass, Item, OmissionReason, ProgrammeItem
from playlists.precedence import RANK


class Why(StrEnum):
    """Why a bulletin was chosen for a session."""

    LAST_CHANCE = "last-chance"
    PRIORITY = "priority"
    ITS_TURN = "its-turn"


class WhyNot(StrEnum):
    """Why a goal is not met."""

    NO_SESSION = "no-session"
    TOO_FEW_SESSIONS = "too-few-sessions"
    NO_ROOM = "no-room"
    TOO_LONG = "too-long"
    PASSED = "passed"
    NOTHING_TO_AIR = "nothing-to-air"


Told = tuple[UUID, str]
"""A bulletin and the language it is told in."""


@dataclass(frozen=True, slots=True)
class Room:
    """A session to be filled: how long what is chosen may sound in all, with ``between`` standing between two of them.

    ``campaigns``, when given, are the only ones that it serves. ``fixed`` is what its programme tells by itself; one
    whose ``most`` is 0 has no place for anything else.
    """

    session: UUID
    date: date
    starts_at: datetime
    length: timedelta
    most: int
    between: timedelta = NO_TIME
    campaigns: frozenset[UUID] = frozenset()
    fixed: frozenset[Told] = frozenset()


class Telling(Protocol):
    """Something that a session which began has told."""

    @property
    def session(self) -> UUID:
        """The session."""

    @property
    def date(self) -> date:
        """Its local day."""

    @property
    def told(self) -> Told:
        """What was told."""

    @property
    def campaigns(self) -> tuple[UUID, ...]:
        """The campaigns that it was chosen for; none for what the programme told by itself."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A telling as it was kept."""

    session: UUID
    date: date
    told: Told
    campaigns: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """A bulletin in a session, why it was chosen, how often it was still due that day and in how many sessions, and the
    campaigns that ask for it."""

    session: UUID
    date: date
    item: ProgrammeItem
    why: Why
    due: int
    sessions_left: int
    campaigns: tuple[UUID, ...] = ()

    @property
    def told(self) -> Told:
        """What is told."""
        return told_by(self.item)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A bulletin that a day tells ``missing`` times less than asked; ``omission`` says why there was no track of it."""

    date: date
    item: ProgrammeItem
    missing: int
    why_not: WhyNot
    campaigns: tuple[UUID, ...]
    omission: OmissionReason | None = None

    def shares(self, per_day: Mapping[UUID, int]) -> dict[UUID, int]:
        """Return by how much each of the campaigns falls short of its ``per_day``; one that asks for less may not."""
        planned = max(per_day[each] for each in self.campaigns) - self.missing
        return {each: per_day[each] - planned for each in self.campaigns if per_day[each] > planned}


@dataclass(frozen=True, slots=True)
class Rotation:
    """What was chosen, session by session in order, and what could not be."""

    picks: tuple[Pick, ...]
    unmet: tuple[Unmet, ...]

    def of(self, session: UUID) -> tuple[Pick, ...]:
        """Return what was chosen for one session, in order."""
        return tuple(pick for pick in self.picks if pick.session == session)


Find = Callable[[ProgrammeItem, datetime], Item | OmissionReason]
"""What may be aired for an item at an instant, else why nothing: :meth:`playlists.rundown.Approvals.find`."""


def rotate(
    station_id: UUID,
    languages: Collection[str],
    rooms: Iterable[Room],
    campaigns: Iterable[Campaign],
    find: Find,
    *,
    days: tuple[date, date],
    told: Sequence[Telling] = (),
    begun: Mapping[UUID, datetime] | None = None,
) -> Rotation:
    """Return what the ``rooms`` of one station hold on the local ``days`` (first and last, both included).

    ``campaigns`` are those that mean the station. ``told``, in the order of airing, is what earlier sessions of the
    first day hold already, and the last one before it that told anything: it counts, and stands in none of the picks.
    ``begun`` are those earlier sessions that had a place, with their starts. A bulletin that two campaigns ask for is
    told as often as the one that asks for more; what programmes tell by themselves counts. Every goal of these days is
    met or reported.
    """
    by_day: dict[date, list[Room]] = defaultdict(list)
    for room in sorted(rooms, key=lambda room: (room.starts_at, room.session)):
        by_day[room.date].append(room)
    wishes = _Wishes(tuple(sorted(campaigns, key=lambda each: each.id)), tuple(sorted(languages)))
    before = {pick.told for pick in told if pick.session == told[-1].session}
    picks: list[Pick] = []
    unmet: list[Unmet] = []
    for number in range(days[0].toordinal(), days[1].toordinal() + 1):
        today = date.fromordinal(number)
        earlier = _Earlier([each for each in told if each.date == today], (begun or {}) if today == days[0] else {})
        day = _Day(station_id, today, wishes, find, rooms=by_day[today], earlier=earlier)
        for room in by_day[today]:
            chosen = day.fill(room, before) if room.most else []
            picks.extend(chosen)
            if chosen or room.fixed:
                before = {pick.told for pick in chosen} | room.fixed
        unmet.extend(day.unmet())
    return Rotation(tuple(picks), tuple(unmet))


@dataclass(frozen=True, slots=True)
class _Wish:
    """One bulletin in one language, how often a day and for which campaigns."""

    item: ProgrammeItem
    times: int
    campaigns: tuple[UUID, ...]
    priority: bool = False

    def welcome_in(self, room: Room) -> bool:
        served = not room.campaigns or bool(room.campaigns.intersection(self.campaigns))
        return served and told_by(self.item) not in room.fixed


class _Wishes:
    """What campaigns want told at a station, by day."""

    def __init__(self, campaigns: Sequence[Campaign], languages: Sequence[str]) -> None:
        self._campaigns = campaigns
        self._languages = languages
        self._known: dict[tuple[UUID, ...], dict[Told, _Wish]] = {}

    def on(self, day: date) -> Mapping[Told, _Wish]:
        running = [each for each in self._campaigns if each.runs_on(day)]
        key = tuple(each.id for each in running)
        if key not in self._known:
            self._known[key] = self._wished(running)
        return self._known[key]

    def _wished(self, running: Sequence[Campaign]) -> dict[Told, _Wish]:
        found: dict[Told, _Wish] = {}
        for campaign in running:
            for bulletin_id in campaign.bulletins:
                for language in campaign.spoken(self._languages):
                    old = found.get((bulletin_id, language))
                    found[bulletin_id, language] = _Wish(
                        item=old.item if old else campaign.item(bulletin_id, language),
                        times=max(campaign.per_day, old.times if old else 0),
                        campaigns=(*(old.campaigns if old else ()), campaign.id),
                        priority=campaign.priority or (old is not None and old.priority),
                    )
        return found


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A wish that a room could serve."""

    wish: _Wish
    found: Item
    due: int
    sessions_left: int
    rank: tuple[bool, bool, int, bool, int, bytes]

    @property
    def last_chance(self) -> bool:
        return self.due >= self.sessions_left

    @property
    def why(self) -> Why:
        if self.last_chance:
            return Why.LAST_CHANCE
        urgent = self.wish.priority or self.found.bulletin_class is not BulletinClass.NORMAL
        return Why.PRIORITY if urgent else Why.ITS_TURN


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What a day's sessions that began have told, and the starts of those of them that had a place."""

    told: Sequence[Telling]
    begun: Mapping[UUID, datetime]

    def served(self, wish: _Wish) -> set[UUID]:
        """The sessions that told something of the wish's campaigns: these were there by then."""
        return {each.session for each in self.told if set(each.campaigns).intersection(wish.campaigns)}


class _Day:
    """One day at one station, filled session by session."""

    def __init__(
        self, station_id: UUID, day: date, wishes: _Wishes, find: Find, *, rooms: Sequence[Room], earlier: _Earlier
    ) -> None:
        self._rooms = [room for room in rooms if room.most]
        self._station_id = station_id
        self._date = day
        self._wishes = wishes.on(day)
        self._find = find
        self._earlier = earlier
        self._fixed = Counter(told for room in rooms for told in room.fixed)
        self._fixed.update(each.told for each in earlier.told if not each.campaigns)
        self._count = Counter(each.told for each in earlier.told if each.campaigns) + self._fixed
        self._open = Counter[Told]()
        self._fitting = set[Told]()
        self._refusals: dict[Told, OmissionReason] = {}

    def fill(self, room: Room, before: Collection[Told]) -> list[Pick]:
        """Return what ``room`` holds; ``before`` is what the session before it told."""
        later = [each for each in self._rooms if (each.starts_at, each.session) > (room.starts_at, room.session)]
        candidates = sorted(self._candidates(room, later, before), key=lambda each: each.rank)
        chosen: list[_Candidate] = []
        used = NO_TIME
        share = -(-sum(each.due for each in candidates) // (len(later) + 1))
        waiting = sum((each.found.duration * each.due for each in candidates), NO_TIME)
        room_later = sum((each.length for each in later), NO_TIME)
        for each in candidates:
            length = each.found.duration + (room.between if chosen else NO_TIME)
            if len(chosen) >= room.most or used + length > room.length:
                continue
            # No more than this session's share, unless it can't wait or what comes later couldn't hold the rest.
            if each.last_chance or len(chosen) < share or waiting > room_later:
                chosen.append(each)
                used += length
                waiting -= each.found.duration
        return [self._pick(room, each) for each in chosen]

    def unmet(self) -> Iterator[Unmet]:
        """Yield what the day didn't tell as often as it should have."""
        for told, wish in sorted(self._wishes.items()):
            missing = wish.times - self._count[told]
            if missing > 0:
                why_not, omission = self._why_not(told, wish)
                yield Unmet(self._date, wish.item, missing, why_not, wish.campaigns, omission)

    def _candidates(self, room: Room, later: Sequence[Room], before: Collection[Told]) -> Iterator[_Candidate]:
        for told, wish in self._wishes.items():
            if not wish.welcome_in(room):
                continue
            found = self._find(wish.item, room.starts_at)
            if isinstance(found, OmissionReason):
                self._refusals.setdefault(told, found)
                continue
            self._open[told] += 1
            if found.duration <= room.length:
                self._fitting.add(told)
            due = wish.times - self._count[told]
            if due <= 0:
                continue
            left = 1 + sum(
                wish.welcome_in(each) and isinstance(self._find(wish.item, each.starts_at), Item) for each in later
            )
            yield _Candidate(wish, found, due, left, self._rank(room, wish, found, before, waits=due < left))

    def _rank(
        self, room: Room, wish: _Wish, found: Item, before: Collection[Told], *, waits: bool
    ) -> tuple[bool, bool, int, bool, int, bytes]:
        told = told_by(wish.item)
        urgency = waits, not wish.priority, RANK[found.bulletin_class]
        return *urgency, told in before, self._count[told], self._lot(room, told)

    def _lot(self, room: Room, told: Told) -> bytes:
        return sha256(f"{self._station_id}/{room.session}/{told[0]}/{told[1]}".encode()).digest()

    def _pick(self, room: Room, chosen: _Candidate) -> Pick:
        self._count[told_by(chosen.wish.item)] += 1
        wish = chosen.wish
        return Pick(room.session, room.date, wish.item, chosen.why, chosen.due, chosen.sessions_left, wish.campaigns)

    def _why_not(self, told: Told, wish: _Wish) -> tuple[WhyNot, OmissionReason | None]:
        if not self._earlier.begun and not any(wish.welcome_in(room) for room in self._rooms):
            return WhyNot.NO_SESSION, None
        served, passed = self._of_begun(told, wish)
        possible = self._open[told] + served + self._fixed[told]
        if possible < wish.times and told in self._refusals:
            return WhyNot.NOTHING_TO_AIR, self._refusals[told]
        if possible >= wish.times:
            return (WhyNot.TOO_LONG if self._open[told] and told not in self._fitting else WhyNot.NO_ROOM), None
        return (WhyNot.PASSED if possible + passed >= wish.times else WhyNot.TOO_FEW_SESSIONS), None

    def _of_begun(self, told: Told, wish: _Wish) -> tuple[int, int]:
        """How many sessions that began could have told it: those that its campaigns were served by, and the others."""
        by_campaigns = self._earlier.served(wish)
        served = passed = 0
        for session, starts_at in self._earlier.begun.items():
            found = self._find(wish.item, starts_at)
            if isinstance(found, OmissionReason):
                self._refusals.setdefault(told, found)
            elif session in by_campaigns:
                served += 1
            else:
                passed += 1
        return served, passed


def told_by(item: ProgrammeItem) -> Told:
    """Return what an item of a rotation tells."""
    if item.bulletin_id is None:
        message = "what a rotation tells has a bulletin"
        raise ValueError(message)
    return item.bulletin_id, item.language
