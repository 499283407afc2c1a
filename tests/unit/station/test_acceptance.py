"""Which rundowns a station accepts, and with which reason it refuses the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.canonical import sha256_hex
from scheduler.protocol import Rundown
from scheduler.signing import AS_RUN, RUNDOWN, generate_key, key_id, public_bytes, sign
from scheduler.station.acceptance import Held, accept
from scheduler.station.errors import RundownRefused

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CENTRE, STRANGER = generate_key(), generate_key()
TRUSTED = {key_id(public_bytes(CENTRE)): public_bytes(CENTRE)}
GOOD = Rundown(
    station="station-1",
    sequence=100,
    issued_at=NOW,
    expires_at=NOW + timedelta(days=7),
    from_=NOW - timedelta(hours=10),
    to=NOW + timedelta(days=7),
    zone="Asia/Ho_Chi_Minh",
)


def held(rundown: Rundown, *, whole: bool = True) -> Held:
    return Held(rundown.sequence, sha256_hex(rundown.to_bytes()), whole)


def offer(rundown: Rundown, *, holding: Held | None = None, now: datetime | None = NOW):
    envelope = sign(CENTRE, RUNDOWN, rundown.to_bytes()).encode()
    return accept(envelope, trusted=TRUSTED, station="station-1", held=holding, now=now)


def test_a_first_and_a_newer_rundown_are_taken() -> None:
    assert offer(GOOD).rundown == GOOD
    newer = replace(GOOD, sequence=101)
    assert offer(newer, holding=held(GOOD)).rundown == newer


def test_what_is_held_already_is_no_news() -> None:
    assert offer(GOOD, holding=held(GOOD)) is None


def test_what_is_held_but_damaged_on_disk_is_taken_again() -> None:
    assert offer(GOOD, holding=held(GOOD, whole=False)).rundown == GOOD


@pytest.mark.parametrize(
    ("rundown", "holding", "now", "code"),
    [
        (replace(GOOD, station="station-2"), None, NOW, "other-station"),
        (GOOD, Held(101, "0" * 64), NOW, "sequence-old"),
        (GOOD, Held(101, "0" * 64, whole=False), NOW, "sequence-old"),
        (GOOD, Held(100, "0" * 64), NOW, "sequence-conflict"),
        (GOOD, Held(100, "0" * 64, whole=False), NOW, "sequence-conflict"),
        (GOOD, None, NOW - timedelta(minutes=10, seconds=1), "issued-ahead"),
        (GOOD, None, NOW + timedelta(days=7), "expired"),
        # The order of the checks: the first that fails is told.
        (replace(GOOD, station="station-2", sequence=1), held(GOOD), NOW + timedelta(days=9), "other-station"),
        (replace(GOOD, sequence=1), held(GOOD), NOW + timedelta(days=9), "sequence-old"),
    ],
)
def test_refusals(rundown: Rundown, holding: Held | None, now: datetime, code: str) -> None:
    with pytest.raises(RundownRefused) as refusal:
        offer(rundown, holding=holding, now=now)
    assert refusal.value.code == code


@pytest.mark.parametrize("now", [NOW - timedelta(minutes=10), NOW + timedelta(days=7, microseconds=-1), None])
def test_times_that_are_just_right_or_unknown(now: datetime | None) -> None:
    assert offer(GOOD, now=now).rundown == GOOD


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        (sign(STRANGER, RUNDOWN, GOOD.to_bytes()), "signature"),
        (sign(CENTRE, AS_RUN, GOOD.to_bytes()), "signature"),
        (sign(CENTRE, RUNDOWN, b'{"type":"loa.rundown/2"}'), "document"),
        (sign(CENTRE, RUNDOWN, b"\xff"), "document"),
        ("", "signature"),
        ("[" * 100_000, "signature"),
        ("null", "signature"),
    ],
)
def test_envelopes_that_are_none(envelope: str, code: str) -> None:
    with pytest.raises(RundownRefused) as refusal:
        accept(envelope.encode(), trusted=TRUSTED, station="station-1", held=None, now=NOW)
    assert refusal.value.code == code


def test_every_single_flipped_byte_of_the_payload_is_refused() -> None:
    envelope = bytearray(sign(CENTRE, RUNDOWN, GOOD.to_bytes()).encode())
    start = envelope.index(b'"payload":"') + 11
    for place in range(start, start + 400, 7):
        flipped = bytes(envelope[:place]) + bytes([envelope[place] ^ 1]) + bytes(envelope[place + 1 :])
        with pytest.raises(RundownRefused):
            accept(flipped, trusted=TRUSTED, station="station-1", held=None, now=NOW)
