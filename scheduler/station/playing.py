"""What to do at one moment (pure): prepare, start, drop, give up or stop an airing.

The rules are those of ``docs/protocol.md``, section "Playing, exactly once". One airing sounds at a time: another
whose time has come waits, however it is to start (an airing is not cut for a clash; the timetable refuses those), and
is late when its grace has passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.protocol import Rundown, RundownAiring

__all__ = [
    "FADE",
    "PREPARE_AHEAD",
    "STALL",
    "Action",
    "Drop",
    "Loaded",
    "Miss",
    "Onstage",
    "Plan",
    "Prepare",
    "Situation",
    "Skip",
    "Start",
    "Stop",
    "decide",
]

PREPARE_AHEAD = timedelta(seconds=10)
FADE = timedelta(seconds=1)
POSITION_EVERY = timedelta(seconds=1)
# A player that has not ended this long after its sound should have is stuck.
STALL = timedelta(seconds=10)
_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The airing that is loaded and paused, or being loaded."""

    airing: RundownAiring
    sequence: int
    ready: bool


@dataclass(frozen=True, slots=True)
class Onstage:
    """The airing that sounds, since when, and its item that does (None before the first and between two)."""

    airing: RundownAiring
    since: datetime
    item: int | None = None
    skipped: frozenset[int] = frozenset()
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision looks at.

    ``over`` holds the ids of airings that started or were given up; ``media`` and ``damaged`` the names (``sha256:…``)
    that are whole on disk and that were found damaged since they were fetched; ``failed`` the ids of airings whose
    loading failed a moment ago, with the instant of the next try. The clock became known to this process at
    ``watching_since`` and had been unset from ``unset_since``. Airings up to ``horizon`` are unknown: their outcomes
    were lost with the store.
    """

    now: datetime
    rundown: Rundown | None
    watching_since: datetime
    unset_since: datetime
    over: AbstractSet[str] = frozenset()
    media: AbstractSet[str] = frozenset()
    damaged: AbstractSet[str] = frozenset()
    retry_at: tuple[tuple[str, datetime], ...] = ()
    loaded: Loaded | None = None
    onstage: Onstage | None = None
    horizon: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepare:
    """Verify the media of ``airing`` and load them, paused."""

    airing: RundownAiring
    sequence: int


@dataclass(frozen=True, slots=True)
class Start:
    """Record the start of the loaded airing, then let it sound; it is ``late`` after its planned start."""

    airing: RundownAiring
    sequence: int
    late: timedelta


@dataclass(frozen=True, slots=True)
class Drop:
    """Unload what is loaded: it was cancelled, changed or missed."""

    airing: RundownAiring


@dataclass(frozen=True, slots=True)
class Miss:
    """Record that ``airing`` did not start, and why; it never will."""

    airing: RundownAiring
    sequence: int
    reason: str
    late: timedelta


@dataclass(frozen=True, slots=True)
class Stop:
    """End what sounds, in a fade of ``fade``."""

    reason: str
    fade: timedelta
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """Take an item that has not sounded yet out of the airing that does."""

    item: int


Action = Prepare | Start | Drop | Miss | Stop | Skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now, in this order, and when to look again (None: when something happens)."""

    actions: tuple[Action, ...]
    look_at: datetime | None


def decide(seen: Situation) -> Plan:
    """Return what ``seen`` asks for."""
    actions: list[Action] = list(_for_onstage(seen))
    waiting, missed = _sort_out(seen)
    actions += missed
    nxt = _next(seen, waiting)
    if seen.loaded is not None and (nxt is None or nxt != seen.loaded.airing):
        actions.append(Drop(seen.loaded.airing))
    if nxt is not None:
        actions += _for_next(seen, nxt)
    return Plan(tuple(actions), _look_at(seen, waiting))


def _for_onstage(seen: Situation) -> Iterable[Action]:
    stage = seen.onstage
    if stage is None or stage.stopping:
        return
    rundown = seen.rundown
    withdrawn = frozenset(rundown.withdrawn) if rundown is not None else frozenset()
    if stage.item is not None and stage.airing.items[stage.item].approval in withdrawn:
        yield Stop("withdrawal", FADE)
        return
    if rundown is not None and seen.now >= rundown.expires_at:
        yield Stop("expired", FADE)
        return
    if seen.now >= _stalled_at(stage):
        yield Stop("fault", timedelta(0), "player-stalled")
        return
    sounded = -1 if stage.item is None else stage.item
    for index, item in enumerate(stage.airing.items):
        if index > sounded and index not in stage.skipped and item.approval in withdrawn:
            yield Skip(index)


def _stalled_at(stage: Onstage) -> datetime:
    return stage.since + timedelta(milliseconds=stage.airing.duration_ms) + STALL


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
        if seen.now > _latest(airing):
            missed.append(Miss(airing, rundown.sequence, _reason(seen, rundown, airing), seen.now - airing.starts_at))
        else:
            waiting.append(airing)
    return waiting, missed


def _latest(airing: RundownAiring) -> datetime:
    return airing.starts_at + timedelta(seconds=airing.grace_s)


def _reason(seen: Situation, rundown: Rundown, airing: RundownAiring) -> str:
    if not _allowed(rundown, airing):
        return "withdrawn" if airing.starts_at < rundown.expires_at else "expired"
    latest = _latest(airing)
    if latest < seen.watching_since:
        return "clock-unset" if latest >= seen.unset_since else "late"
    needed = {item.media for item in airing.items}
    if needed & seen.damaged:
        return "media-damaged"
    if not needed <= seen.media:
        return "not-ready"
    if seen.onstage is None and not (seen.loaded is not None and seen.loaded.airing == airing and seen.loaded.ready):
        return "not-ready"
    return "late"


def _allowed(rundown: Rundown, airing: RundownAiring) -> bool:
    withdrawn = frozenset(rundown.withdrawn)
    return airing.starts_at < rundown.expires_at and not any(item.approval in withdrawn for item in airing.items)


def _next(seen: Situation, waiting: Iterable[RundownAiring]) -> RundownAiring | None:
    """Return the first airing whose preparation is due and that may sound."""
    rundown = seen.rundown
    if rundown is None or seen.now >= rundown.expires_at:
        return None
    for airing in waiting:
        if airing.starts_at - PREPARE_AHEAD > seen.now:
            return None
        if airing.items and _allowed(rundown, airing):
            return airing
    return None


def _for_next(seen: Situation, airing: RundownAiring) -> Iterable[Action]:
    rundown = seen.rundown
    loaded = seen.loaded if seen.loaded is not None and seen.loaded.airing == airing else None
    if rundown is None:
        return
    if loaded is None:
        retry_at = dict(seen.retry_at).get(airing.id)
        if {item.media for item in airing.items} <= seen.media and (retry_at is None or seen.now >= retry_at):
            yield Prepare(airing, rundown.sequence)
    elif loaded.ready and seen.onstage is None and seen.now >= airing.starts_at:
        yield Start(airing, rundown.sequence, seen.now - airing.starts_at)


def _look_at(seen: Situation, waiting: Iterable[RundownAiring]) -> datetime | None:
    moments = [moment for _, moment in seen.retry_at]
    for airing in waiting:
        moments += [airing.starts_at - PREPARE_AHEAD, airing.starts_at, _latest(airing) + _MOMENT]
    if seen.rundown is not None:
        moments.append(seen.rundown.expires_at)
    stage = seen.onstage
    if stage is not None:
        moments += [seen.now + POSITION_EVERY, _stalled_at(stage)]
    return min((moment for moment in moments if moment > seen.now), default=None)
