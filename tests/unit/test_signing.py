"""Signatures: what was signed is what is read, by a key that is trusted, for the kind of document that was meant."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.signing import (
    AS_RUN,
    RUNDOWN,
    KeyUnusable,
    SignatureRefused,
    fingerprint,
    generate_key,
    key_id,
    load_private_key,
    pae,
    public_bytes,
    save_private_key,
    sign,
    verify,
)

KEY = generate_key()
TRUSTED = {key_id(public_bytes(KEY)): public_bytes(KEY)}


def test_the_encoding_is_that_of_dsse() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(st.binary(max_size=200))
def test_a_signed_payload_is_read_back(payload: bytes) -> None:
    assert verify(sign(KEY, RUNDOWN, payload), RUNDOWN, TRUSTED) == payload


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    envelope = bytearray(sign(KEY, RUNDOWN, b'{"type":"loa.rundown/1"}').encode())
    position = data.draw(st.integers(0, len(envelope) - 1))
    envelope[position] ^= data.draw(st.sampled_from([1, 2, 4, 8, 16, 32]))
    try:
        payload = verify(bytes(envelope), RUNDOWN, TRUSTED)
    except SignatureRefused:
        return
    assert payload == b'{"type":"loa.rundown/1"}'  # only what is not signed (a key's letter case) may have changed


def test_another_kind_of_document_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="loại"):
        verify(sign(KEY, AS_RUN, b"x"), RUNDOWN, TRUSTED)


def test_another_key_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="trung tâm"):
        verify(sign(generate_key(), RUNDOWN, b"x"), RUNDOWN, TRUSTED)


def test_another_key_under_a_trusted_name_is_refused() -> None:
    envelope = json.loads(sign(generate_key(), RUNDOWN, b"x"))
    envelope["signatures"][0]["keyid"] = next(iter(TRUSTED))
    with pytest.raises(SignatureRefused, match="thay đổi"):
        verify(json.dumps(envelope), RUNDOWN, TRUSTED)


@pytest.mark.parametrize(
    "envelope",
    ["", "{}", "[]", "null", "5", '{"payload":"!","payloadType":"a","signatures":[]}', "[" * 100_000,
     '{"payload":"eA==","payloadType":5,"signatures":[]}',
     '{"payload":"eA==","payloadType":"a","signatures":[{"keyid":1,"sig":"eA=="}]}'],
)  # fmt: skip
def test_malformed_envelopes_are_refused(envelope: str) -> None:
    with pytest.raises(SignatureRefused):
        verify(envelope, RUNDOWN, TRUSTED)


def test_a_key_is_kept_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "centre.pem"
    save_private_key(KEY, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert public_bytes(load_private_key(path)) == public_bytes(KEY)
    with pytest.raises(KeyUnusable, match="không ghi đè"):
        save_private_key(generate_key(), path)
    assert public_bytes(load_private_key(path)) == public_bytes(KEY)


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "centre.pem"
    path.write_bytes(content)
    with pytest.raises(KeyUnusable):
        load_private_key(path)
    with pytest.raises(KeyUnusable):
        load_private_key(tmp_path / "absent.pem")


def test_the_fingerprint_is_half_of_the_key_id() -> None:
    public = public_bytes(KEY)
    assert key_id(public).startswith(fingerprint(public))
    assert len(fingerprint(public)) * 4 == 128
