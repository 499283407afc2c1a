"""Carries out what ``playing`` decides: loads, starts and stops decks, and writes down what they tell.

Used by the station's main thread alone. What a deck did is on disk before anything is made of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scheduler.canonical import format_instant, parse_instant
from scheduler.protocol import Event, RundownAiring
from scheduler.station import playing
from scheduler.station.chain import Happening
from scheduler.station.errors import PlayerUnavailable
from scheduler.station.keeping import RundownKeeper
from scheduler.station.media import MediaShelf
from scheduler.station.players.player import Cue, CueKind, Deck, Player, Track
from scheduler.station.players.process import end_process, identify
from scheduler.station.playing import Action, Drop, Miss, Prepare, Situation, Skip, Start, Stop
from scheduler.station.store import Interrupted, Position, Store
from scheduler.station.timekeeper import Timekeeper
from scheduler.station.timekeeping import Reading

__all__ = ["Stage"]

_RETRY = timedelta(seconds=2)
_ROUNDS = 8
_diagnostics = logging.getLogger("loa.station")


@dataclass(slots=True)
class _Act:
    """An airing on a deck, from its preparation to its last cue."""

    airing: RundownAiring
    sequence: int
    deck: Deck
    ready: bool = False
    since: datetime | None = None
    item: int | None = None
    skipped: frozenset[int] = frozenset()
    stop: Stop | None = None
    positioned_us: int = 0


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
        self._unset_us: int | None = None
        self._watching_us: int | None = None
        self._loaded: _Act | None = None
        self._onstage: _Act | None = None
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
        for process in self._store.recorded_players():
            if end_process(process, boot=self._boot):
                _diagnostics.warning("Đã dừng trình phát còn sót lại (pid %d)", process.pid)
            self._store.forget_player(process.pid)
        for left in self._store.unended():
            self._report_left(left)

    def _report_left(self, left: Interrupted) -> None:
        reading = self._timekeeper.read()
        where = left.position
        detail: dict[str, Any] = {"recorded_at": format_instant(reading.now)}
        if where is not None:
            detail["position_ms"] = where.position_ms
        happening = Happening(
            Event.INTERRUPTED,
            reading.now if where is None else where.at,
            reading.state,
            rundown=left.sequence,
            airing=left.airing,
            item=None if where is None else where.item,
            reason="crash" if left.boot == self._boot else "power",
            detail=detail,
        )
        self._store.end(left.airing, happening)

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
            seen = self._situation(reading)
            plan = playing.decide(seen)
            for action in plan.actions:
                self._act(action, reading)
            self._keep_position(reading)
            if not plan.actions:
                return None if plan.look_at is None else reading.boottime(plan.look_at)
        return reading.boottime(reading.now + playing.POSITION_EVERY)

    def leave(self) -> None:
        """Fade out what sounds, because the station is told to stop; from now on steps only wait for that."""
        self._leaving = True
        self._drop()
        self._stop(Stop("command", playing.FADE))

    def close(self) -> None:
        """End at once what sounds still, and report it."""
        self._drop()
        act = self._onstage
        if act is None:
            return
        reading = self._timekeeper.read()
        self._take_cues(reading)
        if self._onstage is not None:
            spot = act.deck.position()
            self._dispose(act)
            position_ms = 0 if spot is None else spot.position_ms
            item = act.item if spot is None else spot.item
            act.stop = act.stop or Stop("command", timedelta(0))
            self._interrupted(act, reading, reading.now, item=item, position_ms=position_ms)

    def _situation(self, reading: Reading) -> Situation:
        now_us = reading.boottime(reading.now)
        if self._watching_us is None:
            self._watching_us = now_us
        present = self._shelf.names()
        loaded, act = self._loaded, self._onstage
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
            loaded=None if loaded is None else playing.Loaded(loaded.airing, loaded.sequence, loaded.ready),
            onstage=None if act is None else _onstage(act, reading.now),
            horizon=self._horizon(reading.now),
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
                self._stop(action)
            case Skip():
                self._skip(action, reading)

    def _prepare(self, action: Prepare, reading: Reading) -> None:
        airing = action.airing
        damaged = [name for name in {item.media for item in airing.items} if not self._shelf.whole(name)]
        for name in damaged:
            self._shelf.set_aside(name)
            self._damaged.add(name)
            self._append(Event.FAULT, reading, action, media=name, reason="media-damaged")
        if damaged:
            self._nudge()
            return
        tracks = [Track(self._shelf.path(item.media), item.duration_ms) for item in airing.items]
        try:
            deck = self._player.prepare(airing.id, tracks, gain_cb=airing.gain_cb, wake=self._wake)
        except PlayerUnavailable as error:
            self._player_failed(action, reading, str(error))
            return
        self._loaded = _Act(airing, action.sequence, deck)
        if deck.pid is not None and (process := identify(deck.pid, boot=self._boot)) is not None:
            self._store.record_player(process)

    def _player_failed(self, action: Prepare | _Act, reading: Reading, why: str) -> None:
        if action.airing.id not in self._complained:
            self._complained.add(action.airing.id)
            self._append(Event.FAULT, reading, action, reason="player", detail={"why": why[:500]})
        self._retry_at[action.airing.id] = reading.now + _RETRY

    def _start(self, action: Start, reading: Reading) -> None:
        act = self._loaded
        if act is None:
            return
        detail = {
            "starts_at": format_instant(action.airing.starts_at),
            "late_ms": action.late // timedelta(milliseconds=1),
        }
        happening = self._happening(Event.STARTED, reading, action, detail=detail)
        airing = action.airing
        self._store.begin(airing.id, sequence=action.sequence, starts_at=airing.starts_at, happening=happening)
        self._over |= {airing.id}
        act.deck.start()
        act.since, act.sequence = reading.now, action.sequence
        self._loaded, self._onstage = None, act
        self._nudge()

    def _drop(self) -> None:
        if self._loaded is not None:
            self._dispose(self._loaded)
            self._loaded = None

    def _miss(self, action: Miss, reading: Reading) -> None:
        airing = action.airing
        detail = {
            "starts_at": format_instant(airing.starts_at),
            "late_ms": action.late // timedelta(milliseconds=1),
        }
        happening = self._happening(Event.MISSED, reading, action, reason=action.reason, detail=detail)
        self._store.miss(airing.id, sequence=action.sequence, starts_at=airing.starts_at, happening=happening)
        self._over |= {airing.id}
        self._nudge()

    def _stop(self, action: Stop) -> None:
        act = self._onstage
        if act is not None and act.stop is None:
            act.stop = action
            act.deck.stop(action.fade)

    def _skip(self, action: Skip, reading: Reading) -> None:
        act = self._onstage
        if act is not None:
            act.deck.skip(action.item)
            act.skipped |= {action.item}
            media = act.airing.items[action.item].media
            self._append(Event.MISSED, reading, act, item=action.item, media=media, reason="withdrawn")

    # What decks tell

    def _take_cues(self, reading: Reading) -> None:
        loaded = self._loaded
        for cue in [] if loaded is None else loaded.deck.cues():
            self._hear_loaded(cue, reading)
        act = self._onstage
        for cue in [] if act is None else act.deck.cues():
            self._hear_onstage(cue, reading)

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

    def _hear_onstage(self, cue: Cue, reading: Reading) -> None:
        act = self._onstage
        if act is None:
            return
        at = reading.at(cue.boottime_us)
        match cue.kind:
            case CueKind.ITEM_STARTED:
                act.item = cue.item
                act.positioned_us = cue.boottime_us
                self._edge(act, reading, cue, {"edge": "start"})
                self._store.keep_position(act.airing.id, Position(cue.item, 0, at))
            case CueKind.ITEM_ENDED:
                act.item = None
                self._edge(act, reading, cue, {"edge": "end", "duration_ms": cue.position_ms})
                self._store.keep_position(act.airing.id, Position(None, 0, at))
            case CueKind.FINISHED:
                self._ended(act, self._happening(Event.FINISHED, reading, act, at=at))
            case CueKind.STOPPED:
                self._interrupted(act, reading, at, item=cue.item, position_ms=cue.position_ms)
            case CueKind.FAILED:
                act.stop = act.stop or Stop("fault", timedelta(0), cue.why)
                item = act.item if cue.item is None else cue.item
                self._interrupted(act, reading, at, item=item, position_ms=cue.position_ms)
            case CueKind.LOADED:
                pass  # it was waited for before the start

    def _edge(self, act: _Act, reading: Reading, cue: Cue, detail: Mapping[str, Any]) -> None:
        if cue.item is not None:
            at, media = reading.at(cue.boottime_us), act.airing.items[cue.item].media
            self._append(Event.ITEM, reading, act, at=at, item=cue.item, media=media, detail=detail)

    def _interrupted(self, act: _Act, reading: Reading, at: datetime, *, item: int | None, position_ms: int) -> None:
        stop = act.stop or Stop("fault", timedelta(0))
        detail: dict[str, Any] = {"position_ms": position_ms}
        if stop.detail is not None:
            detail["why"] = stop.detail[:500]
        media = None if item is None else act.airing.items[item].media
        happening = self._happening(
            Event.INTERRUPTED, reading, act, at=at, item=item, media=media, reason=stop.reason, detail=detail
        )
        self._ended(act, happening)

    def _ended(self, act: _Act, happening: Happening) -> None:
        self._store.end(act.airing.id, happening)
        self._onstage = None
        self._dispose(act)
        self._nudge()

    def _dispose(self, act: _Act) -> None:
        pid = act.deck.pid
        act.deck.close()
        if pid is not None:
            self._store.forget_player(pid)

    def _keep_position(self, reading: Reading) -> None:
        act = self._onstage
        now_us = reading.boottime(reading.now)
        every_us = playing.POSITION_EVERY // timedelta(microseconds=1)
        if act is None or act.item is None or now_us - act.positioned_us < every_us:
            return
        spot = act.deck.position()
        if spot is not None:
            act.positioned_us = now_us
            self._store.keep_position(act.airing.id, Position(spot.item, spot.position_ms, reading.now))

    # Entries

    def _append(self, event: Event, reading: Reading, about: Prepare | _Act, **facts: Any) -> None:
        self._store.append(self._happening(event, reading, about, **facts))

    def _happening(
        self,
        event: Event,
        reading: Reading,
        about: Prepare | Start | Miss | _Act,
        *,
        at: datetime | None = None,
        **facts: Any,
    ) -> Happening:
        happening = Happening(event, at or reading.now, reading.state, rundown=about.sequence, airing=about.airing.id)
        return replace(happening, **facts)


def _onstage(act: _Act, now: datetime) -> playing.Onstage:
    return playing.Onstage(
        airing=act.airing,
        since=act.since or now,
        item=act.item,
        skipped=act.skipped,
        stopping=act.stop is not None,
    )
