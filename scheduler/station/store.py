"""The station's own records: its chain of as-run entries, what became of each airing, positions, the clock.

SQLite in WAL mode with ``synchronous=FULL``: a commit is on disk before it returns, an entry and the outcome that it
tells are one transaction, and a second process (``loa station clock --set``) may append to the same chain. The
rundown itself is kept beside it as a file, in the envelope that was signed, and verified whenever it is read.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from scheduler.canonical import format_instant, parse_instant
from scheduler.station.acceptance import Held
from scheduler.station.chain import Happening, Tail, next_line
from scheduler.station.errors import StoreDamaged, StoreUnusable
from scheduler.station.players.player import PlayerProcess
from scheduler.station.timekeeping import Reference

__all__ = ["Interrupted", "LeftHeld", "Position", "Store"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    chain TEXT NOT NULL, n INTEGER NOT NULL, line TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (chain, n));
CREATE TABLE IF NOT EXISTS airing (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, sequence INTEGER NOT NULL, boot TEXT NOT NULL, starts_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS position (
    airing TEXT PRIMARY KEY, item INTEGER, position_ms INTEGER NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rest (
    airing TEXT NOT NULL, item INTEGER NOT NULL, media TEXT NOT NULL, PRIMARY KEY (airing, item));
CREATE TABLE IF NOT EXISTS drill (airing TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS player (pid INTEGER NOT NULL, started_ticks INTEGER NOT NULL, boot TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refusal (envelope_sha256 TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT);
"""


