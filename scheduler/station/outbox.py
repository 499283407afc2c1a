"""Sends the chain to the centre: signed batches, in order, until the centre says that it has them."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scheduler.protocol import BATCH_LIMIT, Event, batch_bytes
from scheduler.signing import AS_RUN, sign
from scheduler.station.chain import Happening
from scheduler.station.client import Centre
from scheduler.station.errors import AnswerUnusable
from scheduler.station.store import Store
from scheduler.station.timekeeper import Timekeeper

__all__ = ["Outbox"]


class Outbox:
    """The entries that the centre has not confirmed."""

    def __init__(
        self, store: Store, *, centre: Centre, timekeeper: Timekeeper, station: str, key: Ed25519PrivateKey
    ) -> None:
        self._store = store
        self._centre = centre
        self._timekeeper = timekeeper
        self._station = station
        self._key = key

    def unsent(self) -> int:
        """Return how many entries the centre has not confirmed."""
        return self._store.last_n() - self._store.received_through

    def send(self) -> None:
        """Send until nothing is left; an answer that does not move on ends the round (the next one starts from it).

        When the centre has entries that this store lacks, the store was put back to an older state: a new chain begins,
        as after a loss. Raises what the centre's calls raise, and :class:`AnswerUnusable` for another chain's answer.
        """
        while lines := self._store.lines_after(self._store.received_through, BATCH_LIMIT):
            chain = self._store.chain
            batch = batch_bytes(self._station, chain, lines)
            told, through = self._centre.as_run(sign(self._key, AS_RUN, batch))
            if told != chain or through < 0:
                raise AnswerUnusable(reason="câu trả lời nói về một chuỗi nhật ký khác")
            if through > self._store.last_n():
                self._begin_anew(chain, through)
                return
            before = self._store.received_through
            self._store.set_received_through(through)
            if through <= before:
                return

    def _begin_anew(self, chain: str, through: int) -> None:
        reading = self._timekeeper.read()
        detail = {"why": "behind", "chain": chain, "received_through": through}
        self._store.begin_chain(Happening(Event.FAULT, reading.now, reading.state, reason="store-lost", detail=detail))
