"""The rundown that a station holds: taken from the centre, kept on disk, verified again whenever it is read."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from scheduler.canonical import sha256_hex
from scheduler.protocol import Event, Rundown
from scheduler.station.acceptance import Held, Offered, accept, authentic
from scheduler.station.chain import Happening
from scheduler.station.errors import RundownRefused
from scheduler.station.settings import write_durably
from scheduler.station.store import Store
from scheduler.station.timekeeper import Timekeeper

__all__ = ["RundownKeeper"]

_diagnostics = logging.getLogger("loa.station")


class RundownKeeper:
    """Holds the accepted rundown; ``current``, and ``told_at`` (when it came), may be read from any thread."""

    def __init__(
        self, path: Path, *, store: Store, timekeeper: Timekeeper, trusted: Mapping[str, bytes], station: str
    ) -> None:
        self._path = path
        self._store = store
        self._timekeeper = timekeeper
        self._trusted = trusted
        self._station = station
        self._held = store.held()
        self.current: Rundown | None = None
        self.told_at: datetime | None = None

    @property
    def etag(self) -> str | None:
        """The ETag of what is held; None asks the centre for the whole."""
        return None if self.current is None else self._store.fact("etag")

    def load(self) -> None:
        """Read the kept rundown again; one that was damaged on disk is refused, recorded and fetched anew."""
        try:
            envelope = self._path.read_bytes()
        except FileNotFoundError:
            self._held = self._missing()
            return
        try:
            offered = authentic(envelope, trusted=self._trusted, station=self._station)
        except RundownRefused as refusal:
            self._held = self._missing()
            self._refuse(envelope, refusal, {"where": "disk"})
            return
        if self._held == Held(offered.rundown.sequence, offered.payload_sha256):
            self.current = offered.rundown
            return
        # The power went between writing the file and recording it (or the store is new): the centre is asked as usual.
        self._held = self._missing()
        self.offer(envelope, None)

    def _missing(self) -> Held | None:
        return None if self._held is None else replace(self._held, whole=False)

    def offer(self, envelope: bytes, etag: str | None) -> bool:
        """Take ``envelope`` when it is to be accepted; return whether what is held changed.

        A refusal becomes an entry of the chain, once for each envelope.
        """
        reading = self._timekeeper.read()
        now = reading.now if reading.known else None
        try:
            offered = accept(envelope, trusted=self._trusted, station=self._station, held=self._held, now=now)
        except RundownRefused as refusal:
            self._refuse(envelope, refusal, {"where": "centre"})
            return False
        if offered is None:
            return False
        self._adopt(envelope, offered, etag)
        return True

    def _adopt(self, envelope: bytes, offered: Offered, etag: str | None) -> None:
        rundown = offered.rundown
        again = self._held is not None and self._held.sequence == rundown.sequence
        write_durably(self._path, envelope)
        self._timekeeper.raise_floor(rundown.issued_at)
        held = Held(rundown.sequence, offered.payload_sha256)
        reading = self._timekeeper.read()
        with self._store.transaction():
            self._store.keep_held(held, etag=etag, issued_at=rundown.issued_at)
            if not again:
                detail = {"payload": f"sha256:{offered.payload_sha256}", "checkpoint": rundown.checkpoint}
                happening = Happening(
                    Event.ACCEPTED, reading.now, reading.state, rundown=rundown.sequence, detail=detail
                )
                self._store.append(happening)
        self._held = held
        self.told_at = reading.now if reading.known else None
        self.current = rundown

    def _refuse(self, envelope: bytes, refusal: RundownRefused, detail: Mapping[str, str]) -> None:
        envelope_sha256 = sha256_hex(envelope)
        with self._store.transaction():
            if not self._store.first_refusal(envelope_sha256):
                return
            reading = self._timekeeper.read()
            happening = Happening(
                Event.REFUSED,
                reading.now,
                reading.state,
                rundown=refusal.sequence,
                reason=refusal.code,
                detail={**detail, "why": refusal.why, "envelope": f"sha256:{envelope_sha256}"},
            )
            self._store.append(happening)
        _diagnostics.warning("%s", refusal)
