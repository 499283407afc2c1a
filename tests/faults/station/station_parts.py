"""The parts of a station put together for tests in one process, with a clock and a player driven by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station_fake_centre import FakeCentre

from scheduler.protocol import AsRunEntry, read_entry
from scheduler.signing import generate_key, key_id, public_bytes
from scheduler.station.client import Centre
from scheduler.station.errors import PlayerUnavailable
from scheduler.station.keeping import RundownKeeper
from scheduler.station.media import MediaShelf
from scheduler.station.outbox import Outbox
from scheduler.station.players.player import Cue, CueKind, Deck, Spot, Track
from scheduler.station.stage import Stage
from scheduler.station.store import Store
from scheduler.station.sync import Sync
from scheduler.station.timekeeper import Timekeeper, instruments
from scheduler.station.timekeeping import Instruments, Reference, instant_us

BOOT = "boot-1"


class HandClock:
    """The machine's clocks, moved by hand; the kernel does not call its clock synchronised."""

    def __init__(self, now: datetime, *, boot: str = BOOT) -> None:
        self.seen = Instruments(boot, 1_000_000_000, instant_us(now), None)

    def __call__(self) -> Instruments:
        return self.seen

    def forward(self, seconds: float) -> None:
        step = round(seconds * 1_000_000)
        self.seen = replace(self.seen, boottime_us=self.seen.boottime_us + step, system_us=self.seen.system_us + step)

    def reference(self) -> Reference:
        """Return the reference of a centre that agrees with the system's clock."""
        offset_us = self.seen.system_us - self.seen.boottime_us
        return Reference(self.seen.boot, self.seen.boottime_us, offset_us, 1000, "centre")


class HandDeck:
    """A deck that gives the cues it is told to."""

    pid: int | None = None

    def __init__(self, clock: HandClock, airing: str, tracks: Sequence[Track]) -> None:
        self._clock = clock
        self.airing = airing
        self.tracks = tuple(tracks)
        self.asked: list[str] = []
        self.spot: Spot | None = None
        self.on_start: Callable[[], None] = lambda: None
        self._cues: list[Cue] = []

    def cue(self, kind: CueKind, item: int | None = None, position_ms: int = 0, why: str | None = None) -> None:
        self._cues.append(Cue(kind, self._clock.seen.boottime_us, item, position_ms, why))

    def start(self) -> None:
        self.asked.append("start")
        self.on_start()

    def skip(self, item: int) -> None:
        self.asked.append(f"skip {item}")

    def stop(self, fade: timedelta) -> None:
        self.asked.append(f"stop {fade.total_seconds():g}")

    def position(self) -> Spot | None:
        return self.spot

    def cues(self) -> list[Cue]:
        taken, self._cues = self._cues, []
        return taken

    def close(self) -> None:
        self.asked.append("close")


class HandPlayer:
    """A player whose decks are driven by hand; ``broken`` refuses to make one."""

    name = "hand"

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self.decks: list[HandDeck] = []
        self.broken = False

    def prepare(self, airing: str, tracks: Sequence[Track], *, gain_cb: int, wake: Callable[[], None]) -> Deck:  # noqa: ARG002 - the port's
        if self.broken:
            raise PlayerUnavailable(player=self.name, reason="it is broken")
        self.decks.append(HandDeck(self._clock, airing, tracks))
        return self.decks[-1]


@dataclass
class Parts:
    """One station in one process."""

    directory: Path
    centre: FakeCentre
    store: Store
    timekeeper: Timekeeper
    keeper: RundownKeeper
    shelf: MediaShelf
    outbox: Outbox
    sync: Sync
    changes: list[str] = field(default_factory=list)

    def entries(self) -> list[AsRunEntry]:
        """Return the entries of the station's own chain."""
        return [read_entry(line) for line in self.store.lines_after(0, 10_000)]

    def told(self, airing: str | None = None) -> list[str]:
        """Return event and reason, or edge, of each entry (of one airing)."""
        return [_tell(entry) for entry in self.entries() if airing is None or entry.airing == airing]

    def put_media(self, *contents: bytes) -> None:
        """Lay media on the shelf as if they had been fetched."""
        for name in self.centre.publish_media(*contents):
            self.shelf.path(name).write_bytes(self.centre.media[name.removeprefix("sha256:")])


def _tell(entry: AsRunEntry) -> str:
    if entry.detail is not None and "edge" in entry.detail:
        return f"item{entry.item}-{entry.detail['edge']}"
    return entry.event.value if entry.reason is None else f"{entry.event.value}:{entry.reason}"


def make_parts(
    directory: Path,
    centre: FakeCentre,
    *,
    look: Callable[[], Instruments] = instruments,
    reference: Reference | None = None,
    boot: str = BOOT,
) -> Parts:
    """Put a station together that is enrolled with ``centre``."""
    key = generate_key()
    centre.station_key = public_bytes(key)
    store = Store(directory / "store.db", boot=boot)
    timekeeper = Timekeeper(
        rtc=False,
        reference=reference or store.reference(),
        floor=store.floor(),
        keep=store.keep_reference,
        look=look,
    )
    own = public_bytes(centre.key)
    keeper = RundownKeeper(
        directory / "rundown.json",
        store=store,
        timekeeper=timekeeper,
        trusted={key_id(own): own},
        station=centre.station,
    )
    shelf = MediaShelf(directory / "media")
    client = Centre(centre.url, api_token=centre.api_token)
    outbox = Outbox(store, centre=client, timekeeper=timekeeper, station=centre.station, key=key)
    changes: list[str] = []
    sync = Sync(
        centre=client,
        store=store,
        shelf=shelf,
        timekeeper=timekeeper,
        keeper=keeper,
        outbox=outbox,
        versions={"loa": "0"},
        poll_s=None,
        playing=lambda: None,
        changed=lambda: changes.append("changed"),
    )
    return Parts(directory, centre, store, timekeeper, keeper, shelf, outbox, sync, changes)


@dataclass
class Scene:
    """A stage, its player and its clock."""

    parts: Parts
    clock: HandClock
    player: HandPlayer
    stage: Stage
    nudges: list[str]

    @property
    def deck(self) -> HandDeck:
        return self.player.decks[-1]

    def step(self, seconds: float = 0) -> None:
        """Let time pass, then let the stage do what is due."""
        self.clock.forward(seconds)
        self.stage.step()

    def loaded(self, seconds: float = 0) -> HandDeck:
        """Let time pass to a preparation and finish it."""
        self.step(seconds)
        self.deck.cue(CueKind.LOADED)
        self.step()
        return self.deck


def make_scene(parts: Parts, clock: HandClock, *, boot: str = BOOT) -> Scene:
    """Put a stage on ``parts``."""
    player = HandPlayer(clock)
    nudges: list[str] = []
    stage = Stage(
        store=parts.store,
        shelf=parts.shelf,
        timekeeper=parts.timekeeper,
        keeper=parts.keeper,
        player=player,
        boot=boot,
        wake=threading.Event().set,
        nudge=lambda: nudges.append("nudge"),
    )
    return Scene(parts, clock, player, stage, nudges)


def utc(text: str) -> datetime:
    """Return an instant of the day of the tests."""
    return datetime.fromisoformat(f"2026-11-24T{text}").replace(tzinfo=UTC)