@dataclass(frozen=True, slots=True)
class Position:
    """How far an airing had sounded: the item's index (None between two), milliseconds into it, centre time."""

    item: int | None
    position_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An airing that stands as started and has no end: its rundown, in which boot it started, how far it got."""

    airing: str
    sequence: int
    boot: str
    drill: bool
    position: Position | None


@dataclass(frozen=True, slots=True)
class LeftHeld:
    """An airing that was to go on after an emergency: its items that did not sound, as (index, name of the medium)."""

    airing: str
    sequence: int
    boot: str
    drill: bool
    rest: tuple[tuple[int, str], ...]


class Store:
    """One station's records; safe to use from several threads."""

    def __init__(self, path: Path, *, boot: str) -> None:
        """Open the store at ``path``, making it when it is absent.

        Raises :class:`StoreDamaged` when the file is no whole database, :class:`StoreUnusable` when it can't be opened.
        """
        self.path = path
        self._boot = boot
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise StoreUnusable(path=str(path), reason=str(error)) from error
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self.close()
            raise StoreUnusable(path=str(path), reason=str(error)) from error
        except sqlite3.DatabaseError as error:
            self.close()
            raise StoreDamaged(path=str(path), reason=str(error)) from error

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        (verdict,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        self._connection.executescript(_SCHEMA)
        with self.transaction():
            if self.fact("chain") is None:
                self.set_fact("chain", str(uuid.uuid4()))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is written inside one whole, on disk at its end; may be nested."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    # Facts

    def fact(self, name: str) -> str | None:
        """Return a single kept value."""
        with self._lock:
            row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str | None) -> None:
        """Keep a single value; None forgets it."""
        with self.transaction():
            if value is None:
                self._connection.execute("DELETE FROM fact WHERE name = ?", (name,))
            else:
                self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # The chain

    @property
    def chain(self) -> str:
        """The name of the chain."""
        return self.fact("chain") or ""

    def append(self, happening: Happening) -> int:
        """Write ``happening`` as the chain's next entry; on disk when this returns. Returns its number."""
        with self.transaction():
            chain = self.chain
            last = "SELECT n, hash FROM entry WHERE chain = ? ORDER BY n DESC LIMIT 1"
            row = self._connection.execute(last, (chain,)).fetchone()
            tail = Tail() if row is None else Tail(row[0], row[1])
            line, after = next_line(tail, happening, chain=chain, identity=str(uuid.uuid4()), boot=self._boot)
            self._connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (chain, after.n, line, after.hash))
        return after.n

    def begin_chain(self, happening: Happening) -> None:
        """Begin a new chain with ``happening``, because what came of airings until now is no longer known here.

        The fact ``horizon`` becomes ``pending``: the stage then leaves alone all that was to start before it knows the
        time.
        """
        with self.transaction():
            self.set_fact("chain", str(uuid.uuid4()))
            self.set_received_through(0)
            self.set_fact("horizon", "pending")
            self.append(happening)

    def lines_after(self, n: int, limit: int) -> list[str]:
        """Return at most ``limit`` stored lines that follow entry ``n``, in order."""
        with self._lock:
            wanted = "SELECT line FROM entry WHERE chain = ? AND n > ? ORDER BY n LIMIT ?"
            rows = self._connection.execute(wanted, (self.chain, n, limit))
            return [line for (line,) in rows]

    def last_n(self) -> int:
        """Return the number of the last entry, 0 when there is none."""
        with self._lock:
            wanted = "SELECT COALESCE(MAX(n), 0) FROM entry WHERE chain = ?"
            (last,) = self._connection.execute(wanted, (self.chain,)).fetchone()
        return int(last)

    @property
    def received_through(self) -> int:
        """The number of the last entry that the centre said it has."""
        return int(self.fact("received_through") or 0)

    def set_received_through(self, n: int) -> None:
        """Keep what the centre said it has."""
        self.set_fact("received_through", str(n))

    # Airings

    def begin(
        self, airing: str, *, sequence: int, starts_at: datetime, happening: Happening, drill: bool = False
    ) -> None:
        """Record that ``airing`` starts: its ``started`` entry and its state, in one transaction."""
        with self.transaction():
            self._outcome(airing, "started", sequence, starts_at, happening)
            if drill:
                self._connection.execute("INSERT INTO drill VALUES (?)", (airing,))

    def miss(self, airing: str, *, sequence: int, starts_at: datetime, happening: Happening) -> None:
        """Record that ``airing`` did not start and never will."""
        self._outcome(airing, "missed", sequence, starts_at, happening)

    def _outcome(self, airing: str, state: str, sequence: int, starts_at: datetime, happening: Happening) -> None:
        row = (airing, state, sequence, self._boot, format_instant(starts_at))
        with self.transaction():
            # The primary key refuses a second start of the same airing, whatever the reason.
            self._connection.execute("INSERT INTO airing VALUES (?, ?, ?, ?, ?)", row)
            self.append(happening)

    def end(self, airing: str, happening: Happening) -> None:
        """Record how an airing that started ended (``finished`` or ``interrupted``), and forget its position."""
        with self.transaction():
            self._connection.execute("UPDATE airing SET state = ? WHERE id = ?", (happening.event.value, airing))
            self._connection.execute("DELETE FROM position WHERE airing = ?", (airing,))
            self.append(happening)

    def hold(self, airing: str, happening: Happening, rest: Iterable[tuple[int, str]]) -> None:
        """Record that ``airing`` was interrupted and may go on with ``rest``: items as (index, name of the medium)."""
        with self.transaction():
            self.end(airing, happening)
            self._connection.execute("UPDATE airing SET state = 'held' WHERE id = ?", (airing,))
            rows = [(airing, item, media) for item, media in rest]
            self._connection.executemany("INSERT INTO rest VALUES (?, ?, ?)", rows)

    def go_on(self, airing: str) -> None:
        """Record that a held airing goes on: from now on it stands as started again."""
        with self.transaction():
            self._connection.execute("UPDATE airing SET state = 'started' WHERE id = ?", (airing,))
            self._connection.execute("DELETE FROM rest WHERE airing = ?", (airing,))

    def forgo(self, airing: str, item: int, happening: Happening) -> None:
        """Record that an item of a held airing won't sound; with its last item the airing has ended."""
        with self.transaction():
            self._connection.execute("DELETE FROM rest WHERE airing = ? AND item = ?", (airing, item))
            self._connection.execute(
                "UPDATE airing SET state = 'interrupted' WHERE id = ? AND state = 'held'"
                " AND NOT EXISTS (SELECT 1 FROM rest WHERE rest.airing = airing.id)",
                (airing,),
            )
            self.append(happening)

    def left_held(self) -> list[LeftHeld]:
        """Return the airings that stand as held."""
        with self._lock:
            held = self._connection.execute(
                "SELECT id, sequence, boot, id IN (SELECT airing FROM drill) FROM airing"
                " WHERE state = 'held' ORDER BY starts_at"
            ).fetchall()
            wanted = "SELECT item, media FROM rest WHERE airing = ? ORDER BY item"
            return [
                LeftHeld(airing, sequence, boot, bool(drill), tuple(self._connection.execute(wanted, (airing,))))
                for airing, sequence, boot, drill in held
            ]

    def over(self) -> frozenset[str]:
        """Return the ids of all airings that started or were given up."""
        with self._lock:
            return frozenset(row[0] for row in self._connection.execute("SELECT id FROM airing"))

    def unended(self) -> list[Interrupted]:
        """Return the airings that stand as started without an end."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT a.id, a.sequence, a.boot, a.id IN (SELECT airing FROM drill), p.item, p.position_ms, p.at"
                " FROM airing a"
                " LEFT JOIN position p ON p.airing = a.id WHERE a.state = 'started' ORDER BY a.starts_at"
            ).fetchall()
        return [
            Interrupted(
                airing,
                sequence,
                boot,
                bool(drill),
                None if at is None else Position(item, where, parse_instant(at)),
            )
            for airing, sequence, boot, drill, item, where, at in rows
        ]

    def keep_position(self, airing: str, position: Position) -> None:
        """Keep how far ``airing`` has sounded, in place of what was kept before."""
        row = (airing, position.item, position.position_ms, format_instant(position.at))
        with self.transaction():
            self._connection.execute("INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?)", row)

    # Players

    def record_player(self, process: PlayerProcess) -> None:
        """Keep a player's process, to be ended at the next start should this one die."""
        with self.transaction():
            row = (process.pid, process.started_ticks, process.boot)
            self._connection.execute("INSERT INTO player VALUES (?, ?, ?)", row)

    def recorded_players(self) -> list[PlayerProcess]:
        """Return the processes kept."""
        with self._lock:
            return [
                PlayerProcess(*row) for row in self._connection.execute("SELECT pid, started_ticks, boot FROM player")
            ]

    def forget_player(self, pid: int) -> None:
        """Forget a process that has ended."""
        with self.transaction():
            self._connection.execute("DELETE FROM player WHERE pid = ?", (pid,))

    # Rundown and clock

    def held(self) -> Held | None:
        """Return which rundown was accepted last; ``whole`` is left for the reader of the file to judge."""
        sequence, payload = self.fact("sequence"), self.fact("payload_sha256")
        return None if sequence is None or payload is None else Held(int(sequence), payload)

    def keep_held(self, held: Held, *, etag: str | None, issued_at: datetime) -> None:
        """Keep which rundown is held, the ETag under which it came, and the earliest time that it can be."""
        floor = self.floor()
        with self.transaction():
            self.set_fact("sequence", str(held.sequence))
            self.set_fact("payload_sha256", held.payload_sha256)
            self.set_fact("etag", etag)
            if floor is None or issued_at > floor:
                self.set_fact("floor", format_instant(issued_at))

    def floor(self) -> datetime | None:
        """Return the newest ``issued_at`` of an accepted rundown."""
        told = self.fact("floor")
        return None if told is None else parse_instant(told)

    def first_refusal(self, envelope_sha256: str) -> bool:
        """Note that an envelope was refused; return whether it had not been before."""
        with self.transaction():
            cursor = self._connection.execute("INSERT OR IGNORE INTO refusal VALUES (?)", (envelope_sha256,))
            return cursor.rowcount == 1

    def reference(self) -> Reference | None:
        """Return the clock's reference as it was last kept."""
        told: Mapping[str, str | None] = {name: self.fact(f"clock_{name}") for name in _REFERENCE}
        boot, boottime, offset, uncertainty, source = (told[name] for name in _REFERENCE)
        if boot is None or boottime is None or offset is None or uncertainty is None or source is None:
            return None
        return Reference(boot, int(boottime), int(offset), int(uncertainty), source)

    def keep_reference(self, reference: Reference) -> None:
        """Keep the clock's reference."""
        with self.transaction():
            for name, value in asdict(reference).items():
                self.set_fact(f"clock_{name}", str(value))


_REFERENCE = ("boot", "boottime_us", "offset_us", "uncertainty_us", "source")
