"""Ed25519 signatures over the DSSE pre-authentication encoding, one payload type for each kind of document.

An envelope is JSON text: ``{"payload": base64, "payloadType": …, "signatures": [{"keyid": …, "sig": base64}]}``
(DSSE v1, github.com/secure-systems-lab/dsse). A key's id is the SHA-256 of its 32 raw public bytes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from scheduler.canonical import canonical_bytes, sha256_hex
from scheduler.errors import LoaError

RUNDOWN = "application/vnd.loa.rundown+json"
AS_RUN = "application/vnd.loa.as-run+json"
ENROL = "application/vnd.loa.enrol+json"

FINGERPRINT_DIGITS = 32  # 128 bits, as the enrolment token carries them


class SignatureRefused(LoaError):
    """Chữ ký không hợp lệ: {reason}."""

    reason: str


class KeyUnusable(LoaError):
    """Không dùng được tệp khóa {path}: {reason}."""

    path: str
    reason: str
    exit_code = 2


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding, the bytes that are signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def public_bytes(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    """Return the 32 raw public bytes of a key or of its public half."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(public: bytes) -> str:
    """Return the id of a public key: the SHA-256 of its raw bytes, 64 hexadecimal digits."""
    return sha256_hex(public)


def fingerprint(public: bytes) -> str:
    """Return the first 128 bits of the key's id, as an enrolment token carries them (32 hexadecimal digits)."""
    return key_id(public)[:FINGERPRINT_DIGITS]


def sign(key: Ed25519PrivateKey, payload_type: str, payload: bytes) -> str:
    """Return the DSSE envelope, as canonical JSON text, that signs ``payload`` with ``key``."""
    signature = key.sign(pae(payload_type, payload))
    envelope = {
        "payload": base64.b64encode(payload).decode("ascii"),
        "payloadType": payload_type,
        "signatures": [{"keyid": key_id(public_bytes(key)), "sig": base64.b64encode(signature).decode("ascii")}],
    }
    return canonical_bytes(envelope).decode("utf-8")


def verify(envelope: str | bytes, payload_type: str, trusted: Mapping[str, bytes]) -> bytes:
    """Return the payload of ``envelope`` when one of the ``trusted`` keys (key id → 32 raw bytes) signed it.

    Raises :class:`SignatureRefused` when the envelope is malformed, of another type, or signed by nobody trusted.
    """
    kind, payload, signatures = _open(envelope)
    known = [(trusted[keyid], sig) for keyid, sig in signatures if keyid in trusted]
    if not known:
        raise SignatureRefused(reason="không phải khóa của trung tâm đã ghi danh")
    if not any(_holds(public, sig, pae(kind, payload)) for public, sig in known):
        raise SignatureRefused(reason="nội dung đã bị thay đổi sau khi ký")
    if not hmac.compare_digest(kind, payload_type):
        raise SignatureRefused(reason=f"loại văn bản là {kind}, không phải {payload_type}")
    return payload


def unverified_payload(envelope: str | bytes) -> bytes:
    """Return an envelope's payload without any check of its signature: for a request that names its own key.

    Nothing of it may be believed before :func:`verify` held. Raises :class:`SignatureRefused` when malformed.
    """
    return _open(envelope)[1]


def _holds(public: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _open(envelope: str | bytes) -> tuple[str, bytes, list[tuple[str, bytes]]]:
    try:
        document = json.loads(envelope)
        kind = document["payloadType"]
        payload = base64.b64decode(document["payload"], validate=True)
        signatures = [(each["keyid"], base64.b64decode(each["sig"], validate=True)) for each in document["signatures"]]
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise SignatureRefused(reason="bao thư không đúng dạng") from error
    if not isinstance(kind, str) or not kind.isascii() or not all(isinstance(keyid, str) for keyid, _ in signatures):
        raise SignatureRefused(reason="bao thư không đúng dạng")
    return kind, payload, signatures


def generate_key() -> Ed25519PrivateKey:
    """Return a new private key."""
    return Ed25519PrivateKey.generate()


def save_private_key(key: Ed25519PrivateKey, path: Path) -> None:
    """Write ``key`` as PKCS#8 PEM, readable by its owner alone; never replaces a file.

    Raises :class:`KeyUnusable` when the file exists or cannot be written.
    """
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise KeyUnusable(path=str(path), reason="tệp đã có, không ghi đè") from error
    except OSError as error:
        raise KeyUnusable(path=str(path), reason=error.strerror or "không ghi được") from error


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 private key kept in ``path`` (PKCS#8 PEM); raises :class:`KeyUnusable`."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyUnusable(path=str(path), reason=error.strerror or "không đọc được") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(path=str(path), reason="không phải khóa riêng dạng PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(path=str(path), reason="không phải khóa Ed25519")
    return key
