"""Carries out what ``playing`` decides: loads, starts and stops decks, and writes down what they tell.

Used by the station's main thread alone. What a deck did is on disk before anything is made of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.canonical import format_instant, parse_instant
from scheduler.protocol import Event
from scheduler.station import playing, recovery
from scheduler.station.act import Act
from scheduler.station.entries import About, happening, item_forgone, planned
from scheduler.station.errors import PlayerUnavailable
from scheduler.station.keeping import RundownKeeper
from scheduler.station.listening import Listener
from scheduler.station.media import MediaShelf
from scheduler.station.players.player import Cue, CueKind, Player, Track
from scheduler.station.players.process import identify
from scheduler.station.situation import (
    FADE,
    POSITION_EVERY,
    Action,
    Cut,
    Drop,
    Forgo,
    Held,
    Miss,
    Prepare,
    Situation,
    Skip,
    Start,
    Stop,
)
from scheduler.station.store import Position, Store
from scheduler.station.timekeeper import Timekeeper
from scheduler.station.timekeeping import Reading
from scheduler.station.turns import is_emergency

__all__ = ["Stage"]

_RETRY = timedelta(seconds=2)
_ROUNDS = 8
_diagnostics = logging.getLogger("loa.station")


class Stage:
    """What sounds at the station, and what is about to."""

    def __init__(
        self,
        *,
        store: Store,
        shelf: MediaShelf,
        timekeeper: Timekeeper,
        keeper: RundownKeeper,
        player: Player,
        boot: str,
        wake: Callable[[], None],
        nudge: Callable[[], None],
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._timekeeper = timekeeper
        self._keeper = keeper
        self._player = player
        self._boot = boot
        self._wake = wake
        self._nudge = nudge
        self._listener = Listener(store)
        self._unset_us: int | None = None
        self._watching_us: int | None = None
        self._loaded: Act | None = None
        self._onstage: Act | None = None
        self._held: dict[str, Held] = {}
        self._damaged: set[str] = set()
        self._retry_at: dict[str, datetime] = {}
        self._complained: set[str] = set()
        self._leaving = False
        self._over = store.over()

    @property
    def playing(self) -> str | None:
        """The id of the airing that sounds; may be read from any thread."""
        act = self._onstage
        return None if act is None else act.airing.id

    def recover(self) -> None:
        """End the players that an earlier process left, and report the airings that it did not see to their end."""
        recovery.recover(self._store, self._timekeeper, boot=self._boot)

    def step(self) -> int | None:
        """Do what is due now; return the CLOCK_BOOTTIME (microseconds) at which to look again, if there is one."""
        for _ in range(_ROUNDS):
            reading = self._timekeeper.read()
            self._take_cues(reading)
            if self._leaving:
                return None
            if not reading.known:
                self._unset_us = self._unset_us or reading.boottime(reading.now)
                return None
            plan = playing.decide(self._situation(reading))
            for action in plan.actions:
                self._act(action, reading)
            self._keep_position(reading)
            if not plan.actions:
                return None if plan.look_at is None else reading.boottime(plan.look_at)
        return reading.boottime(reading.now + POSITION_EVERY)

    def leave(self) -> None:
        """Fade out what sounds, because the station is told to stop; from now on steps only wait for that."""
        self._leaving = True
        self._drop()
        reading = self._timekeeper.read()
        self._stop(Stop("command", FADE), reading)
        self._forgo_all(reading)

    def close(self) -> None:
        """End at once what sounds still, and report it."""
        self._drop()
        reading = self._timekeeper.read()
        self._take_cues(reading)
        if self._onstage is not None:
            self._onstage.stop = self._onstage.stop or Stop("command", timedelta(0))
            self._cut(self._onstage, reading)
        self._forgo_all(reading)

    def _situation(self, reading: Reading) -> Situation:
        now_us = reading.boottime(reading.now)
        if self._watching_us is None:
            self._watching_us = now_us
        present = self._shelf.names()
        self._damaged -= present
        self._retry_at = {airing: at for airing, at in self._retry_at.items() if at > reading.now}
        return Situation(
            now=reading.now,
            rundown=self._keeper.current,
            watching_since=reading.at(self._watching_us),
            unset_since=reading.at(self._unset_us or self._watching_us),
            over=self._over,
            media=present,
            damaged=frozenset(self._damaged),
            retry_at=tuple(self._retry_at.items()),
            loaded=None if self._loaded is None else self._loaded.loaded(),
            onstage=None if self._onstage is None else self._onstage.onstage(reading.now),
            held=tuple(self._held.values()),
            horizon=self._horizon(reading.now),
            told_at=self._keeper.told_at,
        )

    def _horizon(self, now: datetime) -> datetime | None:
        told = self._store.fact("horizon")
        if told == "pending":  # the store was lost before the time was known
            told = format_instant(now)
            self._store.set_fact("horizon", told)
        return None if told is None else parse_instant(told)

    def _act(self, action: Action, reading: Reading) -> None:
        match action:
            case Prepare():
                self._prepare(action, reading)
            case Start():
                self._start(action, reading)
            case Drop():
                self._drop()
            case Miss():
                self._miss(action, reading)
            case Stop():
                self._stop(action, reading)
            case Cut() if self._onstage is not None:
                self._cut(self._onstage, reading)
            case Skip():
                self._skip(action, reading)
            case Forgo():
                self._forgo(action, reading)

    def _prepare(self, action: Prepare, reading: Reading) -> None:
        airing = action.airing
        order = tuple(range(len(airing.items))) if action.resumed is None else action.resumed
        items = [airing.items[index] for index in order]
        damaged = [name for name in {item.media for item in items} if not self._shelf.whole(name)]
        for name in damaged:
            self._shelf.set_aside(name)
            self._damaged.add(name)
            self._store.append(happening(Event.FAULT, reading, action, media=name, reason="media-damaged"))
        if damaged:
            self._nudge()
            return
        tracks = [Track(self._shelf.path(item.media), item.duration_ms) for item in items]
        try:
            deck = self._player.prepare(airing.id, tracks, gain_cb=airing.gain_cb, wake=self._wake)
        except PlayerUnavailable as error:
            self._player_failed(action, reading, str(error))
            return
        held = None if action.resumed is None else self._held[airing.id]
        self._loaded = Act(airing, action.sequence, deck, order, held)
        if deck.pid is not None and (process := identify(deck.pid, boot=self._boot)) is not None:
            self._store.record_player(process)

    def _player_failed(self, about: About, reading: Reading, why: str) -> None:
        if about.airing.id not in self._complained:
            self._complained.add(about.airing.id)
            self._store.append(happening(Event.FAULT, reading, about, reason="player", detail={"why": why[:500]}))
        self._retry_at[about.airing.id] = reading.now + _RETRY

    def _start(self, action: Start, reading: Reading) -> None:
        act = self._loaded
        if act is None:
            return
        airing = action.airing
        if action.resumed is None:
            detail = planned(airing, action.late)
            started = happening(Event.STARTED, reading, action, detail=detail)
            self._store.begin(
                airing.id,
                sequence=action.sequence,
                starts_at=airing.starts_at,
                happening=started,
                drill=airing.drill,
            )
            self._over |= {airing.id}
            act.sequence = action.sequence
        else:
            self._store.go_on(airing.id)
            del self._held[airing.id]
        act.deck.start()
        act.since = reading.now
        self._loaded, self._onstage = None, act
        self._nudge()
        if is_emergency(airing):
            _diagnostics.warning("Phát tin khẩn cấp%s: %s", " (diễn tập)" if airing.drill else "", airing.id)

    def _drop(self) -> None:
        if self._loaded is not None:
            self._dispose(self._loaded)
            self._loaded = None

    def _miss(self, action: Miss, reading: Reading) -> None:
        airing = action.airing
        detail = planned(airing, action.late)
        missed = happening(Event.MISSED, reading, action, reason=action.reason, detail=detail)
        self._store.miss(airing.id, sequence=action.sequence, starts_at=airing.starts_at, happening=missed)
        self._over |= {airing.id}
        self._nudge()

    def _stop(self, action: Stop, reading: Reading) -> None:
        if self._onstage is not None:
            self._onstage.ask_to_stop(action, reading.now)

    def _cut(self, act: Act, reading: Reading) -> None:
        spot = act.spot()
        act.deck.close()
        position_ms = 0 if spot is None else spot.position_ms
        item = act.item if spot is None else spot.item
        self._listener.cut(act, reading, reading.now, item=item, position_ms=position_ms)
        self._ended(act)

    def _skip(self, action: Skip, reading: Reading) -> None:
        act = self._onstage
        if act is not None:
            act.deck.skip(act.place(action.item))
            act.skipped |= {action.item}
            self._store.append(item_forgone(reading, act, action.item, "withdrawn"))

    def _forgo(self, action: Forgo, reading: Reading) -> None:
        held = self._held.pop(action.airing.id)
        for item in action.items:
            self._store.forgo(held.airing.id, item, item_forgone(reading, held, item, action.reason))
        left = tuple(item for item in held.items if item not in action.items)
        if left:
            self._held[held.airing.id] = Held(held.airing, held.sequence, left)
        self._nudge()

    def _forgo_all(self, reading: Reading) -> None:
        for held in list(self._held.values()):
            self._forgo(Forgo(held.airing, held.items, "command"), reading)

    # What decks tell

    def _take_cues(self, reading: Reading) -> None:
        loaded = self._loaded
        for cue in [] if loaded is None else loaded.deck.cues():
            self._hear_loaded(cue, reading)
        act = self._onstage
        for cue in [] if act is None else act.deck.cues():
            if self._onstage is not None and self._listener.hear(self._onstage, cue, reading):
                self._ended(self._onstage)

    def _hear_loaded(self, cue: Cue, reading: Reading) -> None:
        act = self._loaded
        if act is None:
            return
        if cue.kind is CueKind.LOADED:
            act.ready = True
            return
        self._dispose(act)
        self._loaded = None
        self._player_failed(act, reading, cue.why or cue.kind.value)

    def _ended(self, act: Act) -> None:
        self._onstage = None
        self._dispose(act)
        if act.held is not None:
            self._held[act.airing.id] = act.held
        self._nudge()

    def _dispose(self, act: Act) -> None:
        pid = act.deck.pid
        act.deck.close()
        if pid is not None:
            self._store.forget_player(pid)

    def _keep_position(self, reading: Reading) -> None:
        act = self._onstage
        now_us = reading.boottime(reading.now)
        every_us = POSITION_EVERY // timedelta(microseconds=1)
        if act is None or act.item is None or now_us - act.positioned_us < every_us:
            return
        spot = act.spot()
        if spot is not None:
            act.positioned_us = now_us
            self._store.keep_position(act.airing.id, Position(spot.item, spot.position_ms, reading.now))
