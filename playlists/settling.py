"""Which of the sessions that slots would put at one station take place, when two of them want the same time.

One rule, and every loser knows the winner: what a person planned by hand stands; then the slot of the unit higher up
goes before that of the unit below, a hard start before a soft one, an earlier session before a later one. A session
that follows another comes after whatever may still push that other one out. The order in which slots were written or
published says nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from playlists.hours import Breach
from playlists.model import StartRule
from playlists.slots import LONGEST, Anchor, Slot

SessionKey = tuple[UUID, date]
"""A slot and the local date of a session: what tells the session apart at one station."""


class DropReason(StrEnum):
    """Why a session that a slot yields doesn't take place at a station."""

    CLASH = "clash"
    HOURS = "hours"
    NOTHING_TO_FOLLOW = "nothing-to-follow"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A session that a slot would have; ``depth`` is that of the slot's owner in the tree of the day (0: the
    network)."""

    slot: Slot
    date: date
    starts_at: datetime
    ends_at: datetime
    depth: int
    gain_cb: int
    breaches: tuple[Breach, ...] = ()
    follows_at: datetime | None = None

    @property
    def key(self) -> SessionKey:
        """What tells it apart at one station."""
        return self.slot.id, self.date

    @property
    def refused(self) -> bool:
        """Whether the network's hours refuse it."""
        return any(breach.refuses for breach in self.breaches)


