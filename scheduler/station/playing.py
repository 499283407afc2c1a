"""What to do at one moment (pure): prepare, start, drop, give up or stop an airing.

The rules are those of ``docs/protocol.md``, section "Playing, exactly once". One airing sounds at a time. An emergency
cuts what sounds, a hard start what runs over into it; whatever else has come to its time waits, and is missed when its
grace has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from scheduler.protocol import Rundown, RundownAiring
from scheduler.station import turns
from scheduler.station.situation import (
    FADE,
    POSITION_EVERY,
    PREPARE_AHEAD,
    QUICK_FADE,
    STALL,
    Action,
    Cut,
    Drop,
    Forgo,
    Loaded,
    Miss,
    Onstage,
    Plan,
    Prepare,
    Situation,
    Skip,
    Start,
    Stop,
    sounding_time,
)
from scheduler.station.turns import Turn

__all__ = ["decide"]

_MOMENT = timedelta(milliseconds=1)


def decide(seen: Situation) -> Plan:
    """Return what ``seen`` asks for."""
    actions: list[Action] = list(_for_onstage(seen))
    waiting, missed = _sort_out(seen)
    actions += missed
    held, forgone = _for_held(seen)
    actions += forgone
    nxt = _next(seen, waiting, held)
    if seen.loaded is not None and (nxt is None or not _is_loaded(seen.loaded, nxt)):
        actions.append(Drop(seen.loaded.airing))
    if nxt is not None:
        actions += _for_next(seen, nxt)
    return Plan(tuple(actions), _look_at(seen, waiting))


def _for_onstage(seen: Situation) -> Iterable[Action]:
    stage = seen.onstage
    if stage is None:
        return
    if stage.silent_by is not None:
        if seen.now >= stage.silent_by:
            yield Cut()
        return
    rundown = seen.rundown
    withdrawn = frozenset(rundown.withdrawn) if rundown is not None else frozenset()
    if stage.item is not None and stage.airing.items[stage.item].approval in withdrawn:
        yield Stop("withdrawal", FADE)
        return
    expires_at = _expiry(seen, stage.airing)
    if expires_at is not None and seen.now >= expires_at:
        yield Stop("expired", FADE)
        return
    if seen.now >= stage.ends_at + STALL:
        yield Stop("fault", timedelta(0), "player-stalled")
        return
    for index in stage.ahead:
        if stage.airing.items[index].approval in withdrawn:
            yield Skip(index)


def _expiry(seen: Situation, airing: RundownAiring) -> datetime | None:
    """Return when what sounds of ``airing`` is to end: with the rundown, or with the emergency as it is told now."""
    if seen.rundown is None:
        return airing.expires_at
    told = next((each for each in seen.rundown.airings if each.id == airing.id), airing)
    ends = [end for end in (seen.rundown.expires_at, airing.expires_at, told.expires_at) if end is not None]
    return min(ends)


def _sort_out(seen: Situation) -> tuple[list[RundownAiring], list[Miss]]:
    """Part the airings that are not over into those that may still start, earliest first, and those that won't."""
    rundown = seen.rundown
    if rundown is None:
        return [], []
    waiting: list[RundownAiring] = []
    missed: list[Miss] = []
    for airing in sorted(rundown.airings, key=lambda each: (each.starts_at, each.id)):
        if airing.id in seen.over or (seen.horizon is not None and airing.starts_at <= seen.horizon):
            continue
        if seen.now >= turns.past_at(airing) or _called_off(seen, rundown, airing):
            missed.append(Miss(airing, rundown.sequence, _reason(seen, rundown, airing), seen.now - airing.starts_at))
        else:
            waiting.append(airing)
    return waiting, missed


def _called_off(seen: Situation, rundown: Rundown, airing: RundownAiring) -> bool:
    """Whether an emergency whose turn it is was withdrawn: the centre is to hear at once that it did not sound."""
    return turns.is_emergency(airing) and airing.starts_at <= seen.now and not _approved(rundown, airing)


def _reason(seen: Situation, rundown: Rundown, airing: RundownAiring) -> str:
    if not _allowed(rundown, airing):
        return "withdrawn" if airing.starts_at < rundown.expires_at else "expired"
    latest = turns.past_at(airing) - _MOMENT
    if latest < seen.watching_since:
        return "clock-unset" if latest >= seen.unset_since else "late"
    if seen.told_at is not None and latest < seen.told_at:
        return "late"
    needed = {item.media for item in airing.items}
    if needed & seen.damaged:
        return "media-damaged"
    if not needed <= seen.media:
        return "not-ready"
    if seen.onstage is not None and turns.is_emergency(seen.onstage.airing):
        return "emergency"
    if seen.onstage is None and not (seen.loaded is not None and seen.loaded.airing == airing and seen.loaded.ready):
        return "not-ready"
    return "late"


