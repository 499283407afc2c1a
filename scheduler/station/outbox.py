"""Sends the chain to the centre: signed batches, in order, until the centre says that it has them."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scheduler.protocol import BATCH_LIMIT, batch_bytes
from scheduler.signing import AS_RUN, sign
from scheduler.station.client import Centre
from scheduler.station.errors import AnswerUnusable
from scheduler.station.store import Store

__all__ = ["Outbox"]


class Outbox:
    """The entries that the centre has not confirmed."""

    def __init__(self, store: Store, *, centre: Centre, station: str, key: Ed25519PrivateKey) -> None:
        self._store = store
        self._centre = centre
        self._station = station
        self._key = key

    def unsent(self) -> int:
        """Return how many entries the centre has not confirmed."""
        return self._store.last_n() - self._store.received_through

    def send(self) -> None:
        """Send until nothing is left; an answer that does not move on ends the round (the next one starts from it).

        Raises what the centre's calls raise, :class:`AnswerUnusable` for an answer about another chain or one that
        claims entries that were never made.
        """
        chain = self._store.chain
        while lines := self._store.lines_after(self._store.received_through, BATCH_LIMIT):
            batch = batch_bytes(self._station, chain, lines)
            told, through = self._centre.as_run(sign(self._key, AS_RUN, batch))
            if told != chain or not 0 <= through <= self._store.last_n():
                raise AnswerUnusable(reason="câu trả lời nói về một chuỗi nhật ký khác")
            before = self._store.received_through
            self._store.set_received_through(through)
            if through <= before:
                return
