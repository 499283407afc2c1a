"""A station's decisions carried out on paper: a deck that keeps time, no player, no clock, no disk.

Times are milliseconds after T. What the stage would write down becomes ``told``: (time, event, airing, item, reason).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from scheduler.protocol import MediaFact, Rundown, RundownAiring, RundownItem
from scheduler.station.playing import decide
from scheduler.station.situation import (
    Cut,
    Drop,
    Forgo,
    Held,
    Loaded,
    Miss,
    Onstage,
    Prepare,
    Situation,
    Skip,
    Start,
    Stop,
)
from scheduler.station.turns import after_cut

T = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LONG_AGO = T - timedelta(days=1)
Told = tuple[int, str, str, int | None, str | None]


def at(ms: float) -> datetime:
    return T + timedelta(milliseconds=ms)


def ms(instant: datetime) -> int:
    return (instant - T) // timedelta(milliseconds=1)


def name_of(text: str) -> str:
    """Return a name of a medium or an approval, made of ``text``."""
    return f"sha256:{text.encode().hex():0<64.64}"


def airing(name: str, starts_s: float, *lengths_s: float, **facts: object) -> RundownAiring:
    """Return an airing whose items have lengths; each has a medium and an approval of its own."""
    items = tuple(
        RundownItem(
            "bulletin", name_of(f"{name}{index}"), round(length * 1000), name, 1, "vi", name_of(f"{name}{index}")
        )
        for index, length in enumerate(lengths_s)
    )
    made = RundownAiring(name, at(starts_s * 1000), "hard", 30, "normal", drill=False, gain_cb=0, items=items)
    return replace(made, **facts)


def emergency(
    name: str, released_s: float, *lengths_s: float, times: int = 1, every_s: int = 60, **facts: object
) -> list[RundownAiring]:
    """Return the soundings of an emergency: ``name.0``, ``name.1`` …; it expires an hour after its release."""
    expires_at = facts.pop("expires_at", at((released_s + 3600) * 1000))
    assert isinstance(expires_at, datetime)
    first = airing(name, released_s, *lengths_s, bulletin_class="emergency", expires_at=expires_at, **facts)
    made = []
    for ordinal in range(times):
        starts_at = first.starts_at + ordinal * timedelta(seconds=every_s)
        until = expires_at if ordinal + 1 == times else min(expires_at, starts_at + timedelta(seconds=every_s))
        if starts_at < expires_at:
            grace_s = (until - starts_at) // timedelta(seconds=1)
            made.append(replace(first, id=f"{name}.{ordinal}", starts_at=starts_at, grace_s=grace_s))
    return made


def rundown(*airings: RundownAiring, **facts: object) -> Rundown:
    media = {item.media: MediaFact(1) for each in airings for item in each.items}
    week = T + timedelta(days=6)
    made = Rundown("s", 7, LONG_AGO, week, LONG_AGO, week, "Asia/Ho_Chi_Minh", airings, media)
    return replace(made, **facts)


@dataclass
class Simulation:
    """A station that follows ``changes``: at each time (ms) the rundown that it accepts then, its media at once."""

    changes: Sequence[tuple[int, Rundown]]
    load_ms: int = 100
    lags_ms: Sequence[int] = (0,)
    stuck: frozenset[str] = frozenset()
    told: list[Told] = field(default_factory=list)
    now: int = 0
    held: dict[str, Held] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    _plan: Rundown | None = None
    _told_at: datetime | None = None
    _loaded: Loaded | None = None
    _ready_at: int = 0
    _onstage: Onstage | None = None
    _stop: Stop | None = None
    _fade_ends: int | None = None

    def run(self, until_s: float, *, began_s: float = 0) -> list[Told]:
        """Let it be ``began_s``, then let time pass to ``until_s``; return all that was told."""
        self.now = round(began_s * 1000)
        began, steps = self.now, 0
        while self.now < until_s * 1000:
            self._take_changes()
            self._sound()
            look_at = self._decide(began)
            moments = [when for when, _ in self.changes if when > self.now]
            moments += [moment for moment in self._deck_moments() if moment > self.now]
            if self._loaded is not None and not self._loaded.ready:
                moments.append(max(self._ready_at, self.now + 1))
            if look_at is not None:
                moments.append(ms(look_at) + self.lags_ms[steps % len(self.lags_ms)])
            self.now = max(self.now + 1, min(moments, default=round(until_s * 1000)))
            steps += 1
        return self.told

    def events(self, name: str) -> list[str]:
        """Return what was told of one airing: event, item and reason."""
        return [
            event + ("" if item is None else f" {item}") + ("" if reason is None else f": {reason}")
            for _, event, airing_id, item, reason in self.told
            if airing_id == name
        ]

    def _take_changes(self) -> None:
        due = [plan for when, plan in self.changes if when <= self.now]
        if due and due[-1] is not self._plan:
            self._plan, self._told_at = due[-1], at(self.now)

    def _tell(
        self, event: str, airing_id: str, item: int | None = None, reason: str | None = None, when: int = -1
    ) -> None:
        self.told.append((self.now if when < 0 else when, event, airing_id, item, reason))

    # The deck

    def _deck_moments(self) -> list[int]:
        stage = self._onstage
        if stage is None:
            return []
        ends = (
            []
            if stage.item is None
            else [ms(stage.edge_at or stage.since) + stage.airing.items[stage.item].duration_ms]
        )
        return ends if self._fade_ends is None else [*ends, self._fade_ends]

    def _sound(self) -> None:
        while (stage := self._onstage) is not None:
            faded = self._fade_ends if self._fade_ends is not None and self._fade_ends <= self.now else None
            ends = self._deck_moments()[0]
            if faded is not None and faded < ends:
                if stage.airing.id not in self.stuck:
                    self._cut(faded)
                return
            if ends > self.now:
                return
            self._tell("end", stage.airing.id, stage.item, when=ends)
            self._onstage = replace(stage, item=None, reached=stage.item or 0, edge_at=at(ends))
            self._begin_item(ends)

    def _begin_item(self, when: int) -> None:
        stage = self._onstage
        assert stage is not None
        if not stage.ahead:
            self._tell("finished", stage.airing.id, when=when)
            self._onstage = self._stop = self._fade_ends = None
            return
        item = stage.ahead[0]
        self._tell("begin", stage.airing.id, item, when=when)
        self._onstage = replace(stage, item=item, reached=item, edge_at=at(when))

    def _cut(self, when: int) -> None:
        stage, stop = self._onstage, self._stop
        assert stage is not None
        assert stop is not None
        self._tell("interrupted", stage.airing.id, stage.item, stop.reason, when)
        held, gone = after_cut(stage, 7, stop.reason)
        if held is not None:
            self.held[stage.airing.id] = held
        for item in gone:
            self._tell("missed", stage.airing.id, item, stop.reason)
        self._onstage = self._stop = self._fade_ends = None

    # What the stage does

    def _decide(self, began: int) -> datetime | None:
        for _ in range(12):
            if self._loaded is not None and self.now >= self._ready_at:
                self._loaded = replace(self._loaded, ready=True)
            seen = Situation(
                now=at(self.now),
                rundown=self._plan,
                watching_since=at(began),
                unset_since=at(began),
                over=frozenset(self.over),
                media=frozenset(self._plan.media if self._plan is not None else ()),
                loaded=self._loaded,
                onstage=self._onstage,
                held=tuple(self.held.values()),
                told_at=self._told_at,
            )
            plan = decide(seen)
            for action in plan.actions:
                self._act(action)
            if not plan.actions:
                return plan.look_at
        raise AssertionError(f"it never comes to rest: {plan.actions}")

    def _act(self, action: object) -> None:
        match action:
            case Prepare(airing=one, sequence=sequence, resumed=resumed):
                assert self._loaded is None, "a second airing is loaded"
                self._loaded, self._ready_at = (
                    Loaded(one, sequence, ready=False, resumed=resumed),
                    self.now + self.load_ms,
                )
            case Drop():
                self._loaded = None
            case Start():
                self._start(action)
            case Miss(airing=one, reason=reason):
                self.over.add(one.id)
                self._tell("missed", one.id, None, reason)
            case Stop() | Cut() | Skip():
                self._act_onstage(action)
            case Forgo(airing=one, items=items, reason=reason):
                held = self.held.pop(one.id)
                for item in items:
                    self._tell("missed", one.id, item, reason)
                if left := tuple(item for item in held.items if item not in items):
                    self.held[one.id] = replace(held, items=left)

    def _act_onstage(self, action: Stop | Cut | Skip) -> None:
        assert self._onstage is not None
        match action:
            case Stop() if self._stop is None:
                self._stop, self._fade_ends = action, self.now + action.fade // timedelta(milliseconds=1)
                self._onstage = replace(self._onstage, silent_by=at(self._fade_ends + 500))
            case Cut():
                self._cut(self.now)
            case Skip(item=item):
                self._onstage = replace(self._onstage, skipped=self._onstage.skipped | {item})
                self._tell("missed", self._onstage.airing.id, item, "withdrawn")

    def _start(self, action: Start) -> None:
        assert self._onstage is None, "two airings sound at a time"
        assert self._loaded is not None
        assert self._loaded.ready
        one = action.airing
        assert one.expires_at is None or at(self.now) < one.expires_at
        if action.resumed is None:
            assert one.id not in self.over, "an airing starts twice"
            self.over.add(one.id)
            self._tell("started", one.id)
        else:
            assert self.held.pop(one.id).items[: len(action.resumed)] == action.resumed
        self._onstage = Onstage(one, since=at(self.now), order=self._order(action))
        self._loaded = None
        self._begin_item(self.now)

    @staticmethod
    def _order(action: Start) -> tuple[int, ...]:
        return tuple(range(len(action.airing.items))) if action.resumed is None else action.resumed

    def sounding(self) -> list[tuple[int, int, str]]:
        """Return from when to when an airing sounded, item by item, in order."""
        open_at: dict[str, int] = {}
        spans = []
        for when, event, airing_id, item, _ in self.told:
            if event == "begin":
                open_at[airing_id] = when
            elif airing_id in open_at and (event == "end" or (event == "interrupted" and item is not None)):
                spans.append((open_at.pop(airing_id), when, airing_id))
        return spans