@dataclass(frozen=True, slots=True)
class Taken:
    """Time at a station that is given away already, and by what."""

    starts_at: datetime
    ends_at: datetime
    title: str
    slot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A session that doesn't take place, and why: ``by`` is what has its time, ``breaches`` are the hours it breaks.

    ``tied``: nothing but the hour says that ``by`` goes first, so people should say which of the two they mean.
    """

    slot: Slot
    date: date
    starts_at: datetime
    reason: DropReason
    by: Taken | None = None
    breaches: tuple[Breach, ...] = ()
    tied: bool = False


_Rank = tuple[int, bool, datetime, UUID]


def settle(
    candidates: Iterable[Candidate],
    taken: Sequence[Taken] = (),
    cancelled: Collection[SessionKey] = (),
    begun: Collection[SessionKey] = (),
) -> tuple[list[Candidate], list[Dropped]]:
    """Return the sessions that take place at one station, by start, and those that don't, by rank.

    ``taken`` stands whatever comes; a ``cancelled`` session leaves its time free. One that has ``begun`` is among
    neither: others may follow it, and what it still needs is taken already.
    """
    found = sorted(candidates, key=_start)
    knots = tangled(found)
    if not taken and not cancelled and not begun:
        # What is in no knot meets nobody, and only a knot holds what others follow.
        if not knots:
            return found, []
        inside = set(knots)
        placed, free = [each for each in found if each not in inside], []
    else:
        inside = set(knots)
        placed, free = [], [each for each in found if each not in inside]
    by_key = {each.key: each for each in knots}
    kept: dict[SessionKey, Candidate] = {}
    dropped: list[Dropped] = []
    for each in (*free, *sorted(by_key.values(), key=lambda one: _place_in_line(one, by_key))):
        if each.key in begun:
            kept[each.key] = each
            continue
        reason = _refusal(each, kept, cancelled)
        winner, tied = _winner(each, placed, taken) if reason is None else (None, False)
        if reason is not None or winner is not None:
            dropped.append(
                Dropped(each.slot, each.date, each.starts_at, reason or DropReason.CLASH, winner, each.breaches, tied)
            )
        else:
            kept[each.key] = each
            insort(placed, each, key=_start)
    return placed, dropped


def tangled(in_order: Sequence[Candidate]) -> list[Candidate]:
    """Return, in order, those that want the time of another, follow one, are followed or break the hours.

    In the common case there are none, and nobody has to be asked who goes first.
    """
    led = {key for each in in_order if (key := followed(each)) is not None}
    found: list[Candidate] = []
    knot: list[Candidate] = []
    ends_at = None
    for each in in_order:
        if ends_at is not None and each.starts_at < ends_at:
            knot.append(each)
            ends_at = max(ends_at, each.ends_at)
        else:
            found += _if_tangled(knot, led)
            knot, ends_at = [each], each.ends_at
    return found + _if_tangled(knot, led)


def _if_tangled(knot: list[Candidate], led: Collection[SessionKey]) -> list[Candidate]:
    if len(knot) == 1:
        (alone,) = knot
        if not alone.breaches and not (led and (alone.key in led or followed(alone) is not None)):
            return []
    return knot


def followed(candidate: Candidate) -> SessionKey | None:
    """Return what the session follows, None when it has a time of its own."""
    start = candidate.slot.start
    return (start.slot_id, candidate.date) if isinstance(start, Anchor) else None


def _place_in_line(candidate: Candidate, by_key: Mapping[SessionKey, Candidate]) -> tuple[_Rank, int]:
    """Return the rank of a session and how many it follows; one that follows ranks no higher than what it follows."""
    rank, links, current = _rank(candidate), 0, candidate
    while (key := followed(current)) is not None and key in by_key:
        current, links = by_key[key], links + 1
        rank = max(rank, _rank(current))
    return rank, links


def _rank(candidate: Candidate) -> _Rank:
    slot = candidate.slot
    return candidate.depth, slot.start_rule is not StartRule.HARD, candidate.starts_at, slot.id


def _refusal(
    candidate: Candidate, kept: Mapping[SessionKey, Candidate], cancelled: Collection[SessionKey]
) -> DropReason | None:
    if candidate.key in cancelled:
        return DropReason.CANCELLED
    if candidate.refused:
        return DropReason.HOURS
    key = followed(candidate)
    return DropReason.NOTHING_TO_FOLLOW if key is not None and key not in kept else None


def _winner(candidate: Candidate, placed: Sequence[Candidate], taken: Sequence[Taken]) -> tuple[Taken | None, bool]:
    """Return what has the time of ``candidate``, and whether only the hour says that it goes first."""
    for each in taken:
        if each.starts_at < candidate.ends_at and candidate.starts_at < each.ends_at:
            return each, False
    # What is placed doesn't overlap, so only the one before and the one after may meet it.
    at = bisect_right(placed, candidate.starts_at, key=_start)
    for other in placed[max(at - 1, 0) : at + 1]:
        if other.starts_at < candidate.ends_at and candidate.starts_at < other.ends_at:
            tied = _rank(other)[:2] == _rank(candidate)[:2]
            return Taken(other.starts_at, other.ends_at, other.slot.title, other.slot.id), tied
    return None, False


def _start(candidate: Candidate) -> datetime:
    return candidate.starts_at


def bearing(candidates: Iterable[Candidate], since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Return from which instant to which sessions bear on those that sound in ``[since, until)``.

    What overlaps a session bears on it, and so does what it follows; and what bears on those does.
    """
    in_order = sorted(candidates, key=_start)
    knots = tangled(in_order)
    by_key = {each.key: each for each in knots}
    waiting = [each for each in knots if each.starts_at < until and since < each.ends_at]
    seen = {each.key for each in waiting}
    first, last = since, until
    while waiting:
        each = waiting.pop()
        first, last = (
            min(first, each.starts_at, each.follows_at or first),
            max(last, each.starts_at, each.follows_at or last),
        )
        led = by_key.get(followed(each) or each.key)
        for other in (*_overlapping(each, knots), *((led,) if led is not None else ())):
            if other.key not in seen:
                seen.add(other.key)
                waiting.append(other)
    return first, last


def _overlapping(candidate: Candidate, in_order: Sequence[Candidate]) -> list[Candidate]:
    begin = bisect_left(in_order, candidate.starts_at - LONGEST, key=_start)
    end = bisect_left(in_order, candidate.ends_at, key=_start)
    return [each for each in in_order[begin:end] if candidate.starts_at < each.ends_at]
