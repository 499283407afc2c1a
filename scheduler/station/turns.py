"""Who sounds before whom at a station, and what becomes of an airing that was cut (pure).

Emergencies go before all others, and cut them: Circular 39/2020/TT-BTTTT. Among emergencies a real one goes before a
drill, and the one released last before the others; the soundings of one emergency never cut each other. Of the
others, the one planned first; but a hard start ends what runs over into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.protocol import DROP, Rundown, RundownAiring
from scheduler.station.situation import OVERHANG, Held, Onstage, Situation, sounding_time

__all__ = [
    "Rest",
    "Turn",
    "after_cut",
    "is_emergency",
    "makes_way",
    "past_at",
    "precedence",
    "rest",
    "rest_fits_until",
]

_MOMENT = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    """An airing that may sound; ``resumed`` are the items with which a cut one goes on, None for one that begins."""

    airing: RundownAiring
    sequence: int
    resumed: tuple[int, ...] | None = None

    @property
    def items(self) -> tuple[int, ...]:
        """The indices of the items that are to sound."""
        return tuple(range(len(self.airing.items))) if self.resumed is None else self.resumed

    @property
    def media(self) -> frozenset[str]:
        """The names of the media that are needed."""
        return frozenset(self.airing.items[index].media for index in self.items)


def is_emergency(airing: RundownAiring) -> bool:
    """Return whether ``airing`` sounds an emergency or the drill of one."""
    return airing.bulletin_class == "emergency"


def past_at(airing: RundownAiring) -> datetime:
    """Return from when on ``airing`` may no longer begin.

    An emergency's grace reaches to the start of its next sounding and does not hold it.
    """
    latest = airing.starts_at + timedelta(seconds=airing.grace_s)
    if is_emergency(airing):
        return latest if airing.expires_at is None else min(latest, airing.expires_at)
    return latest + _MOMENT


def _released_at(rundown: Rundown | None, airing: RundownAiring) -> datetime:
    """Return when the emergency that ``airing`` sounds was released: at the first of its soundings."""
    soundings = () if rundown is None else rundown.airings
    return min([airing.starts_at, *(each.starts_at for each in soundings if _same_emergency(each, airing))])


def _same_emergency(one: RundownAiring, other: RundownAiring) -> bool:
    return is_emergency(one) and is_emergency(other) and one.items == other.items


def _rank(rundown: Rundown | None, airing: RundownAiring) -> tuple[bool, bool, timedelta]:
    if not is_emergency(airing):
        return False, False, timedelta(0)
    return True, not airing.drill, _released_at(rundown, airing) - _EPOCH


def precedence(seen: Situation, turn: Turn) -> tuple[object, ...]:
    """Return a key by which turns are sorted, the one to load first before the others.

    Until its time has come an airing waits behind what may begin now. Behind an emergency that sounds nothing ordinary
    may begin, so that the next emergency is loaded before it.
    """
    airing = turn.airing
    ripe = turn.resumed is not None or airing.starts_at <= seen.now
    since_epoch = airing.starts_at - _EPOCH
    if is_emergency(airing) and ripe:
        _, real, released = _rank(seen.rundown, airing)
        return 0, not real, -released, since_epoch, airing.id
    if is_emergency(airing) and seen.onstage is not None and is_emergency(seen.onstage.airing):
        return 1, False, timedelta(0), since_epoch, airing.id
    return 2 if ripe else 3, False, timedelta(0), since_epoch, airing.id


def makes_way(seen: Situation, turn: Turn) -> str | None:
    """Return why what sounds is cut for ``turn``, whose time has come: ``emergency``, ``overrun``, or not at all."""
    stage = seen.onstage
    if stage is None:
        return None
    if is_emergency(turn.airing):
        outranks = _rank(seen.rundown, turn.airing) > _rank(seen.rundown, stage.airing)
        return "emergency" if outranks else None
    if is_emergency(stage.airing) or turn.airing.start != "hard":
        return None
    starts_at = turn.airing.starts_at
    runs_over = max(stage.ends_at, seen.now) >= starts_at + OVERHANG
    # What began after the planned start of the one that waits was not planned to run into it.
    return "overrun" if runs_over and stage.since < starts_at else None


def after_cut(stage: Onstage, sequence: int, reason: str) -> tuple[Held | None, tuple[int, ...]]:
    """Return what an airing cut for ``reason`` may go on with, and which of its items are given up for good now.

    The item that was cut is neither. Only what made way for an emergency may go on.
    """
    if reason != "emergency" or not stage.ahead:
        return None, ()
    if stage.airing.after_interruption == DROP:
        return None, stage.ahead
    return Held(stage.airing, sequence, stage.ahead), ()


@dataclass(frozen=True, slots=True)
class Rest:
    """What becomes of a held airing now: the items it goes on with, when it may, and those it gives up, with why."""

    goes_on: tuple[int, ...] = ()
    gives_up: tuple[tuple[tuple[int, ...], str], ...] = ()


def rest(seen: Situation, held: Held) -> Rest:
    """Return what becomes of ``held``.

    An ordinary airing goes on with as many of its next items as end within its time (:func:`rest_fits_until`); an
    emergency while it holds, and until its next sounding says it whole.
    """
    withdrawn = frozenset() if seen.rundown is None else frozenset(seen.rundown.withdrawn)
    gone = tuple(index for index in held.items if held.airing.items[index].approval in withdrawn)
    given_up = [(gone, "withdrawn")] if gone else []
    left = tuple(index for index in held.items if index not in gone)
    if left and (reason := _forgone(seen, held, left)) is not None:
        return Rest((), (*given_up, (left, reason)))
    return Rest(_fitting(seen, held, left), tuple(given_up))


def _forgone(seen: Situation, held: Held, left: tuple[int, ...]) -> str | None:
    ends = [None if seen.rundown is None else seen.rundown.expires_at, held.airing.expires_at]
    if any(end is not None and seen.now >= end for end in ends):
        return "expired"
    until = rest_fits_until(seen, held)
    fits = until is None or seen.now + sounding_time(held.airing, left[:1]) <= until
    return None if fits else "emergency"


def _fitting(seen: Situation, held: Held, left: tuple[int, ...]) -> tuple[int, ...]:
    until = rest_fits_until(seen, held)
    if until is None:
        return left
    stage = seen.onstage
    begins_at = seen.now if stage is None else max(seen.now, stage.ends_at)
    fitting = len(left)
    while fitting and begins_at + sounding_time(held.airing, left[:fitting]) > until:
        fitting -= 1
    return left[:fitting]


def rest_fits_until(seen: Situation, held: Held) -> datetime | None:
    """Return by when an item must have ended for ``held`` to go on with it; None if it has all the time until expiry.

    An ordinary airing may end as late as if it had begun at the end of its grace, and before the next one's start.
    """
    airing = held.airing
    others = () if seen.rundown is None else seen.rundown.airings
    later = [each for each in others if each.starts_at > airing.starts_at and each.id != airing.id]
    if is_emergency(airing):
        # Not before: the next sounding may itself be missed, or cut.
        told_whole = any(_same_emergency(each, airing) and each.starts_at <= seen.now for each in later)
        return seen.now if told_whole else None
    planned_end = airing.starts_at + timedelta(milliseconds=airing.duration_ms, seconds=airing.grace_s)
    coming = [each.starts_at for each in later if not is_emergency(each) and each.id not in seen.over]
    return min([planned_end, *coming])