def _allowed(rundown: Rundown, airing: RundownAiring) -> bool:
    return airing.starts_at < rundown.expires_at and _approved(rundown, airing)


def _approved(rundown: Rundown, airing: RundownAiring) -> bool:
    withdrawn = frozenset(rundown.withdrawn)
    return not any(item.approval in withdrawn for item in airing.items)


def _for_held(seen: Situation) -> tuple[list[Turn], list[Forgo]]:
    """Return the cut airings that may go on, and what they give up."""
    turns_left: list[Turn] = []
    forgone: list[Forgo] = []
    for held in seen.held:
        found = turns.rest(seen, held)
        forgone += [Forgo(held.airing, items, reason) for items, reason in found.gives_up]
        if found.goes_on:
            turns_left.append(Turn(held.airing, held.sequence, found.goes_on))
    return turns_left, forgone


def _next(seen: Situation, waiting: Iterable[RundownAiring], held: Iterable[Turn]) -> Turn | None:
    """Return whose turn it is to be loaded: of those whose preparation is due, that may sound and can be loaded."""
    rundown = seen.rundown
    if rundown is None or seen.now >= rundown.expires_at:
        return None
    due = [
        Turn(airing, rundown.sequence)
        for airing in waiting
        if airing.starts_at - PREPARE_AHEAD <= seen.now and airing.items and _allowed(rundown, airing)
    ]
    able = [turn for turn in (*held, *due) if _can_be_loaded(seen, turn)]
    return min(able, key=lambda turn: turns.precedence(seen, turn), default=None)


def _can_be_loaded(seen: Situation, turn: Turn) -> bool:
    """Whether it is loaded or can be: an airing whose media are missing holds up no other."""
    if seen.loaded is not None and _is_loaded(seen.loaded, turn):
        return True
    retry_at = dict(seen.retry_at).get(turn.airing.id)
    return turn.media <= seen.media and (retry_at is None or seen.now >= retry_at)


def _is_loaded(loaded: Loaded, turn: Turn) -> bool:
    return loaded.airing == turn.airing and loaded.resumed == turn.resumed


def _for_next(seen: Situation, turn: Turn) -> Iterator[Action]:
    airing = turn.airing
    if seen.loaded is None or not _is_loaded(seen.loaded, turn):
        yield Prepare(airing, turn.sequence, turn.resumed)
    elif not seen.loaded.ready or seen.now < airing.starts_at:
        return
    elif seen.onstage is None:
        yield from _start(seen, turn)
    elif seen.onstage.silent_by is None and (reason := turns.makes_way(seen, turn)) is not None:
        yield Stop(reason, QUICK_FADE, by=airing.id)


def _start(seen: Situation, turn: Turn) -> Iterator[Action]:
    if turn.resumed is not None:
        # What no longer fits was not loaded; it is given up when the rest goes on.
        held = next(each for each in seen.held if each.airing.id == turn.airing.id)
        told = {index for items, _ in turns.rest(seen, held).gives_up for index in items}
        left = tuple(index for index in held.items if index not in turn.resumed and index not in told)
        if left:
            yield Forgo(turn.airing, left, "emergency")
        yield Start(turn.airing, turn.sequence, timedelta(0), turn.resumed)
        return
    yield Start(turn.airing, turn.sequence, seen.now - turn.airing.starts_at)


def _look_at(seen: Situation, waiting: Iterable[RundownAiring]) -> datetime | None:
    moments = [moment for _, moment in seen.retry_at]
    for airing in waiting:
        moments += [airing.starts_at - PREPARE_AHEAD, airing.starts_at, turns.past_at(airing)]
    if seen.rundown is not None:
        moments.append(seen.rundown.expires_at)
    for held in seen.held:
        until = turns.rest_fits_until(seen, held)
        if until is not None:
            moments.append(until - sounding_time(held.airing, held.items[:1]) + _MOMENT)
        if held.airing.expires_at is not None:
            moments.append(held.airing.expires_at)
    if seen.onstage is not None:
        moments += _moments_onstage(seen, seen.onstage)
    return min((moment for moment in moments if moment > seen.now), default=None)


def _moments_onstage(seen: Situation, stage: Onstage) -> Iterator[datetime]:
    yield seen.now + POSITION_EVERY
    yield stage.ends_at + STALL
    if stage.silent_by is not None:
        yield stage.silent_by
    expires_at = _expiry(seen, stage.airing)
    if expires_at is not None:
        yield expires_at
